import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.core.models import Document, FileStat, Likeness, Passage, Rules
from jinasearch.search.copies import _telling, _without_markers
from jinasearch.search.query import parse
from jinasearch.search.search import search
from jinasearch.store import content, files, folders, passages
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate
from jinasearch.store.selection import EVERYTHING

LETTER = (
    "Dear Sir, we hereby give notice to terminate the insurance policy number nine at the end of"
    " the year, and ask you to confirm the date on which it ends and the sum that is paid back"
)
LONG = tuple(
    Passage(f"the insurance clause number {n} says something of its own") for n in range(9)
)
FILES = {
    "/home/a/letter (1).txt": (Passage(LETTER),),
    "/home/a/letter.txt": (Passage(LETTER),),
    "/home/b/letter.txt": (Passage(LETTER),),
    "/home/b/letter mended.txt": (Passage(LETTER.replace("Dear Sir", "Dear Madam")),),
    "/home/a/other.txt": (Passage("the insurance of the car is paid by the employer"),),
    "/home/a/policy_v1.txt": (*LONG[:3], Passage("insurance first words")),
    "/home/a/policy_final.txt": (*LONG[3:6], Passage("insurance last words")),
    "/home/b/policy.txt": (Passage("insurance for somebody else in another folder, of no weight"),),
    "/home/a/scan (1).txt": (Passage("the insurance company asks for the number of the car"),),
    "/home/a/scan (2).txt": (Passage("a dentist has an appointment, paid by the insurance"),),
    "/home/a/plan.txt": (*LONG[6:], Passage("insurance of old")),
    "/home/a/plan (1).txt": (*LONG[8:], Passage("insurance that was written anew in full")),
    "/home/a/terms.txt": LONG,
    "/home/b/terms-of-2020.txt": (*LONG[:8], Passage("one insurance clause is new")),
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    connection = open_writer(tmp_path_factory.mktemp("copies") / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    for path, parts in FILES.items():
        size = sum(len(part.text) for part in parts)
        file = files.seen(connection, folder, FileStat(path, size, 1))
        content.forget_names(connection, [file])
        content.index_names(connection, [file])
        passages.replace(connection, file, Document("text", passages=parts), "card", [])
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def groups(connection):
    hits = search(connection, parse("insurance "), 20, EVERYTHING, None, size=40).hits
    return [{hit.path: None} | {f.path: f.likeness for f in hit.folded} for hit in hits]


def group_of(groups, path):
    (found,) = [group for group in groups if path in group]
    return found


def test_every_file_is_in_one_answer(groups):
    assert sorted(path for group in groups for path in group) == sorted(FILES)


def test_copies_and_near_copies_are_one_answer(groups):
    letters = group_of(groups, "/home/a/letter.txt")
    assert set(letters) == {path for path in FILES if "letter" in path}
    assert set(letters.values()) == {None, Likeness.COPY, Likeness.NEAR_COPY}


def test_of_copies_the_plain_name_stands_for_the_others(groups):
    assert next(iter(group_of(groups, "/home/a/letter (1).txt"))) == "/home/a/letter.txt"


def test_files_that_share_most_passages_are_near_copies(groups):
    terms = group_of(groups, "/home/a/terms.txt")
    assert set(terms) == {"/home/a/terms.txt", "/home/b/terms-of-2020.txt"}
    assert Likeness.NEAR_COPY in terms.values()


def test_a_number_alone_makes_no_version_of_another_text(groups):
    assert len(group_of(groups, "/home/a/scan (1).txt")) == 1
    assert len(group_of(groups, "/home/a/scan (2).txt")) == 1
    assert Likeness.VERSION in group_of(groups, "/home/a/plan (1).txt").values()


def test_versions_lie_in_one_folder(groups):
    policies = group_of(groups, "/home/a/policy_v1.txt")
    assert set(policies) == {"/home/a/policy_v1.txt", "/home/a/policy_final.txt"}
    assert Likeness.VERSION in policies.values()


def test_what_only_shares_words_stays_apart(groups):
    assert set(group_of(groups, "/home/a/other.txt")) == {"/home/a/other.txt"}


def test_folding_leaves_a_full_page(connection):
    assert len(search(connection, parse("insurance "), 4, EVERYTHING, None, size=40).hits) == 4


def test_near_copies_are_found_among_many_texts_of_one_length(tmp_path):
    chance = random.Random(4)
    words = [f"{chance.getrandbits(20):x}" for _ in range(300)]
    texts = [["invoice", *chance.choices(words, k=60)] for _ in range(30)]
    texts += [[*text[:25], "mended", *text[26:]] for text in texts[::5]]
    connection = open_writer(tmp_path / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    for number, text in enumerate(texts):
        file = files.seen(connection, folder, FileStat(f"/home/{number}.txt", 400, 1))
        document = Document("text", passages=(Passage(" ".join(text)),))
        passages.replace(connection, file, document, "card", [])
    hits = search(connection, parse("invoice "), 50, EVERYTHING, None, size=40).hits
    pairs = {frozenset((hit.file, *(each.file for each in hit.folded))) for hit in hits}
    connection.close()
    assert {pair for pair in pairs if len(pair) > 1} == {
        frozenset((5 * at + 1, 31 + at)) for at in range(6)
    }
    assert sum(map(len, pairs)) == len(texts)


@given(st.frozensets(st.integers(), max_size=60), st.frozensets(st.integers(), max_size=60))
def test_sets_that_are_alike_have_a_telling_run_in_common(runs, others):
    some = runs | others
    for alike in (runs, frozenset(sorted(some)[len(some) // 5 :])):
        if some and len(alike & some) >= 0.8 * len(alike | some):
            assert not set(_telling(alike)).isdisjoint(_telling(some))


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("report_v2", "report"),
        ("report v1.3 final", "report"),
        ("report (1)", "report"),
        ("copy of report", "report"),
        ("report - copy (2)", "report"),
        ("报告_最终版", "报告"),
        ("报告第3版", "报告"),
        ("chapter 1", "chapter 1"),
        ("img_0042", "img_0042"),
        ("notes 2024-01-05", "notes 2024-01-05"),
        ("semifinal", "semifinal"),
        ("household", "household"),
        ("v2", "v2"),
    ],
)
def test_markers_of_versions(name, stem):
    assert _without_markers(name) == stem
