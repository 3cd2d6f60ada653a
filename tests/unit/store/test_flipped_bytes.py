"""Bytes flipped at seeded places: noticed at opening or by a check, then mended; or harmless."""

import random
import shutil

import apsw
import numpy as np
import pytest

from jinasearch.core.errors import JinasearchError
from jinasearch.core.models import Document, FileStat, FileState, Passage, Rules
from jinasearch.store import files, folders, passages, rows, soundness, vectors
from jinasearch.store.connection import open_reader
from jinasearch.store.database import Library
from jinasearch.store.graph import Graph

FILES = 60
SEEDS = 40
DIMENSION = 16
SPACE = 1


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A library with text, vectors and a graph."""
    folder = tmp_path_factory.mktemp("original")
    library = Library(folder)
    generator = np.random.default_rng(3)

    def job(connection):
        home = folders.add(connection, "/home/anna", Rules(), False).id
        space = vectors.space(connection, "space", "starter")
        for number in range(FILES):
            file = files.seen(connection, home, FileStat(f"/home/anna/f{number}.txt", 9, number))
            texts = [f"passage {number} {part} " + "of some length " * 20 for part in range(3)]
            document = Document("text", f"title {number}", passages=tuple(map(Passage, texts)))
            passages.replace(connection, file, document, f"card {number}", [space])
            for text in (*texts, f"card {number}"):
                vector = generator.normal(size=DIMENSION)
                vector /= np.linalg.norm(vector)
                key = passages.input_hash(text)
                vectors.add(connection, space, [(key, vector.astype(np.float16))])
            files.mark(connection, file, FileState.READY)
            connection.execute("DELETE FROM todo")

    library.writer.run(job)
    library.mirror_folders()
    graph = Graph(library.graphs, DIMENSION)
    graph.open(library.reader(), SPACE)
    graph.save()
    library.close()
    return folder


def flip(path, generator, length):
    """Turn over a run of bytes."""
    data = bytearray(path.read_bytes())
    start = generator.randrange(len(data) - length)
    for place in range(start, start + length):
        data[place] ^= generator.randrange(1, 256)
    path.write_bytes(data)


def told(path) -> dict:
    """What answers are made of; numbers that the next scan corrects are left out."""
    connection = open_reader(path)
    found = {
        name: sorted(connection.execute(query).fetchall())
        for name, query in {
            "folders": "SELECT path FROM folders",
            "files": "SELECT id, path, state, title FROM files",
            "passages": "SELECT file, ordinal, heading, text, input_hash FROM passages",
            "cards": "SELECT file, text, input_hash FROM cards",
        }.items()
    }
    found["vectors"] = {
        key: np.frombuffer(vector, "<f2").astype(np.float32)
        for key, vector in connection.execute("SELECT input_hash, vector FROM vectors")
    }
    connection.close()
    return found


def agree(one: dict, other: dict) -> bool:
    if any(one[name] != other[name] for name in one if name != "vectors"):
        return False
    return one["vectors"].keys() == other["vectors"].keys() and all(
        float(one["vectors"][key] @ other["vectors"][key]) > 0.97 for key in one["vectors"]
    )


def noticed(library: Library) -> bool:
    try:
        return bool(library.notices) or not all(finding.ok for finding in library.check())
    except (apsw.Error, JinasearchError):
        return True


@pytest.mark.parametrize("length", [1, 200])
@pytest.mark.parametrize("seed", range(SEEDS // 2))
def test_in_the_database(original, tmp_path, seed, length):
    shutil.copytree(original, tmp_path / "library")
    database = tmp_path / "library" / "library.db"
    before = told(database)
    flip(database, random.Random(seed * 1000 + length), length)
    library = Library(tmp_path / "library")
    if not noticed(library):
        library.close()
        assert agree(told(database), before), "other answers, and nobody noticed"
        return
    library.suspect()
    library.close()
    library = Library(tmp_path / "library")
    assert [finding for finding in library.check() if not finding.ok] == []
    home = [row.path for row in folders.all_of(library.reader())]
    assert "/home/anna" in home
    library.close()
    after = told(database)["vectors"]
    kept = {key: vector for key, vector in after.items() if key in before["vectors"]}
    assert all(float(vector @ before["vectors"][key]) > 0.97 for key, vector in kept.items())


@pytest.mark.parametrize("seed", range(8))
def test_in_the_graph(original, tmp_path, seed):
    shutil.copytree(original, tmp_path / "library")
    (snapshot,) = (tmp_path / "library" / "graph").glob("*/*")
    flip(snapshot, random.Random(seed), 1 + 50 * (seed % 2))
    library = Library(tmp_path / "library")
    graph = Graph(library.graphs, DIMENSION)
    assert graph.open(library.reader(), SPACE), "the damage is told"
    assert graph.check(library.reader(), SPACE) == (0, 0)
    for ids, matrix in vectors.load(library.reader(), vectors.ids(library.reader(), 1), DIMENSION):
        for id_, vector in zip(ids[:20], matrix, strict=False):
            found, _ = graph.search(vector, 3)
            assert id_ in found
    library.close()


@pytest.fixture
def library(original, tmp_path):
    shutil.copytree(original, tmp_path / "library")
    library = Library(tmp_path / "library")
    yield library
    library.close()


@pytest.mark.parametrize(
    ("harm", "files_wrong", "vectors_wrong"),
    [
        ("UPDATE files SET state = 'reazy' WHERE id = 3", {3}, 0),
        ("UPDATE passages SET text = 'passagf' WHERE file = 4 AND ordinal = 1", {4}, 0),
        ("UPDATE passages SET text = CAST(x'ff41' AS TEXT) WHERE file = 4 AND ordinal = 1", {4}, 0),
        ("UPDATE passages SET place = '{\"page\": x' WHERE file = 4 AND ordinal = 1", {4}, 0),
        ("UPDATE files SET title = CAST(x'ff41' AS TEXT) WHERE id = 3", {3}, 0),
        ("UPDATE cards SET text = 'carx' WHERE file = 5", {5}, 0),
        ("UPDATE vectors SET vector = x'3c003c00' WHERE id = 6", set(), 1),
        ("UPDATE vectors SET vector = zeroblob(32) WHERE id = 7", set(), 0),
        ("UPDATE vectors SET vector = randomblob(32) WHERE id = 8", set(), 1),
        ("UPDATE vectors SET input_hash = x'00' WHERE id = 9", set(), 1),
    ],
)
def test_rows_that_say_what_they_cannot(library, harm, files_wrong, vectors_wrong):
    library.writer.run(lambda connection: connection.execute(harm).fetchall())
    wrong = rows.look(library.reader())
    count = len(wrong.files) + len(wrong.passages) + len(wrong.cards)
    assert (count, len(wrong.vectors)) == (len(files_wrong), vectors_wrong)
    assert rows.finding(wrong).ok == (not wrong)
    library.writer.apart(rows.mend)
    assert not rows.look(library.reader())
    unread = {file.id for file in files.unread(library.reader(), 100, ())}
    assert files_wrong <= unread, "they are read again"
    assert len(unread) == len(files_wrong) + (vectors_wrong if "input_hash = x" not in harm else 0)


def test_a_file_outside_of_its_folder_is_found(library):
    library.writer.run(
        lambda c: c.execute("UPDATE folders SET path = ?", (b"/home/enna",)).fetchall()
    )
    assert rows.look(library.reader()).strays == FILES
    library.writer.apart(rows.mend)
    assert rows.look(library.reader()).strays == FILES, "it is the folder's path that is wrong"


def test_a_file_alone_outside_of_its_folder_is_forgotten(library):
    library.writer.run(
        lambda c: c.execute("UPDATE files SET path = ? WHERE id = 3", (b"/srv/3",)).fetchall()
    )
    problem, mended = library.writer.apart(soundness.thorough)
    assert problem == ""
    assert "1 files outside" in mended
    assert not rows.look(library.reader())
    assert files.by_id(library.reader(), 3) is None
    assert files.by_id(library.reader(), 4) is not None
