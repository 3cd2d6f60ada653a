"""What stands around the search: help, menus, what is told, and how large it opens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fake_engine import FULL
from parts import make_parts
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QMessageBox,
    QPushButton,
)

from jinasearch.core.models import (
    FileState,
    ModelInUse,
    Status,
)
from jinasearch.engine import protocol
from jinasearch.engine.protocol import Event
from jinasearch.gui.app import speak
from jinasearch.gui.engine_link import LinkState
from jinasearch.gui.search_window.failed_files import FailedFiles
from jinasearch.gui.search_window.help_dialog import HelpDialog


@pytest.fixture
def window(parts):
    return parts.window


def search(qtbot, window, text="lease"):
    QTest.keyClicks(window.line, text)
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)


def test_a_stopped_engine_is_told_with_a_way_to_start_it(qtbot, window, parts, engine):
    parts.starter.engine = None  # none is found until it is started
    with qtbot.waitSignal(parts.link.received):
        engine.send(Event("bye", for_good=True))
    engine.stop()
    qtbot.waitUntil(lambda: bool(window.banner.strips()))
    (strip,) = window.banner.strips()
    assert strip.label.text().startswith("The engine was stopped")
    assert "The engine was stopped" in window.bottom.summary.text()
    parts.starter.engine = engine
    strip.findChild(QPushButton).click()
    qtbot.waitUntil(lambda: parts.link.state is LinkState.CONNECTED)
    assert window.banner.strips() == []


def test_it_opens_no_larger_than_its_screen():
    """At 200 % half as many of its pixels are there."""
    script = (
        "import sys; sys.path[:0] = ['tests', 'tests/gui']\n"
        "from parts import make_parts\n"
        "from jinasearch.gui.app import make_app\n"
        "window = make_parts(make_app(['x']), None).window\n"
        "size, room = window.sizeHint(), window.screen().availableSize()\n"
        "print(size.width() < room.width(), size.height() < room.height())\n"
    )
    environment = {**os.environ, "QT_SCALE_FACTOR": "1.25", "QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.split() == ["True", "True"], ran.stderr


@pytest.mark.parametrize("language", ["en_GB", "zh_CN"])
def test_no_letter_stands_for_two_entries_of_a_menu(qapp, engine, language):
    speak(qapp, QLocale(language))
    window = make_parts(qapp, engine).window
    for title in window.menuBar().actions():
        texts = [entry.text() for entry in title.menu().actions() if not entry.isSeparator()]
        letters = [found.upper() for text in texts for found in re.findall("&(.)", text)]
        assert len(letters) == len(texts), texts
        assert len(set(letters)) == len(letters), texts
    window.deleteLater()


def test_keys_and_the_query_language_are_a_key_away(qtbot, window):
    QTest.keyClick(window.line, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(HelpDialog)
    qtbot.waitUntil(dialog.isVisible)
    language, keys = (dialog.table.topLevelItem(n) for n in range(2))
    asked = [language.child(n).text(0) for n in range(language.childCount())]
    told = [(keys.child(n).text(0), keys.child(n).text(1)) for n in range(keys.childCount())]
    assert {'"notice to terminate"', "insur*", "sort:name  sort:-date"} <= set(asked)
    assert ("Ctrl+E", "Files that could not be read…") in told
    assert len(told) > 40
    dialog.close()


def test_a_new_question_asks_no_longer_for_what_is_like_a_file(qtbot, window, engine):
    search(qtbot, window)
    window.actions_.more_like.trigger()
    qtbot.waitUntil(lambda: engine.bodies("POST /v1/search")[-1]["like"] != [])
    QTest.keyClicks(window.line, "expenses")
    qtbot.waitUntil(lambda: engine.bodies("POST /v1/search")[-1]["text"] == "expenses")
    assert engine.bodies("POST /v1/search")[-1]["like"] == []
    assert window.filters.chips() == []


@pytest.mark.parametrize("host", ["", "models.example.org"])
def test_where_the_texts_go_is_told(qtbot, window, engine, host):
    engine.send(Event("status", Status(coverage=FULL, model=ModelInUse("m", sends_to=host))))
    qtbot.waitUntil(lambda: window._status.model.name == "m")
    window.actions_.about.trigger()
    box = window.findChild(QMessageBox)
    for told in (box.informativeText(), window.results.welcome.private.text()):
        assert ("Everything stays on this machine" in told) == (not host)
        assert host in told
    box.close()


def test_enter_on_a_file_that_was_not_read_opens_it(qtbot, window, parts, engine):
    path = "/home/ada/<b>locked</b>.pdf"
    entry = protocol.FileEntry(
        1, "file:///home/ada/locked.pdf", path, FileState.FAILED, "file-encrypted"
    )
    engine.files = protocol.Files((entry,), 1)
    window.actions_.failed_files.trigger()
    dialog = window.findChild(FailedFiles)
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 1)
    item = dialog.table.topLevelItem(0)
    assert "&lt;b&gt;" in item.toolTip(0)
    dialog.table.setCurrentItem(item)
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert parts.opener.opened == [entry.uri]
    assert dialog.isVisible()
    dialog.close()


@pytest.mark.parametrize(
    ("key", "name"),
    [(Qt.Key.Key_E, "failed_files"), (Qt.Key.Key_K, "more"), (Qt.Key.Key_M, "models")],
)
def test_the_windows_keys_are_not_the_lines(qtbot, window, key, name):
    search(qtbot, window)
    with qtbot.waitSignal(getattr(window.actions_, name).triggered):
        QTest.keyClick(window.line, key, Qt.KeyboardModifier.ControlModifier)
    for widget in QApplication.topLevelWidgets():
        if widget is not window and widget.isVisible():
            widget.close()
