"""Why a file answers, told in a dialog."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.explanation import Explanation, Reason, WordFound
from jinasearch.core.models import Mark, Place
from jinasearch.gui.search_window.why_dialog import WhyDialog, told

TEXT = "Give notice in time. The tenant moves out."
EXPLANATION = Explanation(
    2,
    (WordFound("notice", 12, 1), WordFound("lease", 1200, 0)),
    (
        Reason(
            7,
            TEXT,
            "§ 9",
            Place(page=3),
            (Mark(5, 11),),
            Mark(21, len(TEXT)),
            keyword_score=8.1,
            keyword_confidence=0.62,
            meaning_score=0.7,
            meaning_confidence=1.2,
        ),
    ),
)


def pieces(preview, marks) -> list[str]:
    return [preview.text[mark.start : mark.end] for mark in marks]


def test_what_is_told(qapp):
    preview = told(EXPLANATION)
    assert "notice: here, and in 12 of all passages" in preview.text
    assert "lease: not here, but in 1,200 of all passages" in preview.text
    assert "page 3  ·  § 9  ·  words: 62 %  ·  meaning: 100 %" in preview.text
    assert pieces(preview, preview.words) == ["notice"]
    assert pieces(preview, preview.passage) == ["The tenant moves out."]


def test_what_the_model_that_re_ranks_says_is_told(qapp):
    reason = replace(EXPLANATION.reasons[0], rerank_score=0.973)
    preview = told(replace(EXPLANATION, reasons=(reason,)))
    assert "meaning: 100 %  ·  re-ranking: 97 %" in preview.text


@pytest.fixture
def dialog(qtbot, parts, engine):
    window = parts.window

    def ask() -> WhyDialog:
        QTest.keyClicks(window.line, "lease")
        qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)
        QTest.keyClick(window.line, Qt.Key.Key_Down)
        QTest.keyClick(window.line, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        return window.findChild(WhyDialog)

    return ask


def test_it_is_asked_by_key_for_the_chosen_file(qtbot, engine, dialog):
    engine.explanation = EXPLANATION
    shown = dialog()
    qtbot.waitUntil(lambda: "tenant" in shown.text.toPlainText())
    body = engine.bodies("POST /v1/explain")[0]
    assert (body["text"], body["file"]) == ("lease", 2)
    shown.close()


def test_a_file_found_by_its_name_and_an_error_are_told(qtbot, engine, dialog):
    shown = dialog()
    qtbot.waitUntil(lambda: shown.told.text() == "It is found by its name alone.")
    shown.show_error(JinasearchError(Code.NOT_FOUND, "The library does not know this file"))
    assert shown.told.text() == "The library does not know this file"
    shown.close()
