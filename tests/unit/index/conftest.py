"""An indexer on real files and real events, with nobody who reads."""

import os
import time
from typing import TYPE_CHECKING

import pytest

from jinasearch.core.models import Document, FileState, Passage, Rules
from jinasearch.index.gate import Gate
from jinasearch.index.indexer import Indexer
from jinasearch.store import files, folders, listing, passages
from jinasearch.store.database import Library

if TYPE_CHECKING:
    from jinasearch.core.errors import JinasearchError

PATIENCE = 60.0


class Bench:
    """An indexer on a library and a folder of its own."""

    def __init__(self, base) -> None:
        self.base = base
        self.home = base / "home"
        self.home.mkdir()
        self.library = Library(base / "library")
        self.gate = Gate()
        self.troubles: list[JinasearchError] = []
        self.forgotten: list[int] = []
        self.news = 0
        self.indexer = self.make()

    def make(self, rescan_seconds: float = 0.0) -> Indexer:
        return Indexer(
            self.library,
            self.gate,
            [str(self.base / "library")],
            rescan_seconds,
            spaces=list,
            forget=self.forgotten.extend,
            on_files=self.on_files,
            on_trouble=self.troubles.append,
        )

    def on_files(self) -> None:
        self.news += 1

    def start(self, **rules) -> int:
        self.indexer.start()
        self.indexer.add([str(self.home)], Rules(**rules))
        self.until(lambda: not self.indexer.busy, "the first scan")
        (row,) = (row for row in self.rows() if row.path == str(self.home))
        return row.id

    def close(self) -> None:
        self.gate.close()
        self.indexer.close()
        self.library.close()

    def rows(self):
        return folders.all_of(self.library.reader())

    def files(self) -> dict[str, int]:
        """Row numbers by path below home."""
        found = listing.listed(self.library.reader(), listing.FileFilter(), 1_000_000)
        return {os.path.relpath(file.stat.path, self.home): file.id for file in found}

    def read_all(self) -> dict[str, int]:
        """As the readers do: every file gets a text."""

        def job(connection):
            for file in files.unread(connection, 100_000, ()):
                document = Document("text", passages=(Passage(f"text of {file.id}"),))
                passages.replace(connection, file.id, document, "card", [])
                files.mark(connection, file.id, FileState.READY)

        self.library.writer.run(job)
        return self.files()

    def unread(self) -> set[str]:
        found = files.unread(self.library.reader(), 100_000, ())
        return {os.path.relpath(file.stat.path, self.home) for file in found}

    def write(self, name, text="x"):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def until(self, condition, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"never came: {what}; {self.files()}"
            time.sleep(0.02)

    def until_files(self, *names) -> None:
        self.until(lambda: set(self.files()) == set(names), f"exactly {names}")


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.close()
