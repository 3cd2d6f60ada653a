"""Writes the containers of old Office files, as small as readers accept."""

from __future__ import annotations

import itertools
import struct

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512
_SMALL = 4096
"""Streams below this size would lie in a place of their own; they are filled up with zeros."""


def container(streams: dict[str, bytes]) -> bytes:  # noqa: C901 - a format is one thing
    """A container with these streams; a `/` in a name makes storages."""
    names = ["Root Entry"]
    children: dict[str, list[int]] = {"": []}
    index = {"": 0}
    for path in streams:
        parts = path.split("/")
        for depth in range(len(parts)):
            here, above = "/".join(parts[: depth + 1]), "/".join(parts[:depth])
            if here not in index:
                index[here] = len(names)
                names.append(parts[depth])
                children[above].append(index[here])
                children[here] = []
    fat: list[int] = []
    body = b""
    places: dict[int, tuple[int, int]] = {}

    def store(data: bytes) -> int:
        nonlocal body
        count = -(-len(data) // _SECTOR)
        start = len(fat)
        fat.extend([*range(start + 1, start + count), _END])
        body += data.ljust(count * _SECTOR, b"\0")
        return start

    for path, data in streams.items():
        filled = data.ljust(_SMALL, b"\0")
        places[index[path]] = (store(filled), len(filled))
    siblings = dict.fromkeys(range(len(names)), _FREE)
    first = dict.fromkeys(range(len(names)), _FREE)
    for path, below in children.items():
        for one, other in itertools.pairwise([*below, _FREE]):
            siblings[one] = other
        if below:
            first[index[path]] = below[0]
    entries = b""
    for number, name in enumerate(names):
        kind = 5 if number == 0 else 2 if number in places else 1
        start, size = places.get(number, (_END if number == 0 else 0, 0))
        coded = name.encode("utf-16-le")
        entries += (
            coded.ljust(64, b"\0")
            + struct.pack(
                "<HBBIII", len(coded) + 2, kind, 1, _FREE, siblings[number], first[number]
            )
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )
    directory = store(entries.ljust(-(-len(entries) // _SECTOR) * _SECTOR, b"\0"))
    sectors = 1
    while len(fat) + sectors > sectors * (_SECTOR // 4):
        sectors += 1
    table = range(len(fat), len(fat) + sectors)
    fat += [_FAT] * sectors
    fat += [_FREE] * (sectors * (_SECTOR // 4) - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, sectors, directory, 0,
                          _SMALL, _END, 0, _END, 0)  # fmt: skip
    header += struct.pack("<109I", *table, *[_FREE] * (109 - sectors))
    return header + body + struct.pack(f"<{len(fat)}I", *fat)
