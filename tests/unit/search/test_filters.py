import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.core.questions import Field, Filter
from jinasearch.search import filters
from jinasearch.store import files, folders, passages, selection
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate

NOW = datetime(2024, 3, 14, 15, 9, tzinfo=timezone(timedelta(hours=1)))


def read(text):
    found = filters.read(text, NOW)
    told = [("-" * f.negated + f.field.value, f.value) for f in found.filters]
    return found.words.split(), told, found.hint and found.hint.code


@pytest.mark.parametrize(
    ("text", "words", "told", "hint"),
    [
        ("budget type:pdf plan", ["budget", "plan"], [("type", "pdf")], None),
        ("-in:archive x", ["x"], [("-in", "archive")], None),
        ("after:last week budget", ["budget"], [("after", "last week")], None),
        ("date:2024-03 x", ["x"], [("date", "2024-03")], None),
        ('from:"Bob Smith" x', ["x"], [("from", "Bob Smith")], None),
        ("size:>10mb", [], [("size", ">10mb")], None),
        ("size: > 1.5 GB x", ["x"], [("size", " > 1.5 GB")], None),
        ("类型：图片 猫", ["猫"], [("type", "图片")], None),
        ("Type:PDF,docx", [], [("type", "PDF,docx")], None),
        ('"a type:pdf b"', ['"a', "type:pdf", 'b"'], [], None),
        ("std::vector http://x.y 10:30 Re:budget", 4, [], None),
        ("type:foo", ["type:foo"], [], "bad-type"),
        ("before:soon x", ["before:soon", "x"], [], "bad-date"),
        ("size:big", ["size:big"], [], "bad-size"),
        ("lang:klingon", ["lang:klingon"], [], "bad-language"),
        ("typ:pdf", ["typ:pdf"], [], "unknown-field"),
        ("sort:-date x", ["x"], [("sort", "-date")], None),
        ("排序：大小", [], [("sort", "大小")], None),
        ("sort:colour x", ["sort:colour", "x"], [], "bad-sort"),
        ("type: x", ["x"], [], "missing-value"),
        ('"open type:pdf', ['"open', "type:pdf"], [], "open-quote"),
        ("ｔｙｐｅ：ｐｄｆ　ｘ", ["ｘ"], [("type", "pdf")], None),
        ("size:＞１mb x", ["x"], [("size", ">1mb")], None),
        ("from:“Bob Smith” x", ["x"], [("from", "Bob Smith")], None),
        ("in:～／ｘ x", ["x"], [("in", "～／ｘ")], None),
        ("file:///home/me/a.txt", ["file:///home/me/a.txt"], [], None),
        ("text:policy", ["text:policy"], [], None),
        ("text:json", ["text:json"], [], "unknown-field"),
        ("sizes:big", ["sizes:big"], [], None),
    ],
)
def test_reading(text, words, told, hint):
    found, filters_told, code = read(text)
    assert (len(found) if isinstance(words, int) else found) == words
    assert (filters_told, code) == (told, hint)


def test_a_chip_knows_its_place_in_the_text():
    text = "plan -type:pdf before:last week now"
    for each in filters.read(text, NOW).filters:
        assert text[each.start : each.end] in ("-type:pdf", "before:last week")


