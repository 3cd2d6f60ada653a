"""Drives that come and go inside a folder, drives that others write to, and sleep."""

import shutil
import subprocess

import pytest

from jinasearch.index import indexer as indexer_module
from jinasearch.index.surroundings import Drives, Sleep
from jinasearch.store.place import sends_no_events


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Deaf:
    """Hears no event."""

    def touch(self, path) -> None:
        pass

    move = lose = touch


@pytest.fixture
def clock():
    return Clock()


def test_a_drive_that_comes_or_goes_is_looked_at_once(clock):
    mounts = [("/", "ext4"), ("/home", "ext4"), ("/home/anna", "ext4")]
    drives = Drives(lambda: mounts, clock)
    assert drives.due(["/home/anna"]) == []
    mounts.append(("/home/anna/usb", "vfat"))
    assert drives.due(["/home/anna"]) == ["/home/anna/usb"]
    assert drives.due(["/home/anna"]) == []
    mounts.pop()
    assert drives.due(["/home/anna"]) == ["/home/anna/usb"]
    mounts.append(("/home/annabel/usb", "vfat"))
    assert drives.due(["/home/anna"]) == []


def test_a_share_is_looked_at_again_and_again_in_a_small_part_of_the_time(clock):
    drives = Drives(lambda: [("/home/anna/nas", "nfs4"), ("/home/anna/usb", "exfat")], clock)
    for seconds, rest in ((0.1, 30.0), (4.0, 200.0)):
        assert drives.due(["/home/anna"]) == ["/home/anna/nas"]
        drives.looked_at("/home/anna/nas", seconds)
        clock.now += rest - 1
        assert drives.due(["/home/anna"]) == []
        clock.now += 1


@pytest.mark.parametrize(
    ("kind", "silent"),
    [("cifs", True), ("fuse.sshfs", True), ("9p", True), ("vboxsf", True), ("fuse.unknown", True),
     ("fuseblk", False), ("ext4", False), ("exfat", False), ("btrfs", False)],
)  # fmt: skip
def test_which_send_no_events(kind, silent):
    assert sends_no_events(kind) == silent


def test_sleep_is_noticed_once(clock):
    through = Clock()
    sleep = Sleep(through, clock)
    clock.now += 10
    through.now += 10.5
    assert not sleep.is_over()
    through.now += 3600
    assert sleep.is_over()
    assert not sleep.is_over()


def test_after_sleep_everything_is_looked_through(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.1)
    through = Clock()
    bench.indexer._sleep = Sleep(through, lambda: 0.0)
    bench.start()
    bench.indexer._watcher._source._listener = Deaf()  # what happened meanwhile told nobody
    bench.write("a.txt")
    through.now += 3600
    bench.until_files("a.txt")


def test_a_drive_mounted_inside_the_folder_is_found_and_keeps_its_files_when_away(
    bench, monkeypatch
):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.1)
    place = bench.home / "usb"
    place.mkdir()
    bench.start()
    drive = bench.base / "drive"
    drive.mkdir()
    (drive / "photo.txt").write_text("x")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        shutil.copy(drive / "photo.txt", place / "photo.txt")
        bench.until_files("usb/photo.txt")
        before = bench.files()
        (folder,) = bench.rows()
        assert bench.indexer.absences.of(folder.id) == ()
        subprocess.run(["umount", str(place)], check=True)
        told = bench.indexer.absences.of
        bench.until(lambda: told(folder.id) == (str(place),), "the drive told as away")
        bench.write("other.txt")
        bench.until_files("usb/photo.txt", "other.txt")
        bench.indexer.rescan()
        bench.until(lambda: not bench.indexer.busy, "a scan")
        assert bench.files()["usb/photo.txt"] == before["usb/photo.txt"]
        assert told(folder.id) == (str(place),)
        subprocess.run(mount, check=True)
        shutil.copy2(drive / "photo.txt", place / "photo.txt")
        bench.until(lambda: told(folder.id) == (), "the drive told as back")
        bench.until_files("usb/photo.txt", "other.txt")
    finally:
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def test_a_share_inside_the_folder_is_polled_and_the_rest_is_watched(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.1)
    monkeypatch.setattr("jinasearch.index.surroundings._POLL_SECONDS", 0.2)
    share = bench.home / "nas"
    share.mkdir()
    bench.indexer._drives = Drives(lambda: [(str(share), "nfs4")])
    bench.start()
    real = bench.indexer._watcher.touch
    monkeypatch.setattr(
        bench.indexer._watcher,
        "touch",
        lambda path: None if path.startswith(str(share)) else real(path),
    )
    bench.write("nas/a.txt")
    bench.write("b.txt")
    bench.until_files("nas/a.txt", "b.txt")
    (share / "a.txt").unlink()
    bench.until_files("b.txt")
