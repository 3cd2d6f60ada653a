"""Damage of the library while the engine runs, and what the next start makes of it."""

import contextlib
import os
import shutil
import subprocess
import threading
import time

import apsw
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Activity
from jinasearch.engine.protocol import Mode, Pause, SearchRequest
from jinasearch.extract.pool import ExtractWorker
from jinasearch.index import indexer, reader
from jinasearch.store import checker

FILES = 30
WORDS = ("albatross", "pelican", "cormorant", "heron", "stork")


def of_its_own(number: int) -> str:
    """Words that make a file no copy of another."""
    return " ".join(f"w{number}x{place}" for place in range(8))


def fill(bench) -> None:
    for number in range(FILES):
        text = f"# Number{number}\n\n" + f"{WORDS[number % 5]} and other birds {number}. " * 20
        bench.write(f"{number}.md", text)
    bench.index()
    bench.engine._library.settled()
    assert not (bench.library / "library.db-wal").stat().st_size


def harm(bench, table: str) -> None:
    """Overwrite every second leaf page of a table, as a bad disk would."""
    database = bench.library / "library.db"
    stat = database.stat()
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    query = "SELECT pgoffset, pgsize FROM dbstat WHERE name = ? AND pagetype = 'leaf'"
    pages = connection.execute(query, (table,)).fetchall()
    connection.close()
    assert pages
    with database.open("r+b") as stream:
        for where, size in pages[len(pages) % 2 :: 2] or pages:
            stream.seek(where)
            stream.write(os.urandom(size))
    os.utime(database, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def forget_pages(bench) -> None:
    """The writer has what it wrote in memory; have it read from the disk again."""
    bench.engine._library.writer.apart(lambda c: c.pragma("shrink_memory"))


def asked_anew(bench, text: str):
    """A search in a thread of its own, so by a connection that has no page in memory yet."""
    outcome = []

    def ask():
        try:
            request = SearchRequest(text, Mode.KEYWORDS)
            outcome.append([hit.name for hit in bench.engine.searches.search(request).hits])
        except JinasearchError as error:
            outcome.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    (found,) = outcome
    return found


def is_told(bench) -> bool:
    codes = [notice.code for notice in bench.engine.status().notices]
    return codes == [Code.LIBRARY_DAMAGED]


def vectors_of(bench) -> dict:
    rows = bench.engine._library.reader().execute("SELECT id, input_hash, vector FROM vectors")
    return {number: (key, vector) for number, key, vector in rows}


@pytest.mark.parametrize("table", ["passages_fts_data", "passages", "files"])
def test_damage_while_running_is_told_and_mended_by_the_next_start(bench, table, monkeypatch):
    fill(bench)
    before = vectors_of(bench)
    harm(bench, table)
    answers = [asked_anew(bench, word) for word in WORDS]
    told = {error.code for error in answers if isinstance(error, JinasearchError)}
    assert told == {Code.LIBRARY_DAMAGED}
    assert is_told(bench)

    status = bench.engine.status()
    assert status.activity == Activity.PROBLEM
    assert "engine restart" in status.notices[0].message
    assert status.coverage.files in (0, FILES)
    findings = bench.engine.library.check().findings
    assert any(not finding.ok and "estart" in finding.remedy for finding in findings)

    # What changes now waits for the next start, and nobody runs in circles over it.
    looks = []
    real = bench.engine._library.reader
    monkeypatch.setattr(bench.engine._library, "reader", lambda: (looks.append(1), real())[1])
    for number in range(5):
        bench.write(f"late{number}.md", f"shoebill {of_its_own(number)}")
    time.sleep(2)
    assert len(looks) < 40
    assert not bench.engine.busy

    bench.stop()
    bench.start()
    (notice,) = bench.engine.status().notices
    assert notice.code == Code.LIBRARY_MENDED
    assert "made anew" in notice.title
    assert [row.path for row in bench.engine.folders.listed().folders] == [str(bench.home)]
    bench.settle()
    assert len(bench.names("birds")) > 0
    assert sorted(bench.names("pelican")) == sorted(f"{n}.md" for n in range(FILES) if n % 5 == 1)
    assert len(bench.names("shoebill")) == 5
    after = vectors_of(bench)
    assert before.items() <= after.items(), "a vector that could be read was computed again"
    bench.until(lambda: not list(bench.library.glob("*.damaged*")), "the damaged one deleted")

    bench.stop()
    bench.start()
    bench.settle()
    assert bench.engine.status().notices == ()
    assert all(finding.ok for finding in bench.engine.library.check().findings)


def test_who_asks_a_damaged_library_or_one_that_is_made_anew_is_told(bench):
    fill(bench)
    harm(bench, "passages")

    def note():
        return bench.engine.searches.search(SearchRequest("zebra", Mode.KEYWORDS)).note

    assert note() == ""
    bench.engine._library.look()
    bench.until(lambda: note() == "library-damaged", "the damage, told")
    bench.engine.pause(Pause(paused=True))
    bench.stop()
    bench.start()
    assert note() == "library-made-anew"
    bench.until(lambda: bench.engine.status().coverage.files == FILES, "all files, seen")
    assert note() == "library-made-anew"
    bench.engine.pause(Pause(paused=False))
    bench.settle()
    bench.until(lambda: note() == "", "the end of it")


def test_damage_that_indexing_meets_is_told(bench):
    fill(bench)
    harm(bench, "passages_fts_data")
    forget_pages(bench)
    for number in range(FILES):
        bench.write(f"{number}.md", f"nothing of the kind {of_its_own(number)}")
    bench.until(lambda: is_told(bench), "the notice")
    assert bench.engine.status().activity == Activity.PROBLEM
    bench.stop()
    bench.start()
    bench.settle()
    assert bench.names("albatross") == []
    assert (
        len(bench.engine.searches.search(SearchRequest("kind", Mode.KEYWORDS, limit=200)).hits)
        == FILES
    )


def test_damage_that_embedding_meets_is_told(bench):
    fill(bench)
    harm(bench, "vectors")
    forget_pages(bench)
    for number in range(FILES):
        bench.write(f"{number}.md", f"nothing of the kind {number}")
    bench.until(lambda: is_told(bench), "the notice")
    bench.stop()
    bench.start()
    bench.settle()
    assert (
        len(bench.engine.searches.search(SearchRequest("kind", Mode.MEANING, limit=200)).hits)
        == FILES
    )
    assert next(f for f in bench.engine.library.check().findings if f.name == "graph").ok


def test_damage_that_nobody_meets_is_found_in_a_quiet_time(bench, monkeypatch):
    fill(bench)
    bench.stop()
    harm(bench, "passages")
    monkeypatch.setattr(checker, "_FIRST_SECONDS", 0.1)
    monkeypatch.setattr(checker, "_AGAIN_SECONDS", 0.1)
    bench.start()
    bench.until(lambda: is_told(bench), "the notice")
    assert "engine restart" in bench.engine.status().notices[0].message


@pytest.fixture
def small_disk(bench):
    """The library on a disk of a few megabytes."""
    bench.stop()
    shutil.rmtree(bench.library)
    bench.library.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(bench.library)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    bench.start()
    yield bench
    bench.stop()
    subprocess.run(["umount", "-l", str(bench.library)], check=True)


def test_on_a_full_disk_nobody_runs_in_circles_and_nothing_is_lost(small_disk, monkeypatch):
    bench = small_disk
    monkeypatch.setattr(reader, "_TROUBLE_SECONDS", 0.25)
    monkeypatch.setattr(indexer, "_RETRY_SECONDS", 0.25)
    read = []
    real = ExtractWorker.extract
    monkeypatch.setattr(
        ExtractWorker, "extract", lambda *a, **k: (read.append(1), real(*a, **k))[1]
    )
    bench.write("first.txt", "albatross")
    bench.index()
    ballast = bench.library / "ballast"
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while stream.write(bytes(4096)):
            pass
    for number in range(40):
        bench.write(f"{number}.txt", f"cormorant {number} " * 60)

    def told() -> bool:
        return Code.DISK_FULL in [notice.code for notice in bench.engine.status().notices]

    bench.until(told, "the notice")
    time.sleep(0.5)
    read.clear()
    time.sleep(1.5)
    assert len(read) < 40
    assert bench.names("albatross") == ["first.txt"]
    ballast.unlink()
    bench.until(lambda: bench.engine.status().coverage.keywords == 41, "all files")
    bench.settle()
    assert bench.engine.status().notices == ()
    assert all(finding.ok for finding in bench.engine._library.check())


def test_removed_text_is_gone_from_the_disk_while_running(bench):
    path = bench.write("a.txt", "xyzzyplughfoo")
    bench.write("b.txt", "something else")
    bench.index()
    path.unlink()

    def gone() -> bool:
        library = bench.library
        return not any(b"xyzzyplughfoo" in part.read_bytes() for part in library.glob("library.*"))

    bench.until(gone, "the text wiped")
    assert bench.names("something") == ["b.txt"]


def test_settings_that_lie_among_files_do_not_hide_them(bench):
    bench.stop()
    bench.config = bench.home / "settings.toml"
    bench.config.write_text("[engine]\nrescan_minutes = 30.0\n")
    bench.write("a.txt", "albatross")
    bench.start()
    bench.index()
    assert bench.names("albatross") == ["a.txt"]
    assert bench.names("settings") == []
