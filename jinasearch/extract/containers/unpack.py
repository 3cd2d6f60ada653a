"""The members of zip, tar and 7z archives and of single packed files, one after the other."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Protocol, cast

from jinasearch.extract.decode import decode
from jinasearch.extract.source import encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.sandbox.allowance import Allowance
    from jinasearch.extract.source import Source

LARGEST = 64_000_000
"""Bytes of a member that is read; of a larger one in an archive only the name is."""
_PIECE = 1 << 17
_BLOCK = 512
_UTF8_NAME = 0x800
_LOCKED = 0x1


class _Unpacked(Protocol):
    def read1(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; without `data` if it is locked, too large or packed in unknown ways."""

    name: str
    data: bytes = b""
    locked: bool = False


def members(source: Source, allowance: Allowance) -> Iterator[Member]:
    """The files in an archive. What one of them costs is taken from the allowance.

    Raises:
        Spent: the allowance is used up.
        JinasearchError: FILE_ENCRYPTED (not even the names can be read).
        Exception: what the libraries raise for what is damaged.
    """
    if source.kind == "zip":
        yield from _zipped(source, allowance)
    elif source.kind == "7z":
        yield from _seven_zipped(source, allowance)
    elif source.kind == "tar":
        with source.open() as stream:
            yield from _tarred(stream, allowance)
    else:
        yield from _packed(source, allowance)


def is_tar(head: bytes) -> bool:
    """Whether a file begins as a tar archive does: its first header bears out its checksum."""
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


def _zipped(source: Source, allowance: Allowance) -> Iterator[Member]:
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        found = [info for info in archive.infolist() if not info.is_dir()]
        for name, info in zip(_zip_names(found), found, strict=True):
            if info.flag_bits & _LOCKED:
                yield Member(name, locked=True)
                continue
            try:
                with archive.open(info) as member:
                    data = _read(member, allowance)
            except (
                NotImplementedError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError,
                RuntimeError, OSError,
            ):  # fmt: skip
                data = b""  # one that is broken or newly packed; the next may be sound
            yield Member(name, data)


def _zip_names(found: list[zipfile.ZipInfo]) -> list[str]:
    """The names, which programs of old wrote in the code page of their country.

    All are looked at together: a few letters do not tell which that was.
    """
    names = [info.filename for info in found]
    old = [
        index
        for index, info in enumerate(found)
        if not info.flag_bits & _UTF8_NAME and not info.filename.isascii()
    ]
    try:
        read = decode("\n".join(names[index] for index in old).encode("cp437")).split("\n")
    except UnicodeEncodeError:
        return names
    if len(read) == len(old):
        for index, name in zip(old, read, strict=True):
            names[index] = name
    return names


def _tarred(stream: IO[bytes], allowance: Allowance) -> Iterator[Member]:
    """Regular files alone: links and devices are not followed, and hold nothing."""
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
        for info in archive:
            member = archive.extractfile(info) if info.isreg() else None
            if member is not None:
                yield Member(_tar_name(info.name), _read(member, allowance))
            elif not info.isdir():
                yield Member(_tar_name(info.name))


def _tar_name(name: str) -> str:
    data = name.encode("utf-8", "surrogateescape")
    return name if name.isascii() else decode(data)


def _seven_zipped(source: Source, allowance: Allowance) -> Iterator[Member]:
    import py7zr  # noqa: PLC0415 - large, and seldom needed
    from py7zr.exceptions import ArchiveError, PasswordRequired  # noqa: PLC0415

    from jinasearch.extract.containers.sevenzip import Shelf  # noqa: PLC0415

    shelf = Shelf(LARGEST)
    try:
        with (
            source.open() as stream,
            py7zr.SevenZipFile(stream, max_extract_size=allowance.bytes_left) as archive,
        ):
            if archive.needs_password():
                names = archive.getnames()
                yield from (Member(name, locked=True) for name in names)
                return
            archive.extractall(factory=shelf)  # noqa: S202 - into memory
    except PasswordRequired as error:
        raise encrypted(source) from error
    except ArchiveError as error:
        if not shelf.items:
            raise ValueError from error
    for name, item in shelf.items:
        allowance.take(item.size())
        yield Member(name, item.content())


def _packed(source: Source, allowance: Allowance) -> Iterator[Member]:
    with source.open() as stream, _Metered(_unpacked(source.kind, stream), allowance) as metered:
        unpacked = io.BufferedReader(metered, _PIECE)
        if is_tar(unpacked.peek(_BLOCK)):
            yield from _tarred(unpacked, allowance)
        else:
            name = PurePath(source.path)
            packed = name.suffix[1:].lower() in (source.kind, "gzip", "zstd")
            yield Member(name.stem if packed else name.name, unpacked.read(LARGEST))


def _unpacked(kind: str, stream: IO[bytes]) -> _Unpacked:
    if kind == "gz":
        return gzip.GzipFile(fileobj=stream)
    if kind == "bz2":
        return bz2.BZ2File(stream)
    if kind == "xz":
        return lzma.LZMAFile(stream)
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415
    else:
        from backports import zstd  # noqa: PLC0415
    return cast("_Unpacked", zstd.ZstdFile(stream))


class _Metered(io.RawIOBase):
    """A stream that takes what it gives from the allowance."""

    def __init__(self, stream: _Unpacked, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read1(len(buffer))  # what there is, though the rest be damaged
        self._allowance.take(len(data))
        buffer[: len(data)] = data
        return len(data)


def _read(member: IO[bytes], allowance: Allowance) -> bytes:
    """A member, or nothing of one that is larger than is read."""
    pieces: list[bytes] = []
    size = 0
    while piece := member.read(_PIECE):
        allowance.take(len(piece))
        size += len(piece)
        if size > LARGEST:
            return b""
        pieces.append(piece)
    return b"".join(pieces)
