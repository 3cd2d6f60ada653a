"""Things from other programs: held over the window they show what becomes of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jinasearch.gui.search_window.drop_overlay import Zone

HOW = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def window(qtbot, parts):
    qtbot.waitUntil(lambda: not parts.window.drops._only_index)
    return parts.window


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


def enter(window, data) -> bool:
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, *HOW)
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def move(window, data, at) -> None:
    QApplication.sendEvent(window, QDragMoveEvent(at, Qt.DropAction.CopyAction, data, *HOW))


def let_go(window, data, at) -> None:
    QApplication.sendEvent(window, QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, *HOW))


def place(window, zone: Zone) -> QPoint:
    overlay = window.drops.overlay
    box = overlay._boxes()[overlay._zones.index(zone)]
    return overlay.mapTo(window, box.center().toPoint())


def likes(engine) -> list:
    return [(b.get("like"), b.get("unlike")) for b in engine.bodies("POST /v1/search")]


def test_zones_show_while_something_is_held(window):
    data = files("/data/a.pdf")
    assert enter(window, data)
    overlay = window.drops.overlay
    assert overlay.isVisible()
    before = overlay.grab().toImage()
    move(window, data, place(window, Zone.LIKE))
    assert overlay.grab().toImage() != before
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not overlay.isVisible()


def test_a_file_falls_on_its_zone_and_is_indexed(qtbot, window, engine):
    data = files("/data/a.pdf")
    enter(window, data)
    let_go(window, data, place(window, Zone.INDEX))
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/folders")))
    assert engine.bodies("POST /v1/folders")[0]["uris"] == ["file:///data/a.pdf"]
    assert not window.drops.overlay.isVisible()


def test_what_is_dropped_next_takes_the_place_and_escape_takes_it_away(qtbot, window, engine):
    for path in ("/data/a.pdf", "/data/b.pdf"):
        data = files(path)
        enter(window, data)
        let_go(window, data, place(window, Zone.LIKE))
    assert [chip.text() for chip in window.filters.chips()] == ["like: b.pdf"]
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/search")))
    assert [each["uri"] for each in likes(engine)[-1][0]] == ["file:///data/b.pdf"]
    QTest.keyClick(window.line, Qt.Key.Key_Escape)
    assert window.filters.chips() == []


def test_a_file_is_compared_with(qtbot, window, engine):
    data = files("/data/täst.pdf")
    enter(window, data)
    let_go(window, data, place(window, Zone.LIKE))
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/search")))
    (like, _unlike) = likes(engine)[-1]
    assert [example["uri"] for example in like] == ["file:///data/t%C3%A4st.pdf"]
    assert any("täst.pdf" in chip.text() for chip in window.filters._chips)
    assert engine.bodies("POST /v1/folders") == []


def test_a_text_is_compared_with(qtbot, window, engine):
    data = text("A long passage about ending a lease, " * 3)
    assert enter(window, data)
    let_go(window, data, QPoint(5, 5))
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/search")))
    (like, _unlike) = likes(engine)[-1]
    assert like[0]["text"].startswith("A long passage")
    assert any("“A long" in chip.text() for chip in window.filters._chips)


@pytest.mark.parametrize("data", [text("   "), QMimeData()])
def test_what_is_nothing_is_not_taken(window, data):
    assert not enter(window, data)


def test_a_web_address_is_no_text(window):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a")])
    assert not enter(window, data)


def test_while_nothing_is_indexed_there_is_nothing_to_compare_with(qtbot, window, engine):
    window.drops.set_empty(empty=True)
    assert not enter(window, text("words"))
    data = files("/data/a.pdf")
    assert enter(window, data)
    assert not window.drops.overlay.isVisible()
    let_go(window, data, QPoint(5, 5))
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/folders")))


def test_less_like_this_keeps_the_question_and_is_undone(qtbot, window, engine):
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() == 3)
    window.actions_.less_like.trigger()
    qtbot.waitUntil(lambda: bool(likes(engine)[-1][1]))
    body = engine.bodies("POST /v1/search")[-1]
    assert body["text"] == "lease"
    assert body["unlike"][0]["file"] == 1
    assert body["like"] == []
    (chip,) = window.filters._chips
    chip.click()
    qtbot.waitUntil(lambda: likes(engine)[-1] == ([], []))


def test_an_example_changes_side(qtbot, window, engine):
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() == 3)
    window.actions_.less_like.trigger()
    window.actions_.more_like.trigger()
    qtbot.waitUntil(lambda: bool(likes(engine)[-1][0]) and not likes(engine)[-1][1])
    assert len(window.filters._chips) == 1
