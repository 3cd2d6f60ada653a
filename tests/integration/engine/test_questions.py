import os
import threading
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import apsw
import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Coverage
from jinasearch.core.questions import Hint
from jinasearch.engine.protocol import (
    Example,
    ExplainRequest,
    Field,
    Filter,
    Mode,
    SearchRequest,
)
from jinasearch.engine.sessions import Caller, Sessions

TEXTS = {
    "bread.md": "Mix flour, water and yeast, knead the dough and bake the loaf in a hot oven.",
    "cake.md": "Beat butter, sugar and eggs, fold in the flour, bake the cake for an hour.",
    "old/pasta.txt": "Knead flour and eggs into a dough, roll it thin and cut it into noodles.",
    "old/engine.txt": "The motor of the car needs new oil and the brakes squeak on wet roads.",
    "gears.txt": "A car's gearbox changes how the engine turns the wheels on steep roads.",
}


@pytest.fixture(scope="module")
def kitchen(shared_bench):
    for name, text in TEXTS.items():
        path = shared_bench.write(name, text)
        if name.startswith("old/"):
            moment = datetime(2020, 5, 5).timestamp()  # noqa: DTZ001
            os.utime(path, (moment, moment))
    shared_bench.index()
    return shared_bench


def wait_until(happened):
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ask(bench, text="", mode=Mode.HYBRID, **more):
    return bench.engine.searches.search(SearchRequest(text, mode, **more))


def names(reply):
    return {hit.name for hit in reply.hits}


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "zxqvwk", "pangolinb", "oboe"])
def test_nonsense_has_no_certain_answer(kitchen, text):
    assert [hit.name for hit in ask(kitchen, text).hits if hit.certain] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vehicle maintenance", "engine.txt"),
        ("automobile transmission", "gears.txt"),
    ],
)
def test_what_is_meant_in_other_words_is_certain(kitchen, text, name):
    assert name in [hit.name for hit in ask(kitchen, text).hits if hit.certain]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("{home}/bread.md", {"bread.md"}),
        (" '{home}/./bread.md' ", {"bread.md"}),
        ('"{uri}/old/pasta.txt"', {"pasta.txt"}),
        ("{home}/old", {"pasta.txt", "engine.txt"}),
        ("{home}/old/ type:markdown", set()),
        ("{uri}", {Path(name).name for name in TEXTS}),
    ],
)
def test_a_pasted_path_finds_what_lies_there_and_nothing_else(kitchen, typed, found):
    home = kitchen.home
    text = typed.format(home=home, uri=home.as_uri())
    reply = ask(kitchen, text)
    assert names(reply) == found
    assert reply.hint is None
    place = next(each for each in reply.filters if each.field is Field.IN)
    assert text[place.start : place.end].strip("'\"") == place.value


def test_a_pasted_path_narrows_beside_other_folders(kitchen):
    text = f"in:old {kitchen.home}/bread.md"
    reply = ask(kitchen, text)
    assert names(reply) == {"bread.md"}
    (_, place) = reply.filters
    assert text[place.start : place.end] == f"{kitchen.home}/bread.md"


def test_a_word_that_stands_nowhere_is_told_with_what_may_be_meant(kitchen):
    reply = ask(kitchen, "flour doguh")
    assert (reply.hint.code, reply.hint.suggestion) == ("word-nowhere", "dough")
    assert ask(kitchen, "flour doguh", Mode.MEANING).hint is None


def test_nothing_stands_nowhere_while_files_are_unread(kitchen, monkeypatch):
    counted = kitchen.engine.searches._coverage

    def partly() -> Coverage:
        coverage = counted()
        return replace(coverage, keywords=coverage.keywords - 1)

    monkeypatch.setattr(kitchen.engine.searches, "_coverage", partly)
    assert ask(kitchen, "flour doguh").hint is None
    assert ask(kitchen, '"arctic sea"').hint == Hint("phrase-unread", "arctic sea")


@pytest.mark.parametrize("text", ["/", "~", "{home}/no such bread.md", "file://elsewhere{home}"])
def test_what_is_no_path_of_the_library_is_read_as_words(kitchen, text):
    assert ask(kitchen, text.format(home=kitchen.home)).filters == ()


