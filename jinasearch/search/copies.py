"""Folds copies, near copies and versions of one document into one answer."""

from __future__ import annotations

import os.path
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from jinasearch.core.models import Likeness
from jinasearch.core.paths import shown
from jinasearch.store import passages
from jinasearch.store.cjk import cut
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
"""Broder, "On the resemblance and containment of documents", 1997; runs are of three words."""
_LENGTH = 0.75
_MARKER = re.compile(
    r"[\s_\-.,(\[（]*(?:(?<![^\W\d_])v(?:er(?:sion)?)?[\s_.]?\d+(?:\.\d+)*|rev(?:ision)?[\s_.]?\d+"
    r"|\(\d+\)|(?<![^\W\d_])(?:final|draft|copy|kopie|copie|copia|entwurf|old|new|bak|backup)"
    r"|副本|复件|最终版?|最終版?|终稿|終稿|定稿|草稿|初稿|第?\d+[版稿])[\s_\-.)\]）]*$"
)
_NUMBER = re.compile(r"[\s_\-.]*\(\d+\)$")
"""What browsers and scanners write behind the name of whatever comes next, the same or not."""
_RELATED = 0.3
_COPY_OF = re.compile(r"^(?:copy of|kopie von|copie de|copia de)\s+|^副本\s*")


@dataclass(slots=True)
class Group:
    """A file that answers, and others that are the same as it in some way."""

    candidate: Candidate
    others: list[tuple[File, Likeness]] = field(default_factory=list)


def folded(
    connection: apsw.Connection,
    candidates: Sequence[Candidate],
    rows: Mapping[int, File],
    *,
    in_order: bool = False,
) -> list[Group]:
    """Groups in the order of their best files. Files that hold no text are in none but their own.

    A copy has the same passages; a near copy four in five of them, or of the runs of three words in
    a short text; a version lies in the same folder under the same name but for a marker such as
    `v2` or `final`, or for `(1)` if they have some text in common. Of copies the one without a
    marker stands for the others, unless their order says which is first (`in_order`).
    """
    hashes = passages.hashes_of(connection, rows, _COMPARED)
    texts = passages.beginnings(connection, _alike_in_length(rows, hashes), _SHORT)
    runs = {file: _runs(parts) for file, parts in texts.items()}
    shared = _shared(rows, hashes, runs)
    groups: list[Group] = []
    compared: list[tuple[Group, _Print, set[Hashable]]] = []
    seen: set[Hashable] = set()
    for candidate in candidates:
        file = rows.get(candidate.file)
        if file is None:
            continue
        keys = shared.get(file.id)
        if keys is None:
            groups.append(Group(candidate))
            continue
        mine = _Print(file, candidate.score, hashes[file.id], runs.get(file.id, frozenset()))
        known = keys & seen
        for at, (group, other, marks) in enumerate(compared) if known else ():
            if known.isdisjoint(marks):
                continue
            likeness = mine.likeness(other)
            plainer = other.marked and not mine.marked and not in_order
            if likeness is Likeness.COPY and plainer:
                group.others.append((rows[group.candidate.file], likeness))
                group.candidate = candidate
                compared[at] = (group, mine, marks)
                break
            if likeness is not None:
                group.others.append((file, likeness))
                break
        else:
            seen |= keys
            groups.append(Group(candidate))
            compared.append((groups[-1], mine, keys))
    return groups


def _shared(
    rows: Mapping[int, File],
    hashes: Mapping[int, tuple[bytes, ...]],
    runs: Mapping[int, frozenset[int]],
) -> dict[int, set[Hashable]]:
    """The passages, names and telling runs of words that files share, by file: only what has some
    can be the same as another."""
    keys: dict[int, list[Hashable]] = {}
    for file, inputs in hashes.items():
        folder, _, stem = _named(rows[file].stat.path)
        keys[file] = [*inputs, (folder, stem), *(_telling(runs[file]) if file in runs else ())]
    seen: set[Hashable] = set()
    several: set[Hashable] = set()
    for mine in keys.values():
        several |= seen.intersection(mine)
        seen.update(mine)
    if not several:
        return {}
    return {file: found for file, mine in keys.items() if (found := several.intersection(mine))}


def _alike_in_length(
    rows: Mapping[int, File], hashes: Mapping[int, tuple[bytes, ...]]
) -> list[int]:
    """Short texts beside which another is about as long: nothing else need be read."""
    sizes = sorted(
        (len(keys), rows[file].stat.size, file)
        for file, keys in hashes.items()
        if 0 < len(keys) <= _SHORT
    )
    alike: dict[int, None] = {}
    for (count, size, file), (next_count, next_size, next_file) in pairwise(sizes):
        if count == next_count and size >= _LENGTH * next_size:
            alike |= {file: None, next_file: None}
    return list(alike)


class _Print:
    """What files are compared by; `runs` are those of a short one."""

    def __init__(
        self, file: File, score: float, hashes: tuple[bytes, ...], runs: frozenset[int]
    ) -> None:
        self._size = file.stat.size
        self._score = score
        self._hashes = hashes
        self._set = frozenset(hashes)
        self._runs = runs
        self._folder, self._name, self._stem = _named(file.stat.path)

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
        if self._stem != other._stem or self._folder != other._folder:
            return False
        if self._is_told or other._is_told:
            return True
        alike = len(self._runs & other._runs) >= _RELATED * len(self._runs | other._runs) > 0
        return (self.marked or other.marked) and (alike or not self._set.isdisjoint(other._set))

    @property
    def _is_told(self) -> bool:
        """Whether its name says that it is a version, by more than a number."""
        return self.marked and _NUMBER.sub("", self._name) != self._stem

    def _reads_alike(self, other: _Print) -> bool:
        if len(self._hashes) != len(other._hashes):
            return False
        # What reads alike is about as long and scores alike.
        for low, high in (
            sorted((self._score, other._score)),
            sorted((self._size, other._size)),
        ):
            if low < _LENGTH * high:
                return False
        return len(self._runs & other._runs) >= _ALIKE * len(self._runs | other._runs) > 0


def _runs(texts: Sequence[str]) -> frozenset[int]:
    """The runs of three words in a short text, as numbers."""
    words = cut(" ".join(texts)).split()
    return frozenset(map(hash, zip(words, words[1:], words[2:], strict=False)))


def _telling(runs: frozenset[int]) -> list[int]:
    """Some of `runs`: two sets that are alike have one of these in common.

    Prefix filtering: Chaudhuri, Ganti and Kaushik, "A Primitive Operator for Similarity Joins in
    Data Cleaning", ICDE 2006. Of n, 0.8 n must be in both: so one of the first 0.2 n + 1 is.
    """
    return sorted(runs)[: len(runs) - int(_ALIKE * len(runs)) + 1]


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
