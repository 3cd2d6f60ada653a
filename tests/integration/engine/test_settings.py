"""Settings are used at once, survive, and a mistake changes nothing."""

from __future__ import annotations

import threading

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Activity
from jinasearch.core.settings import Settings, load
from jinasearch.engine import settings_desk
from jinasearch.engine.protocol import ChangeSettings, Mode, PlanState, UseModel


def value(reply, name):
    return next(entry.value for entry in reply.entries if entry.name == name)


def test_a_change_is_in_the_file_and_in_use(bench):
    bench.write("a.txt", "albatross")
    bench.index()
    reply = bench.engine.settings.change(
        ChangeSettings({"extract.max_characters": 10, "embed.threads": 1})
    )
    assert value(reply, "embed.threads") == 1
    assert load(bench.config).extract.max_characters == 10
    assert reply.at_next_start == ()
    bench.write("b.txt", "cormorant " + "filler " * 50 + "puffin")
    bench.until(lambda: bench.names("cormorant") == ["b.txt"], "the next file")
    assert bench.names("puffin") == []
    assert bench.names("albatross") == ["a.txt"]


def edit(bench, text: str) -> None:
    """As an editor does it."""
    bench.config.parent.mkdir(exist_ok=True)
    bench.config.write_text(text)


def test_what_an_editor_changes_is_used(bench, monkeypatch):
    monkeypatch.setattr(settings_desk, "_WRITTEN_SECONDS", 0.0)
    edit(bench, "[extract]\nmax_characters = 10\n")
    bench.engine.settings.look()
    bench.write("a.txt", "cormorant " + "filler " * 50 + "puffin")
    bench.index()
    assert bench.names("cormorant") == ["a.txt"]
    assert bench.names("puffin") == []


def test_the_file_is_looked_at_by_itself(bench, monkeypatch):
    told = threading.Event()
    monkeypatch.setattr(settings_desk, "_WRITTEN_SECONDS", 0.0)
    monkeypatch.setattr(settings_desk, "_LOOK_SECONDS", 0.05)
    desk = settings_desk.SettingsDesk(
        bench.config, Settings(), {}, told.set, on_trouble=lambda _: None
    )
    desk.start()
    edit(bench, "[embed]\nthreads = 1\n")
    assert told.wait(20)
    desk.close()
    assert not desk._looker.is_alive()


def test_what_an_editor_changed_is_used_when_it_is_set_again(bench):
    edit(bench, "[extract]\nmax_characters = 10\n")
    bench.engine.settings.change(ChangeSettings({"extract.max_characters": 10}))
    bench.write("a.txt", "cormorant " + "filler " * 50 + "puffin")
    bench.index()
    assert bench.names("puffin") == []


def test_a_mistake_of_an_editor_is_told_and_what_was_set_before_is_used_on(bench, monkeypatch):
    def looked() -> list[str]:
        bench.engine.settings.look()
        return [notice.code for notice in bench.engine.status().notices]

    monkeypatch.setattr(settings_desk, "_WRITTEN_SECONDS", 0.0)
    edit(bench, "[limits]\ncpu_percent = 50\n")
    assert looked() == []
    edit(bench, "[limits]\ncpu_percent = fifty\n")
    assert looked() == [Code.SETTINGS_INVALID]
    assert bench.engine.status().activity is Activity.IDLE
    assert bench.engine.status().ceilings.cpu_most == 50
    edit(bench, "[limits]\ncpu_percent = 60 # again\n")
    assert looked() == []
    assert bench.engine.status().ceilings.cpu_most == 60


def test_a_file_that_is_being_written_is_left_for_later(bench, monkeypatch):
    edit(bench, "")
    bench.engine.settings.look()
    edit(bench, "[limits]\n")
    wait = bench.engine.settings._ended.wait

    def written_on(seconds: float) -> bool:
        edit(bench, "[limits]\ncpu_percent = 50\n")
        return wait(0)

    monkeypatch.setattr(bench.engine.settings._ended, "wait", written_on)
    bench.engine.settings.look()
    assert bench.engine.settings._in_use == Settings()


def test_every_part_uses_what_is_for_it_though_another_cannot(bench):
    used = []

    def cannot(_) -> None:
        raise JinasearchError(Code.DISK_FULL, "no")

    desk = settings_desk.SettingsDesk(
        bench.config,
        Settings(),
        {"embed": (cannot, used.append), "pace": (used.append,)},
        lambda: used.append("told"),
        on_trouble=lambda _: None,
    )
    with pytest.raises(JinasearchError):
        desk.change(ChangeSettings({"embed.threads": 1, "pace.low_percent": 20}))
    assert [type(each).__name__ for each in used] == ["EmbedSettings", "PaceSettings", "str"]


def test_limits_of_readers_are_those_of_previews_too(bench):
    bench.engine.settings.change(
        ChangeSettings({"extract.timeout_seconds": 2.0, "extract.memory_bytes": 500_000_000})
    )
    worker = bench.engine.previews._worker
    assert (worker._settings.timeout_seconds, worker._settings.memory_bytes) == (2.0, 500_000_000)


def test_the_default_is_a_null_away(bench):
    bench.config.parent.mkdir(exist_ok=True)
    bench.config.write_text("# mine\n[embed]\nthreads = 1 # one\nidle_seconds = 5.0\n")
    reply = bench.engine.settings.change(ChangeSettings({"embed.threads": None}))
    assert value(reply, "embed.threads") == 0
    assert bench.config.read_text() == "# mine\n[embed]\nidle_seconds = 5.0\n"