def test_a_slip_in_a_name_that_is_asked_for_is_forgiven(kitchen):
    assert names(ask(kitchen, "name:engnie")) == {"engine.txt"}


@pytest.mark.parametrize("mode", Mode)
def test_filters_apply_to_both_halves(kitchen, mode):
    reply = ask(kitchen, "flour dough in:old", mode)
    assert names(reply) <= {"pasta.txt", "engine.txt"}
    assert "pasta.txt" in names(reply)
    assert reply.words == "flour dough"
    assert [(each.field, each.value) for each in reply.filters] == [(Field.IN, "old")]


def test_filters_of_the_request_are_as_good_as_typed_ones(kitchen):
    chosen = (Filter(Field.BEFORE, "2021"), Filter(Field.IN, str(kitchen.home)))
    assert names(ask(kitchen, "flour", filters=chosen)) <= {"pasta.txt", "engine.txt"}
    with pytest.raises(JinasearchError) as raised:
        ask(kitchen, "flour", filters=(Filter(Field.DATE, "someday"),))
    assert raised.value.code == Code.BAD_REQUEST


def test_filters_alone_list_what_passes_newest_first(kitchen):
    reply = ask(kitchen, "ext:txt")
    assert reply.hits[0].name == "gears.txt"
    assert names(reply) == {"gears.txt", "engine.txt", "pasta.txt"}
    assert names(ask(kitchen, "ext:txt -name:gears")) == {"engine.txt", "pasta.txt"}
    assert names(ask(kitchen, "after:2000")) == {path.rsplit("/")[-1] for path in TEXTS}
    assert ask(kitchen, "-flour").hits == ()
    assert ask(kitchen, "-flour").hint.code == "only-excluded"
    assert names(ask(kitchen, "after:2000 -flour")) == {"engine.txt", "gears.txt"}


@pytest.mark.parametrize("mode", Mode)
def test_an_excluded_word_is_in_no_answer(kitchen, mode):
    assert "pasta.txt" not in names(ask(kitchen, "knead the dough -noodles", mode))
    assert "bread.md" in names(ask(kitchen, "knead the dough -noodles", mode))


def test_what_cannot_be_read_is_text_and_hinted(kitchen):
    reply = ask(kitchen, "flour before:whenever")
    assert reply.hint.code == "bad-date"
    assert reply.words == "flour before:whenever"
    assert reply.filters == ()


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("?! *", "no-words", "?! *"),
        ("🎉", "no-words", "🎉"),
        ("_", "no-words", "_"),
        ("NOT", "only-excluded", "NOT"),
        ("-like:bread.md", "only-excluded", "-like:bread.md"),
    ],
)
def test_a_question_that_looks_for_nothing_is_told_why(kitchen, text, code, part):
    reply = ask(kitchen, text)
    assert (reply.hits, reply.hint.code, reply.hint.text) == ((), code, part)


def test_what_is_alike_is_not_told_by_keywords(kitchen):
    assert ask(kitchen, "like:bread.md", Mode.KEYWORDS).hint.text == "like:bread.md"


def test_facets_count_each_group_without_its_own_filters(kitchen):
    reply = ask(kitchen, "flour type:markdown", Mode.KEYWORDS, facets=True)
    assert names(reply) == {"bread.md", "cake.md"}
    assert [(each.filter.value, each.count) for each in reply.facets.types] == [("text", 3)]
    (here,) = [each for each in reply.facets.times if each.filter.value == "today"]
    assert here.count == 2
    whole = ask(kitchen, "flour", Mode.KEYWORDS, facets=True).facets
    folders = {Path(each.filter.value).name: each.count for each in whole.folders}
    assert folders == {"old": 1}
    assert names(ask(kitchen, "flour", Mode.KEYWORDS, filters=(whole.folders[0].filter,))) == {
        "pasta.txt"
    }
    older = whole.times[-1]
    assert (older.filter.field, older.count) == (Field.BEFORE, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("in:nowhere", "folder-not-found"),
        ("in:nowhere flour", "folder-not-found"),
        ("flour in:old after:2100", ""),  # there is such a folder
        ("qwertz -in:nowhere", ""),
    ],
)
def test_that_there_is_no_such_folder_is_told(kitchen, text, code):
    reply = ask(kitchen, text, Mode.KEYWORDS)
    assert reply.hits == ()
    assert ("" if reply.hint is None else reply.hint.code) == code
    if code:
        assert reply.hint.text == "in:nowhere"


