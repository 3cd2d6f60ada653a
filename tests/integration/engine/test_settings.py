"""Settings are used at once, survive, and a mistake changes nothing."""

from __future__ import annotations

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.settings import load
from jinasearch.engine.protocol import ChangeSettings, Mode


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
