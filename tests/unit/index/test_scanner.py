"""What a scan finds: compared with what is known, whatever the disk looks like meanwhile."""

import errno
import os
import subprocess
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from jinasearch.core.cloud import Clouds
from jinasearch.core.models import FileStat, FileState, Rules
from jinasearch.index import scanner
from jinasearch.index.rules import ONLINE, Matcher
from jinasearch.index.scanner import Changes, scan, stands
from jinasearch.store.files import Known

DAY = 24 * 3600


class Tree:
    """A folder on disk, and rows as the library would keep them."""

    def __init__(self, root) -> None:
        self.root = root
        self.root.mkdir()
        self.rows: dict[str, Known] = {}
        self.folders: list[str] = []
        self.rules = Rules()
        self.clouds = Clouds(())

    def write(self, name, text="x", mtime=1_000_000_000):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if mtime is not None:
            os.utime(path, (mtime, mtime))
        return path

    def changes(self, *names, touched=False) -> list[Changes]:
        starts = [str(self.root / name) for name in names] or [str(self.root)]
        known = {
            path: row
            for path, row in self.rows.items()
            if any(path == start or path.startswith(start + "/") for start in starts)
        }
        matcher = Matcher(str(self.root), self.rules, (), clouds=self.clouds)
        return list(
            scan(starts, matcher, known, self.identify, self.folders.append, touched=touched)
        )

    def scan(self, *names, touched=False) -> dict[str, list[str]]:
        """What is found, by sort; the rows then are as the library's would be."""
        found: dict[str, list[str]] = {}
        for changes in self.changes(*names, touched=touched):
            for stat in changes.changed:
                self.keep(stat, len(self.rows) + 1)
                found.setdefault("changed", []).append(self.name(stat.path))
            for stat, reason in changes.skipped:
                self.keep(stat, len(self.rows) + 1, reason)
                found.setdefault("skipped", []).append(self.name(stat.path))
            for sort in ("moved", "renumbered"):
                for id_, stat in getattr(changes, sort):
                    self.rows = {path: row for path, row in self.rows.items() if row.id != id_}
                    self.keep(stat, id_)
                    found.setdefault(sort, []).append(self.name(stat.path))
            for sort in ("gone", "left_out"):
                for _, path in getattr(changes, sort):
                    del self.rows[path]
                    found.setdefault(sort, []).append(self.name(path))
        return {sort: sorted(names) for sort, names in found.items()}

    def keep(self, stat, id_, reason="") -> None:
        numbers = (stat.size, stat.mtime_ns, stat.device, stat.inode)
        state = FileState.SKIPPED if reason else FileState.READY
        self.rows[stat.path] = Known(id_, *numbers, state, reason)

    def identify(self, stat: FileStat, taken) -> int | None:
        numbers = (stat.size, stat.mtime_ns, stat.device, stat.inode)
        for path, row in self.rows.items():
            same = (row.size, row.mtime_ns, row.device, row.inode) == numbers
            if same and row.id not in taken and not os.path.lexists(path):
                return row.id
        return None

    def name(self, path) -> str:
        return os.path.relpath(path, self.root)


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path / "root")


def test_new_changed_and_deleted(tree):
    tree.write("a.txt")
    tree.write("b/c.txt")
    assert tree.scan() == {"changed": ["a.txt", "b/c.txt"]}
    assert tree.scan() == {}
    tree.write("a.txt", "longer")
    (tree.root / "b/c.txt").unlink()
    assert tree.scan() == {"changed": ["a.txt"], "gone": ["b/c.txt"]}


def test_each_folder_is_told_before_it_is_listed(tree):
    tree.write("a/b/c.txt")
    tree.write("node_modules/x/y.txt")

    def late(folder):
        tree.folders.append(folder)
        if folder.endswith("/b"):  # what comes now raises an event, or is listed: not lost
            (tree.root / "a/b/late.txt").write_text("x")

    matcher = Matcher(str(tree.root), Rules(), ())
    (changes,) = scan([str(tree.root)], matcher, {}, tree.identify, late)
    assert len(changes.changed) == 2
    assert [tree.name(folder) for folder in tree.folders] == [".", "a", "a/b"]


def test_moved_files_keep_their_rows(tree):
    tree.write("a/one.txt", "1")
    tree.write("a/deep/two.txt", "22")
    tree.scan()
    before = {row.id for row in tree.rows.values()}
    (tree.root / "a").rename(tree.root / "z")
    assert tree.scan() == {"moved": ["z/deep/two.txt", "z/one.txt"]}
    assert {row.id for row in tree.rows.values()} == before


