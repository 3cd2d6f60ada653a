"""The library as a whole: what it survives, what it refuses, what it forgets."""

import contextlib
import os
import subprocess
import threading
from pathlib import Path

import apsw
import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Document, FileStat, FileState, Layer, Passage, Rules
from jinasearch.store import files, folders, migrations, passages, vectors
from jinasearch.store.database import Library
from jinasearch.store.place import is_network


def fill(library: Library, count: int = 30) -> int:
    """Files with text and vectors; returns the space."""

    def job(connection):
        folder = folders.add(connection, "/home", Rules(exclude=("*.log",)), False).id
        space = vectors.space(connection, "space")
        for number in range(count):
            store(connection, folder, space, number)
        return space

    space = library.writer.run(job)
    library.mirror_folders()
    return space


def store(connection, folder, space, number):
    file = files.seen(connection, folder, FileStat(f"/home/{number}.txt", 1, number))
    text = f"passage number {number} " + "of some length " * 60
    document = Document("text", f"title {number}", passages=(Passage(text),))
    passages.replace(connection, file, document, f"card {number}", [space])
    for layer in Layer:
        wanted = vectors.inputs(connection, space, file, layer)
        vectors.add(connection, space, [(i.hash, np.full(8, 8**-0.5, np.float16)) for i in wanted])
        vectors.finish(connection, space, file, layer)
    return file


def states(library):
    rows = library.reader().execute("SELECT state, count(*) FROM files GROUP BY state")
    return dict(rows.fetchall())


def test_no_more_texts_are_read_than_are_asked_for(tmp_path):
    library = Library(tmp_path)

    def job(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        space = vectors.space(connection, "space")
        file = files.seen(connection, folder, FileStat("/home/long.txt", 1, 1))
        texts = [f"passage {number % 30}" for number in range(40)]
        document = Document("text", "long", passages=tuple(Passage(text) for text in texts))
        passages.replace(connection, file, document, "card", [space])
        return vectors.inputs(connection, space, file, Layer.PASSAGE, 20), file, space

    some, file, space = library.writer.run(job)
    everything = vectors.inputs(library.reader(), space, file, Layer.PASSAGE)
    assert some == everything[:20]
    assert len(everything) == 30
    library.close()


def test_a_library_is_its_users_alone(tmp_path):
    library = Library(tmp_path / "library")
    fill(library)
    modes = {path.name: path.stat().st_mode & 0o777 for path in library.folder.iterdir()}
    assert library.folder.stat().st_mode & 0o777 == 0o700
    assert set(modes.values()) == {0o600}, modes
    library.close()


def test_everything_is_there_after_closing(tmp_path):
    library = Library(tmp_path)
    fill(library)
    assert all(finding.ok for finding in library.check())
    library.close()
    again = Library(tmp_path)
    assert states(again) == {"ready": 30}
    assert again.notices == []
    again.close()


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_a_network_drive_is_refused_with_the_reason(tmp_path, kind):
    with pytest.raises(JinasearchError) as raised:
        Library(tmp_path / "library", mounts=[("/", "ext4"), (str(tmp_path), kind)])
    assert raised.value.code == Code.NETWORK_FILE_SYSTEM
    assert kind in raised.value.title


def test_a_folder_on_a_network_drive_is_known():
    mounts = [("/", "ext4"), ("/mnt/share", "nfs4"), ("/mnt/share/local", "xfs")]
    assert is_network("/mnt/share/docs", mounts)
    assert not is_network("/mnt/share/local/docs", mounts)
    assert not is_network("/mnt/sharedocs", mounts)
    assert not is_network("/")


def test_a_newer_library_is_left_alone(tmp_path):
    library = Library(tmp_path)
    library.close()
    connection = apsw.Connection(str(tmp_path / "library.db"))
    connection.pragma("user_version", 99)
    connection.close()
    (tmp_path / "library.damaged").touch()
    before = contents_of(tmp_path)
    with pytest.raises(JinasearchError) as raised:
        Library(tmp_path)
    assert raised.value.code == Code.LIBRARY_NEWER
    assert contents_of(tmp_path) == before


def contents_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_migration_keeps_a_copy_of_what_was(tmp_path, monkeypatch):
    library = Library(tmp_path)
    fill(library)
    library.close()
    step = ("latest", "CREATE TABLE latest(x)")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    monkeypatch.setattr("jinasearch.store.database.SCHEMA", migrations.SCHEMA + 1)
    again = Library(tmp_path)
    assert states(again) == {"ready": 30}
    assert again.reader().execute("SELECT count(*) FROM latest").get == 0
    again.close()
    (copy,) = (tmp_path / "backups").iterdir()
    kept = apsw.Connection(str(copy))
    assert kept.pragma("user_version") == migrations.SCHEMA
    assert kept.execute("SELECT count(*) FROM files").get == 30
    kept.close()


def garbage(path):
    path.write_bytes(os.urandom(50_000))


def header(path):
    with path.open("r+b") as stream:
        stream.write(b"\xff" * 64)


def middle(path):
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2 // 4096 * 4096)
        stream.write(b"\xff" * 8192)


def cut_short(path):
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [garbage, header, middle, cut_short])
def test_a_damaged_database_is_put_aside_and_the_folders_survive(tmp_path, harm):
    library = Library(tmp_path)
    fill(library, 200)
    library.close()
    harm(tmp_path / "library.db")
    again = Library(tmp_path)
    (notice,) = again.notices
    assert notice.code == Code.LIBRARY_MENDED
    assert Path(notice.path).exists()
    (row,) = folders.all_of(again.reader())
    assert row.path == "/home"
    assert row.rules == Rules(exclude=("*.log",))
    assert next(finding for finding in again.check() if finding.name == "database").ok
    again.close()


