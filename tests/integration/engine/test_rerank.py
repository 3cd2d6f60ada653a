"""Answers ordered anew by a model that re-ranks, from the choice to the explanation."""

import errno
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine.protocol import (
    BenchModels,
    ChangeSettings,
    Example,
    ExplainRequest,
    Mode,
    Rerank,
    RerankWith,
    SearchRequest,
    UseModel,
    VerifyModel,
)
from tiny_reranker import expected, lay_down

QUESTION = "how do birds fly over water"
TEXTS = {
    "birds.md": "Birds of the coast: gulls, terns, and how birds nest; birds, birds and birds.",
    "planes.md": "How an aeroplane can fly is told here, and water on the wings is a danger.",
    "answer.md": "Over open water birds such as terns fly low, and that is how they do it.",
    "recipe.md": "Beat butter and sugar, fold in flour and bake the cake for an hour.",
    "code.md": "The part with the number QX-4711 was ordered for the boat on the water.",
}


@pytest.fixture(scope="module")
def reranker(tmp_path_factory) -> Path:
    questions = [
        QUESTION,
        "QX-4711 birds fly over water",
        "Which planet is known as the Red Planet?",
    ]
    return lay_down(tmp_path_factory.mktemp("models") / "mine", [*TEXTS.values(), *questions])


@pytest.fixture(scope="module")
def shore(shared_bench):
    for name, text in TEXTS.items():
        shared_bench.write(name, text)
    shared_bench.index()
    return shared_bench


@pytest.fixture
def ranked(shore, reranker):
    shore.engine.models.rerank_with(RerankWith(str(reranker)))
    yield shore
    shore.engine.models.rerank_with(RerankWith())


def ask(bench, text=QUESTION, rerank=Rerank.YES, mode=Mode.HYBRID, **more):
    return bench.engine.searches.search(SearchRequest(text, mode, rerank=rerank, **more))


def names(reply):
    return [hit.name for hit in reply.hits]


def by_model(question=QUESTION):
    return sorted(TEXTS, key=lambda name: -expected(question, TEXTS[name]))


def test_how_models_run_is_how_the_one_that_re_ranks_runs(ranked):
    before = ranked.engine._reranks._process
    ranked.engine.settings.change(ChangeSettings({"embed.idle_seconds": 77.0}))
    after = ranked.engine._reranks._process
    ranked.engine.settings.change(ChangeSettings({"embed.idle_seconds": None}))
    assert after is not before
    assert after._idle_seconds == 77.0
    assert ask(ranked).reranking.state == "done"


def test_nothing_re_ranks_by_default(shore):
    assert ask(shore).reranking is None
    assert shore.engine.status().reranker is None


def test_the_first_answers_stand_in_the_model_s_order(ranked):
    before = ask(ranked, rerank=Rerank.NO)
    assert before.reranking is None
    reply = ask(ranked)
    assert set(names(reply)) == set(names(before))
    assert names(reply)[:3] == [name for name in by_model() if name in names(reply)][:3]
    assert names(reply)[0] == "answer.md"
    assert reply.reranking.state == "done"
    assert reply.reranking.files == len(reply.hits)
    assert reply.reranking.took_ms > 0
    best = reply.hits[0].passages[0]
    assert best.rerank_score == pytest.approx(expected(QUESTION, TEXTS["answer.md"]), abs=1e-5)


def test_a_short_page_is_chosen_from_the_first_thirty(ranked):
    assert names(ask(ranked, limit=1)) == ["answer.md"]


def test_what_stands_just_so_stays_first(ranked):
    reply = ask(ranked, "QX-4711 birds fly over water")
    assert reply.hits[0].name == "code.md"
    assert reply.hits[0].exact
    assert names(reply)[1] == "answer.md"


def test_scores_come_later_to_who_does_not_wait_and_at_once_when_they_are_known(ranked):
    first = ask(ranked, rerank=Rerank.KNOWN)
    assert first.reranking.state == "to-come"
    assert names(first) == names(ask(ranked, rerank=Rerank.NO))
    later = ask(ranked)
    again = ask(ranked, rerank=Rerank.KNOWN)
    assert again.reranking.state == "done"
    assert names(again) == names(later)


@pytest.mark.parametrize("mode", [Mode.KEYWORDS, Mode.MEANING])
def test_one_half_alone_is_not_re_ranked(ranked, mode):
    assert ask(ranked, mode=mode).reranking is None


