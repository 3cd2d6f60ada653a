"""What lacks a phrase in quotes, or a word with an asterisk, is no certain answer, and that is
told."""

import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.core.questions import Sort
from jinasearch.search.query import parse
from jinasearch.search.search import search
from jinasearch.store import files, folders, passages
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate
from jinasearch.store.selection import EVERYTHING, with_extension

TEXTS = {
    "lease.txt": "a notice to terminate the lease is due in March",
    "loose.md": "to terminate without notice is not what anybody wants",
    "tools.txt": "written in C++ by hand",
    "plain.txt": "written in C by machine",
    "合同.txt": "双方解除合同的条件",
    "解除.txt": "解除条件和合同书",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    connection = open_writer(tmp_path_factory.mktemp("library") / "library.db")
    migrate(connection)
    home = folders.add(connection, "/home", Rules(), False).id
    texts = {**TEXTS, **{f"{n}.txt": f"something else entirely {n}" for n in range(40)}}
    for name, text in texts.items():
        file = files.seen(connection, home, FileStat(f"/home/{name}", 1, 1))
        passages.replace(connection, file, Document("text", passages=(Passage(text),)), "card", [])
    yield connection
    connection.close()


def asked(library, text, selection=EVERYTHING, sort=Sort.RELEVANCE):
    answer = search(library, parse(text), 20, selection, None, size=46, sort=sort)
    hint = answer.hint and (answer.hint.code, answer.hint.text)
    return {hit.name for hit in answer.hits if hit.certain}, hint


@pytest.mark.parametrize(
    ("text", "certain", "hint"),
    [
        ('"notice to terminate"', {"lease.txt"}, None),
        ('"notice to terminate" lease', {"lease.txt"}, None),
        ('"terminate the notice"', set(), ("phrase-nowhere", "terminate the notice")),
        ('notice "terminate the notice"', set(), ("phrase-nowhere", "terminate the notice")),
        ('"to terminate" "in Mars"', set(), ("phrase-nowhere", "in Mars")),
        ('"written in" "to terminate"', set(), ("phrases-apart", "written in” “to terminate")),
        ('"in Mars" OR "without notice"', {"loose.md"}, None),
        ('"in Mars" OR "in April"', set(), ("phrase-nowhere", "in Mars” “in April")),
        ('"C++"', {"tools.txt"}, None),
        ('"解除合同"', {"合同.txt"}, None),
        ('"合同解除"', set(), ("phrase-nowhere", "合同解除")),
        ('"lease.txt"', {"lease.txt"}, None),
        ('-"in Mars" terminate', {"lease.txt", "loose.md"}, None),
        ("termin*", {"lease.txt", "loose.md"}, None),
        ("termin* lease", {"lease.txt"}, None),
        ("machi* OR hand", {"tools.txt", "plain.txt"}, None),
        ("insur*", set(), ("phrase-nowhere", "insur*")),
        ("notice insur*", set(), ("phrase-nowhere", "insur*")),
    ],
)
def test_what_stands_in_quotes_or_with_an_asterisk_is_insisted_on(library, text, certain, hint):
    assert asked(library, text) == (certain, hint)
    assert asked(library, text, sort=Sort.NAME) == (certain, hint)


def test_a_phrase_that_the_filters_leave_out_is_told_so(library):
    told = asked(library, '"notice to terminate" wants', with_extension(["md"]))
    assert told == (set(), ("phrase-left-out", "notice to terminate"))


def test_weak_matches_are_counted_only_where_nothing_else_answers(library):
    def counted(text):
        answer = search(library, parse(text), 20, EVERYTHING, None, size=46)
        return len(answer.counted), len(answer.found)

    assert counted('"notice to terminate" lease without wants') == (1, 2)
    assert counted('"in Mars" terminate') == (2, 2)


def test_an_asterisk_is_looked_for_however_short_the_word_and_large_the_library(library):
    answer = search(library, parse("te* "), 20, EVERYTHING, None, size=10**6)
    certain = {hit.name for hit in answer.hits if hit.certain}
    assert (certain, answer.hint) == ({"lease.txt", "loose.md"}, None)
