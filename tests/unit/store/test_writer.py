import pytest

from jinasearch.core.errors import JinasearchError
from jinasearch.store.writer import Writer


@pytest.fixture
def writer(tmp_path):
    writer = Writer(tmp_path / "x.db")
    writer.run(lambda c: c.execute("CREATE TABLE t(x UNIQUE)"))
    yield writer
    writer.close()


def put(value):
    return lambda connection: connection.execute("INSERT INTO t VALUES (?)", (value,))


def values(writer):
    return writer.run(lambda c: [x for (x,) in c.execute("SELECT x FROM t ORDER BY x")])


def test_a_failing_job_is_rolled_back_alone(writer):
    def half(connection):
        put(100)(connection)
        raise ValueError("no")

    first, second, third = writer.submit(put(1)), writer.submit(half), writer.submit(put(3))
    first.result()
    third.result()
    with pytest.raises(ValueError, match="no"):
        second.result()
    assert values(writer) == [1, 3]


def test_many_jobs_all_arrive(writer):
    futures = [writer.submit(put(number)) for number in range(1000)]
    for future in futures:
        future.result()
    assert values(writer) == list(range(1000))


def test_a_closed_writer_says_so(tmp_path):
    writer = Writer(tmp_path / "x.db")
    waiting = writer.submit(lambda c: c.execute("CREATE TABLE t(x)"))
    writer.close()
    waiting.result()
    with pytest.raises(JinasearchError):
        writer.run(put(1))