def test_what_is_like_an_example_is_not_re_ranked(ranked):
    assert ask(ranked, like=(Example(text="a cake"),)).reranking is None


@pytest.mark.parametrize("what", ["an answer", "an explanation"])
def test_a_newer_question_ends_it(ranked, monkeypatch, what):
    file = ask(ranked, rerank=Rerank.NO).hits[0].file
    process = ranked.engine._reranks._process
    process.scores(QUESTION, ["awake"])
    asked = threading.Event()
    scores = process.scores

    def slow(question, texts, stop):
        asked.set()
        return scores(question, ["water birds fly over " * 20] * 5_000, stop)

    monkeypatch.setattr(process, "scores", slow)
    errors = []

    def question():
        if what == "an answer":
            ask(ranked, session="window")
        else:
            why = ExplainRequest(QUESTION, file, rerank=Rerank.YES, session="window")
            ranked.engine.searches.explain(why)

    def older():
        with pytest.raises(JinasearchError) as caught:
            question()
        errors.append(caught.value.code)

    worker = threading.Thread(target=older)
    worker.start()
    assert asked.wait(10)
    time.sleep(0.2)
    ask(ranked, "cake", Rerank.NO, session="window")
    worker.join(20)
    assert errors == [Code.SUPERSEDED]


def test_it_is_told_why_a_file_stands_there(ranked):
    hit = ask(ranked).hits[0]
    asked = ExplainRequest(QUESTION, hit.file, (hit.passages[0].id,))
    (reason,) = ranked.engine.searches.explain(asked).reasons
    assert reason.rerank_score == hit.passages[0].rerank_score


def test_it_is_listed_used_and_told_of(ranked, reranker):
    entry = next(m for m in ranked.engine.models.listed().models if m.name == str(reranker))
    assert (entry.task, entry.in_use, entry.state, entry.dimensions) == (
        "rerank",
        True,
        "ready",
        (),
    )
    ask(ranked)
    status = ranked.engine.status()
    assert status.reranker.state == "ready"
    assert status.reranker.provider == "ONNX Runtime, CPU"
    assert status.model.name == "starter"
    assert f'rerank = "{reranker}"' in ranked.config.read_text(encoding="utf-8")


def test_it_proves_itself(ranked, reranker):
    found = ranked.engine.models.verify(VerifyModel(str(reranker))).findings
    assert [finding.name for finding in found if finding.ok] == [
        "alone and in a batch",
        "the answer before what is near it",
    ]


def test_it_is_measured_and_never_recommended_to_embed_with(ranked, reranker):
    found = ranked.engine.models.bench(BenchModels((str(reranker),), 0.05))
    (measured,) = found.models
    assert (measured.problem, measured.task) == ("", "rerank")
    assert measured.query_ms > 0
    assert measured.memory_bytes > 0
    assert found.recommended == ""


def test_models_stay_with_what_they_are_for(ranked, reranker):
    with pytest.raises(JinasearchError, match="makes no vectors"):
        ranked.engine.models.use(UseModel(str(reranker)))
    with pytest.raises(JinasearchError, match="does not re-rank"):
        ranked.engine.models.rerank_with(RerankWith("starter"))
    assert ranked.engine.status().reranker.name == str(reranker)


def test_one_that_is_not_here_is_refused_with_what_to_do(ranked):
    with pytest.raises(JinasearchError) as caught:
        ranked.engine.models.rerank_with(RerankWith("ms-marco-minilm"))
    assert caught.value.code is Code.MODEL_MISSING
    assert "models download ms-marco-minilm" in caught.value.message


def test_one_that_fails_leaves_the_first_order_and_is_told_until_it_works(ranked, reranker):
    graph = reranker / "onnx/model.onnx"
    whole = graph.read_bytes()
    ranked.engine.models.rerank_with(RerankWith())
    ranked.engine.settings.change(ChangeSettings({"search.rerank": str(reranker)}))
    graph.write_bytes(b"")
    try:
        reply = ask(ranked)
        assert reply.reranking.state == "failed"
        assert names(reply) == names(ask(ranked, rerank=Rerank.NO))
        assert "damaged" in ranked.engine.status().notices[-1].title
    finally:
        graph.write_bytes(whole)
    ranked.engine.settings.change(ChangeSettings({"search.rerank": ""}))
    assert ask(ranked).reranking is None
    assert all("mine" not in notice.title for notice in ranked.engine.status().notices)


