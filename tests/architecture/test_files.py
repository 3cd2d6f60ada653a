"""What holds for every file of the repository."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 500  # lines; beyond, a file holds two ideas

# Written so that this file does not find itself.
FOREIGN_TO_THE_SOURCE = ["pypi" + ".org", "files.python" + "hosted.org", "/work/" + "main"]


def tracked() -> list[Path]:
    """The repository's files, without generated ones."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_modules_are_short():
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked()
        if path.suffix == ".py"
    }
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_index_or_machine_is_named():
    found = {
        path.relative_to(ROOT): name
        for path in tracked()
        for name in FOREIGN_TO_THE_SOURCE
        if name.encode() in path.read_bytes()
    }
    assert found == {}


def test_python_packages_of_the_tests_do_not_hide_others():
    # A package named `packaging` on the path would hide the library of that name.
    assert not list((ROOT / "packaging").rglob("__init__.py"))
