from jinasearch.store import connection as connections
from jinasearch.store.connection import once, open_reader, open_writer


def test_the_pages_kept_in_memory_grow_with_the_database(tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "_INNER_SHARE", 2)
    path = tmp_path / "library.db"
    writer = open_writer(path)
    writer.execute("CREATE TABLE things(thing)")
    reader = open_reader(path)
    assert reader.pragma("cache_size") == -6_000
    for mebibytes, kept in ((4, 8_000), (20, 16_000)):
        writer.execute("INSERT INTO things VALUES (zeroblob(?))", (mebibytes << 20,))
        once(reader, "what was asked", lambda: None)
        assert kept <= -reader.pragma("cache_size") <= 1.2 * kept
    reader.close()
    writer.close()
