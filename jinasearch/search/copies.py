"""Folds copies, near copies and versions of one document into one answer."""

from __future__ import annotations

import os.path
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from jinasearch.core.models import Likeness
from jinasearch.core.paths import shown
from jinasearch.store import passages
from jinasearch.store.folding import fold

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import apsw

    from jinasearch.core.models import File
    from jinasearch.search.rank import Candidate

_COMPARED = 32
"""Passages of a file that are compared, from its beginning."""
_SHORT = 2
"""Passages of a file that is compared by its words too."""
_ALIKE = 0.8
_SHINGLE = 3
"""Words in a row: Broder, "On the resemblance and containment of documents", 1997."""
_LENGTH = 0.75
_MARKER = re.compile(
    r"[\s_\-.,(\[（]*(?:(?<![^\W\d_])v(?:er(?:sion)?)?[\s_.]?\d+(?:\.\d+)*|rev(?:ision)?[\s_.]?\d+"
    r"|\(\d+\)|(?<![^\W\d_])(?:final|draft|copy|kopie|copie|copia|entwurf|old|new|bak|backup)"
    r"|副本|复件|最终版?|最終版?|终稿|終稿|定稿|草稿|初稿|第?\d+[版稿])[\s_\-.)\]）]*$"
)
_COPY_OF = re.compile(r"^(?:copy of|kopie von|copie de|copia de)\s+|^副本\s*")


@dataclass(slots=True)
class Group:
    """A file that answers, and others that are the same as it in some way."""

    candidate: Candidate
    others: list[tuple[File, Likeness]] = field(default_factory=list)


def folded(
    connection: apsw.Connection, candidates: Sequence[Candidate], rows: Mapping[int, File]
) -> list[Group]:
    """Groups in the order of their best files. Files that hold no text are in none but their own.

    A copy has the same passages; a near copy four in five of them, or of the runs of three words in
    a short text; a version lies in the same folder under the same name but for a marker such as
    `v2`, `final` or `(1)`. Of copies the one without a marker stands for the others.
    """
    groups: list[tuple[Group, _Print]] = []
    hashes = passages.hashes_of(connection, rows, _COMPARED)
    marks: list[frozenset[Hashable]] = []
    seen: set[Hashable] = set()
    for candidate in candidates:
        file = rows.get(candidate.file)
        if file is None:
            continue
        mine = _Print(connection, file, candidate.score, hashes[file.id])
        # Only what shares a passage, a name or a short length can be the same.
        shared = mine.keys & seen
        worth_a_look = (
            [at for at, keys in enumerate(marks) if not shared.isdisjoint(keys)] if shared else ()
        )
        for at in worth_a_look:
            group, other = groups[at]
            likeness = mine.likeness(other)
            if likeness is Likeness.COPY and other.marked and not mine.marked:
                group.others.append((rows[group.candidate.file], likeness))
                group.candidate = candidate
                groups[at] = (group, mine)
                break
            if likeness is not None:
                group.others.append((file, likeness))
                break
        else:
            seen |= mine.keys
            marks.append(mine.keys)
            groups.append((Group(candidate), mine))
    return [group for group, _ in groups]


class _Print:
    """What files are compared by; the text is read only when the rest fits."""

    def __init__(
        self, connection: apsw.Connection, file: File, score: float, hashes: tuple[bytes, ...]
    ) -> None:
        self._connection = connection
        self._file = file
        self._score = score
        self._hashes = hashes
        self._set = frozenset(self._hashes)
        self._shingles: set[tuple[str, ...]] | None = None
        self._folder, self._name, self._stem = _named(file.stat.path)
        keys: list[Hashable] = [*self._hashes, (self._folder, self._stem)]
        if len(self._hashes) <= _SHORT:
            keys.append(len(self._hashes))
        self.keys = frozenset(keys)

    @property
    def marked(self) -> bool:
        """Whether its name says that there is another."""
        return self._stem != self._name

    def likeness(self, other: _Print) -> Likeness | None:
        if not self._hashes or not other._hashes:
            return None
        if self._hashes == other._hashes:
            return Likeness.COPY
        if self._is_version(other):
            return Likeness.VERSION
        if len(self._set & other._set) >= _ALIKE * max(len(self._set), len(other._set)):
            return Likeness.NEAR_COPY
        return Likeness.NEAR_COPY if self._reads_alike(other) else None

    def _is_version(self, other: _Print) -> bool:
        return (
            (self.marked or other.marked)
            and self._stem == other._stem
            and self._folder == other._folder
        )

    def _reads_alike(self, other: _Print) -> bool:
        if len(self._hashes) != len(other._hashes) or len(self._hashes) > _SHORT:
            return False
        # What reads alike is about as long and scores alike: nothing else need be read.
        for low, high in (
            sorted((self._score, other._score)),
            sorted((self._file.stat.size, other._file.stat.size)),
        ):
            if low < _LENGTH * high:
                return False
        mine, theirs = self._runs(), other._runs()
        return len(mine & theirs) >= _ALIKE * len(mine | theirs) > 0

    def _runs(self) -> set[tuple[str, ...]]:
        if self._shingles is None:
            text = " ".join(
                row.text for row in passages.of_file(self._connection, self._file.id, _SHORT)
            )
            words = re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+", fold(text))
            self._shingles = set(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))
        return self._shingles


@lru_cache(maxsize=4096)
def _named(path: str) -> tuple[str, str, str]:
    """A file's folder, its name, and that without markers."""
    folder, name = os.path.split(shown(path))
    stem = fold(os.path.splitext(name)[0])  # noqa: PTH122 - display text
    return folder, stem, _without_markers(stem)


def _without_markers(name: str) -> str:
    name = _COPY_OF.sub("", name)
    while (shorter := _MARKER.sub("", name)) not in (name, ""):
        name = shorter
    return name
