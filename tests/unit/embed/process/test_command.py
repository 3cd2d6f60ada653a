from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.process.command import NEEDS, embed_command
from jinasearch.embed.process.embedding import EmbedProcess

if TYPE_CHECKING:
    from pathlib import Path

LISTS = """
import sys
from importlib.metadata import packages_distributions
import jinasearch.embed.process.child
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.encoder import Prompt
load(describe("starter"), runtime="onnx").encode(["a"], Prompt.QUERY)
known = packages_distributions()
loaded = {name.split(".")[0] for name in sys.modules}
print(*{known[name][0] for name in loaded if name in known})
"""


def test_this_programs_own():
    assert embed_command(["jinasearch", "-x"], "") == ["jinasearch", "-x", "_embed"]


def test_what_another_environment_needs_is_what_is_loaded():
    result = subprocess.run([sys.executable, "-c", LISTS], capture_output=True, check=True)
    loaded = set(result.stdout.decode().lower().split())
    # msgspec takes typing_extensions where it is, and does without elsewhere.
    by_itself = {"jinasearch", "setuptools", "typing_extensions"}
    # Graphs are prepared where onnx is, and used as they are elsewhere.
    by_itself |= {"onnx", "ml_dtypes", "protobuf"}
    assert loaded - by_itself == {name.removesuffix("-gpu") for name in NEEDS}


@pytest.fixture
def interpreter(tmp_path) -> Path:
    """Another environment's: it has this one's packages, and modules of its own before them."""
    folder = tmp_path / "own"
    folder.mkdir()
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n')
    script.chmod(0o755)
    return script


def process(interpreter: Path) -> EmbedProcess:
    command = embed_command(["no such program"], str(interpreter))
    return EmbedProcess(command, "starter", 0, 1, 60, runtime="onnx")


@pytest.mark.skipif(sys.platform == "win32", reason="the interpreter is a shell script")
def test_another_interpreter_runs_the_model(interpreter):
    started = process(interpreter)
    try:
        assert started.encode_query("a").shape == (384,)
    finally:
        started.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="the interpreter is a shell script")
def test_an_environment_that_lacks_a_package_is_told(interpreter):
    (interpreter.parent / "own" / "tokenizers.py").write_text("raise ImportError('not here')")
    started = process(interpreter)
    try:
        with pytest.raises(JinasearchError, match="lacks a package") as caught:
            started.encode_query("a")
    finally:
        started.stop()
    assert caught.value.code is Code.RUNTIME_MISSING
    assert caught.value.path == str(interpreter)
    assert "onnxruntime-gpu" in caught.value.message


def test_an_interpreter_that_is_not_there(tmp_path):
    with pytest.raises(JinasearchError) as caught:
        process(tmp_path / "nothing").encode_query("a")
    assert caught.value.path == str(tmp_path / "nothing")
