"""What may be dropped or added, and what is so large that the user is asked first.

Only the names are looked at: asking the file system could keep the window waiting on a dead drive.
The engine finds out what a path really is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.core.paths import from_uri, is_large

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePath

    from PySide6.QtCore import QMimeData


def uris_of(data: QMimeData) -> tuple[str, ...]:
    """The files and folders of this machine in a drop, as `file:` URIs, each once."""
    uris = (bytes(url.toEncoded().data()).decode() for url in data.urls() if url.isLocalFile())
    return tuple(dict.fromkeys(uri.rstrip("/") if len(uri) > 8 else uri for uri in uris))


def large_ones(uris: Sequence[str], home: PurePath) -> tuple[str, ...]:
    """The paths among `uris` that hold whole homes or drives."""
    paths = []
    for uri in uris:
        try:
            paths.append(from_uri(uri))
        except JinasearchError:
            continue
    return tuple(path for path in paths if is_large(path, home))
