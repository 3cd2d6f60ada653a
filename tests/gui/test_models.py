"""The dialog of models: what it shows, what it asks, what it sends."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QFileDialog, QMessageBox

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Finding, ModelInUse, ModelSpeed, Progress, Status
from jinasearch.engine import protocol

STARTER = protocol.ModelEntry(
    "starter",
    "Starter (English)",
    384,
    (384,),
    256,
    ("en",),
    "Apache-2.0",
    "https://example.org/a",
    23_000_000,
    "ready",
    in_use=True,
)
LARGE = protocol.ModelEntry(
    "large",
    "Large",
    1024,
    (256, 512, 1024),
    2048,
    ("*",),
    "CC-BY-NC-4.0",
    "https://example.org/l",
    2_400_000_000,
    "ready",
)
AWAY = replace(LARGE, name="away", title="Away", state="missing", consent_needed=True)
FOLDER = replace(
    LARGE,
    name="/data/my model",
    title="my model",
    licence="",
    licence_uri="",
    folder="/data/my model",
)
PLAN = protocol.Plan("large", 512, 1234, 5_000_000, 9_000_000_000, 7200.0)


@pytest.fixture
def dialog(qtbot, parts, engine):
    engine.models = protocol.Models((STARTER, LARGE, AWAY))
    parts.window.actions_.models.trigger()
    shown = parts.window.model_actions.dialog
    qtbot.waitUntil(lambda: shown.table.topLevelItemCount() == 3)
    return shown


def choose(dialog, row):
    dialog.table.setCurrentItem(dialog.table.topLevelItem(row))


def answer(qtbot, parts, *, yes):
    qtbot.waitUntil(lambda: parts.window.model_actions.question is not None)
    box = parts.window.model_actions.question
    for button in box.buttons():
        if (box.buttonRole(button) == QMessageBox.ButtonRole.AcceptRole) == yes:
            button.click()
            return


def bodies(engine, name):
    return [body for asked, body in engine.requests if asked == name]


def test_the_model_in_use_is_chosen_and_told(dialog):
    assert dialog.chosen() == "starter"
    assert dialog.table.topLevelItem(0).text(4) == "in use"
    assert "Apache-2.0" in dialog.detail.text()
    assert dialog.table.topLevelItem(1).text(1) == "many"


def test_a_model_that_re_ranks_is_chosen_and_left_at_once(qtbot, engine, dialog):
    ranks = replace(LARGE, name="ranks", title="Ranks", dimension=0, dimensions=(), task="rerank")
    dialog.show_models((STARTER, LARGE, ranks))
    choose(dialog, 2)
    assert dialog.use.text() == "Re-rank with it"
    assert not dialog.dimension.isEnabled()
    engine.models = protocol.Models((STARTER, LARGE, replace(ranks, in_use=True)))
    dialog.use.click()
    qtbot.waitUntil(lambda: dialog.use.text() == "Do not re-rank")
    assert dialog.table.topLevelItem(2).text(4) == "re-ranks"
    dialog.use.click()
    qtbot.waitUntil(lambda: len(bodies(engine, "POST /v1/models/rerank")) == 2)
    assert bodies(engine, "POST /v1/models/rerank") == [{"name": "ranks"}, {"name": ""}]


def test_what_was_downloaded_is_deleted_after_a_question(qtbot, parts, engine, dialog):
    assert not dialog.remove.isVisible()
    dialog.show_models((STARTER, replace(LARGE, removable=True), AWAY))
    choose(dialog, 1)
    assert dialog.remove.isVisible()
    dialog.remove.click()
    answer(qtbot, parts, yes=False)
    qtbot.waitUntil(lambda: parts.window.model_actions.question is None)
    assert not any(asked.startswith("DELETE") for asked, _ in engine.requests)
    dialog.remove.click()
    answer(qtbot, parts, yes=True)
    qtbot.waitUntil(lambda: ("DELETE /v1/models/large", None) in engine.requests)


def test_using_another_model_tells_first_what_it_takes(qtbot, parts, engine, dialog):
    engine.plan = PLAN
    choose(dialog, 1)
    dialog.dimension.setCurrentIndex(1)
    dialog.use.click()
    qtbot.waitUntil(lambda: parts.window.model_actions.question is not None)
    told = parts.window.model_actions.question.informativeText()
    assert "1,234" in told
    assert "2 h" in told
    assert bodies(engine, "POST /v1/models/plan") == [{"name": "large", "dimension": 512}]
    assert bodies(engine, "POST /v1/models/use") == []
    answer(qtbot, parts, yes=True)
    qtbot.waitUntil(lambda: bool(bodies(engine, "POST /v1/models/use")))
    assert bodies(engine, "POST /v1/models/use") == [{"name": "large", "dimension": 512}]


def test_no_means_no(qtbot, parts, engine, dialog):
    engine.plan = PLAN
    choose(dialog, 1)
    dialog.use.click()
    answer(qtbot, parts, yes=False)
    qtbot.wait(200)
    assert bodies(engine, "POST /v1/models/use") == []


def test_a_download_asks_for_the_licence(qtbot, parts, engine, dialog):
    choose(dialog, 2)
    assert dialog.download.isVisible()
    assert not dialog.use.isEnabled()
    dialog.download.click()
    qtbot.waitUntil(lambda: parts.window.model_actions.question is not None)
    assert "CC-BY-NC-4.0" in parts.window.model_actions.question.text()
    assert "https://example.org/l" in parts.window.model_actions.question.informativeText()
    assert bodies(engine, "POST /v1/models/download") == []
    answer(qtbot, parts, yes=True)
    qtbot.waitUntil(lambda: bool(bodies(engine, "POST /v1/models/download")))
    wanted = {"name": "away", "consent": True, "use": False}
    assert bodies(engine, "POST /v1/models/download") == [wanted]


def test_a_download_can_be_stopped(qtbot, parts, engine, dialog):
    half = replace(AWAY, state="downloading", downloaded_bytes=1_200_000_000)
    engine.models = protocol.Models((STARTER, LARGE, half))
    parts.window.model_actions._ask()
    qtbot.waitUntil(lambda: "50 %" in dialog.table.topLevelItem(2).text(4))
    choose(dialog, 2)
    dialog.download.click()
    qtbot.waitUntil(lambda: bool(bodies(engine, "DELETE /v1/models/away/download")))


def test_measuring_shows_speed_and_the_one_to_choose(qtbot, parts, engine, dialog):
    speeds = (
        ModelSpeed("starter", "Starter", passages_per_second=31.0, query_ms=5.0),
        ModelSpeed("large", "Large", problem="It does not fit"),
    )
    engine.bench = protocol.Bench(speeds, "starter", 100)
    dialog.bench.click()
    assert not dialog.bench.isEnabled()
    qtbot.waitUntil(lambda: "31" in dialog.table.topLevelItem(0).text(3))
    assert "recommended" in dialog.table.topLevelItem(0).text(0)
    assert dialog.table.topLevelItem(1).text(3) == "failed"
    choose(dialog, 1)
    assert "It does not fit" in dialog.detail.text()
    assert dialog.bench.isEnabled()


@pytest.mark.parametrize("good", [True, False])
def test_a_proof_is_told(qtbot, engine, dialog, good):
    engine.findings = protocol.Findings((Finding("vectors", good, "length 1"),))
    dialog.verify.click()
    qtbot.waitUntil(lambda: "vectors: length 1" in dialog.detail.text())
    assert ("does not" in dialog.detail.text()) != good


def test_an_error_is_told_in_the_dialog(qtbot, engine, dialog):
    engine.errors["POST /v1/models/plan"] = JinasearchError(
        Code.DISK_FULL, "No room for the vectors", "Make room."
    )
    choose(dialog, 1)
    dialog.use.click()
    qtbot.waitUntil(lambda: "No room for the vectors" in dialog.detail.text())
    assert "Make room." in dialog.detail.text()


def test_an_error_is_told_while_the_list_is_refreshed(qtbot, parts, engine, dialog):
    """A download shows its progress meanwhile."""
    half = replace(AWAY, state="downloading", downloaded_bytes=1_200_000_000)
    engine.models = protocol.Models((STARTER, replace(LARGE, removable=True), half))
    actions = parts.window.model_actions
    actions._ask()
    qtbot.waitUntil(lambda: "50 %" in dialog.table.topLevelItem(2).text(4))
    actions._refresh.setInterval(30)
    engine.delays["DELETE /v1/models/large"] = 0.3
    engine.errors["DELETE /v1/models/large"] = JinasearchError(Code.NO_PERMISSION, "Not deleted")
    choose(dialog, 1)
    dialog.remove.click()
    answer(qtbot, parts, yes=True)
    qtbot.waitUntil(lambda: "Not deleted" in dialog.detail.text())
    seen = engine.asked("GET /v1/models")
    qtbot.waitUntil(lambda: engine.asked("GET /v1/models") > seen + 3)
    assert "Not deleted" in dialog.detail.text()
    choose(dialog, 0)
    assert "Apache-2.0" in dialog.detail.text()


def test_a_model_that_takes_over_is_shown_with_its_progress(qtbot, parts):
    coming = Status(
        model=ModelInUse("starter", "Starter"),
        coming=ModelInUse("large", "Large"),
        coming_progress=Progress(30, 120, 2.0, 45.0),
    )
    parts.window.bottom.set_status(coming)
    assert parts.window.bottom.coming.text.isVisible()
    assert "Large takes over" in parts.window.bottom.coming.text.text()
    assert parts.window.bottom.coming.bar.value() == 250
    parts.window.bottom.set_status(replace(coming, coming=None, coming_progress=None))
    assert not parts.window.bottom.coming.text.isVisible()


def browse(parts, path="/data/my model"):
    parts.window.model_actions.browser.take(QUrl.fromLocalFile(path))


def test_a_folder_is_asked_for(qtbot, dialog):
    dialog.folder.click()
    (asked,) = dialog.findChildren(QFileDialog)
    qtbot.waitUntil(asked.isVisible)
    assert asked.fileMode() == QFileDialog.FileMode.Directory
    asked.reject()


def test_the_model_of_a_folder_is_listed_chosen_and_proven(qtbot, parts, engine, dialog):
    engine.listed = FOLDER
    engine.findings = protocol.Findings((Finding("vectors", True, "length 1"),))
    browse(parts)
    qtbot.waitUntil(lambda: "vectors: length 1" in dialog.detail.text())
    assert bodies(engine, "POST /v1/models/folder") == [{"path": "/data/my model"}]
    assert bodies(engine, "POST /v1/models/verify") == [{"name": "/data/my model"}]
    assert dialog.chosen() == FOLDER.name
    assert dialog.use.isEnabled()
    choose(dialog, 0)
    assert not dialog.forget.isVisible()
    choose(dialog, 3)
    assert "/data/my model" in dialog.detail.text()
    assert "no licence" in dialog.detail.text()


def test_a_folder_that_holds_no_such_model_is_refused(qtbot, parts, engine, dialog):
    engine.errors["POST /v1/models/folder"] = JinasearchError(
        Code.MODEL_UNSUITABLE, "This model cannot be used: it writes texts", "Choose.", "/data/x"
    )
    browse(parts)
    qtbot.waitUntil(lambda: "it writes texts" in dialog.detail.text())
    assert dialog.detail.text().splitlines()[1:] == ["/data/x", "Choose."]
    assert dialog.table.topLevelItemCount() == 3


def test_a_folder_whose_name_is_no_text_is_refused_here(qtbot, parts, engine, dialog):
    parts.window.model_actions.browser.take(QUrl.fromEncoded(b"file:///data/caf%E9"))
    qtbot.waitUntil(lambda: "UTF-8" in dialog.detail.text())
    assert bodies(engine, "POST /v1/models/folder") == []


def test_the_model_of_a_folder_is_taken_off_the_list(qtbot, parts, engine, dialog):
    engine.listed = FOLDER
    browse(parts)
    qtbot.waitUntil(lambda: dialog.chosen() == FOLDER.name and dialog.forget.isEnabled())
    dialog.forget.click()
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 3)
    assert bodies(engine, "POST /v1/models/folder/forget") == [{"path": "/data/my model"}]


def test_a_model_in_use_stays_on_the_list(qtbot, parts, engine, dialog):
    engine.models = protocol.Models((replace(FOLDER, in_use=True), LARGE))
    parts.window.model_actions._ask()
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 2)
    choose(dialog, 0)
    assert dialog.forget.isVisible()
    assert not dialog.forget.isEnabled()
