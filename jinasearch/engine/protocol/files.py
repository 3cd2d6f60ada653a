"""Single files: lists with reasons, reading them again, and why one is found or not."""

from __future__ import annotations

from dataclasses import dataclass

from jinasearch.core.models import FileState, Ruling
from jinasearch.engine.protocol.call import Call
from jinasearch.engine.protocol.process import Done

MOST_FILES = 10_000
"""Files in one list, at most."""


@dataclass(frozen=True, slots=True)
class FilesRequest:
    """Which files to list: of all `states` if none are given, and of one `reason` if it is.

    `uris` name files, or folders for all files below them. `offset`: how many to pass over.
    """

    states: tuple[FileState, ...] = ()
    folder: int | None = None
    limit: int = 200
    reason: str = ""
    uris: tuple[str, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a list, with why it was left."""

    file: int
    uri: str
    path: str
    state: FileState
    reason: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many files have a state and a reason."""

    state: FileState
    reason: str
    files: int


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a list; `total` and `reasons`, most first, count those beyond the limit too."""

    files: tuple[FileEntry, ...] = ()
    total: int = 0
    reasons: tuple[ReasonCount, ...] = ()


@dataclass(frozen=True, slots=True)
class RetryRequest:
    """Which failed files to read again: all, those of one reason, or those at or below `uris`.

    With a reason or `uris`, files that were skipped when they were read, or not read to their end,
    are meant too; `again`: all at or below `uris` that were ever read. They stay found meanwhile.
    What is not there, or on a drive that is away, is not meant.
    """

    reason: str = ""
    uris: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Retried:
    """How many files are read again."""

    files: int = 0


@dataclass(frozen=True, slots=True)
class WhyRequest:
    """Which file to tell about, as a `file:` URI."""

    uri: str


@dataclass(frozen=True, slots=True)
class LayerCount:
    """How much of a file has vectors in the space of one model."""

    model: str
    serving: bool
    cards: int
    passages: int


@dataclass(frozen=True, slots=True)
class Why:
    """Whether and how a file is found.

    `indexed_folder` is the folder of the library that it lies in, empty if there is none; `away`
    and `gone` are said of that. `ruling` is what leaves it out, None if nothing does. The other
    fields are those of its row, if it has one (`entry`). `changed`: it is another than the one
    that was read; `truncated`: it is so long that its end was not read. `target` is the file that a
    link leads to, if `path` is one.
    """

    uri: str
    path: str
    exists: bool
    is_folder: bool = False
    target: str = ""
    indexed_folder: str = ""
    away: bool = False
    gone: bool = False
    ruling: Ruling | None = None
    entry: FileEntry | None = None
    kind: str = ""
    author: str = ""
    size: int = 0
    changed: bool = False
    truncated: bool = False
    passages: int = 0
    layers: tuple[LayerCount, ...] = ()


def files(request: FilesRequest) -> Call[Files]:
    """List files, with the reasons of those that were left."""
    return Call("POST", "/v1/files", Files, request)


def retry_failed(request: RetryRequest) -> Call[Retried]:
    """Read failed files again, or those that are named."""
    return Call("POST", "/v1/files/retry", Retried, request)


def why(request: WhyRequest) -> Call[Why]:
    """Tell whether and how a file is found, and if it is not, why."""
    return Call("POST", "/v1/files/why", Why, request)


def opened(file: int) -> Call[Done]:
    """Tell that the user opened a file: its passages are embedded before others."""
    return Call("POST", f"/v1/files/{file}/opened", Done)
