"""A drive inside of an indexed folder goes and comes: told, and nothing is lost."""

import shutil
import subprocess

import pytest

from jinasearch.core.paths import from_uri
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
