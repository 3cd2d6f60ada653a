"""Frames between the engine and the embed process: one line of JSON, then raw bytes.

The line tells in `bytes` how many follow it. Vectors travel as little-endian float32, never as
pickle: nothing that is read can run.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Header = dict[str, Any]

_FLOAT32 = np.dtype("<f4")


def own_output() -> IO[bytes]:
    """Standard output for frames alone: what native code prints goes to standard error."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out


def write(stream: IO[bytes], header: Header, payload: bytes = b"") -> None:
    """Send one frame, whole. The caller sees to it that one thread at a time writes."""
    # ASCII keeps lone surrogates of damaged texts alive on the way.
    line = json.dumps({**header, "bytes": len(payload)}, ensure_ascii=True).encode("ascii")
    stream.write(line + b"\n" + payload)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[Header, bytes] | None:
    """The next frame; None when the other side has ended or broke off inside a frame.

    Raises:
        ValueError: the line is no frame.
    """
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    header = json.loads(line)
    if not isinstance(header, dict) or not isinstance(header.get("bytes"), int):
        raise ValueError("not a frame")  # noqa: TRY004 - one error for every broken frame
    payload = stream.read(header["bytes"])
    return (header, payload) if len(payload) == header["bytes"] else None


def pack(vectors: NDArray[np.float32]) -> bytes:
    """Vectors as bytes, row after row."""
    return vectors.astype(_FLOAT32, copy=False).tobytes()


def unpack(payload: bytes, shape: list[int]) -> NDArray[np.float32]:
    """Vectors (n, dimension) from bytes. Raises ValueError if they do not fit the shape."""
    return np.frombuffer(payload, dtype=_FLOAT32).reshape(shape).astype(np.float32)
