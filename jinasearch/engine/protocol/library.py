"""What is indexed: folders, files, and whether the library is sound."""

from __future__ import annotations

from dataclasses import dataclass

from jinasearch.core.models import FileState, Finding, Folder, Rules
from jinasearch.engine.protocol.call import Call
from jinasearch.engine.protocol.process import Done

MOST_FILES = 10_000
"""Files in one list, at most."""


@dataclass(frozen=True, slots=True)
class AddFolders:
    """Folders or single files to index, as `file:` URIs.

    Without `rules` new ones get the defaults, and known ones keep theirs.
    """

    uris: tuple[str, ...]
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class SetRules:
    """New rules for one folder."""

    rules: Rules


@dataclass(frozen=True, slots=True)
class Folders:
    """The indexed folders."""

    folders: tuple[Folder, ...] = ()


@dataclass(frozen=True, slots=True)
class FilesRequest:
    """Which files to list."""

    state: FileState | None = None
    folder: int | None = None
    limit: int = 200


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
class Files:
    """Files of a list; `total` counts those beyond the limit too."""

    files: tuple[FileEntry, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check of the library found."""

    findings: tuple[Finding, ...] = ()


def folders() -> Call[Folders]:
    """List the indexed folders."""
    return Call("GET", "/v1/folders", Folders)


def add_folders(request: AddFolders) -> Call[Folders]:
    """Index folders or files from now on; answers with all folders."""
    return Call("POST", "/v1/folders", Folders, request)


def set_rules(folder: int, request: SetRules) -> Call[Folders]:
    """Change what of a folder is indexed."""
    return Call("PUT", f"/v1/folders/{folder}/rules", Folders, request)


def remove_folder(folder: int) -> Call[Folders]:
    """Forget a folder and everything read from it. The files themselves are not touched."""
    return Call("DELETE", f"/v1/folders/{folder}", Folders)


def rescan() -> Call[Done]:
    """Look for changes in all folders now."""
    return Call("POST", "/v1/rescan", Done)


def files(request: FilesRequest) -> Call[Files]:
    """List files by state, with the reasons of those that were left."""
    return Call("POST", "/v1/files", Files, request)


def retry_failed() -> Call[Done]:
    """Read all failed files again."""
    return Call("POST", "/v1/files/retry", Done)


def opened(file: int) -> Call[Done]:
    """Tell that the user opened a file: its passages are embedded before others."""
    return Call("POST", f"/v1/files/{file}/opened", Done)


def check() -> Call[Findings]:
    """Check the library: database, full text, graph, and whether they agree."""
    return Call("POST", "/v1/check", Findings)