def test_a_language_that_it_does_not_know_is_left_alone(ranked, monkeypatch):
    desk = ranked.engine._reranks
    monkeypatch.setattr(
        desk, "_description", type("Known", (), {"name": "en", "title": "", "languages": ("en",)})
    )
    assert ask(ranked, "QX-4711 鸟怎样在水上飞行").reranking.state == "language-unknown"


def test_its_choice_outlasts_the_engine(bench, reranker):
    bench.engine.models.rerank_with(RerankWith(str(reranker)))
    bench.write("answer.md", TEXTS["answer.md"])
    bench.stop()
    bench.start()
    bench.index()
    assert bench.engine.status().reranker.state == "asleep"
    assert ask(bench).reranking.state == "done"


def test_embedding_rests_while_scores_are_waited_for(ranked, monkeypatch):
    seen = []
    process = ranked.engine._reranks._process
    encoder = ranked.engine._meanings.serving.encoder
    scores = process.scores

    def watched(question, texts, stop):
        seen.append(encoder._free.is_set())
        return scores(question, texts, stop)

    monkeypatch.setattr(process, "scores", watched)
    ask(ranked, "do gulls fly")
    assert seen == [False]
    assert encoder._free.is_set()


@pytest.fixture
def waited_for(ranked, monkeypatch):
    """Scores come when the event is set, up to ten seconds later."""
    given = threading.Event()
    asked = threading.Semaphore(0)

    def slow(_question, texts, _stop):
        asked.release()
        given.wait(10)
        return np.full(len(texts), 0.5, np.float32)

    monkeypatch.setattr(ranked.engine._reranks._process, "scores", slow)
    given.asked = asked
    yield given
    given.set()


def test_a_third_question_does_not_wait_for_the_model(ranked, waited_for):
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(ask, ranked, text) for text in ("gulls on water", "wings on water")]
        assert all(waited_for.asked.acquire(timeout=10) for _ in first)
        third = ask(ranked, "terns on water")
        waited_for.set()
        assert [each.result().reranking.state for each in first] == ["done", "done"]
    assert third.reranking.state == "busy"
    assert third.hits
    assert ask(ranked, "terns on water").reranking.state == "done"


def test_an_explanation_waits_for_no_model_unless_it_shall(ranked, waited_for):
    text = "butter and sugar in a cake"
    hit = ask(ranked, text, Rerank.NO).hits[0]
    asked = ExplainRequest(text, hit.file, (hit.passages[0].id,))
    assert ranked.engine.searches.explain(asked).reasons[0].rerank_score is None
    waited_for.set()
    waiting = replace(asked, rerank=Rerank.YES)
    assert ranked.engine.searches.explain(waiting).reasons[0].rerank_score == 0.5
    assert ranked.engine.searches.explain(asked).reasons[0].rerank_score == 0.5
    never = replace(asked, rerank=Rerank.NO)
    assert ranked.engine.searches.explain(never).reasons[0].rerank_score is None


def test_embedding_goes_on_while_the_model_is_loaded(ranked, monkeypatch):
    seen = []
    process = ranked.engine._reranks._process
    encoder = ranked.engine._meanings.serving.encoder
    loaded = process._loaded

    def watched(generation, stop):
        seen.append(encoder._free.is_set())
        return loaded(generation, stop)

    monkeypatch.setattr(process, "_loaded", watched)
    assert ask(ranked, "do terns nest").reranking.state == "done"
    assert seen[0]


def test_a_folder_that_cannot_be_read_keeps_no_engine_from_starting(bench, reranker, monkeypatch):
    bench.write("answer.md", TEXTS["answer.md"])
    bench.index()
    bench.engine.models.rerank_with(RerankWith(str(reranker)))
    bench.stop()
    is_dir = Path.is_dir

    def away(path):
        if path == reranker:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN), str(path))
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", away)
    bench.start()
    assert names(ask(bench, mode=Mode.KEYWORDS)) == ["answer.md"]
    notices = bench.engine.status().notices
    assert any(os.strerror(errno.ENOTCONN) in notice.title for notice in notices)
    assert [m.state for m in bench.engine.models.listed().models if m.name == str(reranker)] == [
        "damaged"
    ]
