import numpy as np

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import files, folders, passages, selection, vectors
from jinasearch.store.connection import open_reader, open_writer
from jinasearch.store.migrations import migrate


def test_what_holds_a_word_is_counted_anew_once_somebody_wrote(tmp_path):
    path = tmp_path / "library.db"
    writer = open_writer(path)
    migrate(writer)
    folder = folders.add(writer, "/home", Rules(), False).id

    def write(number):
        file = files.seen(writer, folder, FileStat(f"/home/{number}.txt", 1, number))
        document = Document("text", passages=(Passage("a zebra"),))
        passages.replace(writer, file, document, "card", [])

    reader = open_reader(path)
    for number in range(1, 4):
        write(number)
        assert passages.holding(reader, '"zebra"') == number
        assert passages.holding(reader, '"zebra"') == number
        assert reader.kept() == {("holding", '"zebra"'): number}
    reader.close()
    writer.close()


def test_the_vectors_of_the_last_selection_are_kept_until_somebody_writes(tmp_path):
    path = tmp_path / "library.db"
    writer = open_writer(path)
    migrate(writer)
    folder = folders.add(writer, "/home", Rules(), False).id
    space = vectors.space(writer, "space")

    def write(number):
        file = files.seen(writer, folder, FileStat(f"/home/{number}.txt", number, number))
        text = f"zebra {number}"
        passages.replace(writer, file, Document("text", passages=(Passage(text),)), "card", [])
        vectors.add(writer, space, [(passages.input_hash(text), np.ones(2, np.float16))])

    reader = open_reader(path)
    small, large = selection.sized(None, 3), selection.sized(3, None)
    write(1)
    found = vectors.ids_of(reader, space, small)
    assert found.tolist() == [1]
    assert vectors.ids_of(reader, space, small) is found
    assert vectors.ids_of(reader, space, large).tolist() == []
    assert selection.count(reader, small) == (1, 2)
    write(2)
    write(3)
    assert vectors.ids_of(reader, space, small).tolist() == [1, 2]
    assert vectors.ids_of(reader, space, large).tolist() == [3]
    assert selection.count(reader, small) == (2, 4)
    reader.close()
    writer.close()
