"""A folder in which a lot happens, by a seed, and what the library must hold of it afterwards."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

_WORDS = ["river", "stone", "market", "winter", "engine", "letter", "garden", "silver", "lantern"]
_VERSION = re.compile(r"\bv\d+p\d+\b")


def versions(text: str) -> list[str]:
    """The marks in a text: each part of each version of a file has one that never comes again."""
    return _VERSION.findall(text)


class BusyFolder:
    """Adds, edits, renames, moves, copies and deletes files, as `generator` says."""

    def __init__(self, root: Path, outside: Path, generator: random.Random) -> None:
        self.root = root
        self.history: dict[str, list[str]] = {}
        """What happened to each mark, for whoever looks for a fault."""
        self._outside = outside
        self._generator = generator
        self._number = 0
        outside.mkdir()
        self._ways: list[tuple[int, Callable[[], None]]] = [
            (6, self.add),
            (4, self._edit),
            (4, self._replace),
            (4, self._rename),
            (2, self._rotate),
            (2, self._swap),
            (1, self._move_folder),
            (2, self._move_out),
            (2, self._move_in),
            (2, self._copy),
            (3, self._delete),
            (1, self._delete_folder),
        ]

    def something(self) -> None:
        """One change."""
        weights, ways = zip(*self._ways, strict=True)
        (way,) = self._generator.choices(ways, weights)
        way()

    def shrink(self, most: int) -> None:
        """Delete files until there are no more than `most`."""
        while len(self._all()) > most:
            self._delete()

    def files(self) -> dict[str, list[str]]:
        """What the library must hold: the marks of each file, by its path."""
        return {str(path): versions(path.read_text()) for path in self._all()}

    def add(self) -> None:
        """A new file, at times in a new folder."""
        folder = self._folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self._name()).write_text(self._text())

    def _edit(self) -> None:
        for path in self._one():
            self._note(path, f"{path.name} is edited")
            with path.open("w") as stream:
                for part in self._text().splitlines(keepends=True):
                    stream.write(part)
                    stream.flush()

    def _replace(self) -> None:
        """As editors save: a part changes, the rest stays, a new file takes the place."""
        for path in self._one():
            parts = path.read_text().split("\n\n## ")
            changed = self._generator.randrange(len(parts))
            parts[changed] = self._text(1).removeprefix("## ").rstrip()
            draft = path.with_name(f"{path.name}.new")
            self._note(path, f"{path.name} is replaced")
            draft.write_text("\n\n## ".join(parts))
            draft.replace(path)

    def _rename(self) -> None:
        for path in self._one():
            folder = self._folder()
            folder.mkdir(parents=True, exist_ok=True)
            self._move(path, folder / self._name())

    def _rotate(self) -> None:
        """As logs are: the file gets another name, and a new one its old name."""
        for path in self._one():
            self._move(path, path.with_name(self._name()))
            path.write_text(self._text())

    def _swap(self) -> None:
        for one in self._one():
            for other in self._one():
                between = self.root / f"{self._name()}.tmp"
                self._move(one, between)
                if other != one:
                    self._move(other, one)
                self._move(between, other)

    def _move_folder(self) -> None:
        for folder in self._one_folder():
            target = f"moved{self._next()}"
            for path in folder.rglob("*.md"):
                self._note(path, f"{path.relative_to(self.root)}: {folder.name} → {target}")
            folder.rename(self.root / target)

    def _move_out(self) -> None:
        for path in self._one():
            self._move(path, self._outside / path.name)

    def _move_in(self) -> None:
        for path in sorted(self._outside.iterdir())[:1]:
            self._move(path, self.root / self._name())

    def _copy(self) -> None:
        for path in self._one():
            name = self._name()
            self._note(path, f"{path.name} is copied to {name}")
            shutil.copy2(path, self.root / name)

    def _delete(self) -> None:
        for path in self._one():
            path.unlink()

    def _delete_folder(self) -> None:
        for folder in self._one_folder():
            shutil.rmtree(folder)

    def _move(self, path: Path, target: Path) -> None:
        self._note(path, f"{path.relative_to(self.root.parent)} → {target.name}")
        path.rename(target)

    def _note(self, path: Path, what: str) -> None:
        for mark in versions(path.read_text()):
            self.history.setdefault(mark, []).append(f"{time.time():.2f} {what}")

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _name(self) -> str:
        return f"n{self._next()}.md"

    def _text(self, parts: int | None = None) -> str:
        version = self._next()
        return "\n\n".join(
            f"## Part\n\nv{version}p{part} " + " ".join(self._generator.choices(_WORDS, k=60))
            for part in range(parts or self._generator.randint(1, 4))
        )

    def _folder(self) -> Path:
        """The root, an old folder or a new one."""
        choices = [self.root, self.root / f"d{self._next()}", *self._one_folder()]
        return self._generator.choice(choices)

    def _all(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*.md") if path.is_file())

    def _one(self) -> list[Path]:
        found = self._all()
        return [self._generator.choice(found)] if found else []

    def _one_folder(self) -> list[Path]:
        found = sorted(path for path in self.root.rglob("*") if path.is_dir())
        return [self._generator.choice(found)] if found else []
