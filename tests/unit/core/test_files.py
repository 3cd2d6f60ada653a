import os
import sys
import threading

import pytest

from jinasearch.core.files import changing, write_atomically


def test_replaces_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "x.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    write_atomically(path, b"one")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_one_file_can_be_written_by_many_threads(tmp_path):
    path = tmp_path / "x.json"
    failed = in_threads(4, lambda number: write_atomically(path, b"%d" % number * 1000), 50)
    assert failed == []
    assert len(set(path.read_bytes())) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_changes_a_file_is_alone(tmp_path):
    path = tmp_path / "x"
    path.write_text("0")

    def change(_):
        with changing(path):
            write_atomically(path, str(int(path.read_text()) + 1).encode())

    assert in_threads(3, change, 20) == []
    assert path.read_text() == "60"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize("private", [True, False])
def test_a_link_stays_one_and_what_it_leads_to_keeps_its_mode(tmp_path, private):
    target = tmp_path / "dotfiles" / "x.toml"
    target.parent.mkdir()
    target.write_bytes(b"one")
    target.chmod(0o640)
    link = tmp_path / "x.toml"
    link.symlink_to(os.path.join("dotfiles", "x.toml"))  # noqa: PTH118
    write_atomically(link, b"two", private=private)
    assert link.is_symlink()
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o640
    assert {each.name for each in tmp_path.rglob("*")} == {"dotfiles", "x.toml"}


def in_threads(count: int, act, times: int) -> list[Exception]:
    """What acting so many times in each of so many threads raised."""
    failed = []

    def run(number: int) -> None:
        for _ in range(times):
            try:
                act(number)
            except Exception as error:  # noqa: BLE001
                failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed
