"""What was asked before: kept as the settings say, walked with Up, nothing in private."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from jinasearch.core.settings import WindowSettings
from jinasearch.gui.history import walk
from jinasearch.gui.history.history import MOST, History

DAY = 86_400.0


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.json"


def history(path, now=lambda: 1000 * DAY, **settings) -> History:
    return History(path, WindowSettings(**settings), now=now)


def test_questions_are_kept_newest_first_and_each_once(qapp, path):
    kept = history(path)
    for text in ("one", "two", " one ", ""):
        kept.add(text)
    assert kept.texts() == ["one", "two"]
    kept.save()
    assert path.stat().st_mode & 0o777 == 0o600
    assert history(path).texts() == ["one", "two"]


def test_old_ones_are_forgotten(qapp, path):
    kept = history(path)
    kept.add("old")
    kept.save()
    assert history(path, now=lambda: 1029 * DAY).texts() == ["old"]
    assert history(path, now=lambda: 1031 * DAY).texts() == []
    kept = history(path, now=lambda: 1005 * DAY, history_days=3)
    assert kept.texts() == []


def test_old_ones_are_forgotten_while_the_program_runs_on(qapp, qtbot, path):
    now = [1000 * DAY]
    kept = history(path, now=lambda: now[0])
    kept.add("old")
    kept.save()
    now[0] = 1031 * DAY
    assert kept.texts() == []
    kept = history(path, now=lambda: 1000 * DAY)
    assert kept.texts() == ["old"]
    kept._now = lambda: now[0]
    kept._hourly.setInterval(1)
    qtbot.waitUntil(lambda: not path.exists() or "old" not in path.read_text())


def test_no_more_than_a_few_hundred_are_kept(qapp, path):
    kept = history(path)
    for number in range(MOST + 20):
        kept.add(f"question {number}")
    assert len(kept.texts()) == MOST


@pytest.mark.parametrize(("keep", "texts"), [("off", []), ("session", ["secret"])])
def test_nothing_is_written_unless_wished(qapp, path, keep, texts):
    kept = history(path, history=keep)
    kept.add("secret")
    kept.save()
    assert kept.texts() == texts
    assert not path.exists()


def test_a_wish_to_keep_nothing_takes_away_what_was_kept(qapp, path):
    kept = history(path)
    kept.add("secret")
    kept.save()
    kept.use(WindowSettings(history="off"))
    assert kept.texts() == []
    assert not path.exists()
    path.write_text(json.dumps([{"text": "secret", "time": 1000 * DAY}]))
    history(path, history="session")
    assert not path.exists()


def test_private_mode_adds_nothing(qapp, path):
    kept = history(path)
    kept.add("public")
    kept.set_private(True)
    kept.add("secret")
    assert kept.texts() == ["public"]
    kept.set_private(False)
    kept.add("again public")
    assert kept.texts() == ["again public", "public"]


@pytest.mark.parametrize("content", [b"", b"{", b'[{"text": 3}]', b"\xff\xfe"])
def test_a_damaged_file_is_an_empty_history(qapp, path, content):
    path.write_bytes(content)
    kept = history(path)
    assert kept.texts() == []
    kept.add("new")
    kept.save()
    assert history(path).texts() == ["new"]


def test_a_folder_that_is_not_there_is_no_trouble(qapp, tmp_path):
    kept = history(tmp_path / "not" / "there.json")
    kept.add("x")
    kept.save()
    assert kept.texts() == ["x"]


@pytest.fixture
def window(parts, path):
    kept = history(path)
    for text in ("first", "second"):
        kept.add(text)
    parts.window.use_history(kept)
    parts.window.kept = kept
    return parts.window


def press(window, *keys) -> str:
    for key in keys:
        QTest.keyClick(window.line, key)
    return window.line.text()


UP, DOWN = Qt.Key.Key_Up, Qt.Key.Key_Down


def test_up_walks_back_and_down_returns_to_what_was_typed(qtbot, window):
    QTest.keyClicks(window.line, "typed")
    assert press(window, UP) == "second"
    assert press(window, UP) == "first"
    assert press(window, UP) == "first"
    assert press(window, DOWN) == "second"
    assert press(window, DOWN) == "typed"


def test_up_moves_in_the_list_before_it_walks(qtbot, window):
    QTest.keyClicks(window.line, "typed")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)
    press(window, DOWN, DOWN)
    assert window.results.view.chosen().file == 3
    assert press(window, UP, UP) == "typed"
    assert window.results.view.chosen().file == 1
    assert press(window, UP) == "second"
    QTest.keyClicks(window.line, "!")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)
    press(window, DOWN)
    assert window.line.text() == "second!", "typing ends the walk"
    assert window.results.view.chosen().file == 2


def test_a_question_that_led_to_something_is_remembered(qtbot, window, parts):
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)
    assert "lease" not in window.kept.texts()
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert window.kept.texts()[0] == "lease"


def test_a_question_that_stands_is_remembered_and_its_beginnings_are_not(
    qtbot, parts, path, monkeypatch
):
    monkeypatch.setattr(walk, "REMEMBER_MS", 300)
    from parts import make_parts
    from PySide6.QtWidgets import QApplication

    made = make_parts(QApplication.instance(), parts.starter.engine)
    qtbot.addWidget(made.window)
    made.window.show()
    made.link.open()
    kept = history(path)
    made.window.use_history(kept)
    QTest.keyClicks(made.window.line, "lease", delay=10)
    qtbot.waitUntil(lambda: kept.texts() == ["lease"])
    made.close()


def test_private_mode_is_told_in_the_line_and_in_the_menu(qtbot, window):
    window.actions_.private.trigger()
    assert window.kept.private
    assert "not remembered" in window.line.placeholderText()
    window.kept.set_private(False)
    assert not window.actions_.private.isChecked()
    assert "not remembered" not in window.line.placeholderText()


def test_the_history_is_cleared_from_the_menu(qtbot, window, path):
    window.kept.save()
    before = window.kept.texts()
    for press in (QMessageBox.reject, QMessageBox.accept):
        assert window.kept.texts() == before
        window.actions_.clear_history.trigger()
        (box,) = (each for each in window.findChildren(QMessageBox) if each.isVisible())
        press(box)
    assert window.kept.texts() == []
    assert not path.exists()


def test_private_mode_is_seen_beside_a_question_too(window):
    line = window.line
    line.setText("lease")
    usual = line._glass.icon().pixmap(32).toImage()
    window.kept.set_private(True)
    assert line._glass.icon().pixmap(32).toImage() != usual
    assert "not remembered" in line._glass.toolTip()
    assert "not remembered" in line.accessibleDescription()
    window.kept.set_private(False)
    assert line._glass.icon().pixmap(32).toImage() == usual
