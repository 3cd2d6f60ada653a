"""When pictures of text are looked at, and what becomes of what is seen."""

import time
from types import SimpleNamespace

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Document, FileStat, FileState, Passage, Rules
from jinasearch.extract import version
from jinasearch.index import recognizer
from jinasearch.index.gate import Gate
from jinasearch.index.recognizer import Recognizer
from jinasearch.store import files, folders, passages, scans
from jinasearch.store.database import Library

SEEN = Document("png", passages=(Passage("albatross"),))


class Worker:
    """Looks at nothing, and tells what it was asked."""

    current = ""

    def __init__(self) -> None:
        self.asked = []
        self.fails = None
        self.mtime_ns = 1

    def extract(self, path, max_bytes, **options):
        self.asked.append((path, options))
        if self.fails:
            raise JinasearchError(self.fails, "no")
        return SimpleNamespace(document=SEEN, size=1, mtime_ns=self.mtime_ns)

    def rest(self):
        pass

    stop = rest


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setattr(version, "of_ocr", lambda: "rapidocr-3")
    monkeypatch.setattr(recognizer, "_LOOK_SECONDS", 0.05)
    library, gate, worker = Library(tmp_path / "library"), Gate(), Worker()
    monkeypatch.setattr(recognizer, "_MISSED_SECONDS", 0.05)
    now = SimpleNamespace(may=True, changes=0, absent=(), missing=False)

    def changed():
        now.changes += 1

    made = Recognizer(
        library,
        gate,
        worker,
        1000,
        lambda: now.may,
        list,
        lambda _: None,
        changed,
        lambda _: None,
        absent=lambda: now.absent,
        is_absent=lambda _: now.missing,
    )

    def add(name, digest, text=""):
        def job(connection):
            folder = folders.add(connection, "/home", Rules(online=True), False).id
            file = files.seen(connection, folder, FileStat(f"/home/{name}", 1, 1))
            if text:
                document = Document("pdf", passages=(Passage(text),))
                passages.replace(connection, file, document, "card", [])
            else:
                files.mark(connection, file, FileState.SKIPPED, "file-needs-ocr")
            scans.put(connection, file, digest)
            return file

        return library.writer.run(job)

    def until(condition):
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def texts(file):
        return [row.text for row in passages.of_file(library.reader(), file)]

    def state(file):
        row = files.by_id(library.reader(), file)
        return row.state, row.reason

    yield SimpleNamespace(
        add=add, start=made.start, until=until, texts=texts, state=state, now=now, worker=worker,
        recognizer=made,
    )  # fmt: skip
    gate.close()
    made.close()
    library.close()


def test_what_is_seen_is_found_and_what_is_known_is_not_looked_at_again(bench):
    one, two = bench.add("1.png", "a"), bench.add("2.png", "a")
    bench.start()
    bench.until(lambda: bench.recognizer.waiting == 0)
    bench.until(lambda: bench.now.changes == 2)
    assert bench.texts(one) == bench.texts(two) == ["albatross"]
    assert bench.state(one) == (FileState.KEYWORDS, "")
    (asked,) = bench.worker.asked
    assert asked[1] == {"online": True, "ocr": True}


def test_nothing_is_looked_at_before_its_time(bench):
    bench.now.may = False
    file = bench.add("1.png", "a")
    bench.start()
    time.sleep(0.3)
    assert bench.worker.asked == []
    bench.now.may = True
    bench.until(lambda: bench.texts(file))


def test_a_picture_that_cannot_be_read_has_failed(bench):
    bench.worker.fails = Code.FILE_TIMED_OUT
    file = bench.add("1.png", "a")
    bench.start()
    bench.until(lambda: bench.recognizer.waiting == 0)
    assert bench.state(file) == (FileState.FAILED, "file-timed-out")


def test_text_that_is_there_stays_when_its_pictures_cannot_be_read(bench):
    bench.worker.fails = Code.FILE_CRASHED_READER
    file = bench.add("1.pdf", "a", "first page")
    bench.start()
    bench.until(lambda: bench.recognizer.waiting == 0)
    assert bench.texts(file) == ["first page"]
    assert bench.state(file) == (FileState.KEYWORDS, "")


def test_another_file_that_took_the_place_is_left_to_the_scan(bench):
    bench.worker.mtime_ns = 2
    file = bench.add("1.png", "a")
    bench.start()
    bench.until(lambda: bench.recognizer.waiting == 0)
    assert bench.texts(file) == []
    assert bench.state(file) == (FileState.SKIPPED, "file-needs-ocr")


def test_what_is_on_a_drive_that_is_away_waits_for_it(bench):
    bench.worker.fails = Code.NOT_FOUND
    bench.now.missing = True
    file = bench.add("usb/1.png", "a")
    bench.start()
    bench.until(lambda: len(bench.worker.asked) > 2)  # nobody has told yet that it is away
    bench.now.absent = ("/home/usb",)
    other = bench.add("2.png", "b")
    bench.worker.fails = None
    bench.recognizer.wake()
    bench.until(lambda: bench.texts(other))
    assert bench.recognizer.waiting == 1
    bench.now.absent = ()
    bench.recognizer.wake()
    bench.until(lambda: bench.texts(file))
    assert bench.recognizer.waiting == 0
