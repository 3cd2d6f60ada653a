import pytest

from jinasearch.core.models import FileStat, FileState, Rules
from jinasearch.extract import version
from jinasearch.store import files, folders, listing, second_try
from jinasearch.store.database import Library


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / "library")

    def job(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        for number, (state, reason) in enumerate(
            (
                (FileState.FAILED, "file-unreadable"),
                (FileState.SKIPPED, "file-kind-unknown"),
                (FileState.SKIPPED, "too-large"),
                (FileState.READY, ""),
            )
        ):
            file = files.seen(connection, folder, FileStat(f"/home/{number}", 1, number))
            files.mark(connection, file, state, reason)

    library.writer.run(job)
    yield library
    library.close()


def _states(library):
    found = listing.listed(library.reader(), listing.FileFilter(), 10)
    return [file.state.value for file in found]


def _tried(library, readers):
    return library.writer.run(
        lambda connection: second_try.after_change(connection, readers, ["file-kind-unknown"])
    )


def test_new_readers_try_what_others_could_not_read(library):
    assert _tried(library, "1") == 2
    assert _states(library) == ["seen", "seen", "skipped", "ready"]


def test_the_same_readers_try_nothing_twice(library):
    _tried(library, "1")
    library.writer.run(
        lambda connection: files.mark(connection, 1, FileState.FAILED, "file-unreadable")
    )
    assert _tried(library, "1") == 0
    assert _states(library)[0] == "failed"
    assert _tried(library, "1 rapidocr-3") == 1


def test_an_extra_that_was_installed_makes_other_readers(monkeypatch):
    before = version.version()
    assert before.startswith("4 kreuzberg-")
    monkeypatch.setattr(
        version.importlib.metadata, "version", lambda name: "9" if name == "rapidocr" else "1"
    )
    assert version.version() != before


def test_archives_are_read_again_when_they_are_to_be_opened_or_closed(tmp_path):
    library = Library(tmp_path / "library")

    def job(connection):
        for path in ("/home", "/other"):
            folder = folders.add(connection, path, Rules(), False).id
            for number, (state, reason, kind) in enumerate(
                (
                    (FileState.SKIPPED, "file-archive-closed", ""),
                    (FileState.READY, "", "zip"),
                    (FileState.READY, "", "pdf"),
                )
            ):
                file = files.seen(connection, folder, FileStat(f"{path}/{number}", 1, number))
                files.mark(connection, file, state, reason)
                connection.execute("UPDATE files SET kind = ? WHERE id = ?", (kind, file))

    library.writer.run(job)
    assert library.writer.run(lambda connection: second_try.of_archives(connection, 1)) == 2
    assert _states(library) == ["seen", "seen", "ready", "skipped", "ready", "ready"]
    library.close()


def test_thousands_of_paths_are_read_again_at_once(library):
    paths = ("/home/0", *(f"/elsewhere/{number}" for number in range(3000)))
    wanted = listing.FileFilter(paths=paths, without=paths[1:])
    assert library.writer.run(lambda connection: listing.retry(connection, wanted)) == 1
    assert _states(library) == ["seen", "skipped", "skipped", "ready"]


@pytest.mark.parametrize(
    ("paths", "without", "left"),
    [
        (("/home",), (), ["0", "1", "2", "3"]),
        (("/",), ("/home/1",), ["0", "2", "3"]),
        (("/home/0", "/home/3/x"), (), ["0"]),
        (("/hom", "/home/"), (), ["0", "1", "2", "3"]),
        (("/hom",), (), []),
        ((), ("/home",), []),
        (("/home",), ("/home/2", "/home/0"), ["1", "3"]),
    ],
)
def test_paths_name_what_is_there_and_below(library, paths, without, left):
    wanted = listing.FileFilter(paths=paths, without=without)
    found = listing.listed(library.reader(), wanted, 10)
    assert [file.stat.path.removeprefix("/home/") for file in found] == left
