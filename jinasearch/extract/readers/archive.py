"""Reader of archives: each member by the reader of its own kind, under its path. Nothing is
unpacked to disk, so a path that leads out of the archive is a name like any other.
"""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.extract.containers.unpack import members
from jinasearch.extract.outline import Builder, Outline, one_line
from jinasearch.extract.readers.attached import add_attachment
from jinasearch.extract.sandbox.allowance import Spent
from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError,
    ValueError, NotImplementedError, LookupError, TypeError,
)  # fmt: skip
"""What the libraries raise for archives that are damaged."""


def read_archive(source: Source) -> Outline:
    """The texts of all members that can be read, and the names of the others.

    Raises:
        JinasearchError: FILE_ARCHIVE_CLOSED (archives are not wanted), FILE_ENCRYPTED,
            FILE_UNREADABLE.
    """
    allowance = source.allowance
    if allowance is None:
        raise JinasearchError(
            Code.FILE_ARCHIVE_CLOSED,
            "The file is an archive, and archives are not opened",
            "Let the folder's rules open archives to have what is in it found.",
            shown(source.path),
        )
    builder = Builder()
    mute: list[str] = []
    locked = whole = True
    try:
        for member in members(source, allowance):
            allowance.enter()
            locked &= member.locked
            if not add_attachment(builder, source, member.name, member.data):
                mute.append(one_line(member.name))
            if builder.length > source.max_characters:
                whole = False
                break
    except Spent:
        whole = locked = False
    except BROKEN as error:
        whole = locked = False
        if not builder.length and not mute:
            raise damaged(source) from error
    if locked and mute:
        raise encrypted(source)
    builder.add("\n".join(mute))
    return builder.outline(source.kind, truncated=not whole)
