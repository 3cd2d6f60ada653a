"""What always holds of the library, whatever happens to it in whatever order."""

import hashlib
import shutil
import tempfile
import threading
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from jinasearch.core.models import Document, FileStat, FileState, Layer, Passage, Rules
from jinasearch.store import database, files, folders, listing, passages, tidying, vectors
from jinasearch.store.cjk import cut
from jinasearch.store.database import Library

DIMENSION = 8
WORDS = ("river", "Stone", "café", "naïve", "休假", "公司", "ひらがな", "x1", "O'Neil", "straße")
FOLDERS = ("/home", "/home/inner", "/media/usb", "/odd/caf\udce9 \n")
NAMES = ("a.txt", "b.md", "caf\udce9.txt", "休假.pdf", "deep/er/c.txt", "x")

texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
documents = st.lists(st.tuples(texts, st.sampled_from(("", *WORDS[:3]))), max_size=3)


class JobError(Exception):
    """Raised by a job on purpose."""


class LibraryMachine(RuleBasedStateMachine):
    """Does to a library what engine and user do, and keeps a plain model of what must be in it."""

    paths = Bundle("paths")

    def __init__(self) -> None:
        super().__init__()
        self.few = patch.object(tidying, "_MANY", 5)
        self.few.start()
        self.often = patch.object(database, "_TIDY_SECONDS", 0.0)
        self.often.start()
        self.base = Path(tempfile.mkdtemp(prefix="library-"))
        self.library = Library(self.base / "0")
        self.opened = 0
        self.stamp = 0
        self.secrets = 0
        self.folders: dict[str, int] = {}
        self.files: dict[str, int] = {}
        self.texts: dict[str, list[str]] = {}
        self.gone: set[str] = set()
        self.alive: dict[str, set[str]] = {}
        self.space = self.library.writer.run(lambda c: vectors.space(c, "first"))

    def teardown(self) -> None:
        self.library.close()
        self.few.stop()
        self.often.stop()
        shutil.rmtree(self.base)

    # What is done to it

    @initialize(target=paths)
    def begin(self):
        return multiple(*(self._see("/home", name) for name in NAMES[:3]))

    @rule(target=paths, folder=st.sampled_from(FOLDERS), name=st.sampled_from(NAMES))
    def see(self, folder, name):
        return self._see(folder, name)

    @rule(path=paths, document=documents, title=st.sampled_from(("", *WORDS)), card=texts)
    def read(self, path, document, title, card):
        self._submit([self._reading(path, document, title, card)])

    @rule(path=paths, same_as=paths)
    def read_a_copy(self, path, same_as):
        """Two files with the same text share their vectors."""
        if path in self.files and same_as in self.files:
            document = [(text, "") for text in self.texts[same_as]]
            self._submit([self._reading(path, document, "", "a copy", secret=False)])

    @rule(path=paths)
    def change(self, path):
        if path in self.files:
            stat, folder = self._stat(path), self._folder_of(path)
            self.library.writer.run(lambda c: files.seen(c, folder, stat, 1))

    @rule(path=paths, state=st.sampled_from((FileState.FAILED, FileState.SKIPPED)))
    def give_up(self, path, state):
        if path in self.files:
            file = self.files[path]
            self.library.writer.run(lambda c: files.mark(c, file, state, "why"))
            self._forget_text(path)

    @rule(path=paths)
    def leave_out(self, path):
        if path in self.files:
            stat, folder = self._stat(path), self._folder_of(path)
            self.library.writer.run(lambda c: files.skip(c, folder, stat, "too-large"))
            self._forget_text(path)

    @rule()
    def retry(self):
        self.library.writer.run(lambda c: listing.retry(c, listing.FileFilter()))

    @rule(target=paths, path=consumes(paths), folder=st.sampled_from(FOLDERS))
    def rename(self, path, folder):
        self.stamp += 1
        new = f"{folder}/renamed{self.stamp}.txt"
        if path not in self.files:
            return path
        into = self._folder(folder)
        file, stat = self.files[path], self._stat(new)
        self.library.writer.run(lambda c: files.rename(c, file, stat, into))
        for known in (self.files, self.texts, self.alive):
            known[new] = known.pop(path)
        return new

    @rule(path=paths, card=texts)
    def new_card(self, path, card):
        if path in self.files and self._state(path) in (FileState.KEYWORDS, FileState.READY):
            file = self.files[path]
            self.library.writer.run(lambda c: passages.replace_card(c, file, card, [self.space]))

    @rule(gone=st.lists(paths, max_size=3, unique=True))
    def remove(self, gone):
        here = [path for path in gone if path in self.files]
        self.library.writer.run(lambda c: files.remove(c, [self.files[path] for path in here]))
        for path in here:
            self._forget_text(path)
            del self.files[path], self.texts[path], self.alive[path]

    @rule(folder=st.sampled_from(FOLDERS))
    def drop_folder(self, folder):
        if folder not in self.folders:
            return
        row = self.folders[folder]
        inside = [path for path in self.files if self._folder_of(path) == row]
        self.library.writer.run(lambda c: folders.leave(c, row))
        while self.library.writer.run(lambda c: folders.shrink(c, row, 2)) is not None:
            pass
        del self.folders[folder]
        for path in inside:
            self._forget_text(path)
            del self.files[path], self.texts[path], self.alive[path]

    @rule(limit=st.integers(1, 5), finish=st.booleans())
    def embed(self, limit, finish):
        space = self.space

        def job(connection):
            for todo in vectors.todo(connection, space, limit):
                wanted = vectors.inputs(connection, space, todo.file, todo.layer)
                given = [(item.hash, unit(item.hash)) for item in wanted]
                vectors.add(connection, space, given if finish else given[:1])
                vectors.finish(connection, space, todo.file, todo.layer)

        self.library.writer.run(job)

    @rule(text=texts)
    def embed_what_is_gone(self, text):
        """A batch that was under way when its file went must leave nothing behind."""
        key = passages.input_hash(text + " that nobody wrote")
        added = self.library.writer.run(lambda c: vectors.add(c, self.space, [(key, unit(key))]))
        assert added == [None]

    @rule(key=st.sampled_from(("first", "second")), drop=st.booleans())
    def change_model(self, key, drop):
        old = self.space

        def job(connection):
            space = vectors.space(connection, key)
            vectors.enqueue_all(connection, space)
            if drop and space != old:
                vectors.drop_space(connection, old)
            return space

        self.space = self.library.writer.run(job)

    @rule(path=paths)
    def urge(self, path):
        if path in self.files:
            self.library.writer.run(lambda c: files.urge(c, self.files[path], 2))

    @rule(path=paths, other=paths, document=documents, card=texts, where=st.integers(0, 2))
    def fail_in_a_group(self, path, other, document, card, where):
        """A job that fails after half its work takes nothing with it, and leaves nothing."""
        reading = self._reading(path, document, "", card)
        third = self._reading(other, document, "", card)

        def failing(connection):
            for file in list(self.files.values())[:2]:
                files.remove(connection, [file])
            folders.add(connection, "/never", Rules(), False)
            raise JobError

        jobs = [reading, third]
        jobs.insert(where, failing)
        self._submit(jobs)

    @rule(clean=st.booleans())
    def reopen(self, clean):
        """Close, or be killed: then what is on disk at that moment is all there is."""
        self.opened += 1
        folder = self.base / str(self.opened)
        old = self.library
        if clean:
            old.close()
            shutil.copytree(old.folder, folder)
        else:
            shutil.copytree(old.folder, folder)
            old.close()
        shutil.rmtree(old.folder)
        self.library = Library(folder)
        assert self.library.notices == []

    @rule(tidy=st.booleans())
    def settle(self, tidy):
        self.library.untidy = tidy
        self.library.settled()
        raw = b"".join(p.read_bytes() for p in self.library.folder.rglob("*") if p.is_file())
        alive = set().union(*self.alive.values())
        # The full text keeps the beginning of a word apart when its neighbour begins alike.
        assert [word for word in self.gone - alive if word[12:].encode() in raw] == []

    @rule()
    def rest(self):
        """Nothing happened for a while: vectors that no text waits for are gone."""
        self.library.rested()
        assert self._rows(UNWANTED) == []

    # What always holds

    @invariant()
    def rows_belong_to_something(self):
        for query in ORPHANS.split(";"):
            assert self._rows(query) == [], query

    @invariant()
    def the_model_agrees(self):
        rows = self._rows("SELECT files.id, files.path, files.passages FROM files")
        here = {files.by_id(self.library.reader(), id_).stat.path: id_ for id_, _, _ in rows}
        assert here == self.files
        assert sorted(row.path for row in folders.all_of(self.library.reader())) == sorted(
            self.folders
        )
        for path, file in self.files.items():
            stored = [row.text for row in passages.of_file(self.library.reader(), file)]
            assert stored == self.texts[path]
        assert {id_: count for id_, _, count in rows} == {
            file: len(self.texts[path]) for path, file in self.files.items()
        }

    @invariant()
    def words_find_the_files_that_hold_them(self):
        for word in WORDS:
            found = {
                row.file
                for row in passages.match(self.library.reader(), f'text : "{cut(word)}"', 10_000)
            }
            wanted = {
                self.files[path]
                for path, held in self.texts.items()
                if any(word in text.split() for text in held)
            }
            assert found == wanted, word

    @invariant()
    def an_input_has_one_vector_a_space(self):
        rows = self._rows(
            "SELECT space, input_hash, vector FROM vectors"
            " UNION ALL SELECT space, input_hash, vector FROM orphans"
        )
        assert all(n == 1 for n in Counter((space, key) for space, key, _ in rows).values())
        for _, key, vector in rows:
            assert vector == unit(key).tobytes()

    @invariant()
    def states_and_lines_agree(self):
        """Ready means that no vector is missing; what misses one is in line."""
        reader = self.library.reader()
        waiting = set(self._rows("SELECT file, layer FROM todo"))
        for file, state in self._rows("SELECT id, state FROM files"):
            for number, layer in enumerate(Layer):
                missing = vectors.inputs(reader, self.space, file, layer)
                if state == FileState.READY:
                    assert not missing
                if state in (FileState.KEYWORDS, FileState.READY):
                    assert not missing or (file, number) in waiting
            if state == FileState.KEYWORDS:
                assert any(owner == file for owner, _ in waiting)

    @invariant()
    def the_check_finds_everything_sound(self):
        assert [finding for finding in self.library.check() if not finding.ok] == []

    # How it is done

    def _see(self, folder, name):
        path = f"{folder}/{name}"
        row, stat = self._folder(folder), self._stat(path)
        self.files[path] = self.library.writer.run(lambda c: files.seen(c, row, stat))
        self.texts.setdefault(path, [])
        self.alive.setdefault(path, set())
        return path

    def _reading(self, path, document, title, card, *, secret=True):
        """A job that stores what was read of a file, and what the model then has to hold."""
        if path not in self.files:
            return lambda connection: None
        file = self.files[path]
        words = [self._secret() if secret else "" for _ in document]
        if secret:
            card = f"{card} {self._secret()}"
        written = tuple(
            Passage(f"{text} {word}".rstrip(), heading)
            for word, (text, heading) in zip(words, document, strict=True)
        )
        told = Document("text", title, passages=written)
        written_words = " ".join((card, *(passage.text for passage in written))).split()

        def job(connection):
            passages.replace(connection, file, told, card, [self.space])

        def then():
            self._forget_text(path)
            self.texts[path] = [passage.text for passage in written]
            self.alive[path] = {word for word in written_words if word.startswith("zq")}

        job.then = then
        return job

    def _submit(self, jobs):
        """Have the jobs committed as one group."""
        go = threading.Event()
        first = self.library.writer.submit(lambda _: go.wait(10))
        futures = [self.library.writer.submit(job) for job in jobs]
        go.set()
        first.result()
        for job, future in zip(jobs, futures, strict=True):
            error = future.exception()
            assert error is None or isinstance(error, JobError)
            if error is None and hasattr(job, "then"):
                job.then()

    def _secret(self):
        """A word that stands nowhere else, told from others by more than its last letters."""
        self.secrets += 1
        return "zq" + hashlib.sha256(bytes([self.secrets % 256, self.secrets // 256])).hexdigest()

    def _forget_text(self, path):
        self.gone |= self.alive[path]
        self.alive[path] = set()
        self.texts[path] = []

    def _folder(self, path):
        if path not in self.folders:
            row = self.library.writer.run(lambda c: folders.add(c, path, Rules(), False))
            self.folders[path] = row.id
        return self.folders[path]

    def _folder_of(self, path):
        query = "SELECT folder FROM files WHERE id = ?"
        return self.library.reader().execute(query, (self.files[path],)).get

    def _state(self, path):
        return files.by_id(self.library.reader(), self.files[path]).state

    def _stat(self, path):
        self.stamp += 1
        return FileStat(path, self.stamp, self.stamp, 1, self.stamp)

    def _rows(self, query):
        return self.library.reader().execute(query).fetchall()


ORPHANS = """
SELECT 1 FROM passages WHERE file NOT IN (SELECT id FROM files);
SELECT 1 FROM cards WHERE file NOT IN (SELECT id FROM files);
SELECT 1 FROM todo WHERE file NOT IN (SELECT id FROM files);
SELECT 1 FROM todo WHERE space NOT IN (SELECT id FROM spaces);
SELECT 1 FROM files WHERE folder NOT IN (SELECT id FROM folders);
SELECT 1 FROM vectors WHERE space NOT IN (SELECT id FROM spaces);
SELECT 1 FROM orphans WHERE space NOT IN (SELECT id FROM spaces);
SELECT 1 FROM vectors WHERE input_hash NOT IN (SELECT input_hash FROM passages)
                        AND input_hash NOT IN (SELECT input_hash FROM cards);
SELECT 1 FROM passages_fts_docsize WHERE id NOT IN (SELECT id FROM passages);
SELECT 1 FROM passages WHERE id NOT IN (SELECT id FROM passages_fts_docsize);
SELECT 1 FROM names_fts_docsize WHERE id NOT IN (SELECT id FROM files);
SELECT 1 FROM files WHERE id NOT IN (SELECT id FROM names_fts_docsize);
SELECT 1 FROM titles_fts_docsize WHERE id NOT IN (SELECT id FROM titles_indexed);
SELECT 1 FROM titles_indexed WHERE id NOT IN (SELECT id FROM titles_fts_docsize);
SELECT 1 FROM files WHERE state IN ('failed', 'skipped')
    AND (id IN (SELECT file FROM passages UNION SELECT file FROM cards UNION SELECT file FROM todo)
         OR title != '' OR passages != 0);
PRAGMA foreign_key_check
"""


UNWANTED = """
SELECT 1 FROM orphans WHERE input_hash NOT IN (SELECT input_hash FROM passages)
                        AND input_hash NOT IN (SELECT input_hash FROM cards)
"""


def unit(key):
    """The vector of an input: any, but always the same."""
    vector = np.frombuffer(key, np.uint8)[:DIMENSION].astype(np.float32) + 1
    return (vector / np.linalg.norm(vector)).astype(np.float16)


TestLibraryMachine = pytest.mark.slow(LibraryMachine.TestCase)
TestLibraryMachine.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
