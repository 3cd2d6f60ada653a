"""A library as one file: written while it is used, taken in elsewhere, refused when it is none."""

import os
import signal
import subprocess
import sys
import threading

import apsw
import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import files, folders, listing, passages, portable, relocation, vectors
from jinasearch.store.database import Library
from jinasearch.store.migrations import SCHEMA

SETTINGS = '[embed]\nmodel = "starter"\n'


def fill(library: Library, first: int = 0, count: int = 20, home: str = "/home/anna/docs") -> None:
    def job(connection):
        folder = folders.add(connection, home, Rules(), False).id
        space = vectors.space(connection, "space", "starter")
        for number in range(first, first + count):
            stat = FileStat(f"{home}/{number}.txt", 1, number)
            file = files.seen(connection, folder, stat)
            text = f"number{number} of some length"
            document = Document("text", passages=(Passage(text),))
            passages.replace(connection, file, document, f"card {number}", [space])
            key = passages.input_hash(text)
            vectors.add(connection, space, [(key, np.full(4, 0.5, np.float16))])

    library.writer.run(job)


def paths(library: Library) -> list[str]:
    found = listing.listed(library.reader(), listing.FileFilter(), 10_000)
    return [file.stat.path for file in found]


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / "library")
    fill(library)
    yield library
    library.close()


@pytest.fixture
def exported(library, tmp_path):
    target = tmp_path / "library.jinasearch"
    library.export(target, SETTINGS, "1.2.3")
    return target


@pytest.fixture
def other(tmp_path):
    return tmp_path / "other"


def test_what_is_in_it_is_told(exported):
    found = portable.contents(exported)
    assert (found.folders, found.files, found.vectors) == (("/home/anna/docs",), 20, 20)
    assert (found.models, found.version, found.settings) == (("starter",), "1.2.3", SETTINGS)
    assert found.made > 1e9
    assert exported.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in exported.parent.iterdir() if "library.j" in path.name] == [
        "library.jinasearch"
    ]


def test_it_takes_the_place_of_what_was_there(exported, other):
    there = Library(other)
    fill(there, 100, 5, "/home/otto")
    there.stage(exported, {})
    assert len(paths(there)) == 5, "nothing changes before the next opening"
    there.close()
    there = Library(other)
    assert len(paths(there)) == 20
    assert [row.path for row in folders.all_of(there.reader())] == ["/home/anna/docs"]
    assert all(finding.ok for finding in there.check())
    there.close()
    (kept,) = (other / "backups").iterdir()
    assert portable.contents(kept).files == 5
    assert "otto" not in (other / "folders.json").read_text()


def test_what_was_there_is_kept_every_time_and_can_be_brought_back(exported, other):
    there = Library(other)
    fill(there, 100, 5, "/home/otto")
    for _ in range(2):
        there.stage(exported, {})
        there.close()
        there = Library(other)
    kept = list((other / "backups").iterdir())
    assert all(path.name.startswith("before-import-") for path in kept)
    (first,) = [path for path in kept if portable.contents(path).files == 5]
    assert len(kept) == 2
    found = portable.contents(first)
    assert (found.folders, found.version, found.settings) == (("/home/otto",), "", "")
    assert found.made == first.stat().st_mtime
    there.stage(first, {})
    there.close()
    there = Library(other)
    assert [row.path for row in folders.all_of(there.reader())] == ["/home/otto"]
    assert len(list((other / "backups").iterdir())) == 3
    there.close()


def test_folders_that_stand_elsewhere(exported, other):
    there = Library(other)
    there.stage(exported, {"/home/anna": "/home/maria/old"})
    there.close()
    there = Library(other)
    assert paths(there)[0] == "/home/maria/old/docs/0.txt"
    assert [row.path for row in folders.all_of(there.reader())] == ["/home/maria/old/docs"]
    assert all(finding.ok for finding in there.check())
    assert len(vectors.ids(there.reader(), 1)) == 20
    there.close()


def test_the_names_of_folders_that_stand_elsewhere_are_found(exported, other):
    there = Library(other)
    there.stage(exported, {"/home/anna/docs": "/srv/paperwork"})
    there.close()
    there = Library(other)
    matching = "SELECT count(*) FROM names_fts WHERE names_fts MATCH ?"
    assert there.reader().execute(matching, ("paperwork",)).get == 20
    assert there.reader().execute(matching, ("docs",)).get == 0
    there.close()


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/home/anna", "/srv"),
        ("/home/anna/a", "/srv/a"),
        ("/home/annabel/a", "/home/annabel/a"),
        ("/home/anna/docs/b", "/mnt/b"),
    ],
)
def test_the_longest_place_counts(path, here):
    assert relocation.moved(path, {"/home/anna": "/srv", "/home/anna/docs/": "/mnt/"}) == here


