"""What clients ask about single files: lists with reasons, reading them again, and why."""

from __future__ import annotations

import os
import stat as stat_bits
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, shown, to_uri
from jinasearch.engine import protocol
from jinasearch.index.indexer import OPENED_BY_USER
from jinasearch.index.roots import inside
from jinasearch.store import files, listing, vectors
from jinasearch.store.passages import TRUNCATED

if TYPE_CHECKING:
    from collections.abc import Callable

    import apsw

    from jinasearch.core.models import File, Ruling
    from jinasearch.index.indexer import Indexer
    from jinasearch.store.database import Library
    from jinasearch.store.folders import FolderRow


class FileDesk:
    """The facade for files.

    Args:
        on_files: called when some are to be read or embedded first.
    """

    def __init__(
        self,
        library: Library,
        indexer: Indexer,
        on_files: Callable[[], None],
    ) -> None:
        self._library = library
        self._indexer = indexer
        self._on_files = on_files

    def listed(self, request: protocol.FilesRequest) -> protocol.Files:
        """List files by state, reason and place."""
        connection = self._library.reader()
        wanted = listing.FileFilter(
            request.states, request.reason, request.folder, tuple(map(from_uri, request.uris))
        )
        limit = max(1, min(request.limit, protocol.MOST_FILES))
        found = listing.listed(connection, wanted, limit, max(0, request.offset))
        reasons = listing.reasons(connection, wanted)
        return protocol.Files(
            tuple(map(_entry, found)),
            sum(count for _, _, count in reasons),
            tuple(protocol.ReasonCount(*reason) for reason in reasons),
        )

    def retry(self, request: protocol.RetryRequest) -> protocol.Retried:
        """Read failed files again, or all that are named; what is not there stays as it is.

        Raises:
            JinasearchError: DRIVE_AWAY or FILE_GONE if nothing that is named is there any more.
        """
        named = tuple(map(from_uri, request.uris))
        again = OPENED_BY_USER if request.again and named else 0
        wanted = listing.FileFilter(reason=request.reason, paths=named)
        there = tuple(path for path in named if not _is_missing(path))
        here = replace(wanted, paths=there, without=self._indexer.absent())
        count = 0
        if here.paths or not named:
            count = self._library.writer.run(lambda c: listing.retry(c, here, again))
        if named and not count:
            self._refuse_absent(listing.first_retried(self._library.reader(), wanted, again))
        self._on_files()
        return protocol.Retried(count)

    def _refuse_absent(self, path: str | None) -> None:
        """Raise if there is a file that would be read again if it were there."""
        if path is None:
            return
        if any(inside(path, place) for place in self._indexer.disconnected()):
            raise JinasearchError(
                Code.DRIVE_AWAY,
                "Its drive is not connected",
                "Connect it, then try again. What was read from it is kept.",
                shown(path),
            )
        raise JinasearchError(
            Code.FILE_GONE,
            "The file is not there any more",
            "It was moved or deleted, or the folder that it was in.",
            shown(path),
        )

    def why(self, request: protocol.WhyRequest) -> protocol.Why:
        """Tell whether and how a file is found. It is looked at, not opened."""
        connection = self._library.reader()
        path = from_uri(request.uri)
        owned = self._indexer.judge(path)
        row = files.by_path(connection, path)
        target = ""
        if row is None:
            real = os.path.realpath(path)  # another way to a file that is known by its own
            if real != path and (owned is None or owned[1] is not None):
                target, row = real, files.by_path(connection, real)
                owned = self._indexer.judge(real) or owned
        return self._told(connection, request.uri, target or path, owned, row, link=path)

    def opened(self, file: int) -> protocol.Done:
        """The user opened a file: embed it before others."""
        self._library.writer.run(lambda c: files.urge(c, file, OPENED_BY_USER))
        self._on_files()
        return protocol.Done()

    def _told(
        self,
        connection: apsw.Connection,
        uri: str,
        path: str,
        owned: tuple[FolderRow, Ruling | None] | None,
        row: File | None,
        *,
        link: str,
    ) -> protocol.Why:
        try:
            stat = os.stat(path)  # noqa: PTH116 - names that are not UTF-8
        except OSError:
            stat = None
        found = protocol.Why(
            uri,
            shown(link),
            exists=stat is not None,
            is_folder=stat is not None and stat_bits.S_ISDIR(stat.st_mode),
            target=shown(path) if path != link else "",
            indexed_folder=shown(owned[0].path) if owned is not None else "",
            away=owned is not None and owned[0].away,
            gone=owned is not None and owned[0].gone,
            ruling=owned[1] if owned is not None else None,
        )
        if row is None:
            return found
        spaces = vectors.spaces(connection)
        held = listing.held(connection, row.id, [space.id for space in spaces])
        return replace(
            found,
            entry=_entry(row),
            kind=row.kind,
            author=held.author,
            size=row.stat.size,
            changed=stat is not None
            and (stat.st_size, stat.st_mtime_ns) != (row.stat.size, row.stat.mtime_ns),
            truncated=row.reason == TRUNCATED,
            passages=held.passages,
            layers=tuple(
                protocol.LayerCount(space.model, space.serving, *held.layers[space.id])
                for space in spaces
            ),
        )


def _is_missing(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # it may well be there; reading it tells
        return False
    return False


def _entry(file: File) -> protocol.FileEntry:
    path = file.stat.path
    return protocol.FileEntry(
        file.id, to_uri(path), shown(path), file.state, file.reason, file.title
    )
