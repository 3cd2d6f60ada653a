"""Our vectors against those of sentence-transformers and of optimum with the cards' own pooling.

The weights are random and in fp32, so that any difference is one of the code.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tiny_models import (
    BIDIRECTIONAL,
    MODERNBERT,
    QWEN3,
    SIZES,
    Shape,
    export_with_optimum,
    needs_export,
    save,
)

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed import transformer
from jinasearch.embed.encoder import Encoder, Prompt
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.models.description import Pooling
from jinasearch.embed.runtimes.ort import runtime as ort
from jinasearch.embed.runtimes.runtime import PLAIN
from jinasearch.embed.tokenizer import TextTokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = needs_export

LIMIT = 2048
"""Tokens that our encoder reads at most; the models here would read 4,096."""
SPECIAL = {
    "empty": "",
    "one token": "a",
    "chinese": "火星因其红色外观而被称为红色星球。",
    "emoji": "🚀🪐 emoji 👩‍👩‍👧",
    "control characters": "control \x00\x01\x7f\u200b\u202e characters\r\n\ttoo",
    "spaces": "  spaces before and after \n",
    "words of the tokenizer": "<|end|> and <|start|>",
}


def mixed() -> list[str]:
    """64 texts of one to some 400 tokens, the special ones among them."""
    random = np.random.default_rng(5)
    words = [
        "Mars",
        "venus",
        "red",
        "planet",
        "火星",
        "the",
        "of",
        "solar",
        "🚀",
        "system",
        "letter",
    ]
    return list(SPECIAL.values()) + [
        " ".join(random.choice(words, random.integers(1, 120))) for _ in range(64 - len(SPECIAL))
    ]


TEXTS = mixed()


@dataclass(frozen=True)
class Pair:
    """A model twice: as our encoders read it, and in sentence-transformers."""

    shape: Shape
    folder: Path
    reference: Any

    def ours(self, dimension: int = 0, runtime: str = "onnx", precision: str = "auto") -> Encoder:
        description = describe(str(self.folder))
        return load(description, dimension, threads=1, runtime=runtime, precision=precision)

    def theirs(
        self, texts: Sequence[str], prompt: Prompt, batch: int = 64, **options: Any
    ) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self.reference.encode(
            list(texts), prompt_name=prompt.value, batch_size=batch, **options
        )
        return vectors

    def text_of(self, tokens: int) -> str:
        """A text that has so many tokens with its prompt and the tokenizer's own."""
        count = self.reference.tokenizer
        text = "a"
        rest = tokens - len(count("Document: " + text).input_ids)
        text += " the" * rest
        assert len(count("Document: " + text).input_ids) == tokens
        return text


@pytest.fixture(scope="session")
def make_pair(tmp_path_factory) -> Callable[[Shape], Pair]:
    made: dict[Shape, Pair] = {}

    def make(shape: Shape) -> Pair:
        if shape not in made:
            from sentence_transformers import SentenceTransformer

            folder = save(shape, tmp_path_factory.mktemp("parity") / shape.name)
            export_with_optimum(folder)
            made[shape] = Pair(shape, folder, SentenceTransformer(str(folder), device="cpu"))
        return made[shape]

    return make


@pytest.fixture(params=[QWEN3, BIDIRECTIONAL, MODERNBERT], ids=lambda shape: shape.name)
def pair(request, make_pair) -> Pair:
    return make_pair(request.param)


@pytest.fixture(params=["left", "right"])
def side(request, pair, monkeypatch) -> str:
    """The side on which the others pad. Ours is always the right."""
    monkeypatch.setattr(pair.reference.tokenizer, "padding_side", request.param)
    return request.param


def agree(ours: NDArray[np.float32], theirs: NDArray[np.float32], limit: float = 0.99999) -> None:
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)
    lengths = np.linalg.norm(theirs, axis=1)
    cosines = (ours * theirs).sum(axis=1) / lengths
    assert cosines.min() >= limit, f"text {cosines.argmin()}: {cosines.min()}"


