"""A window with little room: it says less, and cuts nothing off."""

from dataclasses import replace

from fake_engine import FULL
from PySide6.QtCore import QSettings

from jinasearch.core.models import Activity, ModelInUse, Status
from jinasearch.engine.protocol import Event
from jinasearch.gui import window_state
from jinasearch.gui.theme import scaled


def test_a_narrow_window_shortens_its_status_line(qtbot, parts, engine):
    window = parts.window
    model = ModelInUse("m", "A model with quite a long name", "CPU", "int8", 384, "ready")
    engine.send(Event("status", Status(coverage=replace(FULL, failed=12), model=model)))
    qtbot.waitUntil(window.bottom.failed.isVisible)
    window.resize(1500, 520)
    qtbot.waitUntil(lambda: "int8" in window.bottom.model.text())
    window.resize(600, 520)
    qtbot.waitUntil(lambda: "int8" not in window.bottom.model.text())
    assert window.width() == 600
    bottom = window.bottom
    for part in (bottom.summary, bottom.failed, bottom.model):
        assert bottom.rect().contains(part.geometry())
    assert bottom.failed.width() >= bottom.failed.sizeHint().width()
    assert bottom.summary.width() > 60
    assert bottom.summary.text() in bottom.summary.toolTip()
    assert "384" in bottom.model.toolTip()
    assert "384" in bottom.model.accessibleName()


def test_what_is_done_goes_before_the_model(qtbot, parts, engine):
    window = parts.window
    model = ModelInUse("m", "A model", "CPU", "int8", 384, "ready")
    status = Status(activity=Activity.EMBEDDING, coverage=replace(FULL, failed=12), model=model)
    engine.send(Event("status", status))
    bottom = window.bottom
    qtbot.waitUntil(bottom.pause.isVisible)
    large = window.font()
    large.setPointSizeF(large.pointSizeF() * 1.9)
    for part in (bottom.summary, bottom.failed, bottom.model, bottom.pause):
        part.setFont(large)
    window.resize(600, 700)
    qtbot.waitUntil(lambda: not bottom.model.isVisible())
    qtbot.waitUntil(lambda: bottom.summary.width() > 60)
    remote = replace(model, sends_to="elsewhere.example")
    engine.send(Event("status", replace(status, model=remote)))  # that is never left unsaid
    qtbot.waitUntil(bottom.model.isVisible)


def test_counts_and_coverage_do_not_run_into_each_other(qtbot, parts, engine):
    window = parts.window
    engine.status = Status(coverage=replace(FULL, keywords=700, passages_embedded=2000))
    window.line.setText("lease")
    results = window.results
    qtbot.waitUntil(lambda: "by meaning so far" in results.coverage.text())
    results.coverage.setFont(scaled(results.coverage.font(), 2.2))
    window.resize(600, 600)
    window.actions_.side_panel.setChecked(True)
    qtbot.waitUntil(lambda: results.width() < 400)
    assert results.coverage.geometry().left() > results.count.geometry().right()
    assert results.rect().contains(results.coverage.geometry())
    assert results.coverage.text() in results.coverage.toolTip()


def test_the_folder_list_gives_way_to_the_results(qtbot, parts, tmp_path):
    window, shown = parts.window, parts.window.actions_.side_panel
    window.resize(1200, 700)
    qtbot.waitUntil(window.side.isVisible)
    window.resize(560, 400)
    qtbot.waitUntil(lambda: not window.side.isVisible())
    qtbot.waitUntil(lambda: window.results.width() > 500)
    shown.trigger()  # it can be had all the same, and stays while the window is narrow
    assert window.side.isVisible()
    window.resize(620, 400)
    assert window.side.isVisible()
    shown.trigger()
    state = QSettings(str(tmp_path / "state"), QSettings.Format.IniFormat)
    window_state.keep(window, state)
    window.resize(1200, 700)
    qtbot.waitUntil(window.side.isVisible)
    shown.trigger()
    window.resize(560, 400)
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: window.width() == 1200)
    assert not window.side.isVisible()  # who does not want it does not get it back
    window_state.restore(window, state)  # what was kept is what a wide window is to show
    window.resize(1200, 700)
    qtbot.waitUntil(window.side.isVisible)
