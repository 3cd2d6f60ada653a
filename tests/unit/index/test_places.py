"""A drive that is away is told from a folder that was emptied, whatever lies in its place."""

import os
import subprocess
from functools import partial

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.index import indexer as indexer_module
from jinasearch.index.filesystems import Filesystems
from jinasearch.store import places

MOUNTS = rb"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw - ext4 /dev/vda rw
36 27 8:17 / /media/ada/My\040Stick rw shared:1 - vfat STICK rw
40 27 0:40 / /home/ada/nas rw - nfs server:/export rw
41 40 0:41 /sub /home/ada/nas/deep rw - btrfs /dev/vdb rw
42 27 0:42 / /home/ada/nas rw - cifs //other/share rw
nonsense
1 2 3
"""


def test_file_systems_are_known_by_their_identifier(tmp_path):
    device = tmp_path / "sdb1"
    device.touch()
    by_uuid = tmp_path / "by-uuid"
    by_uuid.mkdir()
    (by_uuid / "1234-ABCD").symlink_to(device)
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(MOUNTS.replace(b"STICK", os.fsencode(device)))
    found = Filesystems(mounts, by_uuid)
    assert found.of("/media/ada/My Stick/photos") == "vfat 1234-ABCD /"
    assert found.of("/media/ada/My Stick") == "vfat 1234-ABCD /"
    assert found.of("/media/ada/My Sticky") == "ext4 /dev/vda /"
    assert found.of("/home/ada/nas/x") == "cifs //other/share /"  # mounted over the other
    assert found.of("/home/ada/nas/deep/y") == "btrfs /dev/vdb /sub"
    assert found.below("/home/ada") == ["/home/ada/nas", "/home/ada/nas/deep"]
    assert found.below("/home/ada/nas/deep") == []
    assert "/media/ada/My Stick" in found.below("/")


def test_where_nothing_tells_of_file_systems_nothing_is_known(tmp_path):
    found = Filesystems(tmp_path / "none", tmp_path / "none")
    assert found.of("/home") == ""
    assert found.below("/") == []


class Drive:
    """A folder of its own that is mounted elsewhere, as a drive is: what is on it stays."""

    def __init__(self, bench, place):
        self.place = place
        self.content = bench.base / f"drive-{place.name}"
        self.content.mkdir()
        self.count = 0

    def mount(self, content=None):
        self.place.mkdir(parents=True, exist_ok=True)
        command = ["mount", "--bind", str(content or self.content), str(self.place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting is not permitted here")
        self.count += 1

    def unmount(self):
        subprocess.run(["umount", "-l", str(self.place)], capture_output=True, check=False)
        self.count -= 1


@pytest.fixture
def plug(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.2)
    drives = []

    def made(place):
        drives.append(Drive(bench, place))
        return drives[-1]

    yield made
    for drive in drives:
        while drive.count:
            drive.unmount()


def away(bench):
    (row,) = bench.rows()
    return row.path if row.away else bench.indexer.absences.of(row.id)


@pytest.fixture
def usb(bench, plug):
    """A drive within the folder, mounted, with two files that were read."""
    drive = plug(bench.home / "usb")
    (drive.content / "photos").mkdir()
    (drive.content / "photos" / "a.txt").write_text("one")
    (drive.content / "b.txt").write_text("two")
    bench.write("c.txt", "three")
    drive.place.mkdir()
    drive.mount()
    bench.start()
    bench.read_all()
    return drive


def test_a_drive_whose_mount_point_went_is_away(bench, usb):
    before = bench.files()
    usb.unmount()
    usb.place.rmdir()
    bench.until(lambda: away(bench) == (str(usb.place),), "the drive, away")
    assert bench.files() == before
    bench.write("d.txt", "four")
    bench.until(lambda: "d.txt" in bench.files(), "a new file")
    bench.until(lambda: not bench.indexer.busy, "all looked at")
    assert set(before) < set(bench.files())
    assert away(bench) == (str(usb.place),)
    usb.mount()
    bench.until(lambda: away(bench) == (), "the drive, back")
    assert {name: number for name, number in bench.files().items() if name != "d.txt"} == before
    assert bench.unread() == {"d.txt"}


def test_a_drive_is_away_where_its_mount_point_holds_other_files(bench, usb):
    before = bench.files()
    (usb.content / "c.txt").write_text("a third one")
    bench.until(lambda: len(bench.files()) == len(before) + 1, "the third file")
    before = bench.read_all()
    usb.unmount()
    bench.write("usb/while-away.txt", "x")
    bench.write("usb/b.txt", "another one of this name")  # of another size
    bench.until(lambda: away(bench) == (str(usb.place),), "the drive, away")
    bench.indexer.rescan()
    bench.until(lambda: not bench.indexer.busy, "another scan")
    bench.write("d.txt", "four")
    bench.until(lambda: "d.txt" in bench.files(), "a new file elsewhere")
    assert set(bench.files()) == {*before, "d.txt"}  # what stands there counts for nothing
    assert away(bench) == (str(usb.place),)


def test_what_was_deleted_on_a_drive_that_is_there_is_gone(bench, usb):
    (usb.content / "b.txt").unlink()
    bench.until_files("c.txt", "usb/photos/a.txt")
    assert away(bench) == ()


def test_what_was_copied_to_another_drive_stands_there_from_now_on(bench, usb):
    before = bench.files()
    usb.unmount()
    usb.place.rmdir()
    bench.until(lambda: away(bench) == (str(usb.place),), "the drive, away")
    other = bench.base / "copy"
    subprocess.run(["cp", "-a", usb.content, other], check=True)
    usb.mount(other)
    bench.until(lambda: away(bench) == (), "the other drive taken for it")
    assert bench.files() == before
    (other / "b.txt").unlink()
    bench.until_files("c.txt", "usb/photos/a.txt")


def test_a_drive_whose_files_all_came_by_events_is_missed(bench, plug):
    """It was empty when its folder was looked through."""
    drive = plug(bench.home / "usb")
    drive.place.mkdir()
    drive.mount()
    bench.start()
    bench.write("usb/a.txt", "one")
    noted = partial(places.of, bench.library.reader(), bench.rows()[0].id)
    bench.until(lambda: str(drive.place) in noted(), "the drive, noted")
    drive.unmount()
    bench.write("usb/while-away.txt", "x")
    bench.until(lambda: away(bench) == (str(drive.place),), "the drive, away")
    bench.until(lambda: not bench.indexer.busy, "all looked at")
    bench.until_files("usb/a.txt")


def test_what_is_forgotten_while_it_is_judged_stays_forgotten(bench, usb, monkeypatch):
    usb.unmount()
    bench.until(lambda: away(bench) == (str(usb.place),), "the drive, away")
    (row,) = bench.rows()
    known = places.of(bench.library.reader(), row.id) | {str(bench.home / "old"): "ext4 /dev/old /"}
    bench.library.writer.run(lambda c: places.put(c, row.id, known))  # there is news to be noted
    judging = bench.indexer._places
    real = judging._is_away

    def slow(*arguments):
        judged = real(*arguments)
        judging.forget(row, str(usb.place))  # from another thread, as it were
        return judged

    monkeypatch.setattr(judging, "_is_away", slow)
    judging.away(row)
    assert str(usb.place) not in places.of(bench.library.reader(), row.id)


def test_what_was_forgotten_goes_and_what_is_there_stays(bench, usb):
    usb.unmount()
    bench.write("usb/mine.txt", "x")
    bench.until(lambda: away(bench) == (str(usb.place),), "the drive, away")
    with pytest.raises(JinasearchError) as raised:
        bench.indexer.forget_away("/nowhere")
    assert raised.value.code == Code.NOT_FOUND
    bench.indexer.forget_away(str(usb.place))
    bench.until_files("c.txt", "usb/mine.txt")
    bench.until(lambda: away(bench) == (), "nothing away")


def test_a_folder_that_is_a_drive_is_no_deleted_one_though_its_mount_point_went(bench, plug):
    drive = plug(bench.home)
    (drive.content / "a.txt").write_text("x")
    drive.mount()
    bench.start()
    drive.unmount()
    bench.home.rmdir()
    bench.until(lambda: away(bench) == str(bench.home), "the folder, away")
    bench.indexer.rescan()
    bench.until(lambda: not bench.indexer.busy, "another look")
    assert not bench.rows()[0].gone


@pytest.mark.parametrize("left", ["nothing", "other files"])
def test_a_folder_that_is_a_drive_is_away_and_not_emptied(bench, plug, left):
    if left == "other files":
        bench.write("underneath.txt", "x")
    drive = plug(bench.home)
    for number in range(5):
        (drive.content / f"{number}.txt").write_text("x" * (number + 2))
    drive.mount()
    bench.start()
    before = bench.read_all()
    assert set(before) == {f"{number}.txt" for number in range(5)}
    drive.unmount()
    bench.until(lambda: away(bench) == str(bench.home), "the folder, away")
    assert not bench.rows()[0].gone
    bench.write("1.txt", "somebody writes there")
    bench.indexer.refresh([str(bench.home / "1.txt"), str(bench.home / "2.txt")])
    bench.until(lambda: not bench.indexer.busy, "another look")
    assert bench.files() == before
    drive.mount()
    bench.until(lambda: away(bench) == (), "the folder, back")
    assert bench.files() == before
    assert bench.unread() == set()


def test_a_folder_that_leaves_takes_what_is_known_of_its_drives_along(bench, usb):
    (row,) = bench.rows()
    assert len(places.of(bench.library.reader(), row.id)) == 2
    bench.indexer.remove(row.id)
    bench.until(lambda: bench.files() == {}, "all forgotten")
    bench.until(
        lambda: bench.library.reader().execute("SELECT count(*) FROM folders").get == 0, "its end"
    )
    assert bench.library.reader().execute("SELECT count(*) FROM places").get == 0