def test_more_like_a_file_a_passage_a_text(kitchen):
    hit = next(hit for hit in ask(kitchen, "gearbox").hits if hit.name == "gears.txt")
    for example in (
        Example(file=hit.file),
        Example(uri=hit.uri),
        Example(passage=hit.passages[0].id),
        Example(text="My automobile makes strange noises when I brake."),
    ):
        found = [each.name for each in ask(kitchen, like=(example,)).hits]
        assert found[0] in ("engine.txt", "gears.txt")
        assert ("gears.txt" in found) == bool(example.text)  # nothing is like itself
    typed = ask(kitchen, "like:gears.txt")
    assert typed.hits[0].name == "engine.txt"
    assert typed.filters[0].field is Field.LIKE


def test_feedback_moves_the_question(kitchen):
    pasta = next(hit for hit in ask(kitchen, "noodles").hits if hit.name == "pasta.txt")
    plain = [hit.name for hit in ask(kitchen, "something about roads", Mode.MEANING).hits]
    moved = ask(kitchen, "something about roads", Mode.MEANING, like=(Example(pasta.file),))
    found = [hit.name for hit in moved.hits]
    assert found.index("pasta.txt") < plain.index("pasta.txt")
    away = ask(kitchen, "flour", unlike=(Example(pasta.file),))
    assert "pasta.txt" not in names(away)


def test_an_example_that_is_not_there(kitchen):
    for example in (Example(file=9999), Example(passage=9999), Example(uri="file:///nowhere")):
        with pytest.raises(JinasearchError) as raised:
            ask(kitchen, like=(example,))
        assert raised.value.code == Code.NOT_FOUND
    reply = ask(kitchen, "like:nowhere.txt")
    assert reply.hint.code == "like-not-found"
    with pytest.raises(JinasearchError):
        ask(kitchen, like=(Example(),))


def test_a_newer_question_of_a_session_ends_the_older_one(tmp_path):
    connection = apsw.Connection(str(tmp_path / "x.db"))
    sessions, outcome, began = Sessions(), [], threading.Event()

    def slow():
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        try:
            with sessions.asking("window", connection):
                began.set()
                for _ in connection.execute(f"{endless} SELECT max(x) FROM n"):
                    pass
        except JinasearchError as error:
            outcome.append(error.code)

    thread = threading.Thread(target=slow)
    thread.start()
    began.wait(10)
    time.sleep(0.05)
    with sessions.asking("another", apsw.Connection(":memory:")):
        assert thread.is_alive()
    with sessions.asking("window", apsw.Connection(":memory:")) as newer:
        thread.join(10)
        assert outcome == [Code.SUPERSEDED]
        newer.go_on()


def test_a_question_ends_when_its_caller_leaves_and_so_does_one_that_has_not_begun(tmp_path):
    connection = apsw.Connection(str(tmp_path / "x.db"))
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    sessions, caller = Sessions(), Caller()
    for _ in range(2):
        timer = threading.Timer(0.05, caller.leave)
        timer.start()
        with pytest.raises(JinasearchError) as caught, sessions.asking("", connection, caller):
            connection.execute(f"{endless} SELECT max(x) FROM n").get  # noqa: B018
        assert caught.value.code == Code.SUPERSEDED
        timer.join(10)
    with sessions.asking("", connection):
        assert connection.execute("SELECT 1").get == 1


def test_the_next_question_of_a_session_ends_what_explains_the_last_one(tmp_path):
    sessions = Sessions()

    def asking(newest):
        return sessions.asking("window", apsw.Connection(":memory:"), newest=newest)

    with asking(True) as first, asking(False) as about_it:
        assert not first.ended
        with asking(True) as second:
            assert first.ended
            assert about_it.ended
            assert not second.ended
    assert sessions._under_way == {}


