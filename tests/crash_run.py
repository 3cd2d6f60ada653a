"""The real engine, killed again and again while a lot happens, and what is left compared.

Vectors come from a server that notes what it computed. `Crashes` is used by a test (a few kills)
and by a command (`tests/benchmarks/crash.py`, many).
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import psutil

from busy_folder import BusyFolder, versions
from embedding_server import EmbeddingServer, Reply, vector_of
from jinasearch.core.errors import Code
from jinasearch.core.models import Activity, FileState
from jinasearch.engine import protocol
from jinasearch.engine.address import read_address
from jinasearch.engine.client import Client
from jinasearch.store import passages

if TYPE_CHECKING:
    from embedding_server import Asked
    from jinasearch.core.models import Hit, Status

_PATIENCE = 90.0
_FIRST_FILES = 40
_MOST_FILES = 90
LONGEST_SECONDS = 1.5
"""Between two kills."""
_SERVER_SECONDS = 0.01
"""How long the server takes for a request: time to be killed in."""
_MODEL = """\
kind = "openai"
url = "{url}"
model = "fake"
width = 8
dimension = 8
"""
_SETTINGS = """\
[embed]
model = "mine"
"""


@dataclass
class Outcome:
    """What a run did and what is wrong afterwards, each fault in words."""

    kills: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    computed: int = 0
    files: int = 0
    passages: int = 0
    marked: int = 0
    notices: Counter[str] = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    repeated: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Crashes:
    """One installation below `base`; `seed` decides what happens and when.

    There are up to `longest_seconds` between two kills: a slow machine needs more to come to embed.
    """

    def __init__(
        self,
        base: Path,
        seed: int,
        library: Path | None = None,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        self.generator = random.Random(seed)
        self._longest = longest_seconds
        self.library = library or base / "library"
        self.home = base / "home"
        self.home.mkdir(parents=True)
        self.folder = BusyFolder(self.home, base / "outside", self.generator)
        self.outcome = Outcome()
        self.moments: list[str] = []
        self.server = EmbeddingServer()
        self.server.embeddings = self._answer
        (base / "models/mine").mkdir(parents=True)
        (base / "models/mine/remote.toml").write_text(_MODEL.format(url=self.server.url))
        (base / "settings.toml").write_text(_SETTINGS)
        self._environment = {
            **{name: value for name, value in os.environ.items() if "JINASEARCH" not in name},
            "JINASEARCH_LIBRARY": str(self.library),
            "JINASEARCH_CONFIG": str(base / "settings.toml"),
            "JINASEARCH_MODELS": str(base / "models"),
        }
        self._engine: subprocess.Popen[bytes] | None = None
        self._committed: set[bytes] = set()
        self._asked = 0

    def close(self) -> None:
        """End everything."""
        if self._engine is not None:
            self._kill_engine(children=True)
        self.server.stop()

    # What happens

    def start(self) -> None:
        """An engine on a folder with some files."""
        for _ in range(_FIRST_FILES):
            self.folder.add()
        self.start_engine()
        with self.client() as client:
            client.send(protocol.add_folders(protocol.AddFolders((self.home.as_uri(),))))

    def run(self, kills: int) -> None:
        """Kill so many times, at random moments, while files change."""
        for _ in range(kills):
            self._be_busy(self.generator.uniform(0.0, self._longest))
            self.kill()

    def run_full(self, times: int) -> None:
        """Have the disk full at random moments, while files change and engines are killed."""
        ballast = self.library / "ballast"
        for _ in range(times):
            self._be_busy(self.generator.uniform(0.0, self._longest))
            with ballast.open("wb", buffering=0) as stream:
                _fill(stream)
            self.outcome.kills["full disk"] += 1
            self._be_busy(self.generator.uniform(0.0, 2 * self._longest))
            self._look_at_notices()
            killed = self.generator.random() < 0.5
            if killed:
                self._kill_engine(children=False)
            ballast.unlink()
            if killed:
                self._look_behind()
                self.start_engine()

    def start_on_a_full_disk(self) -> str:
        """What an engine that is started on a full disk says as it ends.

        What a start gives back, such as the journal of the one before, is taken at once.
        """
        ballast = self.library / "ballast"
        self._kill_engine(children=False)
        with ballast.open("wb", buffering=0) as stream:
            _fill(stream)
            engine = subprocess.Popen(
                [sys.executable, "-m", "jinasearch", "engine", "run"],
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            end = time.monotonic() + 60
            while engine.poll() is None and time.monotonic() < end:
                _fill(stream)
                time.sleep(0.005)
        _, said = engine.communicate(timeout=1)
        ballast.unlink()
        self.start_engine()
        return said.decode()

    def _look_at_notices(self) -> None:
        with self.client() as client:
            self._note(client.send(protocol.status()))

    def _note(self, status: Status) -> None:
        for notice in status.notices:
            self.outcome.notices[notice.code] += 1
            self.outcome.said.add(f"{notice.title}: {notice.message} ({notice.path})")

    def _be_busy(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(self.generator.randint(1, 4)):
                self.folder.something()
                self.outcome.changes += 1
            self.folder.shrink(_MOST_FILES)
            time.sleep(self.generator.uniform(0.0, 0.1))

    def kill(self) -> None:
        """Kill the engine, the engine with all its children, or some of its children."""
        kind = self.generator.choices(("engine", "all", "_extract", "_embed"), (4, 2, 2, 2))[0]
        self.outcome.kills[kind.strip("_")] += 1
        if kind in ("engine", "all"):
            self._kill_engine(children=kind == "all")
            self._look_behind()
            self.moments.append(f"{time.time():.2f} {kind}")
            self.start_engine(wait=self.generator.random() < 0.8)
            return
        for child in self._children(kind):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.send_signal(signal.SIGKILL)

    def start_engine(self, *, wait: bool = True) -> None:
        """Start an engine; without `wait` it may be killed while it starts."""
        self._engine = subprocess.Popen(
            [sys.executable, "-m", "jinasearch", "engine", "run"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if wait:
            self._until(self._is_up, "the engine")

    def client(self) -> Client:
        """A client of the engine that runs."""
        self._until(self._is_up, "the engine")
        address = read_address(self.library)
        assert address is not None
        return Client(address)

    def _is_up(self) -> bool:
        assert self._engine is not None
        assert self._engine.poll() is None, f"the engine ended by itself: {self._log()}"
        address = read_address(self.library)
        return address is not None and address.pid == self._engine.pid

    def _kill_engine(self, *, children: bool) -> None:
        assert self._engine is not None
        family = []
        with contextlib.suppress(psutil.NoSuchProcess):
            family = psutil.Process(self._engine.pid).children(recursive=True)
        self._engine.kill()
        for child in family if children else ():
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        self._engine.wait(10)
        _, alive = psutil.wait_procs(family, timeout=20)
        if alive:
            self.outcome.faults.append(f"{len(alive)} children outlived the engine")

    def _children(self, kind: str) -> list[psutil.Process]:
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._engine.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if kind in child.cmdline():
                        found.append(child)
        return found

    def _answer(self, asked: Asked) -> Reply:
        asked.body.pop("input_type", None)
        reply = self.server.good(asked)
        reply.seconds = _SERVER_SECONDS
        return reply

    # What is left

    def _look_behind(self) -> None:
        """No engine runs: what was computed since the last look, that was committed then?"""
        for asked in self.server.embedded[self._asked :]:
            for text in asked.texts:
                if passages.input_hash(text) in self._committed:
                    past = [self.folder.history.get(mark) for mark in versions(text)]
                    self.outcome.repeated.append(f"computed again: {text[:60]!r} {past}")
        self._asked = len(self.server.embedded)
        if (self.library / "library.db").exists():
            with closing(self._database()) as database, contextlib.suppress(sqlite3.DatabaseError):
                self._committed.update(key for (key,) in database.execute(_COMMITTED).fetchall())

    def settle(self) -> None:
        """Nothing changes any more: wait until all is read and embedded.

        A file whose workers were killed twice over it is marked, and read when the user says so.
        """
        self._wait_for_rest()
        request = protocol.FilesRequest((FileState.FAILED,))
        with self.client() as client:
            found = client.send(protocol.files(request)).files
            self.outcome.marked = len([entry for entry in found if entry.reason in _KILLED])
            if self.outcome.marked:
                client.send(protocol.retry_failed(protocol.RetryRequest()))
        if self.outcome.marked:
            self._wait_for_rest()

    def _wait_for_rest(self) -> None:
        calm = 0

        def settled() -> bool:
            nonlocal calm
            with self.client() as client:
                status = client.send(protocol.status())
            self._note(status)
            coverage = status.coverage
            done = coverage.meaning + coverage.failed + coverage.skipped
            idle = status.activity == Activity.IDLE and done == coverage.files
            calm = calm + 1 if idle else 0
            return calm > 10

        self._until(settled, "rest")

    def compare(self) -> None:
        """Compare library and folder file by file, and what the engine finds."""
        self._look_behind()
        self._find_by_meaning()
        self._asked = len(self.server.embedded)  # the questions
        with self.client() as client:
            for finding in client.send(protocol.check()).findings:
                if not finding.ok:
                    self.outcome.faults.append(f"doctor: {finding.name}: {finding.detail}")
            client.send(protocol.stop())
        assert self._engine is not None
        self._engine.wait(30)
        self._engine = None
        self.outcome.computed = sum(len(asked.texts) for asked in self.server.embedded)
        with closing(self._database()) as database:
            self._compare_files(database)
            self._compare_vectors(database)

    def _compare_files(self, database: sqlite3.Connection) -> None:
        wanted = self.folder.files()
        rows = database.execute("SELECT id, path, state, reason, size, mtime_ns FROM files")
        found = {os.fsdecode(path): (id_, *rest) for id_, path, *rest in rows.fetchall()}
        fault = self.outcome.faults.append
        for path in wanted.keys() - found.keys():
            fault(f"missing: {path}")
        for path in found.keys() - wanted.keys():
            fault(f"not there any more: {path} {found[path]}")
        for path in wanted.keys() & found.keys():
            id_, state, reason, size, mtime_ns = found[path]
            stat = Path(path).stat()
            if state != "ready":
                fault(f"{state} {reason}: {path}")
            if (size, mtime_ns) != (stat.st_size, stat.st_mtime_ns):
                fault(f"stale row: {path}")
            texts = database.execute(
                "SELECT text FROM passages WHERE file = ? ORDER BY ordinal", (id_,)
            ).fetchall()
            has = [mark for (text,) in texts for mark in versions(text)]
            if has != wanted[path]:
                past = [self.folder.history.get(mark) for mark in {*has, *wanted[path]}]
                fault(f"stale text: {path}, row {id_}, has {has}, not {wanted[path]} {past}")
            self.outcome.passages += len(texts)
        self.outcome.files = len(wanted)

    def _compare_vectors(self, database: sqlite3.Connection) -> None:
        for what, query in _AGREEMENTS.items():
            (count,) = database.execute(query).fetchone()
            if count:
                self.outcome.faults.append(f"{what}: {count}")
        texts = database.execute(
            "SELECT input_hash, CASE heading WHEN '' THEN text ELSE heading || char(10) || text END"
            " FROM passages UNION SELECT input_hash, text FROM cards"
        )
        made = dict(database.execute("SELECT input_hash, vector FROM vectors").fetchall())
        for key, text in texts.fetchall():
            vector = np.frombuffer(made.get(key, b"\0" * 16), "<f2").astype(np.float32)
            expected = vector_of(text)
            expected /= np.linalg.norm(expected)
            if key != passages.input_hash(text) or not np.allclose(vector, expected, atol=2e-3):
                self.outcome.faults.append(f"not the vector of its text: {text[:60]!r}")

    def _find_by_meaning(self) -> None:
        """Every file is nearest to its own text: the graph has what the database has."""
        with self.client() as client:
            for path in self.folder.files():
                text = self._passage_of(path)
                if text is None:
                    continue  # told as missing
                request = protocol.SearchRequest(text, protocol.Mode.MEANING, limit=50)
                hits = client.send(protocol.search(request)).hits
                scores = {hit.path: _meaning_score(hit) for hit in hits}
                copies = {copy.path for hit in hits for copy in hit.folded}
                if path not in copies and scores.get(path, 0.0) < 0.99:
                    self.outcome.faults.append(f"not found by meaning: {path} {scores}")
                for hit in hits:
                    if not Path(hit.path).exists():
                        self.outcome.faults.append(f"found, but gone: {hit.path}")

    def _passage_of(self, path: str) -> str | None:
        with closing(self._database()) as database:
            row = database.execute(
                "SELECT heading, text FROM passages JOIN files ON files.id = passages.file"
                " WHERE files.path = ? LIMIT 1",
                (os.fsencode(path),),
            ).fetchone()
        return None if row is None else passages.embedding_input(*row)

    def _database(self) -> sqlite3.Connection:
        place = f"file:{self.library / 'library.db'}?mode=ro"
        return sqlite3.connect(place, uri=True, timeout=10)

    def _until(self, condition, what: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"never came: {what}\n{self._log()}"
            time.sleep(0.05)

    def _log(self) -> str:
        log = self.library / "engine.log"
        return log.read_text()[-3000:] if log.exists() else "no log"


def _fill(stream: IO[bytes]) -> None:
    """Write until the disk is full."""
    with contextlib.suppress(OSError):
        while stream.write(bytes(4096)):
            pass


def _meaning_score(hit: Hit) -> float:
    return max((passage.meaning_score or 0.0 for passage in hit.passages), default=0.0)


_KILLED = (Code.FILE_CRASHED_READER.value, Code.FILE_OUT_OF_MEMORY.value)
_COMMITTED = "SELECT input_hash FROM vectors UNION SELECT input_hash FROM orphans"
_AGREEMENTS = {
    "passages without vector": "SELECT count(*) FROM passages WHERE NOT EXISTS"
    " (SELECT 1 FROM vectors WHERE vectors.input_hash = passages.input_hash)",
    "cards without vector": "SELECT count(*) FROM cards WHERE NOT EXISTS"
    " (SELECT 1 FROM vectors WHERE vectors.input_hash = cards.input_hash)",
    "vectors without text": "SELECT count(*) FROM vectors WHERE NOT EXISTS"
    " (SELECT 1 FROM passages WHERE passages.input_hash = vectors.input_hash) AND NOT EXISTS"
    " (SELECT 1 FROM cards WHERE cards.input_hash = vectors.input_hash)",
    "vectors set aside and in use": "SELECT count(*) FROM orphans JOIN vectors"
    " USING (space, input_hash)",
    "passages of no file": "SELECT count(*) FROM passages WHERE file NOT IN (SELECT id FROM files)",
    "passages twice": "SELECT count(*) FROM"
    " (SELECT 1 FROM passages GROUP BY file, ordinal HAVING count(*) > 1)",
    "still to embed": "SELECT count(*) FROM todo",
}