def test_everything_can_stand_elsewhere():
    assert relocation.moved("/a/b", {"/": "/mnt/disk"}) == "/mnt/disk/a/b"
    assert relocation.moved("/mnt/disk/a", {"/mnt/disk": "/"}) == "/a"


def staged(tmp_path, homes, places) -> dict[str, list[str]]:
    """The files of each folder of a library with these folders that stand elsewhere now."""
    library = Library(tmp_path / "here")
    for number, home in enumerate(homes):
        fill(library, 10 * number, 3, home)
    library.export(tmp_path / "file", SETTINGS, "1")
    library.close()
    there = Library(tmp_path / "there")
    try:
        there.stage(tmp_path / "file", places)
    finally:
        there.close()
    there = Library(tmp_path / "there")
    assert all(finding.ok for finding in there.check())
    found = {row.path: [] for row in folders.all_of(there.reader())}
    rows = there.reader().execute(
        "SELECT folders.path, files.path FROM files JOIN folders ON folders.id = files.folder"
        " ORDER BY files.path"
    )
    for folder, path in rows:
        found[os.fsdecode(folder)].append(os.fsdecode(path))
    there.close()
    return found


def numbered(home, first):
    return [f"{home}/{number}.txt" for number in range(first, first + 3)]


def test_folders_that_change_places(tmp_path):
    found = staged(tmp_path, ["/a", "/b"], {"/a": "/b", "/b": "/a"})
    assert found == {"/b": numbered("/b", 0), "/a": numbered("/a", 10)}


def test_a_folder_that_comes_to_stand_inside_of_another(tmp_path):
    library = Library(tmp_path / "here")
    fill(library, 0, 3, "/a")
    fill(library, 10, 3, "/b")

    def add(connection):  # the same name as one that comes, and one beside it
        for name in ("/b/x/0.txt", "/b/x/y.txt", "/b/xy.txt"):
            file = files.seen(connection, 2, FileStat(name, 1, 99))
            passages.replace(connection, file, Document("text", passages=(Passage(name),)), "c", [])

    library.writer.run(add)
    library.export(tmp_path / "file", SETTINGS, "1")
    library.close()
    there = Library(tmp_path / "there")
    there.stage(tmp_path / "file", {"/a": "/b/x"})
    there.close()
    there = Library(tmp_path / "there")
    assert paths(there) == sorted([*numbered("/b", 10), "/b/xy.txt", *numbered("/b/x", 0)])
    assert all(finding.ok for finding in there.check())
    there.close()


def test_a_folder_leaves_the_one_around_it(tmp_path):
    found = staged(tmp_path, ["/b", "/b/x/y"], {"/b/x/y": "/c"})
    assert found == {"/b": numbered("/b", 0), "/c": numbered("/c", 10)}


@pytest.mark.parametrize(
    ("homes", "places", "told"),
    [
        (["/a", "/b"], {"/a": "/b"}, "They are /a and /b"),
        (["/a/x", "/b/x"], {"/a": "/c", "/b": "/c"}, "They are /a/x and /b/x"),
        (["/b", "/b/x/y"], {"/b/x": "/c"}, "goes as a whole"),
        (["/b"], {"/b/x": "/c"}, "/b"),
    ],
)
def test_places_that_cannot_be_are_refused(tmp_path, homes, places, told):
    with pytest.raises(JinasearchError, match="folder") as caught:
        staged(tmp_path, homes, places)
    assert caught.value.code == Code.BAD_REQUEST
    assert told in caught.value.message
    assert not list((tmp_path / "there").glob("incoming*"))


def test_a_place_that_is_none_is_refused(exported, other):
    there = Library(other)
    with pytest.raises(JinasearchError) as caught:
        there.stage(exported, {"/home/ana": "/srv"})
    assert caught.value.code == Code.BAD_REQUEST
    assert "/home/anna/docs" in caught.value.message
    assert not list(other.glob("incoming*"))
    there.close()


def harmed(path):
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2 // 4096 * 4096)
        stream.write(os.urandom(8192))