def test_hard_links_that_move_together_keep_a_row_each(tree):
    path = tree.write("one.txt")
    os.link(path, tree.root / "two.txt")
    tree.scan()
    before = {row.id for row in tree.rows.values()}
    path.rename(tree.root / "uno.txt")
    (tree.root / "two.txt").rename(tree.root / "due.txt")
    assert tree.scan() == {"moved": ["due.txt", "uno.txt"]}
    assert {row.id for row in tree.rows.values()} == before


def test_a_file_renamed_over_another(tree):
    tree.write("a.txt", "old")
    tree.write("b.txt", "new", mtime=2_000_000_000)
    tree.scan()
    (tree.root / "b.txt").rename(tree.root / "a.txt")
    assert tree.scan() == {"moved": ["a.txt"]}


def test_what_took_another_files_place_is_looked_at_last(tree):
    """Its row may be needed elsewhere, however many batches later that is found."""
    for number in range(1200):
        tree.write(f"{number}.txt", str(number), mtime=number)
    tree.scan()
    before = {tree.name(path): row.id for path, row in tree.rows.items()}
    (tree.root / "7.txt").rename(tree.root / "z.txt")
    tree.write("7.txt", "another")
    (tree.root / "8.txt").rename(tree.root / "9.txt")
    for number in range(10, 1200):
        tree.write(f"{number}.txt", "changed", mtime=number)
    *_, last = tree.changes()
    assert [tree.name(stat.path) for stat in last.changed][-1] == "7.txt"
    assert (before["8.txt"], "9.txt") in [(id_, tree.name(s.path)) for id_, s in last.moved]


def test_a_folder_replaced_by_a_file_and_back(tree):
    tree.write("a/b.txt")
    tree.scan()
    (tree.root / "a/b.txt").unlink()
    (tree.root / "a").rmdir()
    (tree.root / "a").write_text("x")
    assert tree.scan("a/b.txt") == {"gone": ["a/b.txt"]}  # the event of the file alone
    assert tree.scan() == {"changed": ["a"]}
    (tree.root / "a").unlink()
    tree.write("a/b.txt")
    assert tree.scan() == {"changed": ["a/b.txt"], "gone": ["a"]}


def test_links_that_loop_dangle_or_lead_out(tree, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    tree.write("a/in.txt")
    (tree.root / "a/loop").symlink_to(tree.root)
    (tree.root / "self").symlink_to(tree.root / "self")
    (tree.root / "nowhere").symlink_to(tree.root / "missing")
    (tree.root / "out").symlink_to(outside)
    assert tree.scan() == {"changed": ["a/in.txt"]}
    assert tree.scan("a/loop", "self", "nowhere", "out", touched=True) == {}
    assert [tree.name(folder) for folder in tree.folders] == [".", "a"]


def test_a_file_that_became_a_looping_link_is_gone(tree):
    path = tree.write("a.txt")
    tree.scan()
    path.unlink()
    path.symlink_to(path)
    assert tree.scan("a.txt") == {"gone": ["a.txt"]}


def test_what_may_not_be_looked_at_is_not_gone(tree, monkeypatch):
    tree.write("open/a.txt")
    tree.write("shut/deep/b.txt")
    tree.write("no_stat/c.txt")
    tree.write("shutter.txt")  # its name begins as the folder's does
    tree.scan()
    (tree.root / "open/a.txt").unlink()
    (tree.root / "shutter.txt").unlink()
    real = os.scandir

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "no")

    def scandir(path):
        if str(path).endswith("/shut"):
            refuse()
        with real(path) as entries:
            found = [
                SimpleNamespace(path=entry.path, is_dir=refuse, stat=refuse)
                if str(path).endswith("no_stat")
                else entry
                for entry in entries
            ]
        return nullcontext(iter(found))

    monkeypatch.setattr(scanner.os, "scandir", scandir)
    assert tree.scan() == {"gone": ["open/a.txt", "shutter.txt"]}


def test_a_folder_that_vanishes_while_it_is_scanned(tree, monkeypatch):
    tree.write("a/one.txt")
    tree.write("b/two.txt")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("/a"):
            (tree.root / "a/one.txt").unlink()
            (tree.root / "a").rmdir()
        return real(path)

    monkeypatch.setattr(scanner.os, "scandir", scandir)
    assert tree.scan() == {"changed": ["b/two.txt"]}


