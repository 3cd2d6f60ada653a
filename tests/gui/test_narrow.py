"""A window with little room: it says less, and cuts nothing off."""

from dataclasses import replace

from fake_engine import FULL

from jinasearch.core.models import ModelInUse, Status
from jinasearch.engine.protocol import Event


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
