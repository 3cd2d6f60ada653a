"""Writing a file so that a crash leaves the old one or the new one, never half; reading what may
be anything; sizes."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import secrets
import stat
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE_SECONDS = 10.0


def write_atomically(path: Path, data: bytes, *, private: bool = True) -> None:
    """Replace `path` by `data`: a sibling is written, flushed to disk and renamed over it.

    A link stays one: what it leads to is replaced, and keeps its mode.
    """
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        mode = 0o600 if private else 0o666
        with open(draft, "xb", opener=partial(os.open, mode=mode)) as stream:
            if path.is_symlink() and target.exists():
                draft.chmod(stat.S_IMODE(target.stat().st_mode))
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def changing(path: Path) -> Iterator[None]:
    """Nobody else who asks for the same changes the file meanwhile, here or in another process.

    Its folder has to be there. Raises TimeoutError, an OSError, if somebody holds on to it.
    """
    import filelock  # noqa: PLC0415 - slow to load, and seldom needed

    lock = filelock.FileLock(path.with_name(f".{path.name}.lock"), mode=0o600)
    with lock.acquire(timeout=_PATIENCE_SECONDS, poll_interval=0.01):
        yield


def dated(folder: Path, stem: str, suffix: str = "") -> Path:
    """A path in the folder that nothing has yet: `stem`, date and time, `suffix`."""
    name = f"{stem}-{time.strftime('%Y-%m-%d-%H%M%S')}"
    others = (f"{name}-{number}" for number in itertools.count(2))
    paths = (folder / f"{each}{suffix}" for each in itertools.chain((name,), others))
    return next(path for path in paths if not os.path.lexists(path))


def open_regular(
    path: str | Path, look: Callable[[os.stat_result], object] = lambda _: None
) -> int:
    """A descriptor to read a regular file from, without ever waiting for another program.

    `look` is shown the file before it is opened, and may raise.

    Raises OSError if it is not there, not to be opened, or no regular file.
    """
    # Looked at before it is opened, because opening a device can already do something, and again
    # after, because it may have been exchanged; O_NONBLOCK, because a named pipe blocks on open.
    found = os.stat(path)  # noqa: PTH116 - names that are not UTF-8
    _require_regular(path, found.st_mode)
    look(found)
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, name, 0)
    fd = os.open(path, flags)
    try:
        _require_regular(path, os.fstat(fd).st_mode)
    except OSError:
        os.close(fd)
        raise
    return fd


def read_regular(path: Path, most: int) -> bytes:
    """All of a regular file; raises OSError as `open_regular`, and if it has over `most` bytes."""
    with os.fdopen(open_regular(path), "rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, "larger than such a file can be", path)
    return data


def _require_regular(path: str | Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file", path)


def bytes_below(folder: Path) -> int:
    """The size of all files below a folder, in bytes."""
    found = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # gone since it was listed
                found += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118
    return found


def is_full(error: OSError) -> bool:
    """Whether an error of the operating system says that the disk or the quota is full."""
    return error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