@pytest.mark.parametrize(
    ("text", "part", "better"),
    [
        ("x type:pfd", "type:pfd", "type:pdf"),
        ("kind:pfd", "kind:pfd", "type:pdf"),
        ("-type:pfd,mail x", "-type:pfd,mail", "-type:pdf,mail"),
        ("ｔｙｐｅ：pfd", "ｔｙｐｅ：pfd", "type:pdf"),
        ("typ:pdf", "typ:pdf", "type:pdf"),
        ("type:qqqq", "type:qqqq", ""),
    ],
)
def test_a_suggestion_can_stand_in_place_of_the_part_that_it_is_for(text, part, better):
    hint = filters.read(text, NOW).hint
    assert (hint.text, hint.suggestion) == (part, better)
    assert hint.text in text


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    connection = open_writer(tmp_path_factory.mktemp("library") / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home/me", Rules(), False).id
    mail = "Subject: Tea\nFrom: José <jose@x.org>\nTo: Ann Lee <ann@y.org>\n\nTo: nobody at all"
    german = "Der Hund und die Katze sind nicht im Haus, denn sie haben auch noch Hunger."
    for name, kind, size, day, title, author, text in [
        ("Reports/Budget 2023.pdf", "pdf", 12_000_000, "2023-06-01", "Budget", "Ann Lee", "money"),
        ("Reports/old/plan_50%.docx", "docx", 5_000, "2024-03-13", "", "", "draft money"),
        ("notes/todo.md", "markdown", 10, "2024-03-05", "", "", "money"),
        ("mail/1.eml", "eml", 900, "2024-03-14", "Tea", "José", mail),
        ("briefe/hund.odt", "odt", 40_000, "2021-01-01", "", "", german),
        ("briefe/猫.txt", "text", 50_000, "2021-01-02", "", "", "这只猫不在家里，它很饿。"),
        ("photo.JPG", "", 2_000_000, "2022-01-01", "", "", ""),
        ("src/tool.py", "code", 300, "2024-01-01", "", "", "money"),
    ]:
        moment = int(datetime.fromisoformat(f"{day}T12:00+01:00").timestamp() * 1e9)
        file = files.seen(connection, folder, FileStat(f"/home/me/{name}", size, moment))
        if kind:
            document = Document(kind, title, author, (Passage(text),))
            passages.replace(connection, file, document, name, [])
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("type:pdf", "Budget"),
        ("type:document", "hund plan"),
        ("type:image", "photo"),
        ("type:jpeg", "photo"),
        ("type:md", "todo"),
        ("type:code", "tool"),
        ("type:pdf,image", "Budget photo"),
        ("type:pdf type:image", "Budget photo"),
        ("-type:pdf -type:image", "1 hund plan todo tool 猫"),
        ("ext:jpg", "photo"),
        ("ext:.DOCX", "plan"),
        ("ext:d_cx", ""),
        ("size:4..6kb", "plan"),
        ("in:reports", "Budget plan"),
        ("in:reports/old", "plan"),
        ("in:rep -in:old", "Budget"),
        ("in:/home/me/notes", "todo"),
        ("in:/home/me/note", ""),
        ("in:/home/me/", "1 Budget hund photo plan todo tool 猫"),
        ("name:budg", "Budget"),
        ("name:plan_50%", "plan"),
        ("title:tea", "1"),
        ("author:ann", "Budget"),
        ("author:jose", "1"),
        ("from:josé", "1"),
        ("from:jose@x.org", "1"),
        ("from:ann", ""),
        ("to:ann", "1"),
        ("to:ANN@y.org", "1"),
        ("to:nobody", ""),
        ("date:today", "1"),
        ("date:yesterday", "plan"),
        ("after:2024", "1 plan todo tool"),
        ("before:2023", "hund photo 猫"),
        ("after:2024-01-02 before:2024-03-10", "todo"),
        ("date:2023", "Budget"),
        ("size:>10mb", "Budget"),
        ("lang:de", "hund"),
        ("lang:German,中文", "hund 猫"),
        ("in:briefe -lang:de", "猫"),
        ("size:<1k", "1 todo tool"),
        ("size:300..5k", "1 plan tool"),
        ("size:>1mb size:<10mb", "photo"),
        ("size:5mb..1k", "hund photo plan 猫"),
        ("date:2022..2021", "hund photo 猫"),
        ("", "1 Budget hund photo plan todo tool 猫"),
    ],
)
def test_which_files_pass(library, text, names):
    reading = filters.read(text, NOW)
    assert reading.hint is None
    chosen = selection.newest(library, filters.selected(reading.filters, NOW), 100)
    found = [files.by_id(library, file).stat.path for file in chosen]
    stems = {path.rsplit("/", 1)[1].split(".")[0].split()[0].split("_")[0] for path in found}
    assert stems == set(names.split())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name:budgte", "Budget 2023.pdf"),
        ('name:"bugdet 2023"', "Budget 2023.pdf"),
        ("name:todo", "todo.md"),
        ("name:tdoo name:budget", "Budget 2023.pdf todo.md"),
        ("name:photos", "photo.JPG"),
        ("title:budgett", "Budget 2023.pdf"),
        ("author:jsoé", "1.eml"),
        ("name:nothing", ""),
        ("-name:budgte type:pdf", "Budget 2023.pdf"),
    ],
)
def test_slips_are_forgiven_in_names_that_no_file_has(library, text, names):
    reading = filters.read(text, NOW)
    chosen = selection.newest(library, filters.selected(reading.filters, NOW, library), 100)
    found = [files.by_id(library, file).stat.path.rsplit("/", 1)[1] for file in chosen]
    assert " ".join(sorted(found)) == names


@settings(deadline=None)
@given(
    st.sampled_from([field for field in Field if field is not Field.LIKE]),
    st.text(max_size=12),
    st.booleans(),
)
def test_every_value_is_a_problem_or_can_be_asked(library, field, value, negated):
    wanted = Filter(field, value, negated)
    if filters.problem_with(wanted, NOW) is None:
        selection.newest(library, filters.selected([wanted], NOW, library), 5)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_every_text_can_be_read(text):
    found = filters.read(text, NOW)
    assert len(found.words) <= len(text)


@pytest.mark.parametrize("text", ["size:" + " " * 300_000 + "x", "before:x " * 30_000])
def test_no_question_holds_the_program_up(text):
    # In a process of its own, as nothing else ends what would go on for hours.
    code = (
        "import sys; from jinasearch.search import filters; from jinasearch.search.dates import"
        " local_now; print(len(filters.read(sys.stdin.read(), local_now()).filters))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        input=text,
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ran.stdout.strip() == "0"
