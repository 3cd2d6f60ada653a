import time

import pytest

from jinasearch.core.errors import JinasearchError
from jinasearch.store import writer as writer_module
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


def commits(writer) -> list[int]:
    """How many jobs each commit holds from now on."""
    groups = []
    commit = writer._commit

    def noted(group):
        groups.append(len(group))
        commit(group)

    writer._commit = noted
    return groups


def test_patient_jobs_are_committed_together(writer):
    groups = commits(writer)
    futures = []
    for number in range(20):
        futures.append(writer.submit(put(number), patient=True))
        time.sleep(0.002)
    for future in futures:
        future.result(5)
    assert groups == [20]


def test_patience_ends_with_many_jobs_a_hasty_one_or_none_to_come(writer, monkeypatch):
    monkeypatch.setattr(writer_module, "_PATIENCE_SECONDS", 3600.0)
    groups = commits(writer)
    futures = [writer.submit(put(n), patient=True) for n in range(writer_module._ENOUGH)]
    for future in futures:
        future.result(5)
    assert sum(groups) == writer_module._ENOUGH
    first = writer.submit(put(-1), patient=True)
    writer.submit(put(-2)).result(5)
    first.result(5)
    last = writer.submit(put(-3), patient=True)
    writer.hasten()
    last.result(5)
    left = writer.submit(put(-4), patient=True)
    writer.close()
    left.result(5)
