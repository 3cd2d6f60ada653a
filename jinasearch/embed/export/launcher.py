"""Exporting a model from outside the export process: starts it, installs what it made.

Nothing here loads a model library. A model is installed by one rename, so that it is there whole
or not at all.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import filelock

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.starting import unheard
from jinasearch.embed.models.catalog import check_name
from jinasearch.embed.process import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WORK = ".export-"
_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an export stands: `download`, `libraries`, `graph`, `reference`, `check`; bytes done
    and in all, 0 where they are not known."""

    name: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Exported:
    """An installed model. `cosine` is the least between its vectors and the original's, over
    `texts` of them; `size` is in bytes."""

    name: str
    folder: str
    dimension: int
    dimensions: tuple[int, ...]
    size: int
    texts: int
    cosine: float


def default_name(source: str) -> str:
    """What a model from `source` is called if nothing else is asked for."""
    last = re.split(r"[/\\]", source.rstrip("/\\"))[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip("._-")[:64].rstrip("._-")


def export(
    command: Sequence[str],
    source: str,
    name: str,
    *,
    revision: str = "main",
    accept_licence: bool = False,
    on_stage: Callable[[Stage], None],
) -> Exported:
    """Export a model and install it as `name` below `models_dir()`.

    Args:
        command: how to start the export process.
        source: a folder, or a name on the hub.
        name: see `catalog.check_name`.
        revision: of the hub.
        accept_licence: the user has read and accepts its licence.
        on_stage: told of progress.

    Raises:
        JinasearchError(BAD_REQUEST): the name cannot be or is taken, another export is under way,
            or the extra `export` is not installed.
        JinasearchError: see `child.export`. Nothing is left behind, but for what a download has
            fetched.
    """
    check_name(name)
    models = paths.models_dir()
    target = models / name
    if target.exists():
        raise _taken(target)
    request = {
        "op": "export",
        "source": source,
        "revision": revision,
        "accept_licence": accept_licence,
    }
    try:
        with _work_folder(models) as work:
            answer = _run(command, {**request, "work": str(work)}, work / "log", on_stage)
            if target.exists():
                raise _taken(target)
            (work / "model").rename(target)
    except filelock.Timeout as error:
        raise JinasearchError(
            Code.BAD_REQUEST, "Another export is under way", "Wait for its end and try again."
        ) from error
    except OSError as error:
        raise JinasearchError(
            Code.NO_PERMISSION,
            f"The model cannot be stored: {error.strerror or type(error).__name__}",
            "Look at the disk's room and the folder's rights.",
            paths.shown(models),
        ) from error
    return Exported(
        name,
        paths.shown(target),
        answer["dimension"],
        tuple(answer["dimensions"]),
        answer["size"],
        answer["texts"],
        answer["cosine"],
    )


@contextlib.contextmanager
def _work_folder(models: Path) -> Iterator[Path]:
    """A folder on the same disk, and alone there: what was left by a killed export is deleted."""
    models.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(models / ".export.lock", blocking=False):
        for left in models.glob(_WORK + "*"):
            shutil.rmtree(left, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=_WORK, dir=models))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _run(
    command: Sequence[str], request: wire.Header, log: Path, on_stage: Callable[[Stage], None]
) -> wire.Header:
    environment = {**os.environ, "HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false"}
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            **unheard(),
        ) as process,
    ):
        try:
            with contextlib.suppress(BrokenPipeError):
                wire.write(cast("IO[bytes]", process.stdin), request)
            answer = _listen(cast("IO[bytes]", process.stdout), on_stage)
        finally:
            _end(process)
    if answer is None:
        raise JinasearchError(
            Code.EMBED_FAILED,
            f"The export ended unexpectedly ({_ending(process.returncode)})",
            "It may need more memory than there is. " + _last_line(log),
        )
    if not answer["ok"]:
        told = answer["error"]
        raise JinasearchError(Code(told["code"]), told["title"], told["message"], told["path"])
    return answer


def _listen(stream: IO[bytes], on_stage: Callable[[Stage], None]) -> wire.Header | None:
    while (frame := wire.read(stream)) is not None:
        header, _ = frame
        if "stage" not in header:
            return header
        on_stage(Stage(header["stage"], header.get("done", 0), header.get("total", 0)))
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """The end of its input ends the process."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((f"It said: {line.strip()}" for line in reversed(lines) if line.strip()), "")


def _taken(target: Path) -> JinasearchError:
    return JinasearchError(
        Code.BAD_REQUEST,
        f"There is a model called {target.name} already",
        "Choose another name with --name, or delete its folder.",
        paths.shown(target),
    )
