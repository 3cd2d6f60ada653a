from jinasearch.store import connection as connections
from jinasearch.store.connection import fetch_lately, once, open_reader, open_writer


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


def test_what_is_asked_again_at_once_is_read_once_until_somebody_writes(tmp_path):
    path = tmp_path / "library.db"
    writer = open_writer(path)
    writer.execute("CREATE TABLE things(thing)")
    reader = open_reader(path)
    asked = []
    reader.exec_trace = lambda _, statement, bindings: asked.append(bindings) or True
    query = "SELECT thing FROM things WHERE thing > ?"

    def things(least):
        return [thing for (thing,) in fetch_lately(reader, query, (least,))]

    assert things(1) == things(1) == []
    assert asked.count((1,)) == 1
    writer.execute("INSERT INTO things VALUES (2)")
    assert things(1) == things(1) == [2]
    assert asked.count((1,)) == 2
    for least in range(2, 40):
        things(least)
    assert things(1) == [2]
    assert asked.count((1,)) == 3  # only the last few are kept
    reader.close()
    writer.close()
