"""What questions ask most often is answered by an index alone: rows with text are large."""

import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import files, folders, passages, selection, vectors
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate


@pytest.fixture
def connection(tmp_path):
    connection = open_writer(tmp_path / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    for number in range(1, 6):
        file = files.seen(connection, folder, FileStat(f"/home/{number}.txt", 1, number))
        texts = [f"page {page} of {number}" for page in range(number)] + ["the end"]
        document = Document("text", passages=tuple(map(Passage, texts)))
        passages.replace(connection, file, document, f"card {number}", [])
    yield connection
    connection.close()


def plans(connection, ask, about=""):
    """The plans of what `ask` has SQLite do where `about` is bound, and its answer."""
    asked = []

    def note(_, statement, bindings):
        asked.append((statement, bindings))
        return True

    connection.exec_trace = note
    answer = ask()
    connection.exec_trace = None
    explained = [
        row[3]
        for statement, bindings in asked
        if not about or about in (bindings or ())
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", bindings)
    ]
    return explained, answer


def test_whose_an_input_is(connection):
    wanted = [passages.input_hash("the end"), passages.input_hash("card 2"), bytes(16)]
    explained, owners = plans(connection, lambda: vectors.owners_of(connection, wanted))
    assert sorted((file, passage) for _, file, passage in owners[:-1]) == [
        (1, 2), (2, 5), (3, 9), (4, 14), (5, 20),
    ]  # fmt: skip
    assert owners[-1] == (wanted[1], 2, None)
    assert sum("COVERING INDEX passages_by_input" in line for line in explained) == 1
    assert sum("COVERING INDEX cards_by_input" in line for line in explained) == 1
    assert not any("files" in line for line in explained)


def test_the_first_inputs_of_files(connection):
    explained, found = plans(connection, lambda: passages.hashes_of(connection, [4, 1, 9], 3))
    expected = [passages.input_hash(f"page {page} of 4") for page in range(3)]
    assert found == {
        4: tuple(expected),
        1: (passages.input_hash("page 0 of 1"), passages.input_hash("the end")),
        9: (),
    }
    assert sum("COVERING INDEX passages_of_file" in line for line in explained) == 1


def test_many_rows_are_read_in_the_order_they_are_asked_for(connection):
    assert list(passages.get(connection, [5, 99, 2, 9])) == [5, 2, 9]
    assert list(files.by_ids(connection, [3, 77, 1])) == [3, 1]
    assert passages.get(connection, []) == files.by_ids(connection, []) == {}


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("expression", ['"pag" *', '"pag" * AND "of"', '"page"'])
def test_all_words_that_begin_so_are_merged_once_not_for_every_row(
    connection, monkeypatch, few, expression
):
    monkeypatch.setattr(passages, "_few", lambda *_: few)
    chosen = selection.sized(1, None)

    def ask():
        holding = passages.files_holding(connection, expression, [1, 3, 9])
        texts = dict(passages.texts_holding(connection, expression, [2, 9], 9))
        found = passages.match(connection, expression, 99, chosen)
        return holding, texts, {row.file for row in found}

    explained, answer = plans(connection, ask, expression)
    assert answer == ({1, 3}, {2: " page 1 of 2"}, {1, 2, 3, 4, 5})
    by_row = [line for line in explained if "passages_fts VIRTUAL TABLE" in line and "=" in line]
    assert len(by_row) == (3 if few and "*" not in expression else 0)
    assert any("passages_fts VIRTUAL TABLE" in line for line in explained)
