"""Files shown beside the results, by a real worker: places, marks, safety, and what goes wrong."""

import io
import os
import threading
import time
import zipfile

import psutil
import pytest
from PIL import Image

from documents import write_pdf
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Rules
from jinasearch.core.paths import to_uri
from jinasearch.core.preview import Form, Style
from jinasearch.engine import preview_desk, protocol
from jinasearch.engine.protocol import PreviewRequest, SearchRequest

CODE = "".join(f"def filler_{n}():\n    return {n}\n\n\n" for n in range(800)) + (
    "def albatross(wing):\n    # glides\n    return 'far' + wing\n"
)
PAGE = """<html><head><title>T</title><style>p{background:url(http://evil.example/a)}</style></head>
<body onload='steal()'><script>steal('puffin')</script><h1>Birds &amp; sea</h1>
<p>The <b>puffin</b> glides.<img src='http://evil.example/p.png' alt='a bird'></p>
<ul><li>one</li><li><a href='http://evil.example'>two</a></li></ul>
<iframe src='http://evil.example'></iframe><object data='file:///etc/passwd'></object>
<table><tr><td>a</td><td>b</td></tr></table></body></html>"""
NOTE = """---
title: Bread
---
# Bread

Mix **flour** and `yeast`.<script>x()</script>

> old saying

```python
bake()
```

1. first
2. second
"""
MAIL = """From: Ada <ada@example.org>
To: Bob
Subject: Keys
Date: Mon, 1 Jan 2024 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/html

<p>Bring the <b>petrel</b>.</p><img src='http://evil.example/pixel'>
--B
Content-Type: application/zip
Content-Disposition: attachment; filename=keys.zip

PK
--B--
"""


@pytest.fixture(scope="module")
def bench(shared_bench):
    """An engine that knows all the files of these tests."""
    for name, text in {
        "tool.py": CODE,
        "one.txt": "x" * 7000 + " shearwater " + "y" * 7000,
        "page.html": PAGE,
        "note.md": NOTE,
        "m.eml": MAIL,
        "a.txt": "The gannet glides.",
        "b.txt": "The cormorant dives.",
    }.items():
        shared_bench.write(name, text)
    home = shared_bench.home
    lease = ["The tenant may end this agreement", "with three months notice."]
    write_pdf(home / "lease.pdf", [["Nothing of interest stands here."], lease])
    write_docx(home / "birds.docx", ("Heading1", "Birds"), ("", "The kittiwake calls."))
    image = Image.new("RGB", (3000, 1500), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    image.save(home / "fulmar.jpg", exif=exif)
    shared_bench.index()
    return shared_bench


def write_docx(path, *paragraphs: tuple[str, str]) -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
        )


def found(bench, text: str):
    return bench.engine.searches.search(SearchRequest(text, protocol.Mode.KEYWORDS)).hits[0]


def shown(bench, text: str, pixels: int = 800, **more):
    """The preview of the passage that answers best."""
    hit = found(bench, text)
    passage = hit.passages[0].id if hit.passages else 0
    request = PreviewRequest(hit.file, passage=passage, text=text, pixels=pixels, **more)
    return bench.engine.previews.preview(request)


def pieces(preview, marks) -> list[str]:
    return [preview.text[mark.start : mark.end] for mark in marks]


def styled(preview, style: Style) -> list[str]:
    return [preview.text[s.start : s.end] for s in preview.spans if s.style is style]


def test_a_page_is_drawn_with_the_passage_and_the_words_boxed(bench):
    preview = shown(bench, "tenant notice")
    assert (preview.form, preview.kind, preview.page, preview.pages) == ("picture", "pdf", 2, 2)
    with Image.open(io.BytesIO(preview.picture)) as image:
        assert (image.format, image.width) == ("PNG", 800)
        for box in (*preview.passage_boxes, *preview.word_boxes):
            left, top = round(box.left * image.width), round(box.top * image.height)
            right = round((box.left + box.width) * image.width)
            bottom = round((box.top + box.height) * image.height)
            inside = image.convert("L").crop((left, top, right + 1, bottom + 1))
            assert inside.getextrema()[0] < 128, "no ink in the box"
    assert len(preview.passage_boxes) == 2
    assert pieces(preview, preview.words) == ["tenant", "notice"]
    assert len(preview.word_boxes) == 2
    first = shown(bench, "tenant notice", page=1)
    assert (first.page, first.passage_boxes, first.word_boxes) == (1, (), ())
    assert shown(bench, "tenant notice", page=99).page == 2