def test_what_waits_for_the_next_start_is_told(bench):
    reply = bench.engine.settings.change(ChangeSettings({"engine.port": 40_000}))
    assert reply.at_next_start == ("engine.port",)
    reply = bench.engine.settings.change(ChangeSettings({"engine.port": None}))
    assert reply.at_next_start == ()
    reply = bench.engine.settings.change(ChangeSettings({"extract.workers": 1}))
    assert reply.at_next_start == ("extract.workers",)


@pytest.mark.parametrize(
    "values",
    [
        {"embed.thread": 1},
        {"embed.threads": -1},
        {"embed.threads": "many"},
        {"window.scheme": "pink"},
        {"embed.threads": 1, "engine.port": 70_000},
    ],
)
def test_a_mistake_changes_nothing(bench, values):
    with pytest.raises(JinasearchError) as caught:
        bench.engine.settings.change(ChangeSettings(values))
    assert caught.value.code is Code.BAD_REQUEST
    assert not bench.config.exists()


def test_another_way_to_run_the_model_keeps_the_vectors(bench):
    bench.write("a.txt", "albatross")
    bench.index()
    before = bench.engine._meanings.serving
    bench.engine.settings.change(ChangeSettings({"embed.runtime": "onnx"}))
    bench.settle()
    after = bench.engine._meanings.serving
    assert (after.key, after.space) == (before.key, before.space)
    assert after.encoder is not before.encoder
    assert bench.names("albatross", Mode.MEANING) == ["a.txt"]
    assert bench.engine.status().coverage.passages_embedded == 1


def made(bench):
    """All vectors, with the space of each."""
    rows = bench.engine._library.reader().execute("SELECT space, input_hash, vector FROM vectors")
    return sorted(rows)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"embed.dimension": 256}, Code.MODEL_DIMENSION),
        ({"embed.model": "nosuch"}, Code.NOT_FOUND),
        ({"search.rerank": "nosuch"}, Code.NOT_FOUND),
        ({"search.rerank": "starter"}, Code.MODEL_UNSUITABLE),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_and_nothing_is_changed(bench, values, code):
    with pytest.raises(JinasearchError) as caught:
        bench.engine.settings.change(ChangeSettings(values))
    assert caught.value.code is code
    assert not bench.config.exists()


def test_a_dimension_that_cannot_be_leaves_the_vectors_and_the_answers(bench, monkeypatch):
    monkeypatch.setattr(settings_desk, "_WRITTEN_SECONDS", 0.0)
    bench.write("a.txt", "albatross")
    bench.index()
    before, serving = made(bench), bench.engine._meanings.serving
    edit(bench, "[embed]\ndimension = 256\n")
    bench.engine.settings.look()
    assert [notice.code for notice in bench.engine.status().notices] == [Code.MODEL_DIMENSION]
    assert bench.names("the sea bird", Mode.MEANING) == ["a.txt"]
    bench.engine.settings.change(ChangeSettings({"embed.dimension": None}))
    assert bench.engine.status().notices == ()
    bench.settle()
    assert (made(bench), bench.engine._meanings.serving) == (before, serving)


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize(
    "steps",
    [
        ({"embed.model": "starter"}, {"embed.dimension": 0}),
        ({"embed.dimension": 0}, {"embed.model": "starter"}),
    ],
)
def test_two_mistakes_in_the_file_are_mended_one_by_one(bench, monkeypatch, steps, running):
    monkeypatch.setattr(settings_desk, "_WRITTEN_SECONDS", 0.0)
    edit(bench, '[embed]\nmodel = "nosuch"\ndimension = 999\n')
    if running:
        bench.engine.settings.look()
    else:
        bench.stop()
        bench.start()
    assert [notice.code for notice in bench.engine.status().notices] == [Code.NOT_FOUND]
    for wrong in (
        {"embed.model": "nosuch either"},
        {"embed.model": "starter", "embed.dimension": 7},
    ):
        with pytest.raises(JinasearchError):
            bench.engine.settings.change(ChangeSettings(wrong))
    bench.engine.settings.change(ChangeSettings(steps[0]))
    bench.engine.settings.look()  # what is still wrong is still told
    left = Code.MODEL_DIMENSION if "embed.model" in steps[0] else Code.NOT_FOUND
    assert [notice.code for notice in bench.engine.status().notices] == [left]
    bench.engine.settings.change(ChangeSettings(steps[1]))
    assert bench.engine.status().notices == ()
    kept = {entry.name: entry.value for entry in bench.engine.settings.listed().entries}
    assert (kept["embed.model"], kept["embed.dimension"]) == ("starter", 0)
    bench.write("a.txt", "albatross")
    bench.index()
    assert bench.names("the sea bird", Mode.MEANING) == ["a.txt"]


def test_a_start_with_a_dimension_that_cannot_be_keeps_the_vectors(bench):
    bench.write("a.txt", "albatross")
    bench.index()
    before = made(bench)
    bench.stop()
    edit(bench, "[embed]\ndimension = 256\n")
    bench.start()
    assert [notice.code for notice in bench.engine.status().notices] == [Code.MODEL_DIMENSION]
    assert bench.names("the sea bird", Mode.MEANING) == ["a.txt"]
    bench.engine.settings.change(ChangeSettings({"embed.dimension": None}))
    bench.settle()
    assert made(bench) == before
    assert bench.engine.status().notices == ()


@pytest.mark.parametrize("dimension", [0, 384])
def test_choosing_what_is_in_use_takes_nothing(bench, dimension):
    bench.write("a.txt", "albatross")
    bench.index()
    plan = bench.engine.models.plan(UseModel("starter", dimension))
    assert (plan.state, plan.vectors, plan.bytes_needed) == (PlanState.IN_USE, 0, 0)
