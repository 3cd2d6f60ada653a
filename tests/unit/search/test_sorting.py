"""Answers by name, date, size or path: all of them, not those that would have come first."""

from dataclasses import replace

import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.core.questions import Field, Filter, Sort
from jinasearch.search import sorting
from jinasearch.search.exact import Exact
from jinasearch.search.query import parse
from jinasearch.search.rank import Ranking
from jinasearch.search.search import search
from jinasearch.store import files, folders, order, passages
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate
from jinasearch.store.selection import EVERYTHING, sized

SECOND = 10**9


def library_of(folder, rows):
    """A library of one passage a file: path below /home, size, when it was changed, text."""
    connection = open_writer(folder / "library.db")
    migrate(connection)
    home = folders.add(connection, "/home", Rules(), False).id
    for path, size, changed, text in rows:
        file = files.seen(connection, home, FileStat(f"/home/{path}", size, changed * SECOND))
        passages.replace(connection, file, Document("text", passages=(Passage(text),)), "card", [])
    return connection


@pytest.fixture
def few(tmp_path):
    connection = library_of(
        tmp_path,
        [
            ("b/Äpfel.txt", 30, 1, "the quartz of the north"),
            ("part 10.txt", 20, 4, "a vein of quartz in a rock"),
            ("b/c/part 9.txt", 10, 3, "quartz and quartz, more than enough quartz"),
            ("b c/zebra.txt", 40, 2, "what quartz is worth"),
            ("zinc.txt", 50, 9, "the price of zinc"),
        ],
    )
    yield connection
    connection.close()


def found(connection, text, sort, limit=10, selection=EVERYTHING):
    count = len(list(connection.execute("SELECT id FROM passages")))
    answer = search(connection, parse(text), limit, selection, None, size=count, sort=sort)
    return [hit.path.removeprefix("/home/") for hit in answer.hits]


@pytest.mark.parametrize(
    ("sort", "told"),
    [
        (Sort.NAME, ["b/Äpfel.txt", "b/c/part 9.txt", "part 10.txt", "b c/zebra.txt"]),
        (Sort.DATE, ["b/Äpfel.txt", "b c/zebra.txt", "b/c/part 9.txt", "part 10.txt"]),
        (Sort.SIZE, ["b/c/part 9.txt", "part 10.txt", "b/Äpfel.txt", "b c/zebra.txt"]),
        (Sort.PATH, ["b/Äpfel.txt", "b/c/part 9.txt", "b c/zebra.txt", "part 10.txt"]),
    ],
)
def test_answers_are_sorted_both_ways(few, sort, told):
    assert found(few, "quartz ", sort) == told
    assert found(few, "quartz ", sort.reverse) == told[::-1]


def test_without_words_all_that_passes_is_sorted(few):
    assert found(few, "", Sort.SIZE, 2) == ["b/c/part 9.txt", "part 10.txt"]
    assert found(few, "", Sort.SIZE_DOWN, 2, sized(None, 40)) == ["b/Äpfel.txt", "part 10.txt"]


@pytest.fixture
def many(tmp_path):
    """More files with a word than are ranked; the worst by rank is the oldest."""
    rows = [(f"{n:03}.txt", 500, 100 + n, f"shale number {n}") for n in range(300)]
    rows.append(("long.txt", 500, 1, "shale " + "and what else there is to say of it " * 60))
    rows += [(f"other{n}.txt", 500, 5, f"nothing of the kind {n}") for n in range(300)]
    connection = library_of(tmp_path, rows)
    yield connection
    connection.close()


def test_all_that_holds_the_words_is_sorted_not_the_best_alone(many):
    assert "long.txt" not in found(many, "shale ", Sort.RELEVANCE, 200)
    assert found(many, "shale ", Sort.DATE, 3) == ["long.txt", "000.txt", "001.txt"]
    assert found(many, "shale ", Sort.DATE_DOWN, 3) == ["299.txt", "298.txt", "297.txt"]


