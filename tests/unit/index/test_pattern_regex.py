from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from jinasearch.core.errors import JinasearchError
from jinasearch.core.models import Rules
from jinasearch.index import patterns
from jinasearch.index.patterns import Patterns, check_rules

PARTS = st.lists(
    st.sampled_from(
        ["*", "**", "a", "b", "?", "[ab]", "[!a]", "[^]/]", "\\*", "\\a", "/", "/**/", "."]
    ),
    min_size=1,
    max_size=9,
)
NAMES = st.text("ab*.]", min_size=1, max_size=5).filter(lambda name: name not in {".", ".."})


@settings(max_examples=600, deadline=None)
@given(PARTS, st.lists(NAMES, min_size=1, max_size=6), st.booleans(), st.booleans())
def test_a_pattern_matches_what_it_did_with_backtracking(parts, names, folder, sign):
    pattern = ("!" if sign else "") + "".join(parts)
    path = "/".join(names) + "/" * folder
    try:
        expected = GitIgnoreSpec.from_lines([pattern], backend="simple").check_file(path).include
    except ValueError:
        expected = None
    assert Patterns([pattern]).match(path) == expected


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*b", "a" * 120),
        ("*a*a*a*a*a*a*a*a*a*a*a*a*b", "a" * 200),
        ("/".join(["**/a*a"] * 12) + "/**/b", "aa/" * 1300 + "c"),
        ("*[ab]?*[ab]?*[ab]?*[ab]?*[ab]?*[ab]?*c", "ab" * 120),
    ],
)
def test_no_pattern_holds_the_program_up(pattern, path):
    # In a process of its own, as nothing else ends what would go on for years.
    code = (
        "import sys; from jinasearch.index.patterns import Patterns;"
        "print(Patterns([sys.argv[1]]).match(sys.argv[2]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, pattern, path],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout.strip() == "None"


def test_an_empty_range_is_no_pattern_and_voids_no_others():
    found = Patterns(["[z-a]", "*.log"])
    assert found.match("a.log")
    assert found.match("a.txt") is None
    with pytest.raises(JinasearchError, match="no pattern"):
        check_rules(Rules(exclude=("[z-a]",)))


LINES = st.lists(
    st.builds(
        "{}{}".format,
        st.sampled_from(["", "", "!", "#", " "]),
        st.lists(
            st.sampled_from(["a", "b", "ab", "*", "**", "a*", "/", "/", "\\a", " ", "[a]", "."]),
            max_size=6,
        ).map("".join),
    ),
    min_size=1,
    max_size=8,
)
WHOLE_NAMES = st.lists(st.sampled_from(["a", "b", "ab", "a*", " ", "!a"]), min_size=1, max_size=4)


@settings(max_examples=600, deadline=None)
@given(LINES, WHOLE_NAMES, st.booleans())
def test_a_long_list_matches_what_its_lines_do_one_by_one(lines, names, folder):
    path = "/".join(names) + "/" * folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "_FEW", 0)
        filed = Patterns(lines)
    tried = Patterns(lines)
    assert tried._named == {}
    assert filed.match(path) == tried.match(path)
    assert filed.telling(path) == tried.telling(path)


def test_of_a_very_long_list_few_lines_are_tried():
    names = Patterns(f"cache/name{number}.txt" for number in range(100_000))
    assert len(names._spec_for("cache/name7.txt").patterns) == 1
    assert names.match("cache/name7.txt")
    assert names.match("cache/name.txt") is None
    assert names.telling("cache/name7.txt") == "cache/name7.txt"
    stars = Patterns([*(f"*{number}*.txt" for number in range(100_000)), "last.md"])
    assert len(stars._spec_for("cache/a.txt").patterns) == patterns._MOST_AT_ONCE
    assert stars.match("cache/last.md")
    same = Patterns(f"x{number}*/cache" for number in range(100_000))
    assert len(same._spec_for("x/cache").patterns) == patterns._MOST_AT_ONCE
    assert not Patterns(["# nothing"] * 300)
