"""The page that tells everything: filled at once, kept filled, and a way to what went wrong."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jinasearch.core.models import Activity, Coverage, Folder, Minute, ModelInUse, Progress, Status
from jinasearch.engine import protocol
from jinasearch.engine.protocol import Event

BUSY = Status(
    activity=Activity.EMBEDDING,
    coverage=Coverage(200, 190, 190, 40, 7, 3, 4000, 1000),
    keywords=Progress(200, 200),
    meaning=Progress(1190, 4190, 12.0, 250.0),
    current=("/home/ada/thesis.tex",),
    model=ModelInUse("starter", "MiniLM", "ONNX Runtime, CPU", "int8", 384, "ready"),
    library="/home/ada/.local/share/jinasearch/library",
    library_bytes=337_000_000,
    memory_bytes=361_000_000,
)


@pytest.fixture
def page(qtbot, parts, engine):
    now = int(time.time() // 60) * 60
    engine.history = protocol.History((Minute(now - 300, 40, 10), Minute(now, 2, 90)))
    engine.folders = [
        Folder(1, "file:///home/ada", "/home/ada", coverage=BUSY.coverage),
        Folder(2, "file:///media/disk", "/media/disk", away=True),
    ]
    parts.window.folder_actions.refresh()
    engine.status = BUSY
    engine.send(Event("status", status=BUSY))
    parts.window.actions_.status.trigger()
    dialog = parts.window.status_actions.dialog
    qtbot.waitUntil(lambda: dialog.folders.topLevelItemCount() == 2)
    qtbot.waitUntil(lambda: dialog.summary.reading.text() != "")
    qtbot.waitUntil(lambda: "42" in dialog.summary.chart.accessibleDescription())
    yield dialog
    if parts.window.status_actions.dialog is not None:
        dialog.close()


def test_everything_is_told(page):
    assert page.summary.state.text() == "Learning what files mean"
    assert page.summary.reading.text() == "/home/ada/thesis.tex"
    lines = {key: label.text() for key, label in page.summary.lines.items()}
    assert "190 files" in lines["words"]
    assert "7 failed" in lines["words"]
    assert "3 left out" in lines["words"]
    assert "1,000 of 4,000 passages" in lines["meaning"]
    assert "12 per second" in lines["meaning"]
    assert "ONNX Runtime, CPU" in lines["model"]
    assert "361" in lines["memory"]
    assert "337" in lines["library"]
    assert BUSY.library in lines["library"]


def test_a_folder_that_is_away_is_said_to_be(page):
    row = page.folders.topLevelItem(1)
    assert "not connected" in row.text(0)
    first = page.folders.topLevelItem(0)
    assert [first.text(column) for column in (1, 4, 5, 6)] == ["200", "4,000", "7", "3"]


def test_it_follows_the_engine(qtbot, page, engine):
    engine.send(Event("status", status=replace(BUSY, paused=True)))
    qtbot.waitUntil(lambda: page.summary.state.text() == "Paused")


def test_the_chart_counts_the_last_hour(page):
    assert "100 passages" in page.summary.chart.accessibleDescription()
    picture = page.summary.chart.grab().toImage()
    page.summary.chart.show_minutes((), time.time())
    assert page.summary.chart.grab().toImage() != picture


def test_the_files_that_were_left_are_a_key_away(qtbot, page, parts, engine):
    page.folders.setCurrentItem(page.folders.topLevelItem(0))
    with qtbot.waitSignal(page.files_wanted) as signal:
        QTest.keyClick(page.folders, Qt.Key.Key_Return)
    assert signal.args == [1]
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files") == 1)
    assert engine.bodies("POST /v1/files")[0]["folder"] == 1


def test_asked_for_again_it_is_the_same_page(page, parts):
    parts.window.status_actions.show()
    assert parts.window.status_actions.dialog is page


def test_closed_it_asks_no_more(qtbot, page, parts, engine):
    page.close()
    qtbot.waitUntil(lambda: parts.window.status_actions.dialog is None)
    asked = engine.asked("GET /v1/history")
    parts.window._on_status(BUSY)
    qtbot.wait(100)
    assert engine.asked("GET /v1/history") == asked
