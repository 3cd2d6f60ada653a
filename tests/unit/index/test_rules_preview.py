"""What rules would change, on real folders."""

import os

import pytest

from jinasearch.core.models import Rules
from jinasearch.index.rules import DEFAULT, HIDDEN, PATTERN, Matcher
from jinasearch.index.rules_preview import preview


@pytest.fixture
def home(tmp_path):
    for name in (
        "a.txt", "b.log", "sub/c.log", "sub/d.txt", ".hidden/e.txt", "node_modules/f.js",
        "drafts/g.txt", "drafts/h.txt",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("four")
    return tmp_path


def told(home, before, after, seconds=10.0, ended=lambda: False):
    now, then = (Matcher(str(home), rules, ()) for rules in (before, after))
    return preview(now, then, seconds, ended)


def names(home, paths):
    return {os.path.relpath(path, home) for path in paths}


def test_nothing_changes(home):
    found = told(home, Rules(), Rules())
    assert (found.files, found.bytes, found.newly_out, found.newly_in) == (6, 24, 0, 0)
    assert found.complete
    left = {out.reason: (out.files, out.folders) for out in found.left_out}
    assert left == {DEFAULT: (0, 1), HIDDEN: (0, 1)}


def test_files_that_would_go(home):
    found = told(home, Rules(), Rules(exclude=("*.log",)))
    assert (found.files, found.newly_out, found.newly_in) == (4, 2, 0)
    assert names(home, found.leaving) == {"b.log", "sub/c.log"}
    (left,) = (out for out in found.left_out if out.reason == PATTERN)
    assert (left.files, left.folders) == (2, 0)


def test_files_in_a_folder_that_would_close_are_counted(home):
    found = told(home, Rules(), Rules(exclude=("drafts/",)))
    assert (found.files, found.newly_out) == (4, 2)
    assert names(home, found.leaving) == {"drafts/g.txt", "drafts/h.txt"}
    (left,) = (out for out in found.left_out if out.reason == PATTERN)
    assert (left.files, left.folders) == (2, 1)


def test_files_that_would_come(home):
    found = told(home, Rules(exclude=("*.log",)), Rules(hidden=True))
    assert (found.newly_out, found.newly_in) == (0, 3)
    assert names(home, found.coming) == {"b.log", "sub/c.log", ".hidden/e.txt"}


def test_the_preview_is_what_the_rules_do(home):
    after = Rules(exclude=("sub/",), hidden=True, include=("node_modules/f.js",))
    found = told(home, Rules(), after)
    assert found.files == 6
    assert names(home, found.coming) == {".hidden/e.txt", "node_modules/f.js"}


def test_examples_are_few(home):
    for number in range(50):
        (home / f"{number}.bak").write_text("x")
    found = told(home, Rules(), Rules(exclude=("*.bak",)))
    assert found.newly_out == 50
    assert len(found.leaving) == 20


def test_a_large_folder_is_told_in_part(home):
    assert not told(home, Rules(), Rules(), seconds=0.0).complete
    assert not told(home, Rules(), Rules(), ended=lambda: True).complete


def test_a_single_file(home):
    found = told(home / "a.txt", Rules(), Rules())
    assert (found.files, found.newly_out) == (1, 0)
