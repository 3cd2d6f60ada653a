"""Sentences made of numbers and codes; translations whole; drops that are large; the heartbeat."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from jinasearch.core.errors import Code
from jinasearch.core.models import Coverage, ModelInUse, Place
from jinasearch.core.paths import is_large, resource
from jinasearch.gui import error_words, formatting, heartbeat, texts
from jinasearch.gui.app import speak
from jinasearch.gui.elided_label import without_mnemonic
from jinasearch.gui.heartbeat import Heartbeat
from jinasearch.gui.search_window.progress_panel import model_text

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def language(qapp):
    def use(name: str) -> None:
        QLocale.setDefault(QLocale(name))
        speak(qapp, QLocale(name))

    return use


def test_qt_calls_do_not_lose_none(qapp):
    # PySide6 6.12.0 on Python before 3.12 did, and crashed after some thousand calls.
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.setToolTip("x")
    assert sys.getrefcount(None) > before - 400


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place(page=3, line=9), "page 3"),
        (Place(slide=2), "slide 2"),
        (Place(sheet="Q1", row=7), "sheet Q1, row 7"),
        (Place(cell=4), "cell 4"),
        (Place(line=12, line_end=14), "line 12"),
        (Place(member="docs/plan.docx"), "inside docs/plan.docx"),
        (Place(mail=2, member="offer.pdf"), "mail 2, inside offer.pdf"),
    ],
)
def test_places(qapp, place, text):
    assert texts.place(place) == text


@pytest.mark.parametrize(
    ("heading", "member", "shown"),
    [
        ("Report › Costs", None, "Report › Costs"),
        ("docs/plan.docx › Costs › Rent", "docs/plan.docx", "Costs › Rent"),
        ("offer › inner.zip › a.txt › Costs", "inner.zip/a.txt", "offer › Costs"),
        ("plan.docx", "plan.docx", ""),
        ("Costs", "plan.docx", "Costs"),
        ("", "plan.docx", ""),
    ],
)
def test_a_heading_does_not_say_again_what_the_place_says(heading, member, shown):
    assert texts.heading(heading, Place(member=member)) == shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (2, "a few seconds left"),
        (43, "45 s left"),
        (150, "2 min left"),
        (5400, "90 min left"),
        (9000, "2.5 h left"),
        (400_000, "5 days left"),
    ],
)
def test_time_left(language, seconds, text):
    language("en_GB")
    assert formatting.time_left(seconds) == text


def test_a_share_is_not_all_before_it_is_all(qapp):
    assert formatting.percent(999, 1000) == "99 %"
    assert formatting.percent(1000, 1000) == "100 %"
    half_read = Coverage(files=10, keywords=5, passages=100, passages_embedded=100)
    assert texts.meaning_share(half_read) == "50 %"


def test_plurals(language):
    language("en_GB")
    assert formatting.count_of_files(1) == "1 file"
    assert formatting.count_of_files(1204) == "1,204 files"
    language("zh_CN")
    assert formatting.count_of_files(1204) == "1,204 个文件"


def test_the_engines_words_stand_in_english_and_the_code_is_translated_elsewhere(language):
    language("en_GB")
    assert error_words.headline(Code.DISK_FULL, "No room for the graph") == "No room for the graph"
    language("zh_CN")
    assert error_words.headline(Code.DISK_FULL, "No room for the graph") == "磁盘已满"
    assert error_words.headline("unheard-of", "Something new") == "Something new"


def test_the_line_of_the_model_tells_where_texts_go(language):
    language("en_GB")
    model = ModelInUse("mine", "e5", "a.example, openai", "remote", 384, sends_to="a.example")
    assert model_text(model).endswith(" · texts go to a.example")
    assert "go to" not in model_text(replace(model, sends_to=""))
    language("zh_CN")
    assert model_text(model).endswith(" · 文本发送到 a.example")


def test_every_error_has_a_headline(qapp):
    assert {code for code in Code if error_words.reason(code) == code} == set()


def test_every_error_says_what_to_do(qapp):
    assert {code for code in Code if not error_words.advice(code, "")} == set()


@pytest.mark.parametrize("name", ["jinasearch_zh_CN.ts", "jinasearch_en.ts"])
def test_translations_are_whole_and_up_to_date(tmp_path, name):
    """To mend: run pyside6-lupdate with -no-obsolete -locations none, fill in, pyside6-lrelease.

    English holds plurals only (-pluralonly).
    """
    lupdate = Path(sys.executable).with_name("pyside6-lupdate")
    if not lupdate.exists():
        pytest.skip("pyside6-lupdate is not installed")
    copy = tmp_path / name
    shutil.copy(resource("translations") / name, copy)
    sources = sorted(str(path) for path in (REPOSITORY / "jinasearch" / "gui").rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none"]
    options += ["-pluralonly"] if name.endswith("_en.ts") else []
    subprocess.run(
        [str(lupdate), *sources, "-ts", str(copy), *options], check=True, capture_output=True
    )
    unfinished = [
        message.findtext("source")
        for message in ET.parse(copy).iter("message")
        if message.find("translation").get("type") == "unfinished"
    ]
    assert unfinished == []


def test_an_actions_words_have_no_mnemonic():
    named = [without_mnemonic(text) for text in ("&Open…", "打开(&O)…", "Q&&A", "plain")]
    assert named == ["Open…", "打开…", "Q&A", "plain"]


@pytest.mark.parametrize("other", ["索引库", "计算机", "机器", "许可证", "……"])
def test_one_thing_has_one_name_in_chinese(other):
    texts = ET.parse(resource("translations/jinasearch_zh_CN.ts")).iter("translation")
    assert not [text.text for text in texts if other in (text.text or "")]


def test_placeholders_survive_translation():
    for message in ET.parse(resource("translations/jinasearch_zh_CN.ts")).iter("message"):
        source = message.findtext("source")
        forms = [form.text for form in message.iter("numerusform")]
        for text in forms or [message.findtext("translation")]:
            for word in ("{done}", "{total}", "{share}", "{number}", "{text}", "%Ln", "{name}"):
                assert (word in source) == (word in text), source


@pytest.mark.parametrize(
    ("path", "large"),
    [
        ("/", True),
        ("/home", True),
        ("/home/ada", True),
        ("/home/ada/Documents", False),
        ("/media/ada/Disk", True),
        ("/media/ada/Disk/music", False),
        ("/mnt/nas", True),
        ("/data", False),
    ],
)
def test_large_drops(path, large):
    assert is_large(path, PurePosixPath("/home/ada")) is large


@pytest.mark.parametrize(
    ("path", "large"), [("C:\\", True), ("C:\\Users\\Ada", True), ("C:\\Users\\Ada\\Docs", False)]
)
def test_large_drops_on_windows(path, large):
    assert is_large(path, PureWindowsPath("C:\\Users\\Ada")) is large


def test_the_heartbeat_measures_gaps(qapp, tmp_path):
    times = iter([100.0, 110.0, 120.0, 330.0, 340.0, 1100.0 - 750])
    heart = Heartbeat(lambda: next(times))
    for _ in range(6):
        heart.beat()
    figures = heart.figures()
    assert figures["longest_gap_ms"] == pytest.approx(200)
    assert figures["measured_ms"] == pytest.approx(250)
    assert figures["share_over_50_ms"] == pytest.approx(200 / 250)
    heart.write(tmp_path / "heart.json")
    assert json.loads((tmp_path / "heart.json").read_text())["beats"] == 6


def test_the_heartbeat_is_off_unless_asked_for(qapp, monkeypatch):
    monkeypatch.delenv(heartbeat.VARIABLE, raising=False)
    assert heartbeat.from_environment(qapp) is None


def test_files_are_waited_for_only_while_some_are_to_be_read():
    left_out = Coverage(341, 318, 318, 200, failed=15, skipped=8, passages=9, passages_embedded=5)
    assert texts.why_nothing("still-indexing", left_out) == (
        "All that can be read is found by words, 55 % of it by meaning so far."
    )
    waiting = texts.why_nothing("still-indexing", replace(left_out, keywords=300))
    assert waiting.startswith("Not all of your files are read yet. So far 300 of 318 files")


@pytest.mark.parametrize("note", ["still-indexing", "library-made-anew"])
def test_no_space_stands_between_chinese_sentences(language, note):
    language("zh_CN")
    told = texts.why_nothing(note, Coverage(files=200, keywords=3))
    assert told.count("。") == 2
    assert "。 " not in told


def test_an_empty_answer_of_a_damaged_library_says_so():
    coverage = Coverage(files=200, keywords=3)
    assert "damaged" in texts.why_nothing("library-damaged", coverage)
    anew = texts.why_nothing("library-made-anew", coverage)
    assert "read again. So far 3 of 200" in anew