def test_the_folder_is_read_as_it_was_meant(pair):
    description = describe(str(pair.folder))
    assert description.max_tokens == pair.reference.max_seq_length == 4096
    assert description.input_tokens == LIMIT
    assert description.pooling is pair.shape.pooling
    assert description.dimensions == tuple(SIZES)
    prompts = pair.reference.prompts
    assert (description.query_prompt, description.document_prompt) == (
        prompts["query"],
        prompts["document"],
    )


@pytest.mark.parametrize("prompt", list(Prompt))
def test_a_batch_of_64_mixed_lengths(pair, side, prompt):
    if pair.shape is QWEN3:
        assert pair.ours().provider == "ONNX Runtime, CPU, fused"
    agree(pair.ours().encode(TEXTS, prompt), pair.theirs(TEXTS, prompt))


def test_all_64_in_one_run_mostly_padding(pair, monkeypatch):
    monkeypatch.setattr(ort, "_BATCH_TOKENS", 1_000_000)
    monkeypatch.setattr(transformer, "_BATCH_SPREAD", 1_000.0)
    model = pair.ours()
    assert len(model._begun(TEXTS, Prompt.DOCUMENT).batches) == 1
    agree(model.encode(TEXTS, Prompt.DOCUMENT), pair.theirs(TEXTS, Prompt.DOCUMENT))


def test_batches_of_one(pair):
    model = pair.ours()
    texts = TEXTS[::3]
    ours = np.concatenate([model.encode([text], Prompt.DOCUMENT) for text in texts])
    agree(ours, pair.theirs(texts, Prompt.DOCUMENT, batch=1))


@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL.keys())
def test_special_texts(pair, text):
    agree(pair.ours().encode([text], Prompt.QUERY), pair.theirs([text], Prompt.QUERY))


def test_the_two_prompts_make_different_vectors(pair):
    ours = pair.ours().encode(TEXTS, Prompt.QUERY)
    theirs = pair.theirs(TEXTS, Prompt.DOCUMENT)
    assert (ours * theirs).sum(axis=1).min() < 0.999


@pytest.mark.parametrize("size", SIZES)
def test_every_matryoshka_size(pair, size):
    ours = pair.ours(size).encode(TEXTS, Prompt.DOCUMENT)
    assert ours.shape == (64, size)
    agree(ours, pair.theirs(TEXTS, Prompt.DOCUMENT, truncate_dim=size))


def test_as_many_tokens_as_we_read(pair):
    text = pair.text_of(LIMIT)
    model = pair.ours()
    agree(model.encode([text], Prompt.DOCUMENT), pair.theirs([text], Prompt.DOCUMENT))
    assert model.truncated == 0


def test_more_tokens_than_we_read_are_read_in_pieces(pair):
    texts = [pair.text_of(LIMIT + 1), "short", pair.text_of(LIMIT) + " 火星🚀" * 200]
    model = pair.ours()
    ours = model.encode(texts, Prompt.DOCUMENT)
    assert model.truncated == 0
    tokenizer = TextTokenizer(pair.folder / "tokenizer.json", LIMIT)
    for row, text in enumerate(texts):
        pieces = tokenizer.pieces("Document: ", text)
        assert len(pieces) == (1 if row == 1 else 2)
        lengths = [len(read) for read in tokenizer.tokens(["Document: " + p for p in pieces])]
        theirs = pair.theirs(pieces, Prompt.DOCUMENT, batch=1)
        theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
        agree(ours[row : row + 1], (theirs * np.array(lengths)[:, None]).sum(axis=0)[None, :])


