from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import files, folders, passages
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
