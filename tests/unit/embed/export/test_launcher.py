"""The export process from its parent's side, with a child that does what it is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import filelock
import psutil
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.export import launcher
from jinasearch.embed.export.launcher import Stage

if TYPE_CHECKING:
    from pathlib import Path

CHILD = """
import os, sys, time
from pathlib import Path
from jinasearch.embed.process import wire
ending = sys.argv[1]
request, _ = wire.read(sys.stdin.buffer)
def say(**frame): wire.write(sys.stdout.buffer, frame)
say(stage="download", done=1, total=2)
model = Path(request["work"]) / "model"
model.mkdir()
(model / "config.json").write_text(request["source"])
print("the last words", file=sys.stderr)
say(stage="graph")
if ending == "dies": os._exit(9)
if ending == "is killed": os.kill(os.getpid(), 9)
if ending == "hangs": sys.stdin.buffer.read()
if ending == "refuses":
    error = {"code": "model-unsuitable", "title": "no", "message": "m", "path": "p"}
    say(ok=False, error=error)
else:
    say(ok=True, dimension=3, dimensions=[2, 3], size=7, texts=4, cosine=1.0)
"""


@pytest.fixture
def models(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_MODELS", str(tmp_path / "models"))
    (tmp_path / "child.py").write_text(CHILD)
    return tmp_path / "models"


def run(models: Path, ending: str = "well", name: str = "new", on_stage=lambda _: None):
    command = [sys.executable, str(models.parent / "child.py"), ending]
    return launcher.export(command, "here", name, on_stage=on_stage)


def failure(models: Path, ending: str = "well", **more) -> JinasearchError:
    with pytest.raises(JinasearchError) as caught:
        run(models, ending, **more)
    return caught.value


def left_in(models: Path) -> list[str]:
    return sorted(path.name for path in models.iterdir() if path.name != ".export.lock")


def test_a_model_is_installed_under_its_name(models):
    stages: list[Stage] = []
    done = run(models, on_stage=stages.append)
    assert stages == [Stage("download", 1, 2), Stage("graph")]
    assert (done.name, done.dimension, done.dimensions) == ("new", 3, (2, 3))
    assert done.folder == str(models / "new")
    assert (models / "new/config.json").read_text() == "here"
    assert left_in(models) == ["new"]


@pytest.mark.parametrize(("ending", "told"), [("dies", "exit code 9"), ("is killed", "signal 9")])
def test_a_crash_in_the_middle_leaves_nothing(models, ending, told):
    error = failure(models, ending)
    assert error.code is Code.EMBED_FAILED
    assert told in error.title
    assert "the last words" in error.message
    assert left_in(models) == []


def test_a_refusal_is_told_and_leaves_nothing(models):
    error = failure(models, "refuses")
    assert (error.code, error.title, error.path) == (Code.MODEL_UNSUITABLE, "no", "p")
    assert left_in(models) == []


def test_an_interrupt_ends_the_process_and_leaves_nothing(models):
    def interrupt(stage: Stage) -> None:
        if stage.name == "graph":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(models, "hangs", on_stage=interrupt)
    assert left_in(models) == []
    assert not [
        p
        for p in psutil.Process().children()
        if p.status() != psutil.STATUS_ZOMBIE and str(models.parent) in " ".join(p.cmdline())
    ]


def test_what_a_killed_export_left_is_deleted_by_the_next(models):
    (models / ".export-old/model").mkdir(parents=True)
    run(models)
    assert left_in(models) == ["new"]


def test_a_name_that_is_taken(models):
    (models / "new").mkdir(parents=True)
    error = failure(models)
    assert error.code is Code.BAD_REQUEST
    assert error.path == str(models / "new")
    assert left_in(models) == ["new"]


def test_a_name_that_was_taken_meanwhile(models):
    def take(_: Stage) -> None:
        (models / "new").mkdir(exist_ok=True)

    assert "already" in failure(models, on_stage=take).title
    assert left_in(models) == ["new"]
    assert list((models / "new").iterdir()) == []


@pytest.mark.parametrize("name", ["", "../new", "starter", "a b"])
def test_a_name_that_cannot_be(models, name):
    assert failure(models, name=name).code is Code.BAD_REQUEST
    assert not models.exists()


def test_one_export_at_a_time(models):
    models.mkdir()
    with filelock.FileLock(models / ".export.lock"):
        assert "under way" in failure(models).title


def test_a_folder_that_cannot_be_written(models):
    models.write_text("a file in its place")
    assert failure(models).code is Code.NO_PERMISSION


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("owner/Some-Model_v1.5", "Some-Model_v1.5"),
        ("/home/me/my model/", "my-model"),
        ("C:\\models\\e5", "e5"),
        ("/models/.hidden.", "hidden"),
        (f"/{'x' * 70}", "x" * 64),
        ("/", ""),
    ],
)
def test_the_name_that_is_proposed(source, name):
    assert launcher.default_name(source) == name
