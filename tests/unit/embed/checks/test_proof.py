"""A fast form is proved once, and remembered."""

import numpy as np
import pytest

from jinasearch.embed.checks import proof
from jinasearch.embed.models.catalog import CATALOG


class Form:
    def __init__(self, noise=0.0):
        self.description = CATALOG[0]
        self.calls = 0
        self._noise = noise

    def encode(self, texts, _prompt):
        self.calls += 1
        random = np.random.default_rng(0)
        vectors = random.standard_normal((len(texts), 32))
        vectors += self._noise * np.random.default_rng(1).standard_normal(vectors.shape)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(("noise", "good"), [(1e-4, True), (0.2, False)])
def test_the_verdict_is_kept_for_the_form(noise, good):
    fast, plain = Form(noise), Form()
    assert proof.proven(fast, lambda: plain, "fast 1.0") is good
    assert proof.proven(fast, lambda: pytest.fail("proved again"), "fast 1.0") is good
    assert fast.calls == 1


def test_another_version_is_proved_anew():
    fast, plain = Form(), Form()
    assert proof.proven(fast, lambda: plain, "fast 1.0")
    assert proof.proven(fast, lambda: plain, "fast 1.1")
    assert fast.calls == 2


def test_a_damaged_record_is_made_anew(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "proofs.json").write_bytes(b"\x00{")
    assert proof.proven(Form(), Form, "fast 1.0")
    assert proof.proven(Form(), lambda: pytest.fail("proved again"), "fast 1.0")


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path):
    (tmp_path / "cache").write_bytes(b"a file")
    assert proof.proven(Form(), Form, "fast 1.0")


@pytest.mark.parametrize(("noise", "sound"), [(1e-4, True), (0.2, False)])
def test_a_form_that_keeps_less_is_looked_at_more_closely(noise, sound):
    fast, plain = Form(noise), Form()
    found = proof.agreement(fast, lambda: plain, "small 1.0")
    assert found.sound is sound
    assert (found.neighbours > 0.99) is sound
    assert proof.agreement(fast, lambda: pytest.fail("proved again"), "small 1.0") == found
    assert "of the ten nearest the same" in str(found)


def test_neighbours_count_as_well():
    assert not proof.Agreement(0.9999, 0.9).sound
    assert proof.Agreement(0.9991, 0.96).sound
