"""The order that scores give to the first files, and what they do not change."""

from dataclasses import dataclass

import pytest

from jinasearch.core.models import File, FileStat, FileState
from jinasearch.search import rerank
from jinasearch.search.copies import Group
from jinasearch.search.rank import Candidate


@dataclass
class Row:
    """A stand-in for a stored passage."""

    id: int
    text: str
    heading: str = ""


@pytest.fixture
def stored(monkeypatch):
    """Passages of files 1 to 40: one each, with the file's number."""
    rows = {number: Row(number, f"text {number}") for number in range(1, 41)}
    monkeypatch.setattr(rerank.passages, "get", lambda _c, ids: {i: rows[i] for i in ids})
    monkeypatch.setattr(rerank.passages, "of_file", lambda _c, file, _most: [rows[file]])
    return rows


def files(count):
    return {
        number: File(number, 1, FileStat(f"/{number}", 1, 1), FileState.READY)
        for number in range(1, count + 1)
    }


def groups(count, **changes):
    found = []
    for number in range(1, count + 1):
        candidate = Candidate(number, score=1 / number, keywords={number: 1.0})
        for name, numbers in changes.items():
            setattr(candidate, name, number in numbers)
        found.append(Group(candidate))
    return found


def order(stored, given, scores):
    found = rerank.reordered(None, given, files(len(given)), lambda texts: scores[: len(texts)])
    return [group.candidate.file for group in found]


def test_the_best_score_comes_first(stored):
    assert order(stored, groups(3), [0.1, 0.9, 0.5]) == [2, 3, 1]


def test_only_the_first_thirty_move(stored):
    found = order(stored, groups(33), [number / 100 for number in range(40)])
    assert found == [*range(30, 0, -1), 31, 32, 33]


def test_what_was_typed_just_so_stays_first_in_its_order(stored):
    given = groups(4, exact={2, 3})
    assert order(stored, given, [0.9, 0.1, 0.2, 0.95]) == [2, 3, 4, 1]


def test_as_many_are_certain_as_before(stored):
    given = groups(4, certain={1, 2})
    assert order(stored, given, [0.1, 0.2, 0.9, 0.8]) == [3, 4, 2, 1]
    assert [group.candidate.certain for group in given] == [False, False, True, True]


def test_a_file_whose_name_was_asked_for_stays_certain(stored):
    given = groups(3, certain={1}, named={1})
    assert order(stored, given, [0.1, 0.9, 0.5]) == [2, 1, 3]


def test_without_scores_nothing_changes(stored):
    given = groups(3)
    found = rerank.reordered(None, given, files(3), lambda _: None)
    assert [group.candidate.file for group in found] == [1, 2, 3]
    assert all(group.candidate.reranked is None for group in found)


def test_nothing_found_is_not_asked_for():
    def never(_):
        raise AssertionError

    assert rerank.reordered(None, [], {}, never) == []


def test_equal_scores_keep_their_order(stored):
    assert order(stored, groups(3), [1.0, 1.0, 1.0]) == [1, 2, 3]


def test_the_model_reads_title_and_heading_once():
    file = File(1, 1, FileStat("/a", 1, 1), FileState.READY, title="Lease")
    assert rerank.readable(file, Row(1, "The rent", "Lease")) == "Lease\nThe rent"
    assert rerank.readable(file, Row(1, "Lease: the rent", "Costs")) == "Costs\nLease: the rent"
    assert rerank.readable(file, None) == "Lease"