def letter(path):
    path.write_bytes(b"This is a letter.\n" * 1000)


def database_of_others(path):
    path.unlink()
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE letters(x)")
    connection.close()


def cut_short(path):
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [harmed, letter, database_of_others, cut_short])
def test_what_cannot_be_taken_in_is_refused(exported, other, harm):
    there = Library(other)
    harm(exported)
    with pytest.raises(JinasearchError) as caught:
        there.stage(exported, {})
    assert caught.value.code == Code.BAD_REQUEST
    assert not list(other.glob("incoming*"))
    there.close()


def test_a_file_of_a_newer_version_is_refused(exported, other):
    connection = apsw.Connection(str(exported))
    connection.pragma("user_version", SCHEMA + 1)
    connection.close()
    with pytest.raises(JinasearchError) as caught:
        portable.contents(exported)
    assert caught.value.code == Code.LIBRARY_NEWER


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(JinasearchError) as caught:
        portable.contents(tmp_path / "none")
    assert caught.value.code == Code.NOT_FOUND


def test_a_kill_while_it_is_taken_in(exported, other, monkeypatch):
    there = Library(other)
    fill(there, 100, 5, "/home/otto")
    there.stage(exported, {})
    there.close()
    real = type(other).replace

    def killed(path, target):
        if path.name == portable.INCOMING:
            raise KeyboardInterrupt
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(type(other), "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            Library(other)
    there = Library(other)
    assert len(paths(there)) == 20
    there.close()


def test_it_is_of_one_moment_while_others_write(library, tmp_path):
    """And comes to its end, however much is written meanwhile."""
    fill(library, 1000, 2000)
    stop = threading.Event()

    def write():
        number = 10_000
        while not stop.is_set():
            fill(library, number, 3)
            number += 3

    thread = threading.Thread(target=write)
    thread.start()
    try:
        library.export(tmp_path / "busy.jinasearch", "", "1")
    finally:
        stop.set()
        thread.join()
    found = portable.contents(tmp_path / "busy.jinasearch")
    assert found.files >= 2020
    assert found.files == found.vectors
    there = Library(tmp_path / "there")
    there.stage(tmp_path / "busy.jinasearch", {})
    there.close()
    there = Library(tmp_path / "there")
    assert all(finding.ok for finding in there.check())
    there.close()


def test_a_full_disk_is_told_and_leaves_nothing(library, tmp_path):
    fill(library, 1000, 2000)
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        with pytest.raises(JinasearchError) as caught:
            library.export(place / "a.jinasearch", "", "1")
        assert caught.value.code == Code.DISK_FULL
        assert list(place.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_folder_that_is_not_there_is_told(library, tmp_path):
    with pytest.raises(JinasearchError) as caught:
        library.export(tmp_path / "none" / "a.jinasearch", "", "1")
    assert caught.value.code == Code.NO_PERMISSION


def test_vectors_of_removed_text_are_not_exported(library, tmp_path):
    vector = np.random.default_rng(1).normal(size=64).astype("<f2").tobytes()
    library.writer.run(
        lambda connection: connection.execute(
            "INSERT INTO orphans SELECT id, ?, ? FROM spaces", (b"a key", vector)
        )
    )
    target = tmp_path / "library.jinasearch"
    library.export(target, SETTINGS, "1.2.3")
    assert vector not in target.read_bytes()
    connection = apsw.Connection(str(target))
    assert connection.execute("SELECT count(*) FROM orphans").get == 0
    connection.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
from jinasearch.store import portable
from jinasearch.store.database import Library

library = Library(Path(sys.argv[1]))
portable.orphans.drop_all = lambda _: os.kill(os.getpid(), signal.SIGKILL)
library.export(Path(sys.argv[2]), "", "1")
"""


def test_what_a_killed_export_left_goes_with_the_next_start(library, tmp_path):
    library.close()
    drive = tmp_path / "drive"
    drive.mkdir()
    other = drive / ".film.part"
    other.touch()
    command = [sys.executable, "-c", _KILLED, str(library.folder), str(drive / "mine.jinasearch")]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert len(list(drive.iterdir())) > 1
    drive.rename(tmp_path / "ejected")
    Library(library.folder).close()
    (tmp_path / "ejected").rename(drive)
    Library(library.folder).close()
    assert list(drive.iterdir()) == [other]
    assert not list(library.folder.glob("unfinished*"))
