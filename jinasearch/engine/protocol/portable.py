"""A library as one file: written, looked into, taken in."""

from __future__ import annotations

from dataclasses import dataclass

from jinasearch.core.kept_copy import KeptCopy
from jinasearch.engine.protocol.call import Call
from jinasearch.engine.protocol.process import Done


@dataclass(frozen=True, slots=True)
class Export:
    """Write the library, folders and settings to a file. `replace` an older file there."""

    uri: str
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    uri: str
    path: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, or one above, that stands elsewhere here. Both are `file:` URIs."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Import:
    """Take a file in, in place of this library, which is kept among the backups.

    `settings` says whether the file's settings replace those here.
    """

    uri: str
    places: tuple[Place, ...] = ()
    settings: bool = True


@dataclass(frozen=True, slots=True)
class ImportedFolder:
    """A folder of the file: where it stood, where it stands here, and whether it is there."""

    before: str
    path: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What a file holds. `made` is in seconds since the epoch; `replaces` counts the files that
    the library here has now, `has_settings` says whether there are settings in the file."""

    folders: tuple[ImportedFolder, ...] = ()
    files: int = 0
    vectors: int = 0
    models: tuple[str, ...] = ()
    version: str = ""
    made: float = 0.0
    replaces: int = 0
    has_settings: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """Copies of the library that were put aside, the newest first."""

    copies: tuple[KeptCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class Discard:
    """Delete such a copy, by its name."""

    name: str


def export_library(request: Export) -> Call[Exported]:
    """Write the library to a file while it is in use."""
    return Call("POST", "/v1/library/export", Exported, request)


def plan_import(request: Import) -> Call[ImportPlan]:
    """Look into a file without taking it in."""
    return Call("POST", "/v1/library/import/plan", ImportPlan, request)


def import_library(request: Import) -> Call[ImportPlan]:
    """Take a file in: it is there when the engine has been restarted."""
    return Call("POST", "/v1/library/import", ImportPlan, request)


def kept() -> Call[Kept]:
    """List the copies of the library that were put aside."""
    return Call("GET", "/v1/library/kept", Kept)


def discard(request: Discard) -> Call[Kept]:
    """Delete such a copy for good; answers with those that are left."""
    return Call("POST", "/v1/library/kept/discard", Kept, request)


def repair() -> Call[Done]:
    """Have everything looked at thoroughly, and mended, when the engine is restarted."""
    return Call("POST", "/v1/repair", Done)