def test_names_that_are_not_utf8(tree):
    tree.write(os.fsdecode(b"caf\xe9/\xff\xfe \n.txt"))
    assert tree.scan() == {"changed": [os.fsdecode(b"caf\xe9/\xff\xfe \n.txt")]}
    (tree.root / os.fsdecode(b"caf\xe9")).rename(tree.root / os.fsdecode(b"th\xe9"))
    assert tree.scan() == {"moved": [os.fsdecode(b"th\xe9/\xff\xfe \n.txt")]}


@pytest.mark.parametrize("mtime", [0, -5 * DAY, 1_000, 4_000_000_000, 13_000_000_000])
def test_clocks_that_go_wrong(tree, mtime):
    """Times before 1970, in the future, and beyond what 64 bits of nanoseconds hold."""
    tree.write("a.txt", mtime=mtime)
    tree.write("b.txt")
    assert tree.scan() == {"changed": ["a.txt", "b.txt"]}
    assert tree.scan() == {}
    assert all(abs(row.mtime_ns) < 2**63 for row in tree.rows.values())
    tree.write("a.txt", mtime=mtime - DAY)
    if mtime < 9_000_000_000:
        assert tree.scan() == {"changed": ["a.txt"]}


def test_a_change_within_a_tick_of_the_clock(tree):
    """Same size and same time: only the event tells that something happened."""
    path = tree.write("a.txt", "one")
    tree.scan()
    tree.write("a.txt", "two")
    assert tree.scan() == {}
    assert tree.scan("a.txt", touched=True) == {"changed": ["a.txt"]}
    assert path.stat().st_mtime == 1_000_000_000


def test_an_event_without_a_change_is_none(tree, monkeypatch):
    tree.write("a.txt")
    tree.scan()
    later = time.time() + DAY
    monkeypatch.setattr(scanner.time, "time", lambda: later)
    assert tree.scan("a.txt", touched=True) == {}


def test_the_same_path_twice_counts_once(tree):
    tree.write("a/b.txt")
    assert tree.scan("a", "a/b.txt", touched=True) == {"changed": ["a/b.txt"]}


def test_another_device_number_is_noted_and_no_change(tree):
    """After a restart drives may have other numbers; a move must be known again all the same."""
    tree.write("a.txt")
    tree.write("b.txt")
    tree.scan()
    tree.rows = {
        path: Known(row.id, row.size, row.mtime_ns, row.device + 7, row.inode, row.state, "")
        for path, row in tree.rows.items()
    }
    assert tree.scan() == {"renumbered": ["a.txt", "b.txt"]}
    (tree.root / "a.txt").rename(tree.root / "c.txt")
    assert tree.scan() == {"moved": ["c.txt"]}


def test_rules_leave_out_what_was_in(tree):
    tree.write("keep.txt")
    tree.write("drafts/a.txt")
    tree.write("b.log")
    tree.scan()
    tree.rules = Rules(exclude=("drafts/", "*.log"))
    assert tree.scan() == {"left_out": ["b.log", "drafts/a.txt"]}


def test_too_large_is_kept_by_name_and_read_when_it_shrinks(tree):
    tree.write("a.txt", "12345")
    tree.rules = Rules(max_bytes=4)
    assert tree.scan() == {"skipped": ["a.txt"]}
    assert tree.scan() == {}
    tree.rules = Rules(max_bytes=5)
    assert tree.scan() == {"changed": ["a.txt"]}


def test_many_files_come_in_batches(tree):
    for number in range(1200):
        (tree.root / f"{number}.txt").write_text("x")
    batches = tree.changes()
    assert [len(changes) for changes in batches] == [500, 500, 200]


def test_a_case_only_rename(tree):
    tree.write("a.txt")
    tree.scan()
    (tree.root / "a.txt").rename(tree.root / "A.TXT")
    assert tree.scan() == {"moved": ["A.TXT"]}


