"""Files of a zip archive, read so that one that unpacks to gigabytes does no harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree as ET
from xml.parsers import expat

from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.core.errors import JinasearchError
    from jinasearch.extract.source import Source

_UNPACKED = 100_000_000
"""Bytes that may come out of one archive."""
_PIECE = 1 << 17
_COMPOUND = b"\xd0\xcf\x11\xe0"


class Archive:
    """An open zip archive that gives out at most 100 MB.

    Raises:
        JinasearchError: FILE_UNREADABLE (damaged, or it unpacks to more), FILE_ENCRYPTED.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = _UNPACKED
        if source.head().startswith(_COMPOUND):
            raise self.encrypted()  # so a locked Office file is wrapped
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source.data()))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise self.damaged() from error

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def names(self) -> list[str]:
        """The names of all files."""
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """One file of the archive, unpacked."""
        return b"".join(self._pieces(name))

    def xml(self, name: str) -> ET.Element:
        """One file of the archive, parsed as XML."""
        data = self.read(name)
        try:
            _Prolog().feed(data)
            return ET.fromstring(data)  # noqa: S314
        except (ET.ParseError, ValueError, LookupError) as error:
            raise self.damaged() from error

    def events(self, name: str) -> Iterator[tuple[str, ET.Element]]:
        """ "start" and "end" of the elements of one file, as it is unpacked.

        Whoever clears the elements it is done with needs memory for the others only.
        """
        prolog = _Prolog()
        parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
        try:
            for piece in self._pieces(name):
                prolog.feed(piece)
                parser.feed(piece)
                yield from cast("Iterator[tuple[str, ET.Element]]", parser.read_events())
            parser.close()
        except (ET.ParseError, ValueError, LookupError) as error:
            raise self.damaged() from error

    def _pieces(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as stream:
                while piece := stream.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise self.damaged()
                    yield piece
        except RuntimeError as error:  # so zipfile says that a password is needed
            raise self.encrypted() from error
        except (
            KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError,
            ValueError,
        ) as error:  # fmt: skip
            raise self.damaged() from error

    def damaged(self) -> JinasearchError:
        """The error that says that the file is broken."""
        return damaged(self._source)

    def encrypted(self) -> JinasearchError:
        """The error that says that the file is locked."""
        return encrypted(self._source)


class _Begun(Exception):  # noqa: N818
    pass


class _Prolog:
    """What stands before the first element: no format has entities there, only attacks have."""

    def __init__(self) -> None:
        self._parser: expat.XMLParserType | None = expat.ParserCreate()
        self._parser.EntityDeclHandler = self._declared
        self._parser.StartElementHandler = self._begun

    def feed(self, piece: bytes) -> None:
        """Look at the next bytes.

        Raises:
            ValueError: an entity is declared.
        """
        if self._parser is None:
            return
        try:
            self._parser.Parse(piece, False)
        except (_Begun, expat.ExpatError):  # the reader itself tells what is wrong
            self._parser = None

    @staticmethod
    def _declared(*_: object) -> None:
        message = "an entity is declared"
        raise ValueError(message)

    @staticmethod
    def _begun(*_: object) -> None:
        raise _Begun
