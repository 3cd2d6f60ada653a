"""A result's file or folder is left out by its menu, told before and undone; one is read again."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine.protocol import Retried


@pytest.fixture
def window(qtbot, parts):
    window = parts.window
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)
    return window


def excluded(engine) -> list[dict]:
    return engine.bodies("POST /v1/folders/exclude")


def test_a_file_is_left_out_and_taken_back(qtbot, window, engine):
    window._result_menu(QPoint(0, 0))
    menu = QApplication.activePopupWidget()
    entry = next(a for a in menu.actions() if a is window.actions_.leave_out)
    menu.close()
    entry.trigger()
    qtbot.waitUntil(lambda: window.exclusions.box is not None)
    box = window.exclusions.box
    uri = engine.hits[0].uri
    assert excluded(engine) == [{"uri": uri, "back": False, "preview": True}]
    assert box.text() == f"Leave out {engine.hits[0].name}?"
    assert "No longer found: 3 files." in box.informativeText()
    assert "/Documents/a.txt" in box.informativeText()
    next(b for b in box.buttons() if b.text() == "Leave out").click()
    qtbot.waitUntil(lambda: bool(window.banner.strips()))
    assert excluded(engine)[-1] == {"uri": uri, "back": False, "preview": False}
    (strip,) = window.banner.strips()
    assert strip.label.text() == f"{engine.hits[0].name} is left out."
    asked = engine.asked("GET /v1/folders")
    strip.findChild(QPushButton).click()
    qtbot.waitUntil(lambda: window.banner.strips() == [])
    assert excluded(engine)[-1] == {"uri": uri, "back": True, "preview": False}
    qtbot.waitUntil(lambda: engine.asked("GET /v1/folders") > asked)


def test_a_folder_is_left_out_by_a_key_and_only_after_a_yes(qtbot, window, engine):
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window.line, Qt.Key.Key_E, keys)
    qtbot.waitUntil(lambda: window.exclusions.box is not None)
    assert excluded(engine)[0]["uri"] == engine.hits[0].uri.rpartition("/")[0]
    window.exclusions.box.reject()
    assert len(excluded(engine)) == 1


def test_a_file_is_read_again(qtbot, window, engine):
    QTest.keyClick(window.line, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: bool(window.banner.strips()))
    (body,) = engine.bodies("POST /v1/files/retry")
    assert body == {"reason": "", "uris": [engine.hits[0].uri], "again": True}
    assert "is being read again" in window.banner.strips()[0].label.text()


def test_a_file_that_is_not_read_again_is_told(qtbot, window, engine):
    engine.retried = Retried(0)
    window.actions_.read_again.trigger()
    qtbot.waitUntil(lambda: bool(window.banner.strips()))
    assert "Not found" in window.banner.strips()[0].label.text()
    away = JinasearchError(Code.DRIVE_AWAY, "It is away", path="/usb/a")
    engine.errors["POST /v1/files/retry"] = away
    window.actions_.read_again.trigger()
    qtbot.waitUntil(lambda: window.banner.strips()[0].label.text().startswith("It is away"))
    engine.errors.clear()
    engine.retried = Retried(1)
    window.actions_.read_again.trigger()
    qtbot.waitUntil(lambda: "being read" in window.banner.strips()[0].label.text())
    assert len(window.banner.strips()) == 1
