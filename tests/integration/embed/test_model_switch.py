"""Another model takes over without search going dark."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from jinasearch.core.errors import Code
from jinasearch.engine import protocol
from jinasearch.engine.protocol import Mode, PlanState

TEXTS = {
    "bread.md": "# Bread\n\nMix flour, water and yeast, then bake the loaf.",
    "sea.txt": "The albatross glides over the sea.",
    "money.txt": "The customer has to pay the amount within thirty days.",
}


@pytest.fixture
def indexed(running):
    """An engine that has embedded a few files with the starter model."""
    running.start()
    for name, text in TEXTS.items():
        running.write(name, text)
    running.index()
    return running


def ask(running, call):
    with running.client() as client:
        return client.send(call)


def status(running):
    return ask(running, protocol.status())


def use(running, name, dimension=0):
    ask(running, protocol.use_model(protocol.UseModel(str(name), dimension)))


def planned(running, name):
    plan = ask(running, protocol.plan_model(protocol.UseModel(str(name))))
    return plan.state, plan.vectors


def found(running, text):
    reply = ask(running, protocol.search(protocol.SearchRequest(text, Mode.MEANING)))
    return [hit.name for hit in reply.hits]


def rows(running, sql):
    path = f"file:{running.library / 'library.db'}?mode=ro"
    with closing(sqlite3.connect(path, uri=True, timeout=10)) as database:
        return database.execute(sql).fetchall()


def switched(running, name):
    def done():
        now = status(running)
        return now.coming is None and now.model.name == str(name)

    running.until(done, f"the switch to {name}")


def test_the_old_model_answers_until_the_new_one_is_ready(indexed, tiny):
    ask(indexed, protocol.pause(protocol.Pause(True)))
    use(indexed, tiny.folder)
    indexed.until(lambda: status(indexed).coming is not None, "the coming model")
    now = status(indexed)
    assert now.model.name == "starter"
    assert now.coming.name == str(tiny.folder)
    assert now.coverage.meaning == len(TEXTS)
    assert found(indexed, "a dough for the oven")[0] == "bread.md"
    ask(indexed, protocol.pause(protocol.Pause(False)))
    switched(indexed, tiny.folder)
    assert sorted(found(indexed, "anything")) == sorted(TEXTS)
    assert status(indexed).coverage.meaning == len(TEXTS)


def test_what_the_old_model_made_is_thrown_away(indexed, tiny):
    ((old,),) = rows(indexed, "SELECT id FROM spaces")
    use(indexed, tiny.folder)
    switched(indexed, tiny.folder)
    indexed.until(lambda: len(rows(indexed, "SELECT * FROM spaces")) == 1, "one space")
    assert rows(indexed, f"SELECT * FROM vectors WHERE space = {old}") == []
    assert not (indexed.library / "graph" / str(old)).exists()
    with indexed.client() as client:
        assert [f for f in client.send(protocol.check()).findings if not f.ok] == []


def test_choosing_the_old_model_again_undoes_it(indexed, tiny):
    before = rows(indexed, "SELECT id, vector FROM vectors")
    ask(indexed, protocol.pause(protocol.Pause(True)))
    use(indexed, tiny.folder)
    assert planned(indexed, tiny.folder) == (PlanState.COMING, 0)
    assert planned(indexed, "starter") == (PlanState.BACK, 0)
    use(indexed, "starter")
    assert status(indexed).coming is None
    ask(indexed, protocol.pause(protocol.Pause(False)))
    indexed.until(lambda: len(rows(indexed, "SELECT * FROM spaces")) == 1, "one space")
    assert rows(indexed, "SELECT id, vector FROM vectors") == before
    assert found(indexed, "a dough for the oven")[0] == "bread.md"


def test_it_goes_on_after_a_kill(indexed, tiny):
    ask(indexed, protocol.pause(protocol.Pause(True)))
    use(indexed, tiny.folder)
    indexed.until(lambda: status(indexed).coming is not None, "the coming model")
    os.kill(indexed.address.pid, signal.SIGKILL)
    indexed.started[-1].wait(10)
    indexed.start()
    assert status(indexed).paused  # a pause outlasts the engine, and so does the choice
    ask(indexed, protocol.pause(protocol.Pause(False)))
    switched(indexed, tiny.folder)
    assert sorted(found(indexed, "anything")) == sorted(TEXTS)
    indexed.until(lambda: len(rows(indexed, "SELECT * FROM spaces")) == 1, "one space")


def test_a_model_that_fails_leaves_the_old_one_at_work(indexed, tiny, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny.folder, broken)
    (broken / "onnx" / "model.onnx").write_bytes(b"no graph" * 100)
    use(indexed, broken)
    indexed.until(
        lambda: Code.MODEL_DAMAGED.value in {n.code for n in status(indexed).notices}, "a notice"
    )
    indexed.write("new.txt", "Rain falls on the garden all night.")
    indexed.until(lambda: "new.txt" in found(indexed, "wet weather"), "the new file")
    assert status(indexed).model.name == "starter"
    use(indexed, "starter")
    indexed.until(lambda: status(indexed).notices == (), "the end of the notice")


def test_a_shorter_dimension_is_cut_from_the_vectors_that_are_there(indexed, tiny):
    use(indexed, tiny.folder)
    switched(indexed, tiny.folder)
    sql = "SELECT input_hash, vector FROM vectors WHERE space = (SELECT max(id) FROM spaces)"
    long = {key: np.frombuffer(blob, "<f2") for key, blob in rows(indexed, sql)}
    use(indexed, tiny.folder, 16)
    indexed.until(lambda: status(indexed).model.dimension == 16, "16 dimensions")
    short = {key: np.frombuffer(blob, "<f2") for key, blob in rows(indexed, sql)}
    assert short.keys() == long.keys()
    for key, vector in short.items():
        cut = long[key][:16].astype(np.float32)
        assert np.allclose(vector, cut / np.linalg.norm(cut), atol=1e-3)
    assert sorted(found(indexed, "anything")) == sorted(TEXTS)
