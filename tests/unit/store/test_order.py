"""In which order files are read and embedded."""

import pytest

from jinasearch.core.models import Document, FileStat, Layer, Passage, Rules
from jinasearch.index.turns import Turns
from jinasearch.store import files, folders, passages, vectors
from jinasearch.store.database import Library

HUGE = 6_000_000
NEW, OLD = 2_000, 1_000


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / "library")
    yield library
    library.close()


def add_folder(library, path) -> int:
    return library.writer.run(lambda c: folders.add(c, path, Rules(), False)).id


def see(library, folder, name, size=10, mtime=NEW, urgency=0) -> int:
    stat = FileStat(f"/{folder}/{name}", size, mtime)
    return library.writer.run(lambda c: files.seen(c, folder, stat, urgency))


def read(library, file, space, texts=1):
    document = Document("text", passages=tuple(Passage(f"{file} {n}") for n in range(texts)))
    library.writer.run(lambda c: passages.replace(c, file, document, f"card {file}", [space]))


def unread(library, **options):
    found = files.unread(library.reader(), 100, (), **options)
    return [file.stat.path.rpartition("/")[2] for file in found]


def test_urgent_then_small_then_new(library):
    folder = add_folder(library, "/a")
    see(library, folder, "old", mtime=OLD)
    see(library, folder, "huge", size=HUGE, mtime=NEW)
    see(library, folder, "new", mtime=NEW)
    see(library, folder, "changed", size=HUGE, mtime=OLD, urgency=1)
    see(library, folder, "opened", mtime=OLD, urgency=2)
    assert unread(library) == ["opened", "changed", "new", "old", "huge"]
    assert unread(library, only_urgent=True) == ["opened", "changed"]


def test_the_order_of_one_folder(library):
    first, second = add_folder(library, "/a"), add_folder(library, "/b")
    see(library, first, "a-new")
    see(library, second, "b-old", mtime=OLD)
    see(library, second, "b-new")
    assert unread(library, folder=second) == ["b-new", "b-old"]
    assert files.folders_unread(library.reader()) == [first, second]


def test_cards_then_passages_then_those_of_long_files(library):
    space = library.writer.run(lambda c: vectors.space(c, "m"))
    folder = add_folder(library, "/a")
    long = see(library, folder, "long", mtime=NEW)
    short = see(library, folder, "short", mtime=OLD)
    read(library, long, space, texts=600)
    read(library, short, space)
    found = [(todo.file, todo.layer) for todo in vectors.todo(library.reader(), space, 10)]
    card, passage = Layer.CARD, Layer.PASSAGE
    assert found == [(long, card), (short, card), (short, passage), (long, passage)]


def test_a_file_that_moved_waits_in_its_new_folder_s_line(library):
    space = library.writer.run(lambda c: vectors.space(c, "m"))
    first, second = add_folder(library, "/a"), add_folder(library, "/b")
    file = see(library, first, "x")
    read(library, file, space)
    assert vectors.folders_waiting(library.reader(), space) == [first]
    stat = FileStat("/b/x", 10, NEW)
    library.writer.run(lambda c: files.rename(c, file, stat, second))
    assert vectors.folders_waiting(library.reader(), space) == [second]
    found = vectors.todo(library.reader(), space, 10, second)
    assert {todo.file for todo in found} == {file}


def test_a_folder_that_changes_without_end_starves_no_other(library):
    """As the readers do it: the order, and now and then a turn."""
    busy, quiet = add_folder(library, "/busy"), add_folder(library, "/quiet")
    waiting = {see(library, quiet, f"q{n}", mtime=OLD) for n in range(5)}
    turns = Turns()
    taken = 0
    while waiting:
        see(library, busy, f"b{taken}", mtime=NEW + taken, urgency=1)
        connection = library.reader()
        folder = turns.next(files.folders_unread(connection)) if turns.is_due() else None
        (file,) = files.unread(connection, 1, (), folder=folder)
        waiting.discard(file.id)
        library.writer.run(lambda c, file=file: files.remove(c, [file.id]))
        taken += 1
        assert taken <= 60
    assert taken >= 5


def test_the_queries_use_their_indexes(library):
    plans = {
        "files_unread": "SELECT id FROM files WHERE state = 'seen'"
        " ORDER BY urgency DESC, size >= 5000000, mtime_ns DESC LIMIT 5",
        "files_unread_in_folder": "SELECT id FROM files WHERE state = 'seen' AND folder = 1"
        " ORDER BY urgency DESC, size >= 5000000, mtime_ns DESC LIMIT 5",
        "todo_in_order": "SELECT file FROM todo WHERE space = 1"
        " ORDER BY urgency DESC, layer, huge, mtime_ns DESC LIMIT 5",
        "todo_in_folder": "SELECT file FROM todo WHERE space = 1 AND folder = 1"
        " ORDER BY urgency DESC, layer, huge, mtime_ns DESC LIMIT 5",
    }
    for index, query in plans.items():
        rows = list(library.reader().execute(f"EXPLAIN QUERY PLAN {query}"))
        told = " ".join(row[3] for row in rows)
        assert f"{index} " in told + " ", (index, told)
        assert "TEMP B-TREE" not in told, (index, told)
