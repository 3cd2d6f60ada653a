"""The start scripts and the lock files agree with what is really needed."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SCRIPTS = [
    "packaging/run",
    "packaging/test",
    "packaging/lock",
    "packaging/linux/setup.sh",
    ".ci/run",
]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; .*?)? \\$", re.MULTILINE)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_sound(script):
    subprocess.run(["bash", "-n", ROOT / script], check=True)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", "--external-sources", script], cwd=ROOT, check=True)


@pytest.mark.parametrize("script", [s for s in SCRIPTS if not s.endswith(".sh")])
def test_scripts_can_be_started(script):
    assert (ROOT / script).stat().st_mode & 0o111


def pins(name: str) -> dict[str, list[str]]:
    """Locked versions by package; some have one for each range of Pythons."""
    found: dict[str, list[str]] = {}
    for package, version in PINNED.findall((ROOT / "packaging" / name).read_text()):
        found.setdefault(canonicalize_name(package), []).append(version)
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_holds_what_the_project_asks_for(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [Requirement(line) for line in project["project"]["dependencies"]]
    if "dev" in name:
        wanted += [Requirement(line) for line in project["dependency-groups"]["dev"]]
    locked = pins(name)
    missing = [
        str(requirement)
        for requirement in wanted
        if not any(
            requirement.specifier.contains(version)
            for version in locked.get(canonicalize_name(requirement.name), [])
        )
    ]
    assert missing == [], "run ./packaging/lock"


def test_the_pins_for_exporting_are_what_the_extra_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = [Requirement(line) for line in project["optional-dependencies"]["export"]]
    lines = (ROOT / "packaging/requirements-export.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    core = [Requirement(line) for line in project["dependencies"]]
    both = extra + [requirement for requirement in core if requirement.name in pinned]
    assert len(both) > len(extra)
    assert [str(r) for r in both if not r.specifier.contains(pinned[r.name])] == []


def test_both_locks_agree():
    dev = pins("requirements-dev.txt")
    assert {name: v for name, v in pins("requirements.txt").items() if dev.get(name) != v} == {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_hashes(name):
    text = (ROOT / "packaging" / name).read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    pinned = [block for block in blocks if PINNED.match(block)]
    assert len(pinned) > 20
    assert [block.split()[0] for block in pinned if "--hash=sha256:" not in block] == []


def test_setup_knows_every_library_that_qt_links_to():
    """Asks the dynamic linker's own records, so that a new Qt cannot bring an unknown one."""
    if not shutil.which("objdump"):
        pytest.skip("objdump is not installed")
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    files = [
        qt / "plugins/platforms" / f"libq{name}.so" for name in ("xcb", "wayland", "offscreen")
    ]
    files += [qt / "lib" / f"libQt6{name}.so.6" for name in ("Gui", "Widgets", "Network", "DBus")]
    needed: set[str] = set()
    for file in files:
        out = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=True)
        needed |= set(re.findall(r"NEEDED\s+(\S+)", out.stdout))
    shipped = {path.name for path in (qt / "lib").iterdir()}
    setup = (ROOT / "packaging/linux/setup.sh").read_text()
    known = set(re.findall(r"^(\S+\.so\.\d+):\S+$", setup, re.MULTILINE))
    # Part of every C++ toolchain or of the C library.
    base = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libpthread.so.0",
            "libdl.so.2", "librt.so.1", "libresolv.so.2", "ld-linux-x86-64.so.2"}  # fmt: skip
    assert needed - shipped - base - known == set()


def sourced(script: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """A piece of shell with the functions of `setup.sh`, strict as the scripts are."""
    source = f"set -euo pipefail; source packaging/linux/setup.sh; {script}"
    return subprocess.run(
        ["bash", "-c", source, "x", *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("code", [0, 1])
def test_what_pip_says_goes_to_a_log_and_is_shown_where_it_fails(tmp_path, code):
    pip = tmp_path / "pip"
    pip.write_text(f'#!/bin/sh\nseq 1 400\necho "told $*"\nexit {code}\n')
    pip.chmod(0o755)
    said = sourced('venv=$1; pip=("$1/pip"); run_pip 3 install x || echo failed', tmp_path)
    assert (tmp_path / "install.log").read_text().splitlines()[-2:] == ["400", "told install x"]
    assert said.stdout == ("failed\n" if code else "")
    if code:
        assert "told install x" in said.stderr
        assert str(tmp_path / "install.log") in said.stderr
        assert len(said.stderr.splitlines()) < 20
    else:
        assert said.stderr == ""


def test_a_person_who_waits_sees_how_far_it_is():
    told = "\n".join(["Collecting a==1 (from -r x (line 1))", "  Using cached a.whl"] * 2)
    said = sourced('printf "%s\\n" "$1" "Installing collected packages: a" | show_progress 7', told)
    assert said.stdout.splitlines()[1:] == [  # each in the place of the one before
        "  1 of 7 packages",
        "  2 of 7 packages",
        "  installing them …       ",
    ]


@pytest.mark.parametrize(("display", "opens"), [(":1", "window opens"), ("", "prompt opens")])
def test_after_an_installation_it_is_said_what_comes_next(display, opens):
    said = sourced("say_what_comes_next", DISPLAY=display).stderr
    assert opens in said
    assert "./packaging/run [FOLDER]" in said
    assert ".venv/bin/jinasearch search" in said
