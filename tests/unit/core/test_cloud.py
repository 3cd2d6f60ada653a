import os
import sys
from types import SimpleNamespace

import pytest

from jinasearch.core.cloud import Clouds

NOWHERE = Clouds(())


def stat(size=5000, blocks=16, **more):
    return SimpleNamespace(st_size=size, st_blocks=blocks, **more)


@pytest.mark.parametrize("attributes", [0x1000, 0x40000, 0x400000, 0x20 | 0x400000 | 0x80000])
def test_windows_says_that_reading_recalls_the_file(attributes):
    assert NOWHERE.holds("C:\\a.txt", stat(st_file_attributes=attributes))


@pytest.mark.parametrize("attributes", [0x20, 0x80, 0x80000, 0x400])
def test_windows_says_that_the_file_is_here(attributes):
    assert not NOWHERE.holds("C:\\a.txt", stat(st_file_attributes=attributes))


def test_macos_says_that_a_file_has_no_data():
    assert NOWHERE.holds("/Users/a/b.pdf", stat(st_flags=0x40000000 | 0x20, blocks=0))
    assert not NOWHERE.holds("/Users/a/b.pdf", stat(st_flags=0x20))


@pytest.mark.parametrize(
    ("name", "size"),
    [("b.pdf.nextcloud", 1), ("b.pdf.owncloud", 0), (".b.pdf.icloud", 180)],
)
def test_stubs_under_another_name(name, size):
    assert NOWHERE.holds(f"/home/a/{name}", stat(size=size))


@pytest.mark.parametrize("name", ["my.nextcloud", "b.icloud", ".icloud.txt"])
def test_names_that_only_look_like_stubs(name):
    assert not NOWHERE.holds(f"/home/a/{name}", stat())


@pytest.mark.parametrize(
    "kind", ["fuse.rclone", "fuse.onedriver", "fuse.google-drive-ocamlfuse", "fuse.seadrive"]
)
def test_drives_that_fetch_every_file(kind):
    clouds = Clouds((("/", "ext4"), ("/home/a/Drive", kind)))
    assert clouds.holds("/home/a/Drive/b/c.txt", stat())
    assert not clouds.holds("/home/a/Drive/empty.txt", stat(size=0))
    assert not clouds.holds("/home/a/Drive2/c.txt", stat())
    assert not clouds.holds("/home/a/c.txt", stat())


def test_a_desktop_mounts_clouds_and_the_neighbours_disks_in_one_place():
    clouds = Clouds((("/run/user/1/gvfs", "fuse.gvfsd-fuse"),))
    assert clouds.holds("/run/user/1/gvfs/google-drive:host=x,user=y/a.txt", stat())
    assert not clouds.holds("/run/user/1/gvfs/smb-share:server=nas,share=a/a.txt", stat())


def test_sparse_and_inlined_files_are_here():
    assert not NOWHERE.holds("/home/a/sparse.img", stat(blocks=0))


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes of Linux")
def test_an_onedrive_file_says_where_it_is(tmp_path):
    path = tmp_path / "a.txt"
    path.touch()
    os.truncate(path, 5000)
    try:
        os.setxattr(path, "user.onemount.status", b"Cloud")
    except OSError:
        pytest.skip("this file system keeps no attributes")
    found = stat(blocks=0)
    drive = Clouds(((str(tmp_path), "fuse.onemount"),))
    assert NOWHERE.holds(str(path), found)
    assert drive.holds(str(path), found)
    os.setxattr(path, "user.onemount.status", b"Local")
    assert not NOWHERE.holds(str(path), found)
    assert not drive.holds(str(path), found)
