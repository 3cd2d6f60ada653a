"""What is drawn from the folder that is measured: words to ask for, and a sample of its files."""

from __future__ import annotations

import random
import re
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = {".html", ".txt", ".md", ".py", ".rst", ".csv"}
_WORD = re.compile(r"[^\W\d_]{4,20}")
_TAG = re.compile(r"<[^>]*>")
HEAD_BYTES = 20_000


def files(folder: Path) -> list[Path]:
    """All files, in an order that does not depend on the disk."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def warm(paths: list[Path]) -> int:
    """Read everything once, so that nobody's first turn pays for the disk; returns the bytes."""
    return sum(len(path.read_bytes()) for path in paths)


def words(paths: list[Path], count: int, seed: int) -> list[str]:
    """Words of the texts, each from another file."""
    generator = random.Random(seed)
    texts = [path for path in paths if path.suffix in _TEXT]
    found: dict[str, None] = {}
    for path in generator.sample(texts, min(len(texts), 4 * count)):
        text = _TAG.sub(" ", path.read_bytes()[:HEAD_BYTES].decode("utf-8", "replace"))
        candidates = _WORD.findall(text)
        if candidates:
            found[generator.choice(candidates)] = None
        if len(found) == count:
            break
    return list(found)


def sample(paths: list[Path], root: Path, target: Path, count: int, seed: int) -> int:
    """Copy a random sample of files, folders kept, to `target`; returns how many."""
    chosen = random.Random(seed).sample(paths, min(count, len(paths)))
    for path in chosen:
        copy = target / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    return len(chosen)