def test_a_vector_does_not_depend_on_its_batch(pair):
    model = pair.ours()
    together = model.encode(TEXTS, Prompt.DOCUMENT)
    alone = np.concatenate([model.encode([text], Prompt.DOCUMENT) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-5
    shuffled = np.random.default_rng(2).permutation(64)
    again = model.encode([TEXTS[i] for i in shuffled[:40]], Prompt.DOCUMENT)
    assert np.abs(together[shuffled[:40]] - again).max() < 1e-5


OPENVINO = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="the extra `openvino` is not installed"
)


FORMS = [
    pytest.param(shape, *form, id=f"{shape.name}-{form[0]}-{form[1]}", marks=marks)
    for shape in (QWEN3, BIDIRECTIONAL, MODERNBERT)
    for *form, marks in (
        (PLAIN, "auto", 0.99999, ()),
        ("openvino", "fp32", 0.99999, OPENVINO),
        ("openvino", "bf16", 0.999, OPENVINO),
    )
    # With weights this large one text of ModernBERT's comes to 0.99899 in bf16; it is no shape
    # of the catalogue, and a form that does not keep the vectors is not chosen.
    if (shape, form[1]) != (MODERNBERT, "bf16")
]


@pytest.mark.parametrize(("shape", "runtime", "precision", "limit"), FORMS)
def test_every_other_form_keeps_all_this(make_pair, shape, runtime, precision, limit):
    """What is asked above of the form that is used by default."""
    pair = make_pair(shape)
    model = pair.ours(0, runtime, precision)
    for prompt in Prompt:
        together = model.encode(TEXTS, prompt)
        agree(together, pair.theirs(TEXTS, prompt), limit)
    alone = np.concatenate([model.encode([text], prompt) for text in TEXTS])
    agree(alone, together, limit)
    if limit > 0.999:
        assert np.abs(together - alone).max() < 1e-5
    whole = [pair.text_of(LIMIT)]
    agree(model.encode(whole, prompt), pair.theirs(whole, prompt), limit)
    longer = [whole[0] + " 火星🚀" * 200, "short"]
    agree(model.encode(longer, prompt), pair.ours().encode(longer, prompt), limit)
    assert model.truncated == 0
    for size in SIZES:
        cut = pair.ours(size, runtime, precision).encode(TEXTS, prompt)
        agree(cut, pair.theirs(TEXTS, prompt, truncate_dim=size), limit)


def test_8_bits_would_spoil_such_weights_and_are_refused(make_pair):
    with pytest.raises(JinasearchError, match="differ too much, least cosine 0") as caught:
        make_pair(QWEN3).ours(0, "onnx", "int8")
    assert caught.value.code is Code.RUNTIME_MISSING


@pytest.mark.parametrize("prompt", list(Prompt))
def test_against_optimum_with_the_cards_pooling(pair, side, prompt):
    """Tokens, padding, forward pass, pooling and L2 as model cards do them by hand."""
    import onnxruntime
    import torch
    from optimum.onnxruntime import ORTModelForFeatureExtraction
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(pair.folder, padding_side=side)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = ORTModelForFeatureExtraction.from_pretrained(
        pair.folder, subfolder="onnx", session_options=options
    )
    before = pair.reference.prompts[prompt.value]
    batch = tokenizer(
        [before + text for text in TEXTS],
        padding=True,
        truncation=True,
        max_length=LIMIT,
        return_tensors="pt",
    )
    rows, mask = torch.arange(len(TEXTS)), batch["attention_mask"]
    if "position_ids" in model.input_names:
        batch["position_ids"] = (mask.cumsum(dim=1) - 1).clamp(min=0)
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state
    left, counts = side == "left", mask.sum(dim=1)
    if pair.shape.pooling is Pooling.LAST_TOKEN:
        pooled = hidden[:, -1] if left else hidden[rows, counts - 1]
    else:
        pooled = hidden[rows, mask.shape[1] - counts] if left else hidden[:, 0]
    theirs = torch.nn.functional.normalize(pooled, p=2, dim=1).numpy()
    agree(pair.ours().encode(TEXTS, prompt), theirs)
