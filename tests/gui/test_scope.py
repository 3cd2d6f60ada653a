"""One folder alone is searched: chosen at the side, seen as a chip, taken away in several ways."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FULL
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jinasearch.core.models import Folder


@pytest.fixture
def window(qtbot, parts):
    qtbot.waitUntil(lambda: parts.window.side.model.rowCount() == 2)
    return parts.window


def row(window, number: int):
    """The middle of a row at the side."""
    side = window.side.list
    return side.viewport(), side.visualRect(side.model().index(number)).center()


def click(window, number: int, button=Qt.MouseButton.LeftButton) -> None:
    viewport, at = row(window, number)
    QTest.mouseClick(viewport, button, pos=at)


def asked_in(engine) -> int | None:
    return engine.bodies("POST /v1/search")[-1]["folder"]


def chips(window) -> list[str]:
    return [chip.text() for chip in window.filters.chips() if chip.isVisible()]


def test_a_menu_of_a_folder_does_not_change_what_is_searched(qtbot, window, engine):
    click(window, 1, Qt.MouseButton.RightButton)
    _, at = row(window, 1)
    window.side.list.customContextMenuRequested.emit(at)
    menu = QApplication.activePopupWidget()
    assert "Rules…" in [action.text() for action in menu.actions()]
    menu.close()
    assert window.side.current() is None
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: bool(window.results.view.hits()))
    assert asked_in(engine) is None


def test_the_folder_is_seen_before_and_with_a_question(qtbot, window, engine):
    click(window, 1)
    assert chips(window) == ["ada"]
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: bool(window.results.view.hits()))
    assert asked_in(engine) == 1
    assert chips(window) == ["ada"]
    window.filters.chips()[0].click()
    qtbot.waitUntil(lambda: asked_in(engine) is None)
    assert chips(window) == []
    assert window.side.current() is None


@pytest.mark.parametrize("way", ["escape", "clear"])
def test_it_is_taken_away_by_keys(window, way):
    click(window, 1)
    window.line.setFocus()
    if way == "escape":
        QTest.keyClick(window, Qt.Key.Key_Escape)
    else:
        QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    assert window.side.current() is None
    assert not window.filters.isVisible()


def test_escape_clears_the_text_first(qtbot, window):
    click(window, 1)
    window.line.setFocus()
    QTest.keyClicks(window.line, "lease")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.line.text() == ""
    assert chips(window) == ["ada"]


def test_an_empty_answer_names_the_folder(qtbot, window, engine):
    engine.hits, engine.left_out = (), 3
    click(window, 1)
    QTest.keyClicks(window.line, "lease")
    said = window.results.empty.detail
    qtbot.waitUntil(lambda: "Only the folder “ada” was searched." in said.text())
    assert "3 files would answer" in said.text()


def test_a_folder_that_is_removed_limits_nothing(qtbot, window, engine):
    click(window, 1)
    engine.folders = [Folder(2, "file:///home/bob", "/home/bob", coverage=replace(FULL))]
    window.folder_actions.refresh()
    qtbot.waitUntil(lambda: chips(window) == [])
