"""What clients ask about single files: lists with reasons, and reading them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.paths import shown, to_uri
from jinasearch.engine import protocol
from jinasearch.index.indexer import OPENED_BY_USER
from jinasearch.store import files

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.store.database import Library


class FileDesk:
    """The facade for files. `on_files` is called when some are to be read or embedded first."""

    def __init__(self, library: Library, on_files: Callable[[], None]) -> None:
        self._library = library
        self._on_files = on_files

    def listed(self, request: protocol.FilesRequest) -> protocol.Files:
        """List files by state."""
        limit = max(1, min(request.limit, protocol.MOST_FILES))
        found, total = files.listed(self._library.reader(), request.state, request.folder, limit)
        return protocol.Files(
            tuple(
                protocol.FileEntry(
                    file.id,
                    to_uri(file.stat.path),
                    shown(file.stat.path),
                    file.state,
                    file.reason,
                    file.title,
                )
                for file in found
            ),
            total,
        )

    def retry_failed(self) -> protocol.Done:
        """Read all failed files again."""
        self._library.writer.run(files.retry_failed)
        self._on_files()
        return protocol.Done()

    def opened(self, file: int) -> protocol.Done:
        """The user opened a file: embed it before others."""
        self._library.writer.run(lambda c: files.urge(c, file, OPENED_BY_USER))
        self._on_files()
        return protocol.Done()
