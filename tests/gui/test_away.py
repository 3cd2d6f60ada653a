"""Results on a drive that is not connected: said at the row, when one is opened, and no longer."""

from __future__ import annotations

from fake_engine import make_hit
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jinasearch.core.errors import Code
from jinasearch.core.models import Status
from jinasearch.core.preview import Form, Preview
from jinasearch.engine.protocol import Event
from jinasearch.gui.results_model import spoken


def test_a_drive_goes_and_comes_back(qtbot, parts, engine):
    window = parts.window
    engine.hits = (make_hit(1, away=True),)
    engine.look = lambda _: Preview(
        Form.PROSE, "text", "as it was read", problem=Code.FILE_UNREADABLE
    )
    parts.opener.trouble = Code.FILE_GONE
    engine.send(Event("status", status=Status(away=("/media/usb",))))
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: bool(window.results.view.hits()))
    assert "drive not connected" in spoken(window.results.view.hits()[0])
    qtbot.waitUntil(lambda: "drive is not connected" in window.preview.note.text())

    QTest.keyClick(window.line, Qt.Key.Key_Return)
    (strip,) = window.banner.strips()
    assert "Its drive is not connected: /home/ada/file1.txt" in strip.label.text()
    assert "deleted" not in strip.label.text()

    engine.hits = (make_hit(1),)
    engine.look = lambda _: Preview(Form.PROSE, "text", "as it is")
    engine.send(Event("status", status=Status()))
    engine.send(Event("changed"))
    qtbot.waitUntil(lambda: not window.results.view.hits()[0].away)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "as it is")
    assert window.banner.strips() == []
    assert not window.preview.note.isVisible()


def test_what_was_deleted_is_told_as_such(qtbot, parts):
    parts.opener.trouble = Code.FILE_GONE
    QTest.keyClicks(parts.window.line, "lease")
    qtbot.waitUntil(lambda: bool(parts.window.results.view.hits()))
    QTest.keyClick(parts.window.line, Qt.Key.Key_Return)
    assert "moved or deleted" in parts.window.banner.strips()[0].label.text()
