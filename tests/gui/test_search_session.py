"""Asking: keywords first, then meaning; late answers dropped; asked again when files change."""

import time

import pytest
from fake_engine import make_hit

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine.protocol import Event, Mode, Reranking, SearchReply
from jinasearch.gui.engine_client import EngineClient
from jinasearch.gui.search_session import THROTTLE_MS, SearchSession


@pytest.fixture
def client(qapp, engine):
    made = EngineClient()
    made.use(engine.address)
    yield made
    made.use(None)


@pytest.fixture
def session(client):
    return SearchSession(client)


@pytest.fixture
def answers(session):
    seen = []
    session.answered.connect(lambda reply, fresh: seen.append((reply.text, reply.mode, fresh)))
    return seen


def test_keywords_are_asked_first_and_meaning_completes(qtbot, session, engine, answers):
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == [("lease", Mode.KEYWORDS, True), ("lease", Mode.HYBRID, False)]
    assert engine.searches() == [("lease", "keywords"), ("lease", "hybrid")]


def reranking(request):
    """As an engine whose model that re-ranks takes its time."""
    told = {"known": Reranking("m", "to-come"), "yes": Reranking("m")}
    return SearchReply(
        request.text, request.mode, (make_hit(1),), reranking=told.get(request.rerank.value)
    )


def test_a_model_that_re_ranks_has_the_last_word(qtbot, session, engine, answers):
    engine.answer = reranking
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(answers) == 3)
    asked = [body["rerank"] for body in engine.bodies("POST /v1/search")]
    assert asked == ["no", "known", "yes"]
    assert answers[1:] == [("lease", Mode.HYBRID, False)] * 2


def test_news_of_the_index_do_not_undo_re_ranking(qtbot, session, engine, answers):
    engine.answer = reranking
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(answers) == 3)
    session.on_changed()
    qtbot.waitUntil(lambda: len(answers) == 4, timeout=3000)
    assert engine.bodies("POST /v1/search")[-1]["rerank"] == "yes"


def test_the_next_key_does_not_wait_for_re_ranking(qtbot, session, engine, answers):
    def slow(request):
        time.sleep(0.5 if request.rerank.value == "yes" and request.text == "le" else 0)
        return reranking(request)

    engine.answer = slow
    session.set_text("le")
    qtbot.waitUntil(lambda: len(engine.bodies("POST /v1/search")) == 3)
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(answers) == 5)
    qtbot.wait(500)
    assert [text for text, _, _ in answers] == ["le", "le", "lease", "lease", "lease"]


def test_an_empty_first_half_leaves_the_old_results_standing(qtbot, session, engine, answers):
    engine.hits = ()
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert answers == [("lease", Mode.HYBRID, True)]


def test_a_late_answer_to_an_older_question_is_dropped(qtbot, session, engine, answers):
    def slow_for_old(request):
        time.sleep(0.4 if request.text == "old" else 0)
        return SearchReply(request.text, request.mode, (make_hit(1),))

    engine.answer = slow_for_old
    session.set_text("old")
    qtbot.waitUntil(lambda: ("old", "keywords") in engine.searches())
    session.set_text("new")
    qtbot.waitUntil(lambda: len(answers) == 2)
    qtbot.wait(500)
    assert [text for text, _, _ in answers] == ["new", "new"]


def test_typing_is_throttled_but_asked_while_it_goes_on(qtbot, session, engine):
    for end in range(1, 21):
        session.set_text("a long question here"[:end])
        qtbot.wait(THROTTLE_MS // 10)
    qtbot.waitUntil(lambda: ("a long question here", "hybrid") in engine.searches())
    keywords = [text for text, mode in engine.searches() if mode == "keywords"]
    assert 1 < len(keywords) < 12
    assert keywords[-1] == "a long question here"


def test_clearing_stops_what_runs(qtbot, session, engine, answers):
    engine.delays["POST /v1/search"] = 0.2
    session.set_text("lease")
    qtbot.waitUntil(lambda: bool(engine.searches()))
    with qtbot.waitSignal(session.cleared):
        session.set_text("  ")
    qtbot.wait(350)
    assert answers == []


def test_news_of_the_index_repeat_the_question_at_most_once_a_second(qtbot, session, engine):
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(engine.searches()) == 2)
    for _ in range(10):
        session.on_changed()
        qtbot.wait(20)
    qtbot.waitUntil(lambda: len(engine.searches()) == 3, timeout=3000)
    qtbot.wait(200)
    assert engine.searches()[2:] == [("lease", "hybrid")]


def test_a_folder_limits_the_question(qtbot, session, engine):
    session.set_folder(7)
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(engine.searches()) == 2)
    assert {body["folder"] for body in engine.bodies("POST /v1/search")} == {7}


def test_a_waking_model_is_asked_again(qtbot, session, engine):
    engine.note = "meaning-waking"
    session.set_text("lease")
    qtbot.waitUntil(lambda: len(engine.searches()) >= 3, timeout=3000)


def test_an_error_is_told_and_a_missing_engine_is_not(qtbot, session, engine, client):
    errors = []
    session.failed.connect(errors.append)
    engine.errors["POST /v1/search"] = JinasearchError(Code.BAD_REQUEST, "No such folder")
    session.set_text("lease")
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].title == "No such folder"
    client.use(None)
    session.set_text("other")
    qtbot.wait(150)
    assert len(errors) == 1


def test_changed_events_reach_the_open_question(qtbot, parts, engine):
    parts.window.line.setText("lease")
    qtbot.waitUntil(lambda: len(engine.searches()) == 2)
    engine.hits = (make_hit(9),)
    engine.send(Event("changed"))
    model = parts.window.results.view.model()
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=4000)
