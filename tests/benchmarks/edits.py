"""Single edits of files, spread over time, each with the latency until its new word is found."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import apsw
import corpus

from jinasearch.engine import protocol

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.engine.client import Client

PATIENCE_SECONDS = 30.0
EDITABLE = {".txt", ".md", ".html", ".py", ".rst", ".csv"}
_POLL_SECONDS = 0.02
_STORED = "SELECT 1 FROM passages_fts WHERE passages_fts MATCH ? LIMIT 1"


@dataclass(slots=True)
class _Edit:
    """An edit whose word is not found yet: when it was written, by the monotonic clock."""

    number: int
    word: str
    written: float


def latencies(
    client: Client, library: Path, folder: Path, count: int, seconds: float, seed: int
) -> list[float | None]:
    """Append a new word to one file after the other, `count` times, spread over `seconds`.

    Returns seconds until the engine finds each word; None if it does not in PATIENCE_SECONDS.
    Several are under way at a time, each in another file. The engine is asked for a word once the
    database holds it, so that the asking does not slow down what is measured.
    """
    generator = random.Random(seed)
    files = [path for path in corpus.files(folder) if path.suffix in EDITABLE]
    generator.shuffle(files)
    words = [f"zq{number}x{generator.getrandbits(32):x}" for number in range(count)]
    due = zip(range(count), itertools.cycle(files), words, strict=False)
    found: list[float | None] = [None] * count
    waiting: list[_Edit] = []
    database = apsw.Connection(str(library / "library.db"), apsw.SQLITE_OPEN_READONLY)
    database.set_busy_timeout(1000)
    began = time.monotonic()
    following = next(due, None)
    while following is not None or waiting:
        now = time.monotonic()
        if following is not None and now >= began + following[0] * seconds / count:
            number, path, word = following
            with path.open("ab") as stream:
                stream.write(f"\n{word}\n".encode())
            waiting.append(_Edit(number, word, time.monotonic()))
            following = next(due, None)
            continue
        for edit in list(waiting):
            if _is_stored(database, edit.word) and _is_found(client, edit.word):
                found[edit.number] = time.monotonic() - edit.written
                waiting.remove(edit)
            elif now - edit.written > PATIENCE_SECONDS:
                waiting.remove(edit)
        time.sleep(_POLL_SECONDS)
    database.close()
    return found


def _is_stored(database: apsw.Connection, word: str) -> bool:
    return bool(database.execute(_STORED, (f'"{word}"',)).fetchall())


def _is_found(client: Client, word: str) -> bool:
    request = protocol.SearchRequest(word, protocol.Mode.KEYWORDS)
    return bool(client.send(protocol.search(request)).hits)
