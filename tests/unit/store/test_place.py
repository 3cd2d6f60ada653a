"""What lies on other machines, as Linux, macOS and Windows tell it."""

from types import SimpleNamespace

import pytest

from jinasearch.store.place import kind_at, sends_no_events, type_of

WINDOWS = [("C:\\", "NTFS"), ("Z:\\", "remote"), ("D:\\data\\", "ReFS")]


@pytest.mark.parametrize(
    ("opts", "platform", "kind"),
    [
        ("rw,remote", "win32", "remote"),
        ("rw,fixed", "win32", "NTFS"),
        ("rw,removable", "win32", "NTFS"),
        ("rw,remote", "linux", "NTFS"),
    ],
)
def test_a_share_of_windows_is_told_by_its_options(opts, platform, kind):
    part = SimpleNamespace(mountpoint="Z:\\", fstype="NTFS", opts=opts)
    assert type_of(part, platform) == kind


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (r"C:\Users\ada", "ntfs"),
        (r"Z:\docs", "remote"),
        (r"\\server\share\docs", "remote"),
        (r"\\?\UNC\server\share", "remote"),
        (r"\\?\unc\server\share", "remote"),
        (r"\\?\C:\Users", ""),
        (r"D:\data\x", "refs"),
        (r"D:\database", ""),
    ],
)
def test_a_path_of_windows_is_known_for_its_drive_or_its_server(place, kind):
    assert kind_at(place, WINDOWS, "\\") == kind


@pytest.mark.parametrize(
    "kind", ["smbfs", "afpfs", "webdav", "nfs", "ftp", "macfuse", "osxfuse", "remote", "cifs"]
)
def test_what_others_change_sends_no_events(kind):
    assert sends_no_events(kind)


@pytest.mark.parametrize("kind", ["apfs", "hfs", "NTFS", "ReFS", "exfat", "ext4", "fuseblk"])
def test_what_is_on_a_disk_here_sends_them(kind):
    assert not sends_no_events(kind)
