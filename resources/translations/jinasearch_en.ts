<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>AnswerList</name>
    <message numerus="yes">
        <source>%Ln files may mean the same.</source>
        <translation>
            <numerusform>%Ln file may mean the same.</numerusform>
            <numerusform>%Ln files may mean the same.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more, less certain</source>
        <translation>
            <numerusform>%Ln more, less certain</numerusform>
            <numerusform>%Ln more, less certain</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>KeptActions</name>
    <message numerus="yes">
        <source>Delete %Ln copies for good?</source>
        <translation>
            <numerusform>Delete %Ln copy for good?</numerusform>
            <numerusform>Delete %Ln copies for good?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressPanel</name>
    <message numerus="yes">
        <source>%Ln could not be read</source>
        <translation>
            <numerusform>%Ln could not be read</numerusform>
            <numerusform>%Ln could not be read</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultsArea</name>
    <message numerus="yes">
        <source>Without the filters, %Ln files would answer.</source>
        <translation>
            <numerusform>Without the filters, %Ln file would answer.</numerusform>
            <numerusform>Without the filters, %Ln files would answer.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folders</source>
        <translation>
            <numerusform>%Ln folder</numerusform>
            <numerusform>%Ln folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln passages</source>
        <translation>
            <numerusform>%Ln passage</numerusform>
            <numerusform>%Ln passages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln copies</source>
        <translation>
            <numerusform>%Ln copy</numerusform>
            <numerusform>%Ln copies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln versions</source>
        <translation>
            <numerusform>%Ln version</numerusform>
            <numerusform>%Ln versions</numerusform>
        </translation>
    </message>
</context>
</TS>