def test_code_is_shown_at_its_lines_with_its_syntax(bench):
    preview = shown(bench, "albatross")
    assert preview.form is Form.CODE
    assert preview.cut
    lines = preview.text.split("\n")
    at = next(n for n, line in enumerate(lines) if "albatross" in line)
    assert CODE.split("\n")[preview.first_line + at - 1] == lines[at]
    assert "albatross" in "".join(pieces(preview, preview.passage))
    assert pieces(preview, preview.words) == ["albatross"]
    assert "def" in styled(preview, Style.KEYWORD)
    assert "albatross" in styled(preview, Style.NAME)
    assert "# glides" in styled(preview, Style.COMMENT)
    assert "'far'" in "".join(styled(preview, Style.STRING))


def test_endless_lines_are_broken_and_marked_in_the_right_place(bench):
    preview = shown(bench, "shearwater")
    assert max(map(len, preview.text.split("\n"))) <= 2000
    assert [piece.replace("\n", "") for piece in pieces(preview, preview.words)] == ["shearwater"]


def test_a_web_page_comes_without_scripts_addresses_or_pictures(bench):
    preview = shown(bench, "puffin")
    assert preview.form is Form.PROSE
    for secret in ("steal", "evil", "passwd", "url(", "<"):
        assert secret not in preview.text
    assert styled(preview, Style.HEADING1) == ["Birds & sea"]
    assert styled(preview, Style.BOLD) == ["puffin"]
    assert styled(preview, Style.LINK) == ["two"]
    assert "• one" in "".join(styled(preview, Style.ITEM))
    assert "a │ b" in preview.text
    assert "[a bird]" in preview.text
    assert "puffin" in "".join(pieces(preview, preview.passage))


def test_markdown_is_set_and_its_raw_markup_is_no_danger(bench):
    preview = shown(bench, "flour yeast")
    assert styled(preview, Style.HEADING1) == ["Bread"]
    assert styled(preview, Style.BOLD) == ["flour"]
    assert styled(preview, Style.MONO) == ["yeast"]
    assert "x()" not in preview.text
    assert "bake()" in "".join(styled(preview, Style.PRE))
    assert "1. first" in preview.text
    assert sorted(pieces(preview, preview.words)) == ["flour", "yeast"]


def test_a_mail_is_shown_with_its_headers_and_what_is_attached(bench):
    preview = shown(bench, "petrel")
    assert "Subject: Keys" in styled(preview, Style.FIELD)
    assert "📎 keys.zip" in styled(preview, Style.FIELD)
    assert styled(preview, Style.BOLD) == ["petrel"]
    assert "evil" not in preview.text


def test_office_files_are_shown_as_the_text_with_its_headings(bench):
    preview = shown(bench, "kittiwake")
    assert (preview.form, preview.kind, preview.problem) == (Form.PROSE, "docx", "")
    assert "Birds" in preview.text
    assert "kittiwake calls" in "".join(pieces(preview, preview.passage))
    assert pieces(preview, preview.words) == ["kittiwake"]


def test_a_picture_is_scaled_and_turned_upright(bench):
    preview = shown(bench, "fulmar")
    assert preview.form is Form.PICTURE
    with Image.open(io.BytesIO(preview.picture)) as small:
        assert (small.width, small.height) == (800, 1600)


def test_what_the_library_does_not_know_is_refused(bench):
    with pytest.raises(JinasearchError) as caught:
        bench.engine.previews.preview(PreviewRequest(uri=to_uri(bench.home / "nothing.txt")))
    assert caught.value.code == Code.NOT_FOUND


def test_of_an_archive_that_the_rules_keep_closed_is_told_so(bench):
    path = bench.home / "birds.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bird.txt", "An albatross.")
    bench.index()
    with pytest.raises(JinasearchError) as caught:
        bench.engine.previews.preview(PreviewRequest(uri=path.as_uri(), pixels=800))
    assert caught.value.code is Code.FILE_ARCHIVE_CLOSED


def test_a_file_that_kills_its_worker_is_shown_from_the_library(bench):
    assert shown(bench, "gannet").problem == ""
    desk = bench.engine.previews
    pid = desk._worker.pid
    os.kill(pid, 9)
    broken = shown(bench, "gannet")
    assert broken.problem in (Code.FILE_CRASHED_READER, Code.FILE_OUT_OF_MEMORY)
    assert broken.text == "The gannet glides."
    assert pieces(broken, broken.words) == ["gannet"]
    assert shown(bench, "cormorant").problem == ""
    assert desk._worker.pid not in (0, pid)


