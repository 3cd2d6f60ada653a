import math

import pytest

from jinasearch.cli.collection import Collection
from jinasearch.cli.measures import difference, figures, plain_bm25, plain_rrf

RELEVANT = {"q1": {"a": 1}, "q2": {"b": 2, "c": 1}}


def test_figures_are_those_of_trec_eval():
    found = figures({"q1": ["x", "a"], "q2": ["b"]}, RELEVANT)
    second = 2 / (2 + 1 / math.log2(3))
    assert found.each["q1"] == pytest.approx(1 / math.log2(3))
    assert found.each["q2"] == pytest.approx(second)
    assert found.recall == pytest.approx((1 + 0.5) / 2)
    assert found.mrr == pytest.approx((0.5 + 1) / 2)


def test_a_question_without_an_answer_counts_as_nought():
    assert figures({"q1": ["a"]}, RELEVANT).ndcg == pytest.approx(0.5)


def test_the_bootstrap_is_of_pairs():
    better = figures({"q1": ["a"], "q2": ["b", "c"]}, RELEVANT)
    worse = figures({"q1": ["x", "a"], "q2": ["c", "b"]}, RELEVANT)
    gain = difference(better, worse)
    assert 0 < gain.low <= gain.mean <= gain.high
    same = difference(better, better)
    assert (same.low, same.mean, same.high) == (0, 0, 0)


def test_plain_fusion_puts_what_stands_in_both_lists_first():
    assert plain_rrf([{"q": ["a", "b"]}, {"q": ["c", "b"]}]) == {"q": ["b", "a", "c"]}


def test_plain_bm25_finds_words_and_pairs_of_characters():
    texts = {"en": "the red house", "zh": "公司的员工休假制度", "no": "nothing here"}
    drawn = Collection("c", (3, 2), texts, {"1": "red", "2": "员工"}, {"1": {"en": 1}})
    assert plain_bm25(drawn, 10) == {"1": ["en"], "2": ["zh"]}
