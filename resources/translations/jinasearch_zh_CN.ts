<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Add folder…</source>
        <translation>添加文件夹(&amp;A)…</translation>
    </message>
    <message>
        <source>Add &amp;files…</source>
        <translation>添加文件(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>搜索(&amp;S)</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>清除(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>打开(&amp;O)</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>在文件夹中显示(&amp;F)</translation>
    </message>
    <message>
        <source>Copy &amp;path</source>
        <translation>复制路径(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Copy file</source>
        <translation>复制文件(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Actions…</source>
        <translation>操作(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;More like this</source>
        <translation>更多类似内容(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Less like this</source>
        <translation>更少此类(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Why this file…</source>
        <translation>为什么是此文件(&amp;W)…</translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation>重新读取(&amp;R)</translation>
    </message>
    <message>
        <source>Leave o&amp;ut this file…</source>
        <translation>排除此文件(&amp;U)…</translation>
    </message>
    <message>
        <source>Leave out its fol&amp;der…</source>
        <translation>排除其所在文件夹(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Preview</source>
        <translation>预览(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Next passage</source>
        <translation>下一段(&amp;N)</translation>
    </message>
    <message>
        <source>Pre&amp;vious passage</source>
        <translation>上一段(&amp;V)</translation>
    </message>
    <message>
        <source>Next pa&amp;ge</source>
        <translation>下一页(&amp;G)</translation>
    </message>
    <message>
        <source>Previous p&amp;age</source>
        <translation>上一页(&amp;A)</translation>
    </message>
    <message>
        <source>Show &amp;better results</source>
        <translation>显示更好的结果(&amp;B)</translation>
    </message>
    <message>
        <source>Show less &amp;certain matches</source>
        <translation>显示不太确定的结果(&amp;C)</translation>
    </message>
    <message>
        <source>Filter by &amp;type…</source>
        <translation>按类型筛选(&amp;T)…</translation>
    </message>
    <message>
        <source>Filter by f&amp;older…</source>
        <translation>按文件夹筛选(&amp;O)…</translation>
    </message>
    <message>
        <source>Filter by t&amp;ime…</source>
        <translation>按时间筛选(&amp;I)…</translation>
    </message>
    <message>
        <source>Clear &amp;filters</source>
        <translation>清除筛选(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Private mode</source>
        <translation>隐私模式(&amp;P)</translation>
    </message>
    <message>
        <source>Clear &amp;history</source>
        <translation>清除历史记录(&amp;H)</translation>
    </message>
    <message>
        <source>Folder &amp;list</source>
        <translation>文件夹列表(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>Pause for an &amp;hour</source>
        <translation>暂停一小时(&amp;H)</translation>
    </message>
    <message>
        <source>Pause until &amp;tomorrow</source>
        <translation>暂停到明天(&amp;T)</translation>
    </message>
    <message>
        <source>Now, at full &amp;speed</source>
        <translation>立即全速(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Quiet: only while nobody works</source>
        <translation>安静：仅在无人使用时(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Balanced: gently while you work</source>
        <translation>均衡：使用时放慢(&amp;B)</translation>
    </message>
    <message>
        <source>F&amp;ull: always at full speed</source>
        <translation>全速：始终全速(&amp;U)</translation>
    </message>
    <message>
        <source>Start &amp;with the session</source>
        <translation>登录时启动(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Look for changes now</source>
        <translation>立即检查更改(&amp;L)</translation>
    </message>
    <message>
        <source>Files that could &amp;not be read…</source>
        <translation>无法读取的文件(&amp;N)…</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>模型(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Remove folder…</source>
        <translation>移除文件夹(&amp;R)…</translation>
    </message>
    <message>
        <source>R&amp;ules…</source>
        <translation>规则(&amp;U)…</translation>
    </message>
    <message>
        <source>St&amp;atus…</source>
        <translation>状态(&amp;A)…</translation>
    </message>
    <message>
        <source>Librar&amp;y…</source>
        <translation>资料库(&amp;Y)…</translation>
    </message>
    <message>
        <source>&amp;Is this file indexed?…</source>
        <translation>这个文件是否已被索引(&amp;I)？…</translation>
    </message>
    <message>
        <source>So&amp;rt by…</source>
        <translation>排序方式(&amp;R)…</translation>
    </message>
    <message>
        <source>Settin&amp;gs…</source>
        <translation>设置(&amp;G)…</translation>
    </message>
    <message>
        <source>&amp;First steps…</source>
        <translation>入门向导(&amp;F)…</translation>
    </message>
    <message>
        <source>Shortcuts and &amp;query language…</source>
        <translation>快捷键和查询语法(&amp;Q)…</translation>
    </message>
    <message>
        <source>&amp;About jinasearch</source>
        <translation>关于 jinasearch(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>F&amp;olders</source>
        <translation>文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Index</source>
        <translation>索引(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
</context>
<context>
    <name>AnswerList</name>
    <message>
        <source>Answers</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Better results are ready</source>
        <translation>有更好的结果</translation>
    </message>
    <message>
        <source>The list stays as it is until you ask for them.</source>
        <translation>在您要求之前，列表保持不变。</translation>
    </message>
    <message>
        <source>Less certain matches</source>
        <translation>不太确定的结果</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files may mean the same.</source>
        <translation>
            <numerusform>有 %Ln 个文件可能含义相同。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more, less certain</source>
        <translation>
            <numerusform>另有 %Ln 个不太确定的结果</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} of {total}: {result}</source>
        <translation>第 {number} 个，共 {total} 个：{result}</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>Chart</name>
    <message>
        <source>Work of the last hour</source>
        <translation>最近一小时的工作</translation>
    </message>
    <message>
        <source>{files} read, {passages} learned in the last hour</source>
        <translation>最近一小时读取了 {files}，理解了 {passages}</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>关键词</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>an hour ago</source>
        <translation>一小时前</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
</context>
<context>
    <name>DateRangeDialog</name>
    <message>
        <source>Changed between</source>
        <translation>修改时间范围</translation>
    </message>
    <message>
        <source>&amp;From</source>
        <translation>起始(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Until, that day too</source>
        <translation>截止（含当天）(&amp;U)</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop here</source>
        <translation>拖放到此处</translation>
    </message>
    <message>
        <source>Index it</source>
        <translation>编入索引</translation>
    </message>
    <message>
        <source>Find more like it</source>
        <translation>查找类似内容</translation>
    </message>
</context>
<context>
    <name>DropZone</name>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Find your files by what they mean</source>
        <translation>按含义找到您的文件</translation>
    </message>
    <message>
        <source>Drop folders or files here. They are read once, then kept up to date.</source>
        <translation>将文件夹或文件拖到这里。读取一次后，会自动保持最新。</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Add folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Not in English? Choose a model…</source>
        <translation>文件不是英文？选择一个模型…</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
</context>
<context>
    <name>ExclusionActions</name>
    <message>
        <source>{name} is being read again.</source>
        <translation>正在重新读取 {name}。</translation>
    </message>
    <message>
        <source>at least {files}</source>
        <translation>至少 {files}</translation>
    </message>
    <message>
        <source>No longer found: {files}. What was read from them is deleted from the library; the files themselves are not touched. The rule {rule} is added to those of {folder}.</source>
        <translation>将不再被找到：{files}。从中读取的内容会从资料库中删除，文件本身不受影响。规则 {rule} 会添加到 {folder} 的规则中。</translation>
    </message>
    <message>
        <source>Leave out {name}?</source>
        <translation>要排除 {name} 吗？</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>{name} is left out.</source>
        <translation>已排除 {name}。</translation>
    </message>
</context>
<context>
    <name>FailedFiles</name>
    <message>
        <source>Asking…</source>
        <translation>正在查询…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Files that were not read</source>
        <translation>未读取的文件</translation>
    </message>
    <message>
        <source>All reasons</source>
        <translation>所有原因</translation>
    </message>
    <message>
        <source>Part of the name</source>
        <translation>名称的一部分</translation>
    </message>
    <message>
        <source>All reasons ({count})</source>
        <translation>所有原因（{count}）</translation>
    </message>
    <message>
        <source>{count} are shown</source>
        <translation>显示 {count} 个</translation>
    </message>
    <message>
        <source>Save list</source>
        <translation>保存列表</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Save list…</source>
        <translation>保存列表…</translation>
    </message>
    <message>
        <source>The list could not be written: {why}</source>
        <translation>无法写入列表：{why}</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>请选择其他位置。</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Filters</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Use the suggestion</source>
        <translation>使用建议</translation>
    </message>
    <message>
        <source>Counted are the certain answers; a choice may bring others up.</source>
        <translation>此处统计确定的结果；选择后可能出现其他结果。</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Between…</source>
        <translation>自定义范围…</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Take away the filter {filter}</source>
        <translation>移除筛选 {filter}</translation>
    </message>
    <message>
        <source>Search without quotes</source>
        <translation>不加引号搜索</translation>
    </message>
    <message>
        <source>Search without the asterisk</source>
        <translation>不加星号搜索</translation>
    </message>
    <message>
        <source>Use {suggestion}</source>
        <translation>使用 {suggestion}</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>First steps</source>
        <translation>入门向导</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Step {number} of {count}</source>
        <translation>第 {number} 步，共 {count} 步</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Which folders should be found?</source>
        <translation>要搜索哪些文件夹？</translation>
    </message>
    <message>
        <source>They are read once, then kept up to date. You can change it later.</source>
        <translation>它们会被读取一次，之后自动保持更新。以后可以更改。</translation>
    </message>
    <message>
        <source>Which model should learn what they mean?</source>
        <translation>用哪个模型来理解文件的含义？</translation>
    </message>
    <message>
        <source>It runs on this machine. You can change it later.</source>
        <translation>它在本机运行。以后可以更改。</translation>
    </message>
    <message>
        <source>When should it work?</source>
        <translation>何时工作？</translation>
    </message>
    <message>
        <source>Reading comes first and takes minutes, learning takes hours.</source>
        <translation>先读取，需要几分钟；理解含义需要几小时。</translation>
    </message>
    <message>
        <source>Only when nobody uses the machine</source>
        <translation>仅在无人使用电脑时</translation>
    </message>
    <message>
        <source>Waits on battery and while you work.</source>
        <translation>使用电池时和您工作时等待。</translation>
    </message>
    <message>
        <source>Always, but gently while you work</source>
        <translation>始终工作，但在您工作时放缓</translation>
    </message>
    <message>
        <source>Slower on battery, fast when the machine is idle.</source>
        <translation>使用电池时较慢，电脑空闲时较快。</translation>
    </message>
    <message>
        <source>As fast as it can</source>
        <translation>尽可能快</translation>
    </message>
    <message>
        <source>You may hear the fan.</source>
        <translation>可能会听到风扇声。</translation>
    </message>
</context>
<context>
    <name>FirstRunActions</name>
    <message>
        <source>{name} orders answers anew; choose a model that learns meaning here.</source>
        <translation>{name} 用于重新排序结果；请在此选择学习语义的模型。</translation>
    </message>
    <message>
        <source>Verifying {name}…</source>
        <translation>正在验证 {name}…</translation>
    </message>
    <message>
        <source>Add folder</source>
        <translation>添加文件夹</translation>
    </message>
</context>
<context>
    <name>FolderActions</name>
    <message>
        <source>Add folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Add all of {path}?</source>
        <translation>要添加整个 {path} 吗？</translation>
    </message>
    <message>
        <source>That can be very many files. They can be found by words within minutes, but learning what all of them mean takes hours. You can pause it at any time.</source>
        <translation>其中可能有非常多的文件。几分钟内即可按关键词找到它们，但理解全部内容需要数小时。您可以随时暂停。</translation>
    </message>
    <message>
        <source>Add all of it</source>
        <translation>全部添加</translation>
    </message>
    <message>
        <source>Remove {name}?</source>
        <translation>要移除 {name} 吗？</translation>
    </message>
    <message>
        <source>Its files are no longer found, and what was read from them is deleted from the library. The files themselves are not touched.</source>
        <translation>其中的文件将不再被找到，已读取的内容会从资料库中删除。文件本身不受影响。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>What was read from them is deleted from the library. What is there now stays. Do this only if they do not come back.</source>
        <translation>从中读取的内容将从资料库中删除，现有的文件会保留。仅当它们不再连接时才这样做。</translation>
    </message>
    <message>
        <source>Forget what was on drives that are away?</source>
        <translation>忘记未连接的驱动器上的内容？</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>忘记</translation>
    </message>
</context>
<context>
    <name>FoldersModel</name>
    <message>
        <source>All folders</source>
        <translation>所有文件夹</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>not there any more</source>
        <translation>已不存在</translation>
    </message>
    <message>
        <source>{files}, a drive is away</source>
        <translation>{files}，有驱动器未连接</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>{done} / {total} 个文件</translation>
    </message>
</context>
<context>
    <name>FoldersPage</name>
    <message>
        <source>Looking at your folders…</source>
        <translation>正在查看您的文件夹…</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>{files}: found by words in about {time}.</source>
        <translation>{files}：约 {time} 后可按词语查找。</translation>
    </message>
    <message>
        <source>over {files}</source>
        <translation>超过 {files}</translation>
    </message>
</context>
<context>
    <name>FoldersPanel</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Add folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>Folder list</source>
        <translation>文件夹列表</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
</context>
<context>
    <name>FoldersTable</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>By words</source>
        <translation>按词语</translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation>按含义</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>段落</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>未收录</translation>
    </message>
    <message>
        <source>not there any more</source>
        <translation>已不存在</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between paths</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>not connected: {places}</source>
        <translation>未连接：{places}</translation>
    </message>
</context>
<context>
    <name>HelpDialog</name>
    <message>
        <source>Shortcuts and query language</source>
        <translation>快捷键和查询语法</translation>
    </message>
    <message>
        <source>What can be asked</source>
        <translation>可以这样查询</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>both words, or what means the same</source>
        <translation>含有两个词，或含义相同的内容</translation>
    </message>
    <message>
        <source>these words in a row</source>
        <translation>这些词连续出现</translation>
    </message>
    <message>
        <source>either word</source>
        <translation>其中任一词</translation>
    </message>
    <message>
        <source>words that begin so</source>
        <translation>以此开头的词</translation>
    </message>
    <message>
        <source>that file, by its full path or file: address</source>
        <translation>该文件，按完整路径或 file: 地址</translation>
    </message>
    <message>
        <source>nothing that holds the word</source>
        <translation>不含该词</translation>
    </message>
    <message>
        <source>files of a type or with an extension</source>
        <translation>某种类型或扩展名的文件</translation>
    </message>
    <message>
        <source>below a folder, by its name or path</source>
        <translation>位于某文件夹中（按名称或路径）</translation>
    </message>
    <message>
        <source>words of the file&apos;s name, its title, its author</source>
        <translation>文件名、标题、作者中的词</translation>
    </message>
    <message>
        <source>mails by sender or recipient</source>
        <translation>按发件人或收件人查找邮件</translation>
    </message>
    <message>
        <source>last changed in that time</source>
        <translation>最后修改于该时间段</translation>
    </message>
    <message>
        <source>until it begins; from its beginning on</source>
        <translation>早于该时间；自该时间起</translation>
    </message>
    <message>
        <source>larger, smaller, between</source>
        <translation>更大、更小、介于两者之间</translation>
    </message>
    <message>
        <source>texts in a language, where it can be told</source>
        <translation>某种语言的文本（如能识别）</translation>
    </message>
    <message>
        <source>close in meaning to a file</source>
        <translation>与某文件含义相近</translation>
    </message>
    <message>
        <source>by name, date, size or path; with - the other way round</source>
        <translation>按名称、日期、大小或路径排序；加 - 为反向</translation>
    </message>
    <message>
        <source>any filter can be excluded</source>
        <translation>任何筛选条件都可以排除</translation>
    </message>
</context>
<context>
    <name>KeptActions</name>
    <message numerus="yes">
        <source>Delete %Ln copies for good?</source>
        <translation>
            <numerusform>永久删除 %Ln 个副本？</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>KeptDialog</name>
    <message>
        <source>Kept copies of the library</source>
        <translation>保留的资料库副本</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>From</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>&amp;Restore…</source>
        <translation>恢复(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>删除(&amp;D)…</translation>
    </message>
    <message>
        <source>They hold the text of your files. The library in use needs none of them.</source>
        <translation>它们含有您文件的文字。正在使用的资料库不需要它们。</translation>
    </message>
    <message>
        <source>Nothing is kept.</source>
        <translation>没有保留任何副本。</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>LibraryActions</name>
    <message>
        <source>Writing the backup…</source>
        <translation>正在写入备份…</translation>
    </message>
    <message>
        <source>Looking into the backup…</source>
        <translation>正在查看备份…</translation>
    </message>
    <message>
        <source>Back up the library</source>
        <translation>备份资料库</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>Replace this file?</source>
        <translation>替换此文件？</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Backups ({pattern})</source>
        <translation>备份 ({pattern})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>✓ The backup was written: {path}, {size}. “Restore” brings it back, here or on another machine.</source>
        <translation>✓ 备份已写入：{path}，{size}。用“恢复”可在本机或另一台电脑上取回。</translation>
    </message>
    <message>
        <source>Bringing the backup back…</source>
        <translation>正在恢复备份…</translation>
    </message>
    <message>
        <source>✓ The backup is the library now. Files that have changed since are being read. The library before it is kept in {folder}; “Restore” brings it back.</source>
        <translation>✓ 备份现已成为资料库。此后更改过的文件正在读取。之前的资料库保存在 {folder}，可通过“恢复”找回。</translation>
    </message>
    <message>
        <source>It may come into force when the engine starts the next time.</source>
        <translation>它可能会在引擎下次启动时生效。</translation>
    </message>
    <message>
        <source>Checking the library…</source>
        <translation>正在检查资料库…</translation>
    </message>
    <message>
        <source>Checking what was mended…</source>
        <translation>正在检查修复结果…</translation>
    </message>
    <message>
        <source>The engine starts again…</source>
        <translation>引擎正在重新启动…</translation>
    </message>
</context>
<context>
    <name>LibraryDialog</name>
    <message>
        <source>Library</source>
        <translation>资料库</translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation>备份(&amp;B)…</translation>
    </message>
    <message>
        <source>&amp;Restore…</source>
        <translation>恢复(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>检查(&amp;C)</translation>
    </message>
    <message>
        <source>R&amp;epair</source>
        <translation>修复(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Kept copies…</source>
        <translation>保留的副本(&amp;K)…</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>正在进行</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>A copy of index, folders and settings in one file, while all goes on. It holds the text of your files: keep it where others cannot read it.</source>
        <translation>把索引、文件夹列表和设置存成一个文件，期间一切照常。其中含有您文件的文字，请放在他人无法读取的地方。</translation>
    </message>
    <message>
        <source>Restore, or move here</source>
        <translation>恢复，或迁移到这里</translation>
    </message>
    <message>
        <source>Such a file takes the place of this library, on this machine or another. The library that is here now is kept beside it.</source>
        <translation>用这样的文件取代当前资料库，可在本机或另一台电脑上进行。现有的资料库会另行保留。</translation>
    </message>
    <message>
        <source>Is it sound?</source>
        <translation>是否完好？</translation>
    </message>
    <message>
        <source>Looks at database, texts, vectors and graph. Repairing makes anew what is wrong and starts the engine again; no file of yours is touched.</source>
        <translation>检查数据库、文字、向量和图。修复会重建有问题的部分并重新启动引擎；不会动您的任何文件。</translation>
    </message>
    <message>
        <source>Kept copies</source>
        <translation>保留的副本</translation>
    </message>
    <message>
        <source>What was here before a backup was restored or the program was updated, and what was damaged. Those from before a restore go only when you delete them.</source>
        <translation>恢复备份之前、程序更新之前的资料库，以及损坏的资料库。恢复之前的副本只有在您删除时才会消失。</translation>
    </message>
</context>
<context>
    <name>LinkState</name>
    <message>
        <source>The engine is restarting…</source>
        <translation>引擎正在重新启动…</translation>
    </message>
    <message>
        <source>The engine was stopped</source>
        <translation>引擎已停止</translation>
    </message>
    <message>
        <source>The engine is not running</source>
        <translation>引擎未运行</translation>
    </message>
</context>
<context>
    <name>ModelActions</name>
    <message>
        <source>{count} texts are embedded in the background. That takes {size} on disk, of which {free} are free. The present model answers until it is done.</source>
        <translation>将在后台为 {count} 段文本计算向量，需要 {size} 磁盘空间（可用 {free}）。完成之前由当前模型回答。</translation>
    </message>
    <message>
        <source>Time: {time}.</source>
        <translation>所需时间：{time}。</translation>
    </message>
    <message>
        <source>Use {name}?</source>
        <translation>使用 {name}？</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Accept the licence {name}?</source>
        <translation>接受许可协议 {name}？</translation>
    </message>
    <message>
        <source>{title} may be used under this licence alone, which forbids commercial use. Read it at {uri}</source>
        <translation>{title} 只能按此许可协议使用，该协议禁止商业用途。全文见 {uri}</translation>
    </message>
    <message>
        <source>Accept and download</source>
        <translation>接受并下载</translation>
    </message>
    <message>
        <source>Delete {name} from this machine?</source>
        <translation>从本机删除 {name} 吗？</translation>
    </message>
    <message>
        <source>It can be downloaded again.</source>
        <translation>以后可以重新下载。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Measuring. Nothing else is embedded meanwhile…</source>
        <translation>正在测速，期间暂停其他向量计算…</translation>
    </message>
    <message>
        <source>Verifying {name}…</source>
        <translation>正在验证 {name}…</translation>
    </message>
</context>
<context>
    <name>ModelBrowser</name>
    <message>
        <source>Choose a model&apos;s folder</source>
        <translation>选择模型所在的文件夹</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>The folder&apos;s name cannot be used</source>
        <translation>此文件夹的名称无法使用</translation>
    </message>
    <message>
        <source>Rename it: its name is not valid UTF-8.</source>
        <translation>请重命名：其名称不是有效的 UTF-8。</translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message>
        <source>Measuring this machine…</source>
        <translation>正在测量本机性能…</translation>
    </message>
    <message>
        <source>All models…</source>
        <translation>所有模型…</translation>
    </message>
    <message>
        <source>From a folder…</source>
        <translation>从文件夹…</translation>
    </message>
    <message>
        <source>Times are estimates from how fast the starter runs on this machine.</source>
        <translation>时间根据入门模型在本机的运行速度估算。</translation>
    </message>
    <message>
        <source>many languages</source>
        <translation>多种语言</translation>
    </message>
    <message>
        <source>English only</source>
        <translation>仅英语</translation>
    </message>
    <message>
        <source>recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>here already</source>
        <translation>已在本机</translation>
    </message>
    <message>
        <source>download of {size}</source>
        <translation>需下载 {size}</translation>
    </message>
    <message>
        <source>about {time} for your files</source>
        <translation>处理您的文件约需 {time}</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>A model turns text into meaning. A larger one understands more and takes longer. While another one is made ready, the present one goes on answering. A model that re-ranks may read the first 30 answers once more and order them anew.</source>
        <translation>模型把文字变成含义。较大的模型理解得更多，也更慢。换用另一个模型时，在它准备好之前，现在的模型继续回答。重排模型会把前 30 个结果再读一遍并重新排序。</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>维度</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>下载…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Measure all</source>
        <translation>全部测速</translation>
    </message>
    <message>
        <source>From a folder…</source>
        <translation>从文件夹…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Speed here</source>
        <translation>本机速度</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>recommended here</source>
        <translation>本机推荐</translation>
    </message>
    <message>
        <source>many</source>
        <translation>多种</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>{rate} passages/s</source>
        <translation>每秒 {rate} 段</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>re-ranks</source>
        <translation>用于重排</translation>
    </message>
    <message>
        <source>downloading, {share}</source>
        <translation>正在下载，{share}</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>未下载</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>Stop download</source>
        <translation>停止下载</translation>
    </message>
    <message>
        <source>Do not re-rank</source>
        <translation>不再重排</translation>
    </message>
    <message>
        <source>Re-rank with it</source>
        <translation>用它重排</translation>
    </message>
    <message>
        <source>Its files name no licence: see where the model is from.</source>
        <translation>模型文件没有写明许可协议：请到模型的来源处查看。</translation>
    </message>
    <message>
        <source>Licence: {name}</source>
        <translation>许可协议：{name}</translation>
    </message>
    <message>
        <source>this library: {time}</source>
        <translation>整个资料库：{time}</translation>
    </message>
    <message>
        <source>a question: {count} ms</source>
        <translation>一次提问：{count} 毫秒</translation>
    </message>
    <message>
        <source>memory: {size}</source>
        <translation>内存：{size}</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Picture of the file</source>
        <translation>文件图片</translation>
    </message>
</context>
<context>
    <name>PortalHotkey</name>
    <message>
        <source>Search with jinasearch</source>
        <translation>用 jinasearch 搜索</translation>
    </message>
</context>
<context>
    <name>PreviewPanel</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Nothing to look into</source>
        <translation>没有可预览的内容</translation>
    </message>
    <message>
        <source>Choose a result, and what is in the file shows here.</source>
        <translation>选择一个结果，文件内容会显示在这里。</translation>
    </message>
    <message>
        <source>Looking into the file…</source>
        <translation>正在读取文件…</translation>
    </message>
    <message>
        <source>The picture cannot be shown.</source>
        <translation>无法显示图片。</translation>
    </message>
    <message>
        <source>There is no text in this file</source>
        <translation>文件中没有文本</translation>
    </message>
    <message>
        <source>Open it to see more.</source>
        <translation>打开文件查看更多。</translation>
    </message>
    <message>
        <source>The file itself cannot be shown ({why}). This is its text as it was read.</source>
        <translation>无法显示文件本身（{why}）。这是读取时的文本。</translation>
    </message>
    <message>
        <source>A part of the file. Open it to see all.</source>
        <translation>这是文件的一部分。打开文件查看全部。</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation>第 {number} 页，共 {total} 页</translation>
    </message>
    <message>
        <source>Rules… of its folder in the list at the side can open archives.</source>
        <translation>可在侧边列表中该文件夹的“规则…”里允许打开压缩包。</translation>
    </message>
    <message>
        <source>There is no preview of this file</source>
        <translation>此文件没有预览</translation>
    </message>
</context>
<context>
    <name>Program</name>
    <message>
        <source>End the program with its window?</source>
        <translation>要随窗口一起结束程序吗？</translation>
    </message>
    <message>
        <source>This desktop has no tray, where it could stay. While it does not run, {key} shows nothing; files are read all the same.</source>
        <translation>此桌面没有可供程序驻留的托盘。程序不运行时，按 {key} 不会显示任何内容；文件仍会照常读取。</translation>
    </message>
    <message>
        <source>End it</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Go on for the key</source>
        <translation>继续运行以便使用按键</translation>
    </message>
    <message>
        <source>Do not ask again</source>
        <translation>不再询问</translation>
    </message>
</context>
<context>
    <name>ProgressPanel</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>关键词</translation>
    </message>
    <message>
        <source>Full speed now</source>
        <translation>立即全速</translation>
    </message>
    <message>
        <source>Go on at full speed until all is done</source>
        <translation>全速进行，直到全部完成</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>资料库</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>New model</source>
        <translation>新模型</translation>
    </message>
    <message numerus="yes">
        <source>%Ln could not be read</source>
        <translation>
            <numerusform>%Ln 个无法读取</numerusform>
        </translation>
    </message>
    <message>
        <source>The model that compares meanings, and what it runs on</source>
        <translation>用于比较含义的模型及其运行方式</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>{done} / {total} 个文件</translation>
    </message>
    <message>
        <source>{name} takes over</source>
        <translation>{name} 即将接替</translation>
    </message>
    <message>
        <source>{done} of {total} passages</source>
        <translation>{done} / {total} 个段落</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
</context>
<context>
    <name>QuickActions</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy file</source>
        <translation>复制文件</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>更多类似内容</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Next passage</source>
        <translation>下一段</translation>
    </message>
    <message>
        <source>Previous passage</source>
        <translation>上一段</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Show better results</source>
        <translation>显示更好的结果</translation>
    </message>
    <message>
        <source>Show less certain matches</source>
        <translation>显示不太确定的结果</translation>
    </message>
    <message>
        <source>Go on in the window</source>
        <translation>在主窗口中继续</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>QuickQuery</name>
    <message>
        <source>Quick search</source>
        <translation>快速搜索</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Enter opens   ·   F4 preview   ·   Ctrl+K actions   ·   Esc</source>
        <translation>Enter 打开   ·   F4 预览   ·   Ctrl+K 操作   ·   Esc</translation>
    </message>
    <message>
        <source>The engine was stopped. The window starts it again.</source>
        <translation>引擎已停止，可在主窗口中重新启动。</translation>
    </message>
    <message>
        <source>comparing meanings…</source>
        <translation>正在比较含义…</translation>
    </message>
    <message>
        <source>Nothing found. Try other words, or a whole question.</source>
        <translation>未找到结果。请换用其他词语，或输入完整的问题。</translation>
    </message>
</context>
<context>
    <name>RestoreDialog</name>
    <message>
        <source>Restore this backup?</source>
        <translation>恢复此备份？</translation>
    </message>
    <message>
        <source>Folders of the backup</source>
        <translation>备份中的文件夹</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Stands here at</source>
        <translation>在本机的位置</translation>
    </message>
    <message>
        <source>It stands elsewhere…</source>
        <translation>它在别处…</translation>
    </message>
    <message>
        <source>Take its settings too</source>
        <translation>同时采用其设置</translation>
    </message>
    <message>
        <source>The program that models run in stays as it is set here.</source>
        <translation>运行模型所用的程序保持此处的设置。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>there</source>
        <translation>存在</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Folders that are not there are kept as not connected. If one stands elsewhere, say where, and nothing of it is read or learnt again.</source>
        <translation>不存在的文件夹会保留并标为未连接。如果某个文件夹在别处，请指明位置，其中的内容就无需重新读取和学习。</translation>
    </message>
    <message>
        <source>The library here, {files}, is replaced and kept among the backups.</source>
        <translation>本机现有的资料库（{files}）将被取代，并保留在备份中。</translation>
    </message>
    <message>
        <source>Where does it stand?</source>
        <translation>它在哪里？</translation>
    </message>
</context>
<context>
    <name>ResultsArea</name>
    <message>
        <source>Answers</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Answers to the question before; the engine is away</source>
        <translation>这是上一个问题的答案；引擎暂不可用</translation>
    </message>
    <message>
        <source>The engine is away</source>
        <translation>引擎暂不可用</translation>
    </message>
    <message>
        <source>It is asked when it is back.</source>
        <translation>引擎恢复后会自动重新提问。</translation>
    </message>
    <message>
        <source>nothing certain</source>
        <translation>没有确定的结果</translation>
    </message>
    <message>
        <source>{files}, none of them certain</source>
        <translation>{files}，都不太确定</translation>
    </message>
    <message>
        <source>the best {number} of {files}</source>
        <translation>{files}中最好的 {number} 个</translation>
    </message>
    <message>
        <source>the first {number} of {files}</source>
        <translation>{files}中的前 {number} 个</translation>
    </message>
    <message>
        <source>{files} + {copies}</source>
        <translation>{files}，另有 {copies}</translation>
    </message>
    <message>
        <source>comparing meanings…</source>
        <translation>正在比较含义…</translation>
    </message>
    <message>
        <source>re-ranked in {seconds} s</source>
        <translation>已重排，用时 {seconds} 秒</translation>
    </message>
    <message>
        <source>re-ranked</source>
        <translation>已重排</translation>
    </message>
    <message>
        <source>found by words so far: {share}</source>
        <translation>目前可按关键词找到：{share}</translation>
    </message>
    <message>
        <source>found by meaning so far: {share}</source>
        <translation>目前可按含义找到：{share}</translation>
    </message>
    <message>
        <source>reading the first answers once more…</source>
        <translation>正在重读前面的结果…</translation>
    </message>
    <message>
        <source>not re-ranked: the model is busy with other questions</source>
        <translation>未重排：模型正忙于其他问题</translation>
    </message>
    <message>
        <source>not re-ranked: the model does not know this language</source>
        <translation>未重排：模型不懂这种语言</translation>
    </message>
    <message>
        <source>not re-ranked: the model cannot be used</source>
        <translation>未重排：模型无法使用</translation>
    </message>
    <message numerus="yes">
        <source>Without the filters, %Ln files would answer.</source>
        <translation>
            <numerusform>去掉筛选后，有 %Ln 个文件符合。</numerusform>
        </translation>
    </message>
    <message>
        <source>Only the folder “{folder}” was searched.</source>
        <translation>只在文件夹“{folder}”中进行了搜索。</translation>
    </message>
    <message>
        <source>Nothing found for “{text}”</source>
        <translation>没有找到“{text}”</translation>
    </message>
    <message>
        <source>No file passes these filters</source>
        <translation>没有符合这些筛选条件的文件</translation>
    </message>
    <message>
        <source>Try other words, fewer words, or a whole question.</source>
        <translation>请换个词、少用几个词，或输入完整的问题。</translation>
    </message>
    <message>
        <source>Your files are being read</source>
        <translation>正在读取您的文件</translation>
    </message>
    <message>
        <source>The first can be found in a few seconds. Just begin to type.</source>
        <translation>几秒钟后即可找到第一批文件，直接开始输入吧。</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>您在找什么？</translation>
    </message>
    <message>
        <source>Type words that stand in a file, or ask in your own words.</source>
        <translation>输入文件中出现的词，或用自己的话提问。</translation>
    </message>
    <message>
        <source>{files} can be found by words, {share} by meaning.</source>
        <translation>{files}可按关键词找到，{share} 可按含义找到。</translation>
    </message>
</context>
<context>
    <name>ResultsSplit</name>
    <message>
        <source>Results and preview</source>
        <translation>结果和预览</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Results</source>
        <translation>搜索结果</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
</context>
<context>
    <name>RulesDialog</name>
    <message>
        <source>Rules for {name}</source>
        <translation>{name} 的规则</translation>
    </message>
    <message>
        <source>Hidden files and folders too</source>
        <translation>包括隐藏的文件和文件夹</translation>
    </message>
    <message>
        <source>Leave out what .gitignore leaves out</source>
        <translation>跳过 .gitignore 排除的内容</translation>
    </message>
    <message>
        <source>What is packed in zip, tar and 7z archives</source>
        <translation>zip、tar 和 7z 压缩包里的内容</translation>
    </message>
    <message>
        <source>Fetch files that are in a cloud only</source>
        <translation>下载只在云端的文件</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Take nevertheless</source>
        <translation>仍然包括</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>最大文件</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>会有什么变化</translation>
    </message>
    <message>
        <source>Leave out (one pattern a line, as in .gitignore)</source>
        <translation>排除（每行一个模式，语法同 .gitignore）</translation>
    </message>
    <message>
        <source>Types to leave out</source>
        <translation>不收录的类型</translation>
    </message>
    <message>
        <source>{files} with {size} would be found.</source>
        <translation>将可找到 {files}，共 {size}。</translation>
    </message>
    <message>
        <source>{files} would go: {names}</source>
        <translation>将移除 {files}：{names}</translation>
    </message>
    <message>
        <source>{files} would come: {names}</source>
        <translation>将加入 {files}：{names}</translation>
    </message>
    <message>
        <source>The folder is large: this is what was seen in a few seconds.</source>
        <translation>文件夹很大：以上仅为几秒内看到的部分。</translation>
    </message>
</context>
<context>
    <name>SearchLine</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Words or a question. Arrow keys choose a result, Enter opens it.</source>
        <translation>关键词或问题。方向键选择结果，回车键打开。</translation>
    </message>
    <message>
        <source>Private: what you ask is not remembered</source>
        <translation>隐私模式：不会记住您的问题</translation>
    </message>
    <message>
        <source>Search your files by words or by what they mean</source>
        <translation>按关键词或含义搜索您的文件</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>SearchWindow</name>
    <message>
        <source>Search and results</source>
        <translation>搜索与结果</translation>
    </message>
    <message>
        <source>Folder list</source>
        <translation>文件夹列表</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>About jinasearch</source>
        <translation>关于 jinasearch</translation>
    </message>
    <message>
        <source>Find your files by what they mean.</source>
        <translation>按含义查找您的文件。</translation>
    </message>
    <message>
        <source>Forget all questions that were asked?</source>
        <translation>要忘记所有问过的问题吗？</translation>
    </message>
    <message>
        <source>The arrow keys in the search line bring none of them back then.</source>
        <translation>之后在搜索框中按方向键将无法找回它们。</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>忘记</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Rules…</source>
        <translation>规则…</translation>
    </message>
    <message>
        <source>Forget drives that are away…</source>
        <translation>忘记未连接的驱动器…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>继续(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>When to work</source>
        <translation>何时工作</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Reading files</source>
        <translation>读取文件</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Key for the quick search</source>
        <translation>快速搜索的快捷键</translation>
    </message>
    <message>
        <source>Shows the small search window over any program.</source>
        <translation>在任何程序之上显示小搜索窗口。</translation>
    </message>
    <message>
        <source>Stay in the tray</source>
        <translation>保留在托盘中</translation>
    </message>
    <message>
        <source>Closing the window leaves the program where it can be called.</source>
        <translation>关闭窗口后，程序仍留在可以唤出的位置。</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Keep questions</source>
        <translation>保留问题</translation>
    </message>
    <message>
        <source>Up in the search line brings back what you asked before.</source>
        <translation>在搜索框中按向上键可找回之前的问题。</translation>
    </message>
    <message>
        <source>Keep questions for</source>
        <translation>保留问题的时间</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>How much of the machine</source>
        <translation>占用多少电脑资源</translation>
    </message>
    <message>
        <source>Quiet works when nobody does; full never holds back.</source>
        <translation>“安静”只在无人使用时工作；“全速”从不让步。</translation>
    </message>
    <message>
        <source>While you use the machine</source>
        <translation>您使用电脑时</translation>
    </message>
    <message>
        <source>On battery</source>
        <translation>使用电池时</translation>
    </message>
    <message>
        <source>When the battery is low</source>
        <translation>电量低时</translation>
    </message>
    <message>
        <source>When the machine is hot</source>
        <translation>电脑过热时</translation>
    </message>
    <message>
        <source>On a metered network</source>
        <translation>使用按流量计费的网络时</translation>
    </message>
    <message>
        <source>In a game or presentation, or with “do not disturb”</source>
        <translation>游戏、演示或“勿扰”模式中</translation>
    </message>
    <message>
        <source>Nobody uses the machine after</source>
        <translation>多久无操作视为空闲</translation>
    </message>
    <message>
        <source>min</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>The battery is low below</source>
        <translation>电量低于</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>The machine is hot above</source>
        <translation>温度高于</translation>
    </message>
    <message>
        <source>°C</source>
        <translation>°C</translation>
    </message>
    <message>
        <source>Processor at most, when gentle</source>
        <translation>温和模式下处理器最多占用</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Of all cores together, at full speed too.</source>
        <translation>所有核心合计，全速时也适用。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Engine and readers together, beside the model and its graph.</source>
        <translation>引擎与读取进程合计，不含模型及其图。</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Size of the library</source>
        <translation>资料库大小</translation>
    </message>
    <message>
        <source>0 is no limit.</source>
        <translation>0 表示不限。</translation>
    </message>
    <message>
        <source>Disk space left free</source>
        <translation>保留的可用磁盘空间</translation>
    </message>
    <message>
        <source>Memory of the graph</source>
        <translation>图占用的内存</translation>
    </message>
    <message>
        <source>Better chosen in “Models…”, which tells what it takes.</source>
        <translation>建议在“模型…”中选择，那里会说明所需代价。</translation>
    </message>
    <message>
        <source>Model that re-ranks answers</source>
        <translation>重排结果的模型</translation>
    </message>
    <message>
        <source>Empty is none. Better chosen in “Models…”.</source>
        <translation>留空表示不重排。最好在“模型…”中选择。</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>维度</translation>
    </message>
    <message>
        <source>0 is the model&apos;s own. Fewer take less room, and find less.</source>
        <translation>0 表示模型自身的维数。维数越少，占用越小，找到的也越少。</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>计算方式</translation>
    </message>
    <message>
        <source>“auto” is the fastest here that keeps the vectors.</source>
        <translation>“自动”选用在此电脑上最快且保持向量不变的方式。</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>0 is one a core.</source>
        <translation>0 表示每个核心一个。</translation>
    </message>
    <message>
        <source>Leave memory after</source>
        <translation>闲置多久后释放内存</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Interpreter for the graphics card</source>
        <translation>显卡所用的解释器</translation>
    </message>
    <message>
        <source>Of an environment with onnxruntime-gpu; empty is our own.</source>
        <translation>属于装有 onnxruntime-gpu 的环境；留空表示程序自带的。</translation>
    </message>
    <message>
        <source>The processor may take the graphics card&apos;s place</source>
        <translation>允许处理器代替显卡</translation>
    </message>
    <message>
        <source>Memory of the graphics card</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>0 is all of it.</source>
        <translation>0 表示全部。</translation>
    </message>
    <message>
        <source>Readers at work</source>
        <translation>读取进程数</translation>
    </message>
    <message>
        <source>0 is one a core, two at most.</source>
        <translation>0 表示每个核心一个，最多两个。</translation>
    </message>
    <message>
        <source>Longest time for one file</source>
        <translation>单个文件的最长时间</translation>
    </message>
    <message>
        <source>Most memory for one file</source>
        <translation>单个文件的最大内存</translation>
    </message>
    <message>
        <source>Most characters of one file</source>
        <translation>单个文件的最多字符数</translation>
    </message>
    <message>
        <source>What comes after them is not found.</source>
        <translation>超出部分无法被找到。</translation>
    </message>
    <message>
        <source>Look for letters in pictures and scans</source>
        <translation>识别图片和扫描件中的文字</translation>
    </message>
    <message>
        <source>Needs the extra “ocr”; a page takes some seconds.</source>
        <translation>需要附加组件“ocr”；每页需几秒钟。</translation>
    </message>
    <message>
        <source>Longest time for one picture or scan</source>
        <translation>单个图片或扫描件的最长时间</translation>
    </message>
    <message>
        <source>Most memory for one picture or scan</source>
        <translation>单个图片或扫描件的最大内存</translation>
    </message>
    <message>
        <source>Look through all folders every</source>
        <translation>全部文件夹的检查间隔</translation>
    </message>
    <message>
        <source>Besides being told of changes; 0 is never.</source>
        <translation>在接收变更通知之外；0 表示从不。</translation>
    </message>
    <message>
        <source>End the engine without windows after</source>
        <translation>无窗口多久后结束引擎</translation>
    </message>
    <message>
        <source>0 is never. Changes are found at the next start.</source>
        <translation>0 表示从不。变更会在下次启动时发现。</translation>
    </message>
    <message>
        <source>Port on this machine</source>
        <translation>本机端口</translation>
    </message>
    <message>
        <source>0 is any.</source>
        <translation>0 表示任意。</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>As the preset says</source>
        <translation>按预设</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation>安静</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>全速</translation>
    </message>
    <message>
        <source>Gentle</source>
        <translation>温和</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>When nobody needs the machine</source>
        <translation>电脑空闲时</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Until the program ends</source>
        <translation>直到程序结束</translation>
    </message>
    <message>
        <source>For some days</source>
        <translation>保留若干天</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Kept in {file}</source>
        <translation>保存在 {file}</translation>
    </message>
    <message>
        <source>Some of it is used when the engine starts the next time.</source>
        <translation>部分设置将在引擎下次启动时生效。</translation>
    </message>
    <message>
        <source>This desktop has no tray: the program ends with its window.</source>
        <translation>此桌面没有托盘：关闭窗口后程序随之结束。</translation>
    </message>
    <message>
        <source>Shows the small search window over any program.</source>
        <translation>在任何程序之上显示小搜索窗口。</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>没有快捷键。</translation>
    </message>
    <message>
        <source>Your desktop asks you which key to give.</source>
        <translation>桌面会询问您要使用哪个按键。</translation>
    </message>
    <message>
        <source>Another program has this key. Choose another one.</source>
        <translation>此按键已被其他程序占用。请另选一个。</translation>
    </message>
    <message>
        <source>A key that people type with cannot be taken: hold Ctrl or Alt too.</source>
        <translation>不能占用打字用的按键：请同时按住 Ctrl 或 Alt。</translation>
    </message>
    <message>
        <source>This desktop lets no program take a key. In its own keyboard settings, give a key the command “jinasearch toggle”.</source>
        <translation>此桌面不允许程序占用按键。请在桌面自己的键盘设置中，为某个按键指定命令“jinasearch toggle”。</translation>
    </message>
</context>
<context>
    <name>SortButton</name>
    <message>
        <source>Sort by</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>Sorted: {order}</source>
        <translation>排序：{order}</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>排序</translation>
    </message>
</context>
<context>
    <name>StatusPage</name>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Enter on a folder lists its files that were left.</source>
        <translation>在文件夹上按 Enter 可列出其中未收录的文件。</translation>
    </message>
    <message>
        <source>Files left…</source>
        <translation>未收录的文件…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>barred: {things}</source>
        <translation>已禁止：{things}</translation>
    </message>
    <message>
        <source>limited in time and memory</source>
        <translation>限制了时间和内存</translation>
    </message>
    <message>
        <source>left open by this system: {things}</source>
        <translation>此系统未能禁止：{things}</translation>
    </message>
    <message>
        <source>{files} waiting</source>
        <translation>{files}等待识别</translation>
    </message>
    <message>
        <source>needs the extra “ocr”: {command}</source>
        <translation>需要附加组件“ocr”：{command}</translation>
    </message>
    <message>
        <source>switched off in the settings</source>
        <translation>已在设置中关闭</translation>
    </message>
    <message>
        <source>none is waiting</source>
        <translation>没有等待识别的文件</translation>
    </message>
    <message>
        <source>at work on {path}</source>
        <translation>正在识别 {path}</translation>
    </message>
    <message>
        <source>until nobody needs the machine</source>
        <translation>等到无人使用电脑时</translation>
    </message>
    <message>
        <source>until all else was read</source>
        <translation>等到其他文件读完</translation>
    </message>
    <message>
        <source>network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>files not in hand</source>
        <translation>当前文件以外的文件</translation>
    </message>
    <message>
        <source>other processes</source>
        <translation>其他进程</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Summary</name>
    <message>
        <source>Found by words</source>
        <translation>可按词语查找</translation>
    </message>
    <message>
        <source>Found by meaning</source>
        <translation>可按含义查找</translation>
    </message>
    <message>
        <source>Letters in pictures</source>
        <translation>图片中的文字</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Readers</source>
        <translation>读取进程</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>资料库</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>{done} / {total} 个文件</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>{count} 个失败</translation>
    </message>
    <message>
        <source>{count} left out</source>
        <translation>{count} 个未收录</translation>
    </message>
    <message>
        <source>{done} of {total} passages</source>
        <translation>{done} / {total} 个段落</translation>
    </message>
    <message>
        <source>re-ranked by {model}</source>
        <translation>由 {model} 重排</translation>
    </message>
    <message>
        <source>texts longer than it reads: {count}</source>
        <translation>超出其读取长度的文本：{count}</translation>
    </message>
</context>
<context>
    <name>TextView</name>
    <message>
        <source>Text of the file</source>
        <translation>文件文本</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Quick search…</source>
        <translation>快速搜索…</translation>
    </message>
    <message>
        <source>Open the window</source>
        <translation>打开主窗口</translation>
    </message>
    <message>
        <source>Pause for an hour</source>
        <translation>暂停一小时</translation>
    </message>
    <message>
        <source>Pause until tomorrow</source>
        <translation>暂停到明天</translation>
    </message>
    <message>
        <source>Pause until resumed</source>
        <translation>暂停，直到手动继续</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>WhyDialog</name>
    <message>
        <source>Why this file answers</source>
        <translation>此文件为何符合</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在查询…</translation>
    </message>
    <message>
        <source>Marked are words of the question, and the sentence nearest in meaning.</source>
        <translation>标出的是问题中的词，以及含义最接近的句子。</translation>
    </message>
    <message>
        <source>It is found by its name alone.</source>
        <translation>仅按名称找到。</translation>
    </message>
    <message>
        <source>{word}: here, and in {count} of all passages</source>
        <translation>{word}：在此处，全部段落中有 {count} 个包含</translation>
    </message>
    <message>
        <source>{word}: not here, but in {count} of all passages</source>
        <translation>{word}：不在此处，全部段落中有 {count} 个包含</translation>
    </message>
    <message>
        <source>words: {share}</source>
        <translation>关键词：{share}</translation>
    </message>
    <message>
        <source>meaning: {share}</source>
        <translation>含义：{share}</translation>
    </message>
    <message>
        <source>re-ranking: {share}</source>
        <translation>重排：{share}</translation>
    </message>
</context>
<context>
    <name>WhyPanel</name>
    <message>
        <source>Is a file indexed?</source>
        <translation>这个文件是否已被索引？</translation>
    </message>
    <message>
        <source>Choose file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Drop a file or folder here to see whether it is indexed.</source>
        <translation>将文件或文件夹拖到此处，查看它是否已被索引。</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Is this file indexed?</source>
        <translation>这个文件是否已被索引？</translation>
    </message>
    <message>
        <source>Is this folder indexed?</source>
        <translation>这个文件夹是否已被索引？</translation>
    </message>
    <message>
        <source>It leads to {path}.</source>
        <translation>它指向 {path}。</translation>
    </message>
    <message>
        <source>It lies in no folder that is indexed. Drop it on the window to add it.</source>
        <translation>它不在任何已索引的文件夹中。将它拖到窗口上即可添加。</translation>
    </message>
    <message>
        <source>Left out: {reason}</source>
        <translation>未收录：{reason}</translation>
    </message>
    <message>
        <source>Pattern {pattern} in {file}</source>
        <translation>{file} 中的规则 {pattern}</translation>
    </message>
    <message>
        <source>Pattern {pattern} of the folder&apos;s rules</source>
        <translation>文件夹规则中的 {pattern}</translation>
    </message>
    <message>
        <source>Because of {path}</source>
        <translation>因为 {path}</translation>
    </message>
    <message>
        <source>Its folder is not there any more.</source>
        <translation>它所在的文件夹已不存在。</translation>
    </message>
    <message>
        <source>The drive of its folder is not there.</source>
        <translation>它所在文件夹的驱动器不存在。</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>没有这个文件。</translation>
    </message>
    <message>
        <source>A folder; what lies in it is indexed.</source>
        <translation>这是文件夹；其中的内容已被索引。</translation>
    </message>
    <message>
        <source>New: it is taken in at the next look at its folder.</source>
        <translation>新文件：下次检查其文件夹时会收录。</translation>
    </message>
    <message>
        <source>In line to be read.</source>
        <translation>正在排队等待读取。</translation>
    </message>
    <message>
        <source>Found by its words; by its meaning soon.</source>
        <translation>可按关键词找到；很快也可按含义找到。</translation>
    </message>
    <message>
        <source>Found by its words and by its meaning.</source>
        <translation>可按关键词和含义找到。</translation>
    </message>
    <message>
        <source>Found by its name alone: {reason}</source>
        <translation>只能按文件名找到：{reason}</translation>
    </message>
    <message>
        <source>{kind}, {passages} passages, {embedded} of them by meaning</source>
        <translation>{kind}，共 {passages} 个段落，其中 {embedded} 个可按含义找到</translation>
    </message>
    <message>
        <source>It is not there any more.</source>
        <translation>它已不存在。</translation>
    </message>
    <message>
        <source>It has changed since and is read again soon.</source>
        <translation>它之后有改动，很快会重新读取。</translation>
    </message>
    <message>
        <source>{count} found by words</source>
        <translation>{count} 个可按字词找到</translation>
    </message>
    <message>
        <source>{count} of them by meaning</source>
        <translation>其中 {count} 个也可按含义找到</translation>
    </message>
    <message>
        <source>{count} in line to be read</source>
        <translation>{count} 个等待读取</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>{count} 个失败</translation>
    </message>
    <message>
        <source>{count} left out</source>
        <translation>{count} 个未收录</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folders</source>
        <translation>
            <numerusform>%Ln 个文件夹</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passages</source>
        <translation>
            <numerusform>%Ln 个段落</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln copies</source>
        <translation>
            <numerusform>%Ln 个副本</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln versions</source>
        <translation>
            <numerusform>%Ln 个版本</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>delegate</name>
    <message>
        <source>drive not connected</source>
        <translation>驱动器未连接</translation>
    </message>
    <message>
        <source>exactly as typed</source>
        <translation>与输入完全一致</translation>
    </message>
    <message>
        <source>words and meaning</source>
        <translation>关键词与含义</translation>
    </message>
    <message>
        <source>meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>words</source>
        <translation>关键词</translation>
    </message>
    <message>
        <source>less certain</source>
        <translation>不太确定</translation>
    </message>
    <message>
        <source>copy: {path}</source>
        <translation>副本：{path}</translation>
    </message>
    <message>
        <source>near copy: {path}</source>
        <translation>近似副本：{path}</translation>
    </message>
    <message>
        <source>version: {path}</source>
        <translation>其他版本：{path}</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>That cannot be done</source>
        <translation>无法执行此操作</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>No permission to read it</source>
        <translation>没有读取权限</translation>
    </message>
    <message>
        <source>The engine did not accept the window</source>
        <translation>引擎拒绝了此窗口</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>The library is damaged</source>
        <translation>资料库已损坏</translation>
    </message>
    <message>
        <source>The library is in use by another program</source>
        <translation>资料库正被其他程序使用</translation>
    </message>
    <message>
        <source>The library was made by a newer version</source>
        <translation>资料库由更新的版本创建</translation>
    </message>
    <message>
        <source>The library lies on a network drive</source>
        <translation>资料库位于网络驱动器上</translation>
    </message>
    <message>
        <source>The search graph is damaged and is made anew</source>
        <translation>搜索图已损坏，正在重建</translation>
    </message>
    <message>
        <source>The engine does not answer</source>
        <translation>引擎没有响应</translation>
    </message>
    <message>
        <source>A newer engine is running</source>
        <translation>正在运行更新版本的引擎</translation>
    </message>
    <message>
        <source>The engine failed</source>
        <translation>引擎出错</translation>
    </message>
    <message>
        <source>The port is in use</source>
        <translation>端口已被占用</translation>
    </message>
    <message>
        <source>The model is not on this machine</source>
        <translation>此电脑上没有该模型</translation>
    </message>
    <message>
        <source>The model&apos;s files are damaged</source>
        <translation>模型文件已损坏</translation>
    </message>
    <message>
        <source>The model cannot be used</source>
        <translation>无法使用该模型</translation>
    </message>
    <message>
        <source>The model&apos;s licence was not accepted</source>
        <translation>尚未接受模型的许可协议</translation>
    </message>
    <message>
        <source>The model cannot run in the way chosen</source>
        <translation>模型无法以所选方式运行</translation>
    </message>
    <message>
        <source>The download failed</source>
        <translation>下载失败</translation>
    </message>
    <message>
        <source>The model failed</source>
        <translation>模型出错</translation>
    </message>
    <message>
        <source>The server that runs the model gives no vectors</source>
        <translation>运行模型的服务器没有给出向量</translation>
    </message>
    <message>
        <source>Nobody agreed that texts leave this machine</source>
        <translation>尚未同意将文本发送到本机之外</translation>
    </message>
    <message>
        <source>The connection would not be encrypted</source>
        <translation>连接不会加密</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Protected by a password</source>
        <translation>受密码保护</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>文件过大</translation>
    </message>
    <message>
        <source>Connect it, then try again. What was read from it is kept.</source>
        <translation>请连接驱动器，然后重试。已读取的内容会保留。</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>隐藏文件</translation>
    </message>
    <message>
        <source>A .gitignore file names it</source>
        <translation>.gitignore 文件将其排除</translation>
    </message>
    <message>
        <source>A .jinasearchignore file names it</source>
        <translation>被 .jinasearchignore 文件排除</translation>
    </message>
    <message>
        <source>The folder&apos;s rules leave out its type</source>
        <translation>文件夹规则不收录此类型</translation>
    </message>
    <message>
        <source>The folder&apos;s rules leave it out</source>
        <translation>文件夹的规则将其排除</translation>
    </message>
    <message>
        <source>Made by a program, half written, or a secret</source>
        <translation>由程序生成、未写完或属于机密</translation>
    </message>
    <message>
        <source>The library does not index itself</source>
        <translation>资料库不索引自身</translation>
    </message>
    <message>
        <source>A link that leads out of its folder</source>
        <translation>指向文件夹之外的链接</translation>
    </message>
    <message>
        <source>No regular file</source>
        <translation>不是普通文件</translation>
    </message>
    <message>
        <source>In a folder that is indexed by itself</source>
        <translation>位于单独索引的文件夹中</translation>
    </message>
    <message>
        <source>Too long: its end was not read</source>
        <translation>过长：末尾未读取</translation>
    </message>
    <message>
        <source>There is such a file already</source>
        <translation>已有同名文件</translation>
    </message>
    <message>
        <source>This is indexed already, under another name</source>
        <translation>已经以另一个名称建立索引</translation>
    </message>
    <message>
        <source>The same is running already</source>
        <translation>同样的操作正在进行</translation>
    </message>
    <message>
        <source>Some of the library was damaged; it is mended</source>
        <translation>资料库有部分损坏，已修复</translation>
    </message>
    <message>
        <source>The library&apos;s folder holds something else</source>
        <translation>资料库的文件夹中存放着其他内容</translation>
    </message>
    <message>
        <source>The engine was stopped</source>
        <translation>引擎已停止</translation>
    </message>
    <message>
        <source>The model has no vectors of this dimension</source>
        <translation>该模型没有此维数的向量</translation>
    </message>
    <message>
        <source>The file is not there any more</source>
        <translation>文件已不存在</translation>
    </message>
    <message>
        <source>Its drive is not connected</source>
        <translation>所在的驱动器未连接</translation>
    </message>
    <message>
        <source>No program opened the file</source>
        <translation>没有程序能打开此文件</translation>
    </message>
    <message>
        <source>No file manager was found</source>
        <translation>未找到文件管理器</translation>
    </message>
    <message>
        <source>Took too long to read</source>
        <translation>读取超时</translation>
    </message>
    <message>
        <source>Crashed its reader</source>
        <translation>导致读取程序崩溃</translation>
    </message>
    <message>
        <source>Needs too much memory</source>
        <translation>需要过多内存</translation>
    </message>
    <message>
        <source>Of a kind that is not known</source>
        <translation>未知的文件类型</translation>
    </message>
    <message>
        <source>A picture or scan, not looked at yet</source>
        <translation>图片或扫描件，尚未识别</translation>
    </message>
    <message>
        <source>An archive; the rules do not open them</source>
        <translation>压缩包；按规则不打开</translation>
    </message>
    <message>
        <source>In the cloud only, not on this machine</source>
        <translation>只在云端，不在本机</translation>
    </message>
    <message>
        <source>The system watches no more folders</source>
        <translation>系统无法监视更多文件夹</translation>
    </message>
    <message>
        <source>A newer question took its place</source>
        <translation>已被更新的搜索取代</translation>
    </message>
    <message>
        <source>The settings file cannot be used</source>
        <translation>设置文件无法使用</translation>
    </message>
    <message>
        <source>The settings file cannot be written</source>
        <translation>无法写入设置文件</translation>
    </message>
    <message>
        <source>Something went wrong in the program</source>
        <translation>程序出现问题</translation>
    </message>
    <message>
        <source>Change what was given, then try again.</source>
        <translation>请修改输入后重试。</translation>
    </message>
    <message>
        <source>Ask anew: it may have been removed meanwhile.</source>
        <translation>请重新查询：它可能已被移除。</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请换一个名称。</translation>
    </message>
    <message>
        <source>Close the window and open it again.</source>
        <translation>请关闭窗口后重新打开。</translation>
    </message>
    <message>
        <source>Move the library to a drive of this computer.</source>
        <translation>请将资料库移到这台电脑的硬盘上。</translation>
    </message>
    <message>
        <source>Set `port = 0` under [engine] in the settings to take a free one.</source>
        <translation>在设置的 [engine] 下设 `port = 0` 即可使用空闲端口。</translation>
    </message>
    <message>
        <source>Download it under Index, Models….</source>
        <translation>请在“索引”菜单的“模型…”中下载。</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>请移除后重新下载。</translation>
    </message>
    <message>
        <source>Choose another under Index, Models….</source>
        <translation>请在“索引”菜单的“模型…”中另选一个。</translation>
    </message>
    <message>
        <source>Choose one that it has under Index, Models…, or 0 for its own.</source>
        <translation>请在“索引”→“模型…”中选择它支持的维数，或用 0 表示模型自身的维数。</translation>
    </message>
    <message>
        <source>Accept the licence, or choose another model.</source>
        <translation>请接受许可协议，或选择其他模型。</translation>
    </message>
    <message>
        <source>Set the provider to automatic in the settings, or install what is missing.</source>
        <translation>请在设置中将运行方式设为自动，或安装缺少的组件。</translation>
    </message>
    <message>
        <source>Check the connection, then try again: it goes on where it ended.</source>
        <translation>请检查网络后重试：会从中断处继续。</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>会自动重试。</translation>
    </message>
    <message>
        <source>Check that the server runs and can be reached.</source>
        <translation>请检查服务器是否正在运行并可访问。</translation>
    </message>
    <message>
        <source>Agree to it, or choose a model of this machine.</source>
        <translation>请同意，或选择这台电脑上的模型。</translation>
    </message>
    <message>
        <source>Give an address that begins with https.</source>
        <translation>请使用以 https 开头的地址。</translation>
    </message>
    <message>
        <source>Open it in its program to see whether it is sound.</source>
        <translation>请用相应程序打开，检查文件是否完好。</translation>
    </message>
    <message>
        <source>Save it without a password to have it read.</source>
        <translation>请去除密码保存后再读取。</translation>
    </message>
    <message>
        <source>Raise the largest size in the settings.</source>
        <translation>请在设置中提高文件大小上限。</translation>
    </message>
    <message>
        <source>Raise the time for a file in the settings.</source>
        <translation>请在设置中延长单个文件的时间。</translation>
    </message>
    <message>
        <source>It is left until it changes.</source>
        <translation>在文件更改之前不会再读取。</translation>
    </message>
    <message>
        <source>Raise the memory in the settings.</source>
        <translation>请在设置中提高内存上限。</translation>
    </message>
    <message>
        <source>It is found by its name alone.</source>
        <translation>仅可按文件名找到。</translation>
    </message>
    <message>
        <source>Switch on reading of pictures in the settings.</source>
        <translation>请在设置中开启图片识别。</translation>
    </message>
    <message>
        <source>Let the folder&apos;s rules open archives.</source>
        <translation>请在文件夹规则中允许打开压缩包。</translation>
    </message>
    <message>
        <source>Keep it on this machine to have it read.</source>
        <translation>请将其保留在这台电脑上以便读取。</translation>
    </message>
    <message>
        <source>There is nothing to do.</source>
        <translation>无需任何操作。</translation>
    </message>
    <message>
        <source>Ask anew.</source>
        <translation>请重新查询。</translation>
    </message>
    <message>
        <source>Try again. The log in the library&apos;s folder has more.</source>
        <translation>请重试。详情见资料库文件夹中的日志。</translation>
    </message>
    <message>
        <source>Wait until it is done, then try again.</source>
        <translation>请等它完成后再试。</translation>
    </message>
    <message>
        <source>Make room; work goes on by itself.</source>
        <translation>请腾出空间，之后会自动继续。</translation>
    </message>
    <message>
        <source>“Repair” under Index, Library… saves what is sound; the rest is read again.</source>
        <translation>“索引”菜单“资料库…”中的“修复”会保留完好的部分，其余重新读取。</translation>
    </message>
    <message>
        <source>What is sound was kept; the rest is read again by itself.</source>
        <translation>完好的部分已保留，其余会自动重新读取。</translation>
    </message>
    <message>
        <source>Nothing was lost.</source>
        <translation>没有丢失任何内容。</translation>
    </message>
    <message>
        <source>Close the other program, then try again.</source>
        <translation>请关闭另一个程序后重试。</translation>
    </message>
    <message>
        <source>Install the newer version of the program.</source>
        <translation>请安装更新版本的程序。</translation>
    </message>
    <message>
        <source>Choose an empty one for the library.</source>
        <translation>请为资料库选择一个空文件夹。</translation>
    </message>
    <message>
        <source>Correct the line, or delete the file to go back to the defaults.</source>
        <translation>请更正该行，或删除该文件以恢复默认设置。</translation>
    </message>
    <message>
        <source>The settings are as before. Give yourself the right to write there.</source>
        <translation>设置保持不变。请为自己授予该处的写入权限。</translation>
    </message>
    <message>
        <source>Close this window and open the newer program.</source>
        <translation>请关闭此窗口并打开更新的程序。</translation>
    </message>
    <message>
        <source>It is being started again.</source>
        <translation>正在重新启动。</translation>
    </message>
    <message>
        <source>Look into engine.log in the library&apos;s folder.</source>
        <translation>请查看资料库文件夹中的 engine.log。</translation>
    </message>
    <message>
        <source>Nothing is read or found until it is started again.</source>
        <translation>重新启动之前，不会读取文件，也无法搜索。</translation>
    </message>
    <message>
        <source>It was moved or deleted. “Look for changes now” under Index finds it anew.</source>
        <translation>它已被移动或删除。可用“索引”菜单中的“立即检查更改”重新查找。</translation>
    </message>
    <message>
        <source>Choose a program for its kind in your desktop&apos;s settings.</source>
        <translation>请在桌面设置中为此类文件选择程序。</translation>
    </message>
    <message>
        <source>Copy the path instead: Ctrl+Shift+C.</source>
        <translation>可改为复制路径：Ctrl+Shift+C。</translation>
    </message>
    <message>
        <source>Change its permissions, or leave it out.</source>
        <translation>请更改其权限，或将其排除。</translation>
    </message>
    <message>
        <source>Changes are found by looking from time to time instead.</source>
        <translation>改为定时检查更改。</translation>
    </message>
</context>
<context>
    <name>filters</name>
    <message>
        <source>Documents</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Web pages</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Slides</source>
        <translation>幻灯片</translation>
    </message>
    <message>
        <source>Mail</source>
        <translation>邮件</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Archives</source>
        <translation>压缩包</translation>
    </message>
    <message>
        <source>before: {time}</source>
        <translation>早于：{time}</translation>
    </message>
    <message>
        <source>after: {time}</source>
        <translation>晚于：{time}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Past week</source>
        <translation>过去一周</translation>
    </message>
    <message>
        <source>Past month</source>
        <translation>过去一个月</translation>
    </message>
    <message>
        <source>Past year</source>
        <translation>过去一年</translation>
    </message>
    <message>
        <source>best first</source>
        <translation>最相关优先</translation>
    </message>
    <message>
        <source>name, A to Z</source>
        <translation>名称，A 到 Z</translation>
    </message>
    <message>
        <source>name, Z to A</source>
        <translation>名称，Z 到 A</translation>
    </message>
    <message>
        <source>oldest first</source>
        <translation>最旧优先</translation>
    </message>
    <message>
        <source>newest first</source>
        <translation>最新优先</translation>
    </message>
    <message>
        <source>smallest first</source>
        <translation>最小优先</translation>
    </message>
    <message>
        <source>largest first</source>
        <translation>最大优先</translation>
    </message>
    <message>
        <source>path, A to Z</source>
        <translation>路径，A 到 Z</translation>
    </message>
    <message>
        <source>path, Z to A</source>
        <translation>路径，Z 到 A</translation>
    </message>
    <message>
        <source>Older</source>
        <translation>更早</translation>
    </message>
    <message>
        <source>ending: {value}</source>
        <translation>扩展名：{value}</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>名称：{value}</translation>
    </message>
    <message>
        <source>title: {value}</source>
        <translation>标题：{value}</translation>
    </message>
    <message>
        <source>author: {value}</source>
        <translation>作者：{value}</translation>
    </message>
    <message>
        <source>from: {value}</source>
        <translation>发件人：{value}</translation>
    </message>
    <message>
        <source>to: {value}</source>
        <translation>收件人：{value}</translation>
    </message>
    <message>
        <source>size: {value}</source>
        <translation>大小：{value}</translation>
    </message>
    <message>
        <source>language: {value}</source>
        <translation>语言：{value}</translation>
    </message>
    <message>
        <source>like: {value}</source>
        <translation>类似：{value}</translation>
    </message>
    <message>
        <source>sorted: {value}</source>
        <translation>排序：{value}</translation>
    </message>
    <message>
        <source>not {filter}</source>
        <translation>非 {filter}</translation>
    </message>
    <message>
        <source>{text} is no date or span of time that is known.</source>
        <translation>{text} 不是可识别的日期或时间段。</translation>
    </message>
    <message>
        <source>{text} is no size that is known.</source>
        <translation>{text} 不是可识别的大小。</translation>
    </message>
    <message>
        <source>{text} is no type of file that is known.</source>
        <translation>{text} 不是可识别的文件类型。</translation>
    </message>
    <message>
        <source>{text} is no language that is known.</source>
        <translation>{text} 不是可识别的语言。</translation>
    </message>
    <message>
        <source>{text} is no order that is known.</source>
        <translation>{text} 不是已知的排序方式。</translation>
    </message>
    <message>
        <source>{text} is no filter and was searched as words.</source>
        <translation>{text} 不是筛选条件，已按词搜索。</translation>
    </message>
    <message>
        <source>{text} needs a value after the colon.</source>
        <translation>{text} 的冒号后需要一个值。</translation>
    </message>
    <message>
        <source>A quotation mark in {text} is not closed.</source>
        <translation>{text} 中的引号没有闭合。</translation>
    </message>
    <message>
        <source>{text} leaves nothing to look for.</source>
        <translation>{text} 没有留下可搜索的内容。</translation>
    </message>
    <message>
        <source>{text}: no folder of this name holds a file of the library.</source>
        <translation>{text}：资料库中没有此名称且含文件的文件夹。</translation>
    </message>
    <message>
        <source>{text} is no file of the library.</source>
        <translation>{text} 不是库中的文件。</translation>
    </message>
    <message>
        <source>{text} needs the model, which cannot be used now.</source>
        <translation>{text} 需要模型，但模型现在无法使用。</translation>
    </message>
    <message>
        <source>No file holds the phrase {text}.</source>
        <translation>没有文件包含短语{text}。</translation>
    </message>
    <message>
        <source>No file that is read so far holds the phrase {text}.</source>
        <translation>目前已读取的文件都不含短语{text}。</translation>
    </message>
    <message>
        <source>No file that passes the filters holds the phrase {text}.</source>
        <translation>符合筛选条件的文件都不包含短语{text}。</translation>
    </message>
    <message>
        <source>No file holds all of these: {text}.</source>
        <translation>没有文件同时包含这些短语：{text}。</translation>
    </message>
    <message>
        <source>{text} is in no file.</source>
        <translation>没有文件含有{text}。</translation>
    </message>
    <message>
        <source>{text} holds no word to look for: signs alone are not indexed.</source>
        <translation>{text} 中没有可查找的词：单独的符号不会被索引。</translation>
    </message>
    <message>
        <source>No file that is read so far holds a word that begins with {text}.</source>
        <translation>目前已读取的文件中都没有以{text}开头的词。</translation>
    </message>
    <message>
        <source>No file that passes the filters holds a word that begins with {text}.</source>
        <translation>符合筛选条件的文件中都没有以{text}开头的词。</translation>
    </message>
    <message>
        <source>No file holds a word that begins with {text}.</source>
        <translation>没有文件包含以{text}开头的词。</translation>
    </message>
</context>
<context>
    <name>library</name>
    <message>
        <source>Something is not sound.</source>
        <translation>有些内容不完好。</translation>
    </message>
    <message>
        <source>Something was not sound and has been mended.</source>
        <translation>有些内容曾不完好，现已修复。</translation>
    </message>
    <message>
        <source>Everything is sound.</source>
        <translation>一切完好。</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between names</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>Sound: {names}</source>
        <translation>完好：{names}</translation>
    </message>
    <message>
        <source>Last changed {date}: {files}, {count} vectors.</source>
        <translation>最后更改于 {date}：{files}，{count} 个向量。</translation>
    </message>
    <message>
        <source>Made {date} by version {version}: {files}, {count} vectors.</source>
        <translation>由版本 {version} 制作于 {date}：{files}，{count} 个向量。</translation>
    </message>
    <message>
        <source>“Repair” makes anew what is wrong.</source>
        <translation>“修复”会重建有问题的部分。</translation>
    </message>
    <message>
        <source>Mended: {name}</source>
        <translation>已修复：{name}</translation>
    </message>
    <message>
        <source>The database says: {text}</source>
        <translation>数据库报告：{text}</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>发现 {0} 个</translation>
    </message>
    <message>
        <source>{0} passages of finished files</source>
        <translation>已完成文件中的 {0} 个段落</translation>
    </message>
    <message>
        <source>{0} texts and {1} vectors that cannot be, {2} files outside of their folder</source>
        <translation>{0} 段文字和 {1} 个向量不正确，{2} 个文件不在所属文件夹内</translation>
    </message>
    <message>
        <source>{0} vectors, {1} missing, {2} too many</source>
        <translation>{0} 个向量，缺少 {1} 个，多出 {2} 个</translation>
    </message>
    <message>
        <source>A damaged library</source>
        <translation>损坏的资料库</translation>
    </message>
    <message>
        <source>The library before a backup was restored</source>
        <translation>恢复备份之前的资料库</translation>
    </message>
    <message>
        <source>The library before an update</source>
        <translation>更新之前的资料库</translation>
    </message>
    <message>
        <source>Nothing is kept.</source>
        <translation>没有保留任何副本。</translation>
    </message>
    <message>
        <source>Kept: {count}, {size}. They hold the text of your files.</source>
        <translation>已保留：{count}，{size}。它们含有您文件的文字。</translation>
    </message>
    <message>
        <source>database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>words</source>
        <translation>词语</translation>
    </message>
    <message>
        <source>names of files</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>titles</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>vectors</source>
        <translation>向量</translation>
    </message>
    <message>
        <source>no vector without its text</source>
        <translation>向量都有对应文字</translation>
    </message>
    <message>
        <source>no text without its vectors</source>
        <translation>文字都有对应向量</translation>
    </message>
    <message>
        <source>what the rows say</source>
        <translation>各行内容</translation>
    </message>
    <message>
        <source>search graph</source>
        <translation>搜索图</translation>
    </message>
    <message>
        <source>some of what the library held</source>
        <translation>资料库中的部分内容</translation>
    </message>
    <message>
        <source>the database, which has been made anew</source>
        <translation>数据库（已重建）</translation>
    </message>
    <message>
        <source>the search graph, which has been rebuilt</source>
        <translation>搜索图（已重建）</translation>
    </message>
</context>
<context>
    <name>texts</name>
    <message>
        <source>in {folder}</source>
        <translation>位于 {folder}</translation>
    </message>
    <message>
        <source>{share} %</source>
        <translation>{share}%</translation>
    </message>
    <message>
        <source>copy</source>
        <translation>副本</translation>
    </message>
    <message>
        <source>nearly a copy</source>
        <translation>近似副本</translation>
    </message>
    <message>
        <source>version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>page {number}</source>
        <translation>第 {number} 页</translation>
    </message>
    <message>
        <source>slide {number}</source>
        <translation>第 {number} 张幻灯片</translation>
    </message>
    <message>
        <source>sheet {name}, row {number}</source>
        <translation>工作表 {name}，第 {number} 行</translation>
    </message>
    <message>
        <source>sheet {name}</source>
        <translation>工作表 {name}</translation>
    </message>
    <message>
        <source>cell {number}</source>
        <translation>第 {number} 个单元格</translation>
    </message>
    <message>
        <source>mail {number}</source>
        <translation>第 {number} 封邮件</translation>
    </message>
    <message>
        <source>row {number}</source>
        <translation>第 {number} 行</translation>
    </message>
    <message>
        <source>line {number}</source>
        <translation>第 {number} 行</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between places</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>inside {name}</source>
        <translation>在 {name} 中</translation>
    </message>
    <message>
        <source>{place}, also {others}</source>
        <translation>{place}，另见{others}</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>还剩 {time}</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} 小时</translation>
    </message>
    <message>
        <source>{days} days</source>
        <translation>{days} 天</translation>
    </message>
    <message>
        <source>{rate} per second</source>
        <translation>每秒 {rate} 个</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>已是最新</translation>
    </message>
    <message>
        <source>Looking for files</source>
        <translation>正在查找文件</translation>
    </message>
    <message>
        <source>Reading files</source>
        <translation>正在读取文件</translation>
    </message>
    <message>
        <source>Learning what files mean</source>
        <translation>正在理解文件含义</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Something is wrong</source>
        <translation>出现问题</translation>
    </message>
    <message>
        <source>Models are being tried; other work rests meanwhile</source>
        <translation>正在试用模型，其他工作暂停</translation>
    </message>
    <message>
        <source>Paused until {time}</source>
        <translation>已暂停至 {time}</translation>
    </message>
    <message>
        <source>at full speed, as you asked</source>
        <translation>按您的要求全速进行</translation>
    </message>
    <message>
        <source>Waiting: {reason}</source>
        <translation>等待中：{reason}</translation>
    </message>
    <message>
        <source>gently: {reason}</source>
        <translation>放慢进行：{reason}</translation>
    </message>
    <message>
        <source>you use the machine</source>
        <translation>您正在使用电脑</translation>
    </message>
    <message>
        <source>other programs are busy</source>
        <translation>其他程序正忙</translation>
    </message>
    <message>
        <source>on battery</source>
        <translation>正在使用电池</translation>
    </message>
    <message>
        <source>the system saves power</source>
        <translation>系统处于省电模式</translation>
    </message>
    <message>
        <source>the battery is low</source>
        <translation>电池电量低</translation>
    </message>
    <message>
        <source>the processor is hot</source>
        <translation>处理器过热</translation>
    </message>
    <message>
        <source>the network is metered</source>
        <translation>网络按流量计费</translation>
    </message>
    <message>
        <source>a game, a presentation or “do not disturb”</source>
        <translation>游戏、演示或“请勿打扰”</translation>
    </message>
    <message>
        <source>the library may not grow any more</source>
        <translation>资料库已达大小上限</translation>
    </message>
    <message>
        <source>little room is left on the disk</source>
        <translation>磁盘剩余空间不足</translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <translation>{first}{second}</translation>
    </message>
    <message>
        <source>So far {keywords} of {files} files can be found by words, {meaning} by meaning.</source>
        <translation>目前 {files} 个文件中有 {keywords} 个可按关键词找到，{meaning} 可按含义找到。</translation>
    </message>
    <message>
        <source>All that can be read is found by words, {meaning} of it by meaning so far.</source>
        <translation>所有可读取的文件都能按关键词找到，目前其中 {meaning} 可按含义找到。</translation>
    </message>
    <message>
        <source>Not all of your files are read yet.</source>
        <translation>您的文件尚未全部读取。</translation>
    </message>
    <message>
        <source>The model is waking up; meaning joins in a moment.</source>
        <translation>模型正在启动，稍后会加入含义结果。</translation>
    </message>
    <message>
        <source>The model cannot be used now, so only words are compared.</source>
        <translation>目前无法使用模型，只比较关键词。</translation>
    </message>
    <message>
        <source>The model does not know this language, so only words are compared.</source>
        <translation>模型不支持这种语言，只比较关键词。</translation>
    </message>
    <message>
        <source>No file has been read yet.</source>
        <translation>尚未读取任何文件。</translation>
    </message>
    <message>
        <source>The library is damaged; not all of it can be found.</source>
        <translation>资料库已损坏，其中部分内容无法找到。</translation>
    </message>
    <message>
        <source>The library was damaged; your files are being read again.</source>
        <translation>资料库曾损坏，正在重新读取您的文件。</translation>
    </message>
    <message>
        <source>not connected: {path}; what was read from it is kept</source>
        <translation>未连接：{path}；已读取的内容会保留</translation>
    </message>
    <message>
        <source>It was deleted, moved or renamed. Removing it here deletes what is kept of it.</source>
        <translation>它已被删除、移动或重命名。在此移除它，会一并删除为它保留的内容。</translation>
    </message>
    <message>
        <source>texts go to {name}</source>
        <translation>文本发送到 {name}</translation>
    </message>
    <message>
        <source>The library is being checked</source>
        <translation>正在检查资料库</translation>
    </message>
    <message>
        <source>The library is being mended</source>
        <translation>正在修复资料库</translation>
    </message>
    <message>
        <source>The library is being brought up to date</source>
        <translation>正在将资料库更新到新版本</translation>
    </message>
    <message>
        <source>The backup is being written</source>
        <translation>正在写入备份</translation>
    </message>
    <message>
        <source>The backup is being brought back</source>
        <translation>正在恢复备份</translation>
    </message>
    <message>
        <source>{what}…</source>
        <translation>{what}…</translation>
    </message>
    <message>
        <source>{what} (step {step} of {steps})…</source>
        <translation>{what}（第 {step} 步，共 {steps} 步）…</translation>
    </message>
    <message>
        <source>Starting the engine…</source>
        <translation>正在启动引擎…</translation>
    </message>
    <message>
        <source>Everything stays on this machine.</source>
        <translation>一切都留在这台电脑上。</translation>
    </message>
    <message>
        <source>The texts of your files and your questions go to {name}, as you chose.</source>
        <translation>按照您的选择，文件文本和您的问题会发送到 {name}。</translation>
    </message>
    <message>
        <source>The model does what it should.</source>
        <translation>模型工作正常。</translation>
    </message>
    <message>
        <source>The model does not do what it should.</source>
        <translation>模型工作不正常。</translation>
    </message>
</context>
</TS>