def test_vectors_saved_from_damage_are_not_computed_again(tmp_path):
    library = Library(tmp_path)
    space = fill(library, 200)
    library.close()
    middle(tmp_path / "library.db")
    again = Library(tmp_path)
    saved = again.reader().execute("SELECT count(*) FROM vectors").get
    assert saved > 0

    def read_again(connection):
        folder = folders.all_of(connection)[0].id
        for number in range(100):
            store(connection, folder, space, number)

    again.writer.run(read_again)
    again.settled()
    assert states(again) == {"ready": 100}
    assert next(f for f in again.check() if f.name == "vectors without text").ok
    again.close()


def test_removed_text_is_gone_from_the_disk(tmp_path):
    library = Library(tmp_path)

    def add(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        file = files.seen(connection, folder, FileStat("/home/a.txt", 1, 1))
        document = Document("text", "zyzzyvatitle", passages=(Passage("plughxyzzy word"),))
        passages.replace(connection, file, document, "frobnicard", [])
        return file

    file = library.writer.run(add)
    library.writer.run(lambda connection: files.remove(connection, [file]))
    library.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(word in raw for word in (b"plughxyzzy", b"zyzzyvatitle", b"frobnicard"))


@pytest.fixture
def small_disk(tmp_path, request):
    place = tmp_path / "small"
    place.mkdir()
    size = getattr(request, "param", "6m")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_told_and_the_work_goes_on_when_there_is_room(small_disk):
    library = Library(small_disk / "library")
    fill(library, 5)
    ballast = fill_up(small_disk)

    def write(connection):
        folder = folders.all_of(connection)[0].id
        for number in range(1000, 1200):
            store(connection, folder, 1, number)

    with pytest.raises(JinasearchError) as raised:
        library.writer.run(write)
    assert raised.value.code == Code.DISK_FULL
    assert states(library) == {"ready": 5}
    ballast.unlink()
    library.writer.run(write)
    assert states(library) == {"ready": 205}
    library.close()


def fill_up(disk):
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while stream.write(bytes(4096)):
            pass
    return ballast


@pytest.mark.parametrize("small_disk", ["64m"], indirect=True)
def test_a_library_on_a_full_disk_is_opened_by_the_room_it_set_aside(small_disk):
    place = small_disk / "library"
    library = Library(place)
    fill(library, 5)
    library.close()
    ballast = fill_up(small_disk)
    library = Library(place)
    assert states(library) == {"ready": 5}
    (place / "engine.json").write_text("{}")
    library.close()
    library = Library(place)  # once more, with nothing set aside any longer
    assert states(library) == {"ready": 5}
    ballast.unlink()
    library.tidy()
    assert (place / "reserve").stat().st_size == 1_000_000
    library.close()


def test_a_file_that_failed_loses_its_old_text(tmp_path):
    library = Library(tmp_path)
    fill(library, 1)
    library.writer.run(lambda c: files.mark(c, 1, FileState.FAILED, "file-unreadable"))
    assert passages.match(library.reader(), "passage", 10) == []
    assert library.reader().execute("SELECT count(*) FROM vectors").get == 0
    library.close()


def test_connections_of_threads_that_ended_are_closed(tmp_path):
    library = Library(tmp_path / "library")
    opened = []

    def ask() -> None:
        opened.append(library.reader())
        library.reader().execute("SELECT count(*) FROM files").get  # noqa: B018

    for _ in range(3):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    for connection in opened[:-1]:
        with pytest.raises(apsw.ConnectionClosedError):
            connection.pragma("user_version")
    opened[-1].pragma("user_version")
    library.close()