def test_what_stands_where_case_does_not_count(tree, monkeypatch):
    """As on a file system that ignores case: every spelling is found, one is listed."""
    tree.write("Docs/Letter.txt")
    real = os.path.lexists

    def lexists(path):
        here = str(tree.root)
        low = {here.lower(), *(str(path).lower() for path in tree.root.rglob("*"))}
        return str(path).lower() in low or real(path)

    root = str(tree.root)
    assert stands(f"{root}/Docs/Letter.txt", root)
    assert not stands(f"{root}/docs/Letter.txt", root)
    monkeypatch.setattr(scanner.os.path, "lexists", lexists)
    monkeypatch.setattr(
        scanner.os,
        "listdir",
        lambda folder: ["Docs"] if folder == root else ["Letter.txt"],
    )
    assert stands(f"{root}/Docs/Letter.txt", root)
    assert not stands(f"{root}/docs/Letter.txt", root)
    assert not stands(f"{root}/Docs/letter.txt", root)
    assert not stands(f"{root}/Docs/other.txt", root)


@pytest.fixture
def drive(tree):
    """A drive mounted inside the folder; gives what mounts and what unmounts it."""
    place = tree.root / "usb"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def test_a_drive_inside_the_folder_that_is_away_keeps_its_files(tree, drive):
    tree.write("a.txt")
    tree.write("usb/b/c.txt")
    tree.write("usb/d.txt")
    tree.scan()
    (tree.root / "a.txt").unlink()
    subprocess.run(["umount", str(drive)], check=True)
    assert tree.scan() == {"gone": ["a.txt"]}
    assert [changes.away for changes in tree.changes()] == [[str(drive)]]
    assert tree.scan("usb", "usb/b", "usb/b/c.txt", touched=True) == {}
    assert len(tree.rows) == 2


def test_files_deleted_from_a_drive_that_is_there_are_gone(tree, drive):
    tree.write("a.txt")
    tree.write("usb/b/c.txt")
    tree.write("usb/d.txt")
    tree.scan()
    (drive / "b/c.txt").unlink()
    assert tree.scan("usb/b/c.txt") == {"gone": ["usb/b/c.txt"]}
    (drive / "d.txt").unlink()
    assert tree.scan() == {"gone": ["usb/d.txt"]}


def test_files_deleted_while_drives_were_numbered_anew_are_gone(tree):
    tree.write("a.txt")
    tree.write("b/c.txt")
    tree.scan()
    tree.rows = {
        path: Known(row.id, row.size, row.mtime_ns, row.device + 7, row.inode, row.state, "")
        for path, row in tree.rows.items()
    }
    (tree.root / "b/c.txt").unlink()
    assert tree.scan()["gone"] == ["b/c.txt"]


class Evicted:
    """Stands for a system in which the content of some names is in a cloud alone."""

    def __init__(self, *names) -> None:
        self.names = names

    def holds(self, path, found) -> bool:
        return path.endswith(self.names)


def test_files_in_a_cloud_alone_are_found_by_name_and_never_opened(tree, monkeypatch):
    tree.write("far.txt")
    tree.write("near.txt")
    tree.write(".gitignore", "near.txt")
    tree.write("sub/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")
    tree.write("sub/a.txt")
    tree.clouds = Evicted("far.txt", ".gitignore", "CACHEDIR.TAG")
    opened = []
    monkeypatch.setattr("builtins.open", lambda path, *_, **__: opened.append(path))
    found = tree.scan()
    assert opened == []
    assert found["skipped"] == ["far.txt", "sub/CACHEDIR.TAG"]
    assert found["changed"] == ["near.txt", "sub/a.txt"]
    assert {row.reason for row in tree.rows.values()} == {"", ONLINE}
    assert tree.scan() == {}


def test_a_file_that_comes_from_the_cloud_is_read(tree):
    tree.write("a.txt")
    tree.clouds = Evicted("a.txt")
    assert tree.scan() == {"skipped": ["a.txt"]}
    tree.clouds = Evicted()
    assert tree.scan() == {"changed": ["a.txt"]}
    assert tree.scan() == {}


def test_what_was_read_stays_when_the_content_goes_to_the_cloud(tree):
    tree.write("a.txt")
    tree.scan()
    tree.clouds = Evicted("a.txt")
    assert tree.scan() == {}
    tree.write("a.txt", "changed elsewhere")
    assert tree.scan() == {"skipped": ["a.txt"]}


def test_the_rules_can_say_yes_to_fetching(tree):
    tree.write("a.txt")
    tree.clouds = Evicted("a.txt")
    assert tree.scan() == {"skipped": ["a.txt"]}
    tree.rules = Rules(online=True)
    assert tree.scan() == {"changed": ["a.txt"]}
