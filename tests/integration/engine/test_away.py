"""A drive inside of an indexed folder goes and comes: told, and nothing is lost."""

import shutil
import subprocess

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, to_uri
from jinasearch.engine import protocol
from jinasearch.store import files

TEXTS = {
    "usb/photos/list.md": "the albatross over the southern ocean",
    "usb/letter.txt": "a pelican on the pier, in the rain of November",
    "notes.txt": "a heron by the river, waiting for trout",
}


def told(bench) -> tuple[tuple[str, ...], tuple[str, ...]]:
    (folder,) = bench.engine.folders.listed().folders
    return tuple(map(from_uri, folder.drives_away)), bench.engine.status().away


def is_away(bench, place) -> bool:
    return told(bench) == ((str(place),), (str(place),))


def marked(bench) -> set[str]:
    """The answers of which is told that their drive is away."""
    request = protocol.SearchRequest("albatross OR pelican OR heron", protocol.Mode.KEYWORDS)
    return {hit.name for hit in bench.engine.searches.search(request).hits if hit.away}


def test_a_played_drive(bench):
    """Its files have another device's number than the empty folder that is left."""
    for name, text in TEXTS.items():
        bench.write(name, text)
    bench.index()
    assert told(bench) == ((), ())
    place = bench.home / "usb"
    bench.engine._library.writer.run(
        lambda c: c.execute(
            "UPDATE files SET device = device + 7 WHERE instr(path, ?)", (b"/usb/",)
        )
    )
    shutil.rmtree(place)
    place.mkdir()
    bench.until(lambda: is_away(bench, place), "the drive told as away")
    assert bench.names("albatross") == ["list.md"]
    assert marked(bench) == {"list.md", "letter.txt"}
    bench.stop()
    bench.start()
    bench.until(lambda: is_away(bench, place), "the drive told as away by the next start")
    assert bench.names("pelican") == ["letter.txt"]
    for name, text in TEXTS.items():
        bench.write(name, text)
    bench.until(lambda: told(bench) == ((), ()), "the drive told as back")
    assert marked(bench) == set()


@pytest.mark.parametrize("noticed", [True, False])
def test_what_was_not_read_yet_waits_for_its_folder(bench, monkeypatch, noticed):
    if noticed:
        monkeypatch.setattr("jinasearch.index.indexer._ROOT_CHECK_SECONDS", 1.0)
    path = bench.write("notes.txt", "the albatross over the southern ocean")
    bench.index()
    bench.engine.pause(protocol.Pause(paused=True))
    path.write_text("a pelican on the pier, in the rain of November")

    def unread():
        return files.unread(bench.engine._library.reader(), 9, ())

    bench.until(lambda: len(unread()) == 1, "the change, seen")
    if not noticed:
        monkeypatch.setattr(bench.engine._indexer, "absent", tuple)  # it was not looked at yet
    bench.home.rename(bench.home.with_name("elsewhere"))
    if noticed:
        gone = (str(bench.home),)
        bench.until(lambda: bench.engine.status().gone == gone, "the folder told as gone")
        assert marked(bench) == set()  # it is no drive
    bench.engine.pause(protocol.Pause(paused=False))
    missed = bench.engine._readers._missed
    if noticed:
        bench.until(lambda: not bench.engine._readers.busy, "nothing to be read")
        assert not missed
    else:
        bench.until(lambda: any(times > 4 for times in missed.values()), "more than a few tries")
    assert bench.names("albatross") == ["notes.txt"]
    assert len(unread()) == 1
    bench.home.with_name("elsewhere").rename(bench.home)
    bench.until(lambda: bench.names("pelican") == ["notes.txt"], "the change, read")


def test_a_real_drive(bench):
    place = bench.home / "usb"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        for name, text in TEXTS.items():
            bench.write(name, text)
        bench.index()
        subprocess.run(["umount", str(place)], check=True)
        bench.until(lambda: is_away(bench, place), "the drive told as away")
        assert sorted(bench.names("albatross OR pelican OR heron")) == [
            "letter.txt", "list.md", "notes.txt",
        ]  # fmt: skip
    finally:
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


@pytest.mark.parametrize("noticed", [True, False])
def test_what_is_not_there_is_not_read_again(bench, monkeypatch, noticed):
    monkeypatch.setattr("jinasearch.index.indexer._ROOT_CHECK_SECONDS", 1.0 if noticed else 99.0)
    other = bench.home.with_name("other")
    other.mkdir()
    (other / "notes.txt").write_text("a heron by the river, waiting for trout")
    path = bench.write("notes.txt", "the albatross over the southern ocean")
    bench.engine.folders.add(protocol.AddFolders((to_uri(other),)))
    bench.index()
    bench.home.rename(bench.home.with_name("elsewhere"))
    if noticed:
        gone = (str(bench.home),)
        bench.until(lambda: bench.engine.status().gone == gone, "the folder told as gone")
    for uris in ((to_uri(path),), (to_uri(bench.home),)):
        with pytest.raises(JinasearchError) as caught:
            bench.engine.files.retry(protocol.RetryRequest(uris=uris, again=True))
        assert caught.value.code is Code.FILE_GONE
    both = (to_uri(path), to_uri(other))
    assert bench.engine.files.retry(protocol.RetryRequest(uris=both, again=True)).files == 1
    bench.settle()
    coverage = bench.engine.status().coverage
    assert (coverage.files, coverage.keywords) == (2, 2)
    assert bench.names("albatross") == ["notes.txt"]


def test_what_is_on_a_drive_that_is_away_is_not_read_again(bench, monkeypatch):
    for name, text in TEXTS.items():
        bench.write(name, text)
    bench.index()
    place = bench.home / "usb"
    monkeypatch.setattr(bench.engine._indexer.absences, "of", lambda _: (str(place),))
    failed = protocol.RetryRequest(uris=(to_uri(place),))
    assert bench.engine.files.retry(failed).files == 0  # nothing failed there
    for asked in (place, place / "letter.txt"):
        with pytest.raises(JinasearchError) as caught:
            bench.engine.files.retry(protocol.RetryRequest(uris=(to_uri(asked),), again=True))
        assert caught.value.code is Code.DRIVE_AWAY
    every = protocol.RetryRequest(uris=(to_uri(bench.home),), again=True)
    assert bench.engine.files.retry(every).files == 1
    bench.settle()
    assert bench.engine.status().coverage.keywords == 3
