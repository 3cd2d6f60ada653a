import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.search import exact
from jinasearch.search.query import parse
from jinasearch.search.search import search
from jinasearch.store import content, files, folders, passages
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate
from jinasearch.store.selection import EVERYTHING

TEXTS = {
    "invoice.txt": "Invoice INV-2024-0113 of March, to be paid by May",
    "letter.txt": "the invoice of 2024 about number 0113 and INV something",
    "guide.txt": "A guide to writing programs in C++ and about memory",
    "vitamins.txt": "Vitamin C is found in fruit. Programs for health.",
    "phrase.txt": "we keep the red house on the hill",
    "apart.txt": "the house is red and the hill is green; house red",
    "phone.txt": "call 030 4711089 in the morning",
    "chinese.txt": "公司的员工休假制度从明年开始",
    "report_2023.txt": "numbers and figures",
}


@pytest.fixture
def connection(tmp_path):
    connection = open_writer(tmp_path / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    for name, text in TEXTS.items():
        file = files.seen(connection, folder, FileStat(f"/home/{name}", 1, 1))
        content.forget_names(connection, [file])
        content.index_names(connection, [file])
        passages.replace(connection, file, Document("text", passages=(Passage(text),)), "card", [])
    yield connection
    connection.close()


def named(connection, found):
    return {files.by_ids(connection, [file])[file].stat.path.rsplit("/", 1)[-1] for file in found}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("INV-2024-0113", {"invoice.txt"}),
        ("inv-2024-0113", {"invoice.txt"}),
        ("please find invoice INV-2024-0113", {"invoice.txt"}),
        ("C++", {"guide.txt"}),
        ("red house", {"phrase.txt"}),
        ("house red", {"apart.txt"}),
        ('"the hill" green', {"apart.txt"}),
        ("4711089", {"phone.txt"}),
        ("whose number is 4711089", {"phone.txt"}),
        ("员工休假", {"chinese.txt"}),
        ("report_2023.txt", {"report_2023.txt"}),
        ("/home/no such.txt", set()),
        ("vitamin", {"vitamins.txt"}),
        ("what happened in 2024", set()),
        ("hous", set()),
        ("red OR house", set()),
        ("", set()),
    ],
)
def test_what_stands_so_in_a_file(connection, typed, expected):
    found = exact.find(connection, parse(typed), EVERYTHING, len(TEXTS))
    assert named(connection, found.files) == expected


def test_the_rarer_the_more_it_is_worth(connection):
    rare = exact.find(connection, parse("4711089"), EVERYTHING, 1000).worth
    common = exact.find(connection, parse("the"), EVERYTHING, len(TEXTS)).worth
    assert rare > 0.9
    assert common < 0.5


def test_exact_comes_first_and_is_marked(connection):
    hits = search(connection, parse("red house"), 9, EVERYTHING, None, size=len(TEXTS)).hits
    assert (hits[0].name, hits[0].exact, hits[0].certain) == ("phrase.txt", True, True)
    assert [hit.exact for hit in hits[1:]] == [False] * (len(hits) - 1)
    assert hits[0].passages[0].text == TEXTS["phrase.txt"]


def test_what_matches_little_is_less_certain(connection):
    typed = "invoice of March paid by whom and wherefore "
    hits = search(connection, parse(typed), 9, EVERYTHING, None, size=len(TEXTS)).hits
    assert hits[0].name == "invoice.txt"
    assert hits[0].certain
    certain = [hit.certain for hit in hits]
    assert certain == sorted(certain, reverse=True)
    assert not certain[-1]