class Encoder:
    """Counts what it is asked, and holds the first until it is let go."""

    def __init__(self, dimension):
        self.asked, self.free = [], threading.Event()
        self.dimension = dimension

    def __call__(self, text):
        self.asked.append(text)
        self.free.wait(10)
        return np.eye(1, self.dimension, len(self.asked), np.float32)[0]


@pytest.fixture
def encoder(kitchen, monkeypatch):
    meaning = kitchen.engine.searches._meanings.serving
    encoder = Encoder(meaning.dimension)
    monkeypatch.setattr(meaning.encoder, "encode_query", encoder)
    return encoder


def test_a_question_given_up_while_it_waits_for_the_model_is_never_embedded(kitchen, encoder):
    outcome = {}

    def typed(text):
        try:
            outcome[text] = ask(kitchen, text, session="line").note
        except JinasearchError as error:
            outcome[text] = error.code

    def newest():
        return kitchen.engine.searches._sessions._under_way.get("line", [None])[-1]

    threads = [threading.Thread(target=typed, args=(text,)) for text in ("du", "dum", "dump")]
    threads[0].start()
    wait_until(lambda: encoder.asked == ["du"])
    for thread in threads[1:]:
        before = newest()
        thread.start()
        wait_until(lambda before=before: newest() is not before)
    threads[1].join(10)  # it leaves while the first still holds the model
    assert outcome == {"dum": Code.SUPERSEDED}
    assert ask(kitchen, "flour", Mode.KEYWORDS).hits  # and keywords wait for none of them
    encoder.free.set()
    for thread in threads:
        thread.join(10)
    assert encoder.asked == ["du", "dump"]
    assert outcome == {"du": Code.SUPERSEDED, "dum": Code.SUPERSEDED, "dump": ""}


def test_the_vector_of_a_recent_question_is_kept(kitchen, encoder):
    encoder.free.set()
    for text in ("rye", "spelt", "rye", "rye", "spelt"):
        ask(kitchen, text)
    assert encoder.asked == ["rye", "spelt"]


def test_why_a_file_answers(kitchen):
    hit = next(hit for hit in ask(kitchen, "motor oil").hits if hit.name == "engine.txt")
    request = ExplainRequest("motor oil", hit.file, tuple(each.id for each in hit.passages))
    why = kitchen.engine.searches.explain(request)
    assert [(word.word, word.here) for word in why.words] == [("motor", 1), ("oil", 1)]
    (reason,) = why.reasons
    assert [reason.text[mark.start : mark.end] for mark in reason.marks] == ["motor", "oil"]
    assert reason.keyword_score > 0
    assert 0 < reason.keyword_confidence <= 1
    assert 0 < reason.meaning_score < 1
    assert reason.meaning_confidence is not None


def test_the_sentence_nearest_in_meaning_is_told(kitchen):
    path = kitchen.write("trip.txt", "We left the hotel at nine. Then a puma chased the dog away.")
    kitchen.index()
    hit = next(hit for hit in ask(kitchen, "wild cat").hits if hit.name == path.name)
    why = kitchen.engine.searches.explain(ExplainRequest("wild cat", hit.file))
    (reason,) = why.reasons
    assert "puma" in reason.text[reason.nearest.start : reason.nearest.end]
    assert "hotel" not in reason.text[reason.nearest.start : reason.nearest.end]
    by_words = kitchen.engine.searches.explain(
        ExplainRequest("wild cat", hit.file, mode=Mode.KEYWORDS)
    )
    assert by_words.reasons[0].nearest is None
    assert by_words.reasons[0].meaning_score is None


def test_a_file_that_is_gone_is_not_explained(kitchen):
    with pytest.raises(JinasearchError) as raised:
        kitchen.engine.searches.explain(ExplainRequest("oil", 10_000))
    assert raised.value.code == Code.NOT_FOUND


def test_what_a_filter_leaves_out_is_counted_without_weak_matches(kitchen):
    assert ask(kitchen, "motor oil type:pdf", Mode.KEYWORDS).left_out >= 1
    assert ask(kitchen, "zzzz type:pdf", Mode.KEYWORDS).left_out == 0
    assert ask(kitchen, "zzzz type:pdf").left_out < len(TEXTS)
    assert ask(kitchen, "motor oil").left_out == 0
