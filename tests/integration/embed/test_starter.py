"""The real starter model, as it ships."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from jinasearch.embed.encoder import Prompt
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import STARTER, describe

GOLDEN = [-0.034816, 0.030138, 0.012998, 0.025378]


RUNTIMES = ["onnx"] + ["openvino"] * (importlib.util.find_spec("openvino") is not None)


@pytest.fixture(scope="module", params=RUNTIMES)
def starter(request):
    return load(describe(STARTER), runtime=request.param)


def test_the_golden_figures(starter):
    """Pinned here from this file's own first run on x86-64; loose enough for other processors."""
    vector = starter.encode(["hello world"], Prompt.DOCUMENT)[0]
    assert vector.shape == (384,)
    np.testing.assert_allclose(vector[:4], GOLDEN, atol=2e-3)


def test_the_answer_is_nearest(starter):
    query = starter.encode(["Which planet is known as the Red Planet?"], Prompt.QUERY)[0]
    passages = [
        "Venus is often called Earth's twin because of its similar size and proximity.",
        "Mars, known for its reddish appearance, is often referred to as the Red Planet.",
        "Jupiter, the largest planet in our solar system, has a prominent red spot.",
        "Saturn, famous for its rings, is sometimes mistaken for the Red Planet.",
        "The quarterly figures of the bakery are in the attached table.",
    ]
    cosines = starter.encode(passages, Prompt.DOCUMENT) @ query
    assert cosines.argmax() == 1
    assert cosines.argmin() == 4
    assert cosines[1] > 0.7


def test_other_words_with_the_same_meaning_are_nearer_than_the_same_words(starter):
    one, same, other = starter.encode(
        [
            "How do I cancel my phone contract?",
            "Terminating a mobile subscription",
            "How do I charge my phone?",
        ],
        Prompt.DOCUMENT,
    )
    assert one @ same > one @ other


def test_a_vector_does_not_depend_on_its_batch(starter):
    """Only its weights are of 8 bits; nothing is scaled by the batch."""
    exact = starter.precision != "bf16"
    texts = ["short", "a text of some more words than the first has", "a long one " * 40, "", "x"]
    together = starter.encode(texts * 6, Prompt.DOCUMENT)[: len(texts)]
    alone = np.concatenate([starter.encode([text], Prompt.DOCUMENT) for text in texts])
    assert np.abs(together - alone).max() < (1e-5 if exact else 5e-3)
    assert (together * alone).sum(axis=1).min() > (0.99999 if exact else 0.999)