def test_a_slow_file_is_ended_for_the_next(bench):
    desk = bench.engine.previews
    shown(bench, "gannet")
    still = desk._worker.pid
    os.kill(still, 19)  # it stands still, as a reader in an endless loop does
    first: list = []
    slow = threading.Thread(target=lambda: first.append(shown(bench, "gannet")))
    slow.start()
    time.sleep(0.2)
    assert shown(bench, "cormorant").problem == ""
    slow.join(10)
    assert first[0].problem in (Code.FILE_OUT_OF_MEMORY, Code.FILE_CRASHED_READER)
    assert not psutil.pid_exists(still)


def test_the_worker_ends_when_nobody_looks(bench, monkeypatch):
    monkeypatch.setattr(preview_desk, "_IDLE_SECONDS", 0.2)
    shown(bench, "gannet")
    assert bench.engine.previews._worker.pid
    bench.until(lambda: bench.engine.previews._worker.pid == 0, "the worker's end")


def test_without_pixels_nothing_is_opened(bench, monkeypatch):
    monkeypatch.setattr(bench.engine.previews._worker, "preview", None)
    preview = shown(bench, "tenant", pixels=0, page=2)
    assert (preview.form, preview.page, preview.picture) == (Form.PROSE, 2, b"")
    assert styled(preview, Style.PLACE)
    assert [place.page for place in preview.places] == [1, 2]
    assert protocol.encode(preview)


@pytest.fixture(scope="module")
def packed(bench):
    """Archives that are opened: members of several kinds, one archive within another."""
    place = bench.home.parent / "packed"
    (place / "made").mkdir(parents=True)
    lines = [["Turnstones", "", "The first page."], ["Sandpipers", "", "They wade the mudflat."]]
    write_pdf(place / "made" / "waders.pdf", lines)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep/note.md", "# Deep\n\nA **dunlin** in the marsh.")
        archive.writestr("deep/other.md", "# Other\n\nA lapwing on the field.")
    with zipfile.ZipFile(place / "birds.zip", "w") as archive:
        archive.writestr("a/first.txt", "The whimbrel calls over the marsh.")
        archive.writestr("a/code.py", "def curlew():\n    return 'long bill'\n")
        archive.write(place / "made" / "waders.pdf", "waders.pdf")
        archive.writestr("inner.zip", inner.getvalue())
    docx = io.BytesIO()
    with zipfile.ZipFile(docx, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            "<w:body><w:p><w:r><w:t>The godwit flies without a rest.</w:t></w:r></w:p></w:body>"
            "</w:document>",
        )
    with zipfile.ZipFile(place / "papers.zip", "w") as archive:
        archive.writestr("godwit.docx", docx.getvalue())
        archive.writestr("plover.txt", "The plover runs along the sand.")
    bench.engine.folders.add(protocol.AddFolders((to_uri(place),), Rules(archives=True)))
    bench.until(lambda: bench.names("whimbrel") and bench.names("plover"), "both archives")
    return bench


def test_of_an_archive_the_file_that_answers_is_shown(packed):
    text = shown(packed, "whimbrel")
    assert text.text.startswith("The whimbrel calls over")
    assert "curlew" not in text.text
    assert text.problem == ""
    code = shown(packed, "curlew")
    assert (code.form, code.kind) == (Form.CODE, "code")
    assert pieces(code, code.words) == ["curlew"]
    deep = shown(packed, "dunlin")
    assert (deep.form, deep.kind) == (Form.PROSE, "markdown")
    assert styled(deep, Style.HEADING1) == ["Deep"]
    assert "lapwing" not in deep.text


def test_of_a_page_within_an_archive_the_page_that_answers_is_drawn(packed):
    preview = shown(packed, "sandpipers mudflat")
    assert (preview.form, preview.kind, preview.page, preview.pages) == ("picture", "pdf", 2, 2)
    assert preview.word_boxes


def test_of_a_document_within_an_archive_its_own_text_is_shown(packed):
    preview = shown(packed, "godwit")
    assert "flies without a rest" in preview.text
    assert "plover" not in preview.text
    assert [place.member for place in preview.places] == ["godwit.docx"]
    assert preview.problem == ""


def test_a_file_that_is_no_longer_in_its_archive_is_shown_from_the_library(packed):
    packed.engine.pause(protocol.Pause(paused=True))
    path = packed.home.parent / "packed" / "papers.zip"
    before = path.read_bytes()
    try:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("other.txt", "nothing of the kind")
        assert "plover runs" in shown(packed, "plover").text
    finally:
        path.write_bytes(before)
        packed.engine.pause(protocol.Pause(paused=False))
