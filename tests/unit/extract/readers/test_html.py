from __future__ import annotations


def test_title_author_headings_and_text(document_of):
    filler = "<p>" + "filler text " * 60 + "</p>"
    document = document_of(
        "a.html",
        "<!doctype html><html><head><title>My\n page</title><meta name='Author' content='Ann'>"
        f"<style>p {{}}</style></head><body><h1>Top</h1>{filler}<h2>First <b>part</b></h2>{filler}"
        f"<h2>Second</h2>{filler}</body></html>",
    )
    assert document.title == "My page"
    assert document.author == "Ann"
    assert [p.heading for p in document.passages] == [
        "Top",
        "Top › First part",
        "Top › Second",
    ]


def test_noise_is_left_out(outline_of):
    text = outline_of(
        "a.html",
        "<body><nav>menu</nav><script>var x = '<p>code</p>'</script><style>css</style>"
        "<noscript>turn it on</noscript><template>later</template><svg><text>drawn</text></svg>"
        "<p>kept</p><!-- comment --></body>",
    ).text
    assert text.split() == ["kept"]


def test_inline_tags_do_not_part_words_and_blocks_do(outline_of):
    text = outline_of(
        "a.html",
        "<body><p>un<b>believ</b>able</p><p>next<br>line</p><ul><li>one</li><li>two</li></ul>"
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></body>",
    ).text
    assert [line for line in text.splitlines() if line] == [
        "unbelievable", "next", "line", "one", "two", "a b", "c d",
    ]  # fmt: skip


def test_white_space_of_the_source_is_none_of_the_text(outline_of):
    text = outline_of("a.html", "<p>one\n   two\t\f three</p>").text
    assert text.strip() == "one two three"


def test_preformatted_text_keeps_its_lines(outline_of):
    text = outline_of("a.html", "<p>x\ny</p><pre>one\ntwo <b>\nthree</b></pre><p>z</p>").text
    assert [line for line in text.splitlines() if line] == ["x y", "one", "two", "three", "z"]


def test_entities_and_declared_encodings(outline_of):
    page = "<meta charset=windows-1251><p>Привет &amp; пока&nbsp;&#x263a;</p>"
    assert outline_of("a.html", page.encode("cp1251")).text.strip() == "Привет & пока ☺"


def test_a_page_without_title_takes_its_first_heading(outline_of):
    assert outline_of("a.html", "<h2>Only <i>this</i></h2>text").title == "Only this"


def test_broken_pages_are_read(outline_of):
    assert outline_of("a.html", "").text == ""
    assert "text" in outline_of("b.html", "<h1>open <p>text <table><td><pre>more").text
    assert "deep" in outline_of("c.html", "<div>" * 5000 + "deep").text
    assert outline_of("d.html", "<h1>a</h1><h9>b</h9> < c").text.split() == ["a", "b", "<", "c"]


def test_how_letters_are_read_aloud_is_left_out(document_of):
    page = "<p><ruby>髭<rp>(</rp><rt>ひげ</rt><rp>)</rp></ruby>が硬過ぎる</p>"
    (passage,) = document_of("a.html", page).passages
    assert passage.text == "髭が硬過ぎる"
