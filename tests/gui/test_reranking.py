"""The answer that a model re-ranks, in the window: last, quiet, and told of."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jinasearch.engine.protocol import Rerank, Reranking


@pytest.fixture
def window(qtbot, parts, engine):
    """A window whose engine turns the order around when it has re-ranked, after a while."""
    first = engine.hits
    engine.reranking = Reranking("m", "done", 3, 340.0)
    make = engine.answer

    def answer(request):
        if request.rerank is Rerank.YES:
            time.sleep(0.3)
        engine.hits = first[::-1] if request.rerank is Rerank.YES else first
        return make(request)

    engine.answer = answer
    return parts.window


def order(window) -> list[int]:
    return [hit.file for hit in window.results.view.hits()]


def test_the_first_order_comes_at_once_and_the_other_when_it_is_there(qtbot, window):
    window.line.setText("lease")
    qtbot.waitUntil(lambda: window.results.coverage.text().startswith("reading the first"))
    assert order(window) == [1, 2, 3]
    qtbot.waitUntil(lambda: order(window) == [3, 2, 1])
    assert window.results.coverage.text() == "re-ranked in 0.3 s"
    assert window.results.answers.better.isHidden()


def test_a_list_in_use_keeps_its_order_until_the_user_wants_the_other(qtbot, window):
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: window.results.coverage.text().startswith("reading the first"))
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: not window.results.answers.better.isHidden())
    assert order(window) == [1, 2, 3]
    window.results.answers.show_better()
    assert order(window) == [3, 2, 1]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("failed", "not re-ranked: the model cannot be used"),
        ("busy", "not re-ranked: the model is busy with other questions"),
        ("language-unknown", "not re-ranked: the model does not know this language"),
    ],
)
def test_it_is_told_why_the_order_stays(qtbot, window, engine, state, told):
    engine.reranking = Reranking("m", state)
    window.line.setText("lease")
    qtbot.waitUntil(lambda: window.results.coverage.text() == told)
