"""What the pool and a worker say to each other: one JSON object a line, over pipes."""

from __future__ import annotations

import msgspec

from jinasearch.core.models import (  # noqa: TC001 - msgspec needs them at run time
    Confinement,
    Document,
)
from jinasearch.core.preview import Preview, View  # noqa: TC001


class Ready(msgspec.Struct, frozen=True):
    """The first line of a worker: the process that reads files, and what it cannot do."""

    pid: int
    confinement: Confinement


class Limits(msgspec.Struct, frozen=True):
    """How much of a file is read: larger files are refused, longer texts are cut off.

    `seconds` is the time after which the pool gives the file up. `online`: a file that must be
    fetched from a cloud may be. `archives`: archives are opened. `ocr`: pictures are looked at.
    """

    max_bytes: int
    max_characters: int
    online: bool = False
    archives: bool = False
    seconds: float = 60.0
    ocr: bool = False


class Request(msgspec.Struct, frozen=True):
    """Read one file, named by its `file:` URI. With a `view` it is shown instead."""

    id: int
    uri: str
    limits: Limits
    view: View | None = None


class Failure(msgspec.Struct, frozen=True):
    """Why a file was not read; the fields of `JinasearchError`."""

    code: str
    title: str
    message: str = ""
    path: str = ""


class Stat(msgspec.Struct, frozen=True):
    """Size in bytes and time of change (nanoseconds) of what was read."""

    size: int
    mtime_ns: int


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to the request of the same `id`.

    A document with its stat, a preview if a view was asked for, or an error.
    """

    id: int
    document: Document | None = None
    preview: Preview | None = None
    stat: Stat | None = None
    error: Failure | None = None
