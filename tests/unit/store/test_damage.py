"""What can be saved from a damaged database."""

import apsw
import numpy as np
import pytest

from jinasearch.core.models import Rules
from jinasearch.store import damage, folders, vectors
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate

COUNT = 2000
VECTOR = np.full(384, 384**-0.5, np.float16)


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


@pytest.fixture
def old(tmp_path):
    """Makes a database with vectors, one in a thousand ids taken, lets it be changed, and returns
    its path."""

    def made(change=lambda connection: None):
        connection = open_writer(tmp_path / "old.db")
        migrate(connection)
        with connection:
            folders.add(connection, "/home", Rules(), False)
            space = vectors.space(connection, "space")
            for number in range(1, COUNT + 1):
                connection.execute(
                    "INSERT INTO vectors VALUES (?, ?, ?, ?)",
                    (number * 1000, space, key(number), VECTOR.tobytes()),
                )
            change(connection)
        connection.close()
        return tmp_path / "old.db"

    return made


def pages(path, kind) -> list[int]:
    """The numbers of the pages that hold the vectors table, in their order."""
    connection = apsw.Connection(str(path))
    rows = connection.execute(
        "SELECT pageno FROM dbstat WHERE name = 'vectors' AND pagetype = ? ORDER BY path", (kind,)
    )
    found = [number for (number,) in rows]
    connection.close()
    return found


def spoil(path, numbers) -> None:
    with path.open("r+b") as stream:
        for number in numbers:
            stream.seek((number - 1) * 4096)
            stream.write(b"\xff" * 4096)


def saved(tmp_path, old) -> set[int]:
    """Which vectors come into a fresh database."""
    fresh = open_writer(tmp_path / "fresh.db")
    migrate(fresh)
    told = damage.save_from(old, fresh)
    rows = fresh.execute("SELECT input_hash FROM vectors")
    found = {int.from_bytes(each, "big") for (each,) in rows}
    assert told == damage.Saved(1, len(found))
    highest = fresh.execute("SELECT coalesce(max(id), 0) FROM vectors").get
    assert highest == len(found), "ids are left for what comes later"
    fresh.close()
    return found


@pytest.mark.timeout(60)
def test_an_id_and_a_count_that_a_flipped_bit_made_huge(tmp_path, old):
    def flip(connection):
        connection.execute("UPDATE vectors SET id = id + (1 << 62) WHERE id = 5000")
        connection.execute("UPDATE sqlite_sequence SET seq = (1 << 62) WHERE name = 'vectors'")

    assert saved(tmp_path, old(flip)) == set(range(1, COUNT + 1))


@pytest.mark.timeout(60)
def test_all_around_pages_that_cannot_be_read(tmp_path, old):
    path = old()
    leaves = pages(path, "leaf")
    lost = COUNT // len(leaves) + 1
    spoil(path, [leaves[0], leaves[len(leaves) // 2], leaves[-1]])
    assert COUNT - 4 * lost < len(saved(tmp_path, path)) < COUNT


@pytest.mark.timeout(60)
def test_a_table_of_which_nothing_can_be_read(tmp_path, old):
    path = old()
    spoil(path, pages(path, "internal")[:1])
    assert saved(tmp_path, path) == set()
