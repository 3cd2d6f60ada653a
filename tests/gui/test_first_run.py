"""The first steps: offered where nothing is indexed, used step by step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, QUrl

from jinasearch.core import settings as settings_file
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Finding, ModelSpeed, Proposal
from jinasearch.core.settings import PaceSettings, Settings
from jinasearch.engine import protocol

PROPOSALS = protocol.Proposals(
    (
        Proposal("file:///home/ada/Documents", "/home/ada/Documents", 3000, 2_000_000_000),
        Proposal("file:///home/ada/Pictures", "/home/ada/Pictures", 500, 10, usual=False),
        Proposal("file:///home/ada/Notes", "/home/ada/Notes", 10, 10, known=True),
        Proposal("file:///home/ada", "/home/ada", 9000, 10, counted=False, usual=False),
    )
)


def model(name: str, **more) -> protocol.ModelEntry:
    given = {"languages": ("*",), "state": "missing", "licence": "CC-BY-NC-4.0", **more}
    return protocol.ModelEntry(
        name,
        f"The {name}",
        384,
        (384,),
        256,
        licence_uri="https://example.org",
        bytes=2_400_000_000,
        consent_needed=given["state"] == "missing",
        **given,
    )


@pytest.fixture
def steps(qtbot, parts, engine):
    engine.proposals = PROPOSALS
    engine.models = protocol.Models(
        (
            model("starter", languages=("en",), state="ready", licence="Apache-2.0", in_use=True),
            model("jina-v5-small"),
            model("jina-v5-nano"),
        )
    )
    engine.settings = protocol.SettingsReply(
        settings_file.entries(Settings(pace=PaceSettings(preset="quiet")))
    )
    engine.bench = protocol.Bench((ModelSpeed("starter", "", passages_per_second=20.0),))
    parts.window.first_run.show()
    dialog = parts.window.first_run.dialog
    qtbot.waitUntil(lambda: bool(dialog.folders._boxes) and bool(dialog.model._options))
    qtbot.waitUntil(lambda: dialog.model._rate is not None)
    yield dialog
    if parts.window.first_run.dialog is not None:
        dialog.reject()


def test_they_are_offered_where_nothing_is_indexed(qtbot, parts, engine):
    parts.window.first_run.offer()
    qtbot.wait(100)
    assert parts.window.first_run.dialog is None
    engine.folders = []
    parts.window.first_run.offer()
    qtbot.waitUntil(lambda: parts.window.first_run.dialog is not None)
    parts.window.first_run.dialog.reject()


def test_the_usual_folders_are_chosen_and_told(steps):
    assert steps.folders.chosen() == ("file:///home/ada/Documents",)
    assert "3,000 files" in steps.folders.total.text()
    assert "10 s" in steps.folders.total.text()
    assert set(steps.folders._boxes) == {
        "file:///home/ada/Documents",
        "file:///home/ada/Pictures",
        "file:///home/ada",
    }


def test_a_folder_inside_another_is_left_to_it(steps):
    steps.folders._boxes["file:///home/ada"][0].setChecked(True)
    assert steps.folders.chosen() == ("file:///home/ada",)


def test_a_folder_of_the_users_own(steps, parts):
    parts.window.first_run._on_browsed([QUrl("file:///data/caf%E9")])
    assert steps.folders.chosen() == ("file:///home/ada/Documents", "file:///data/caf%E9")


def test_folders_are_indexed_when_the_next_step_comes(qtbot, steps, engine):
    steps.next.click()
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/folders")))
    assert engine.bodies("POST /v1/folders")[0]["uris"] == ["file:///home/ada/Documents"]
    assert steps.step.text() == "Step 2 of 3"


def test_none_chosen_is_no_mistake(qtbot, steps, engine):
    steps.folders._boxes["file:///home/ada/Documents"][0].setChecked(False)
    steps.next.click()
    qtbot.wait(50)
    assert engine.bodies("POST /v1/folders") == []


def test_models_tell_time_size_and_licence(steps):
    detail = steps.model._options["jina-v5-nano"].detail.text()
    assert "many languages" in detail
    assert "2.4 GB" in detail
    assert "CC-BY-NC-4.0" in detail
    assert "5 h" in detail  # 3,000 files of 11 passages at 20 a second, times 239 / 22


def test_the_best_model_that_is_done_in_a_day_is_advised(steps):
    chosen = steps.model.chosen()
    assert chosen.name == "jina-v5-small"  # 12.4 hours
    steps.model.set_files(10_000)
    assert steps.model.chosen().name == "jina-v5-nano"
    steps.model.set_files(100_000)
    assert steps.model.chosen().name == "starter"


def test_where_english_is_not_spoken_the_starter_is_not_advised(steps):
    QLocale.setDefault(QLocale("zh_CN"))
    steps.model.set_files(100_000)
    assert steps.model.chosen().name == "jina-v5-nano"


def test_what_the_user_chose_stays(steps):
    steps.model._options["starter"].button.click()
    steps.model.set_files(10)
    assert steps.model.chosen().name == "starter"


def test_the_end_sets_the_pace_and_fetches_after_the_licence(qtbot, steps, parts, engine):
    steps.next.click()
    steps.next.click()
    assert steps.pace.changes() == {"pace.preset": "quiet"}
    steps.pace._options["full"].button.click()
    assert steps.next.text() == "Start"
    steps.next.click()
    qtbot.waitUntil(lambda: engine.asked("PATCH /v1/settings") == 1)
    assert engine.bodies("PATCH /v1/settings")[0]["values"] == {"pace.preset": "full"}
    question = parts.window.model_actions.question
    assert question is not None
    assert engine.asked("POST /v1/models/download") == 0
    question.accepted.emit()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/models/download") == 1)
    body = engine.bodies("POST /v1/models/download")[0]
    assert body == {"name": "jina-v5-small", "consent": True, "use": True}
    question.close()
    parts.window.model_actions.dialog.close()


def test_back_and_later(qtbot, steps, parts, engine):
    assert not steps.back.isVisible()
    steps.next.click()
    steps.back.click()
    assert steps.step.text() == "Step 1 of 3"
    steps.skip.click()
    qtbot.waitUntil(lambda: parts.window.first_run.dialog is None)
    assert engine.asked("PATCH /v1/settings") == 0


def test_a_model_from_a_folder_is_offered_proven_and_used(qtbot, steps, parts, engine):
    name = "/data/my model"
    engine.listed = replace(model(name, state="ready"), title="my model", folder=name)
    engine.findings = protocol.Findings((Finding("vectors", True, "length 1"),))
    parts.window.first_run.browser.take(QUrl.fromLocalFile(name))
    qtbot.waitUntil(lambda: "does what it should" in steps.model.told.text())
    assert steps.model.chosen().name == name
    steps.model.set_files(10)
    assert steps.model.chosen().name == name
    steps.next.click()
    steps.next.click()
    steps.next.click()
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/models/use")))
    assert engine.bodies("POST /v1/models/use") == [{"name": name, "dimension": 0}]


def test_a_folder_that_holds_no_model_is_told_in_the_step(qtbot, steps, parts, engine):
    engine.errors["POST /v1/models/folder"] = JinasearchError(
        Code.MODEL_MISSING, "The model's folder has no model.onnx", "Copy it.", "/data/x"
    )
    before = steps.model.chosen().name
    parts.window.first_run.browser.take(QUrl.fromLocalFile("/data/x"))
    qtbot.waitUntil(lambda: "no model.onnx" in steps.model.told.text())
    assert "Copy it." in steps.model.told.text()
    assert steps.model.chosen().name == before


def test_a_model_that_re_ranks_is_none_for_this_step(qtbot, steps, parts, engine):
    engine.listed = replace(model("/data/x", state="ready"), folder="/data/x", task="rerank")
    before = steps.model.chosen().name
    parts.window.first_run.browser.take(QUrl.fromLocalFile("/data/x"))
    qtbot.waitUntil(lambda: "orders answers anew" in steps.model.told.text())
    assert steps.model.chosen().name == before
