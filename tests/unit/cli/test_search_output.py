import io
from dataclasses import replace

import pytest
from rich.console import Console

from jinasearch.cli.search import print_reply
from jinasearch.core.models import Coverage, Hit
from jinasearch.core.questions import Hint, Sort
from jinasearch.engine.protocol import Mode, Reranking, SearchReply


def hit(number, **values):
    name = f"file{number}.txt"
    return Hit(number, "", "", name, "/home", "text", "", 1, 0.0, 1.0, True, False, **values)


def printed(reply, **options):
    out = io.StringIO()
    print_reply(Console(file=out, width=120), reply, **options)
    return out.getvalue()


def test_exact_hits_are_marked_and_weak_ones_stay_behind():
    reply = SearchReply("x", Mode.HYBRID, (hit(1, exact=True), hit(2), hit(3, certain=False)))
    short = printed(reply)
    assert "file1.txt" in short.splitlines()[0]
    assert "exact" in short.splitlines()[0]
    assert "exact" not in short.splitlines()[1]
    assert "file3.txt" not in short
    assert "1 more, less certain" in short
    everything = printed(reply, everything=True)
    assert "file3.txt" in everything
    assert "more, less certain" not in everything


@pytest.mark.parametrize(
    ("reranking", "told"),
    [
        (Reranking("m", "done", 30, 1240.0), "Re-ranked by m: the first 30, 1.2 s."),
        (Reranking("m", "done", 1, 40.0), "Re-ranked by m: the one answer, 0.0 s."),
        (Reranking("m", "failed"), "Not re-ranked: the model cannot be used"),
        (Reranking("m", "busy"), "Not re-ranked: the model is busy with other questions"),
        (Reranking("m", "language-unknown"), "Not re-ranked: the model does not know"),
    ],
)
def test_what_became_of_re_ranking_is_told_once(reranking, told):
    assert told in printed(SearchReply("x", Mode.HYBRID, (hit(1),), reranking=reranking))
    assert "anked" not in printed(SearchReply("x", Mode.HYBRID, (hit(1),)))


def test_a_hint_tells_only_the_beginning_of_what_it_is_about():
    told = printed(SearchReply("x", Mode.HYBRID, (), hint=Hint("no-words", "?" * 10_000)))
    assert f"{'?' * 60}… holds no word to look for" in " ".join(told.split())


def test_an_empty_answer_says_why():
    coverage = Coverage(files=200, keywords=200, meaning=86)
    reply = SearchReply("x", Mode.HYBRID, (), coverage, note="still-indexing", left_out=12)
    told = printed(reply)
    assert "filters leave out 12 files" in told
    assert "43%" in told


@pytest.mark.parametrize(
    ("note", "said"),
    [("library-damaged", "engine restart"), ("library-made-anew", "3 of 200 files are read again")],
)
def test_an_empty_answer_of_a_damaged_library_says_so(note, said):
    coverage = Coverage(files=200, keywords=3)
    told = " ".join(printed(SearchReply("x", Mode.HYBRID, (), coverage, note=note)).split())
    assert "Nothing found." in told
    assert said in told


def test_where_none_is_certain_all_are_shown():
    weak = (hit(1, certain=False), hit(2, certain=False))
    shown = printed(SearchReply("x", Mode.HYBRID, weak))
    assert "file1.txt" in shown
    assert "file2.txt" in shown
    assert "more, less certain" not in shown


def test_how_many_files_answer_is_told_where_not_all_are_shown():
    reply = SearchReply("x", Mode.HYBRID, (hit(1), hit(2), hit(3, certain=False)), certain=1204)
    assert "The first 2 of 1,204 files" in printed(reply)
    assert "The first" not in printed(replace(reply, certain=2))


def test_a_phrase_that_stands_nowhere_is_told_before_anything_else_is_shown():
    hint = Hint("phrase-nowhere", "in Mars")
    reply = SearchReply("x", Mode.HYBRID, (hit(1, certain=False),), hint=hint)
    told = printed(reply)
    assert "file1" not in told
    assert "1 more, less certain" in told
    assert "“in Mars” stands in no file, in just these words." in told
    assert "file1" in printed(reply, everything=True)


@pytest.mark.parametrize("code", ["phrase-nowhere", "phrase-unread", "phrase-left-out"])
def test_a_word_with_an_asterisk_is_no_phrase(code):
    told = printed(SearchReply("x", Mode.HYBRID, hint=Hint(code, "insuranc*")))
    assert "holds a word that begins with “insuranc”." in told
    assert "in just these words" not in told


def test_sizes_are_told_where_they_say_what_comes_first():
    reply = SearchReply("x", Mode.HYBRID, (hit(1),), sort=Sort.SIZE)
    assert "1 bytes  1970-01-01" in printed(reply)
    assert "bytes" not in printed(replace(reply, sort=Sort.NAME))
