"""Proof of a model: what passes, and what each kind of wrong model fails on."""

from dataclasses import replace

import numpy as np
import pytest

from jinasearch.core.models import ModelInUse, ModelSpeed
from jinasearch.embed.checks import speed, verify
from jinasearch.embed.models.catalog import CATALOG, STARTER
from jinasearch.embed.models.description import Golden

TEXTS = [f"passage number {number}" for number in range(60)]
PLAIN = ModelInUse(provider="ONNX Runtime, CPU", precision="fp32")
FAST = ModelInUse(provider="OpenVINO, CPU", precision="bf16")


class Model:
    """Makes a vector of a text's letters; `spoil` changes a batch of them."""

    def __init__(self, info=PLAIN, spoil=lambda vectors: vectors):
        self.info = info
        self._spoil = spoil

    def encode_documents(self, texts):
        vectors = np.stack([self._vector(text) for text in texts])
        return self._spoil(vectors).astype(np.float32)

    def encode_query(self, text):
        return self.encode_documents([text])[0]

    @staticmethod
    def _vector(text):
        random = np.random.default_rng(list(text.encode()))
        vector = random.standard_normal(64)
        return vector / np.linalg.norm(vector)


def described(golden=None):
    (starter,) = (model for model in CATALOG if model.name == STARTER)
    return replace(starter, golden=golden)


def failed(findings):
    return {finding.name for finding in findings if not finding.ok}


def test_a_sound_model_passes():
    assert failed(verify.verify(Model(), described(), TEXTS)) == set()


def test_vectors_that_are_not_of_length_one_fail():
    findings = verify.verify(Model(spoil=lambda vectors: vectors * 2), described(), TEXTS)
    assert "vectors" in failed(findings)
    assert all(finding.remedy for finding in findings if not finding.ok)


def test_vectors_that_depend_on_their_batch_fail():
    def mix(vectors):
        mixed = vectors + 0.2 * vectors.mean(axis=0)
        return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)

    findings = verify.verify(Model(spoil=mix), described(), TEXTS)
    assert failed(findings) == {"alone and in a batch"}


@pytest.mark.parametrize(("off", "wrong"), [(0.0, set()), (0.02, {"golden figures"})])
def test_golden_figures_decide(off, wrong):
    model = Model()
    cosines = model.encode_documents(["a", "b"]) @ model.encode_query("q")
    golden = Golden("q", ("a", "b"), (float(cosines[0]) + off, float(cosines[1])))
    assert failed(verify.verify(model, described(golden), TEXTS)) == wrong


@pytest.mark.parametrize(
    ("noise", "wrong"),
    [
        (1e-5, set()),
        (0.2, {"OpenVINO, CPU, bf16 against plain", "ten nearest neighbours"}),
    ],
)
def test_a_fast_form_must_agree_with_the_plain_one(noise, wrong):
    random = np.random.default_rng(1)

    def blur(vectors):
        blurred = vectors + noise * random.standard_normal(vectors.shape)
        return blurred / np.linalg.norm(blurred, axis=1, keepdims=True)

    assert failed(verify.compare(Model(FAST, blur), Model(), TEXTS)) == wrong


def test_neighbours_of_the_same_vectors_are_the_same():
    vectors = Model().encode_documents(TEXTS)
    assert verify.neighbours_shared(vectors, vectors) == 1.0
    shuffled = vectors[np.random.default_rng(3).permutation(len(vectors))]
    assert verify.neighbours_shared(vectors, shuffled) < 0.5


def test_the_golden_figures_of_the_catalogue_are_those_of_the_cards():
    golden = {model.name: model.golden for model in CATALOG if model.golden}
    assert golden["jina-v5-small"].cosines == (0.4860, 0.7611, 0.5914, 0.6188)
    assert golden["jina-v5-nano"].cosines == (0.5013, 0.7914, 0.6133, 0.5736)


# Which model to recommend


def measured(name, seconds, query_ms=50.0, languages=("en",), disk=1, problem=""):
    return ModelSpeed(
        name,
        name,
        seconds_for_library=seconds,
        query_ms=query_ms,
        languages=languages,
        disk_bytes=disk,
        problem=problem,
    )


@pytest.mark.parametrize(
    ("models", "best"),
    [
        ([], ""),
        ([measured("a", 9, problem="broken")], ""),
        ([measured("small", 60), measured("large", 600, disk=9)], "large"),
        ([measured("many", 600, languages=("*",)), measured("large", 60, disk=9)], "many"),
        ([measured("fast", 60), measured("slow", 9e6, languages=("*",))], "fast"),
        ([measured("fast", 60), measured("dull", 60, 2000.0, languages=("*",))], "fast"),
        ([measured("slow", 9e6), measured("slower", 9e7)], "slow"),
    ],
)
def test_the_recommendation(models, best):
    assert speed.recommended(models) == best
