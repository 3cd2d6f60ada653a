"""What the bottom of the window tells of the work: how far it is, how fast, how long still."""

from dataclasses import replace

import pytest
from fake_engine import FULL

from jinasearch.core.models import Activity, Coverage, ModelInUse, Progress, Status
from jinasearch.engine.protocol import Event
from jinasearch.gui.search_window.folders_model import DETAIL_ROLE


@pytest.fixture
def window(parts):
    return parts.window


def test_progress_tells_amount_rate_and_time(qtbot, window, engine):
    engine.send(
        Event(
            "status",
            Status(
                activity=Activity.EMBEDDING,
                coverage=replace(FULL, passages_embedded=300),
                keywords=Progress(12340, 19607, 412.0, 18.0),
                meaning=Progress(1504, 10204, 3.25, 2700.0),
                model=ModelInUse("starter", "MiniLM", "CPU", "int8", 384),
            ),
        )
    )
    bottom = window.bottom
    qtbot.waitUntil(bottom.keywords.text.isVisible)
    assert bottom.keywords.text.text() == (
        "12,340 of 19,607 files  ·  412 per second  ·  20 s left"
    )
    assert bottom.meaning.text.text() == "300 of 9,000 passages  ·  3.2 per second  ·  45 min left"
    assert bottom.model.text() == "MiniLM · 384 · CPU · int8"
    engine.send(
        Event(
            "status",
            Status(coverage=replace(FULL, cards=600), meaning=Progress(600, 10204, 20.0, 500.0)),
        )
    )
    qtbot.waitUntil(lambda: bottom.meaning.text.text().startswith("600 of 1,204 files"))


def test_files_that_are_left_out_for_good_leave_nothing_unfinished(qtbot, window, engine):
    left_out = Coverage(300, 281, 281, 200, failed=15, skipped=4, passages=9000)
    engine.folders = [replace(engine.folders[0], coverage=left_out)]
    busy = replace(left_out, passages_embedded=4000)
    engine.send(
        Event(
            "status",
            Status(
                activity=Activity.EMBEDDING,
                coverage=busy,
                keywords=Progress(300, 300),
                meaning=Progress(4281, 9281),
            ),
        )
    )
    bottom = window.bottom
    qtbot.waitUntil(lambda: bottom.meaning.text.text() == "4,000 of 9,000 passages")
    model = window.side.model
    qtbot.waitUntil(lambda: model.index(1).data(DETAIL_ROLE) == "300 files", timeout=10_000)
    unread = replace(left_out, keywords=200)
    engine.folders = [replace(engine.folders[0], coverage=unread)]
    engine.send(Event("status", Status(activity=Activity.READING, coverage=unread)))
    told = "219 of 300 files"  # those that are left out wait for nothing
    qtbot.waitUntil(lambda: model.index(1).data(DETAIL_ROLE) == told, timeout=10_000)


def test_it_is_told_that_models_are_tried_and_work_rests(qtbot, window, engine):
    busy = Status(activity=Activity.EMBEDDING, coverage=replace(FULL, passages_embedded=300))
    engine.send(Event("status", replace(busy, trying=True)))
    told = window.bottom.summary
    qtbot.waitUntil(lambda: told.text().startswith("Models are being tried; other work rests"))
    engine.send(Event("status", busy))
    qtbot.waitUntil(lambda: told.text().startswith("Learning what files mean"))
