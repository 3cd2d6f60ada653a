"""The page that tells everything: filled at once, kept filled, and a way to what went wrong."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import (
    Activity,
    Confinement,
    Coverage,
    FileState,
    Folder,
    Minute,
    ModelInUse,
    Progress,
    Recognition,
    Status,
)
from jinasearch.engine import protocol
from jinasearch.engine.protocol import Event
from jinasearch.gui.search_window.folders_model import DETAIL_ROLE
from jinasearch.gui.status_page import told

BUSY = Status(
    activity=Activity.EMBEDDING,
    coverage=Coverage(200, 190, 190, 40, 7, 3, 4000, 1000),
    keywords=Progress(200, 200),
    meaning=Progress(1190, 4190, 12.0, 250.0),
    current=("/home/ada/thesis.tex",),
    model=ModelInUse("starter", "MiniLM", "ONNX Runtime, CPU", "int8", 384, "ready", truncated=12),
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
    assert "longer than it reads: 12" in lines["model"]
    assert "361" in lines["memory"]
    assert "337" in lines["library"]
    assert BUSY.library in lines["library"]


def test_a_folder_that_is_away_is_said_to_be(page):
    row = page.folders.topLevelItem(1)
    assert "not connected" in row.text(0)
    first = page.folders.topLevelItem(0)
    assert [first.text(column) for column in (1, 4, 5, 6)] == ["200", "4,000", "7", "3"]


def test_a_folder_that_was_deleted_is_said_to_be_gone(qtbot, parts, engine, page):
    engine.folders = [Folder(1, "file:///home/ada/old", "/home/ada/old", away=True, gone=True)]
    parts.window.folder_actions.refresh()
    qtbot.waitUntil(lambda: page.folders.topLevelItemCount() == 1)
    row = page.folders.topLevelItem(0)
    assert row.text(0) == "/home/ada/old  ·  not there any more"
    assert "deleted, moved or renamed" in row.toolTip(0)
    model = parts.window.side.model
    assert model.index(1).data(DETAIL_ROLE) == "not there any more"


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


def test_before_a_file_was_read_nothing_is_said_of_the_readers(qtbot, page, engine):
    assert not page.summary.lines["readers"].isVisible()
    confined = Confinement(("network", "processes", "reading", "writing"), ("seccomp",))
    engine.send(Event("status", status=replace(BUSY, confinement=confined)))
    qtbot.waitUntil(page.summary.lines["readers"].isVisible)
    text = page.summary.lines["readers"].text()
    assert text == "barred: network, writing, files not in hand, other processes (seccomp)"


@pytest.mark.parametrize(
    ("confinement", "text"),
    [
        (
            Confinement(("network",), ("sandbox",)),
            (
                "barred: network (sandbox)\n"
                "left open by this system: writing, files not in hand, other processes"
            ),
        ),
        (
            Confinement(),
            (
                "limited in time and memory\n"
                "left open by this system: network, writing, files not in hand, other processes"
            ),
        ),
    ],
)
def test_what_a_system_leaves_open_is_told(qapp, confinement, text):
    assert told.confinement(confinement) == text


@pytest.mark.parametrize(
    ("recognition", "text"),
    [
        (Recognition("idle", installed=True), "none is waiting"),
        (
            Recognition("idle", installed=True, waiting=12),
            "12 files waiting  ·  until nobody needs the machine",
        ),
        (
            Recognition("on", installed=True, waiting=1),
            "1 file waiting  ·  until all else was read",
        ),
        (
            Recognition("on", installed=True, waiting=2, current="/a/scan.png"),
            "2 files waiting  ·  at work on /a/scan.png",
        ),
        (
            Recognition("off", installed=True, waiting=2),
            "2 files waiting  ·  switched off in the settings",
        ),
        (
            Recognition("idle", waiting=3),
            "3 files waiting  ·  needs the extra “ocr”: .venv/bin/pip install -e '.[ocr]'",
        ),
        (Recognition("idle"), "needs the extra “ocr”: .venv/bin/pip install -e '.[ocr]'"),
    ],
)
def test_letters_in_pictures(qapp, recognition, text):
    assert told.recognition(recognition) == text


def test_letters_in_pictures_are_on_the_page(qtbot, page, engine):
    waiting = Recognition("idle", installed=True, waiting=12)
    engine.send(Event("status", status=replace(BUSY, recognition=waiting)))
    qtbot.waitUntil(lambda: page.summary.lines["scans"].text().startswith("12 files waiting"))


def drag(page, *paths: str):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    how = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    enter = QDragEnterEvent(QPoint(50, 50), actions, *how)
    QApplication.sendEvent(page, enter)
    return enter, QDropEvent(QPointF(50, 50), actions, *how), data


def test_a_file_dropped_anywhere_on_the_page_is_told_of(qtbot, page, engine):
    entry = protocol.FileEntry(4, "", "/home/ada/lease.txt", FileState.READY)
    engine.why = protocol.Why(
        "file:///home/ada/lease.txt",
        "/home/ada/lease.txt",
        exists=True,
        indexed_folder="/home/ada",
        entry=entry,
        kind="text",
        passages=3,
    )
    enter, drop, _data = drag(page, "/home/ada/lease.txt")
    assert enter.isAccepted()
    assert enter.dropAction() == Qt.DropAction.CopyAction
    assert page.why.property("over") is True
    QApplication.sendEvent(page, drop)
    assert page.why.property("over") is False
    qtbot.waitUntil(lambda: "by its meaning" in page.why.answer.text())
    assert engine.bodies("POST /v1/files/why") == [{"uri": "file:///home/ada/lease.txt"}]
    assert "by its meaning" in page.why.answer.accessibleDescription()


def test_the_answer_is_in_sight_where_the_page_scrolls(qtbot, page, engine):
    page.resize(page.width(), 340)
    engine.why = protocol.Why("file:///home/ada/x", "/home/ada/" + "long name " * 60, exists=True)
    page.why.asked.emit("file:///home/ada/x")
    answer = page.why.answer
    qtbot.waitUntil(lambda: "It lies in no folder" in answer.text())
    qtbot.waitUntil(lambda: answer.height() >= answer.heightForWidth(answer.width()))
    assert answer.visibleRegion().boundingRect().size() == answer.size()


def test_a_drag_that_goes_away_leaves_no_trace(page):
    drag(page, "/home/ada/lease.txt")
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page.why.property("over") is False


def test_of_a_folder_what_became_of_its_files_is_told(qtbot, page, engine):
    engine.why = protocol.Why(
        "file:///home/ada/x", "/home/ada/x", exists=True, is_folder=True, indexed_folder="/home/ada"
    )
    engine.files = protocol.Files(
        (),
        11,
        (
            protocol.ReasonCount(FileState.READY, "", 6),
            protocol.ReasonCount(FileState.KEYWORDS, "", 2),
            protocol.ReasonCount(FileState.FAILED, "file-encrypted", 3),
        ),
    )
    _enter, drop, _data = drag(page, "/home/ada/x")
    QApplication.sendEvent(page, drop)
    qtbot.waitUntil(lambda: "11 files" in page.why.answer.text())
    assert page.why.answer.text().endswith(
        "11 files  ·  8 found by words  ·  6 of them by meaning  ·  3 failed"
    )
    assert engine.bodies("POST /v1/files")[-1]["uris"] == ["file:///home/ada/x"]


def test_an_error_is_told_where_it_was_asked(qtbot, page, engine):
    engine.errors["POST /v1/files/why"] = JinasearchError(Code.BAD_REQUEST, "No such thing")
    _enter, drop, _data = drag(page, "/home/ada/lease.txt")
    QApplication.sendEvent(page, drop)
    told = "No such thing\nChange what was given, then try again."
    qtbot.waitUntil(lambda: page.why.answer.text() == told)


@pytest.mark.parametrize(
    ("button", "mode"),
    [
        ("Choose file…", QFileDialog.FileMode.ExistingFile),
        ("Choose folder…", QFileDialog.FileMode.Directory),
    ],
)
def test_what_to_ask_about_is_chosen(qtbot, page, engine, button, mode):
    next(b for b in page.why.findChildren(QAbstractButton) if b.text() == button).click()
    chooser = page.why.findChild(QFileDialog)
    assert chooser.fileMode() == mode
    chooser.chosen.emit([QUrl("file:///home/ada/a%20b")])
    chooser.close()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/why") == 1)
    assert engine.bodies("POST /v1/files/why") == [{"uri": "file:///home/ada/a%20b"}]


def test_the_root_can_be_asked_about(qtbot, page, engine):
    page.why._on_chosen([QUrl("file:///")])
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/why") == 1)
    assert engine.bodies("POST /v1/files/why") == [{"uri": "file:///"}]


def test_the_question_is_a_key_and_a_menu_away(qtbot, parts):
    window = parts.window
    action = window.actions_.indexed
    index = next(a.menu() for a in window.menuBar().actions() if a.text() == "&Index")
    assert action in index.actions()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.line, Qt.Key.Key_I, keys)
    page = window.status_actions.dialog
    chooser = page.why.findChild(QFileDialog)
    assert chooser.isVisible()
    chooser.close()
    page.close()