def test_a_file_that_was_not_ranked_shows_what_answers_all_the_same(many):
    (hit,) = search(many, parse("shale "), 1, EVERYTHING, None, size=601, sort=Sort.DATE).hits
    assert (hit.name, hit.exact, hit.by_keywords) == ("long.txt", True, True)
    (passage,) = hit.passages
    assert passage.text[passage.marks[0].start : passage.marks[0].end] == "shale"
    assert passage.keyword_score is not None


def test_the_first_of_copies_stands_for_them_wherever_the_order_puts_it(tmp_path):
    text = "the gravel pit beyond the hill is closed"
    rows = [("report (1).txt", 5, 1, text), ("report.txt", 5, 2, text), ("x.txt", 5, 3, "gravel")]
    connection = library_of(tmp_path, rows)
    assert found(connection, "gravel ", Sort.DATE) == ["report (1).txt", "x.txt"]
    assert found(connection, "gravel ", Sort.DATE_DOWN) == ["x.txt", "report.txt"]
    connection.close()


def test_weak_matches_stay_behind(many):
    answer = search(many, parse("shale number 7"), 400, EVERYTHING, None, size=601, sort=Sort.NAME)
    certain = [hit.certain for hit in answer.hits]
    assert sorted(certain, reverse=True) == certain
    assert answer.certain == sum(certain)


@pytest.mark.parametrize(
    ("typed", "sort"),
    [
        ("name", Sort.NAME),
        ("-Date", Sort.DATE_DOWN),
        ("newest", Sort.DATE_DOWN),
        ("-newest", Sort.DATE),
        ("size-desc", Sort.SIZE_DOWN),
        ("-size-desc", Sort.SIZE),
        ("大小", Sort.SIZE),
        ("relevance", Sort.RELEVANCE),
        ("-relevance", Sort.RELEVANCE),
        ("colour", None),
        ("--name", None),
    ],
)
def test_an_order_is_read_leniently(typed, sort):
    assert sorting.read(typed) == sort


def test_the_last_order_that_was_typed_counts_and_excluding_one_turns_it_round():
    typed = [Filter(Field.SORT, "size"), Filter(Field.SORT, "name", negated=True)]
    assert sorting.wanted(typed, Sort.DATE) == Sort.NAME_DOWN
    assert sorting.wanted([], Sort.DATE) == Sort.DATE


def test_what_stands_there_just_so_is_certain_in_however_many_files(many):
    """Of a word that is everywhere only the first files are looked at, and others are weak."""
    first, other = (order.listed(many, EVERYTHING, sort)[0] for sort in (Sort.DATE, Sort.DATE_DOWN))
    ranking = Ranking([first, other], 1, exact=Exact({first: None}, 0.1))
    arranged = sorting.arranged(many, ranking, parse("shale "), EVERYTHING, Sort.DATE)
    assert arranged.certain == len(arranged.files) == 301
    weak = replace(ranking, exact=Exact())
    assert sorting.arranged(many, weak, parse("shale "), EVERYTHING, Sort.DATE).certain == 1


@pytest.mark.parametrize("text", ['"C++"', '"C++" written ', '"C++" OR "C#"'])
def test_a_file_that_was_not_ranked_is_certain_only_with_the_signs_of_a_phrase(tmp_path, text):
    rows = [(f"{n:03}.txt", 5, n, f"written in C++ as number {n}") for n in range(250)]
    rows += [(f"{n:03}.c", 5, n, f"written in C as number {n}") for n in range(250)]
    rows += [(f"C++ {n}.txt", 5, n, f"an empty page, {n}") for n in range(2)]
    connection = library_of(tmp_path, rows)
    answer = search(connection, parse(text), 400, EVERYTHING, None, size=502, sort=Sort.NAME)
    named = 0 if "written" in text else 2
    assert answer.certain == 250 + named
    assert sum(hit.certain for hit in answer.hits) == 250 + named
    assert not any(hit.certain for hit in answer.hits if hit.name.endswith(".c"))
    connection.close()


def test_all_files_are_counted_that_answer(many):
    counted = [
        search(many, parse(text), 10, EVERYTHING, None, size=601, sort=Sort.DATE).certain
        for text in ("shale ", "")
    ]
    assert counted == [301, 601]
