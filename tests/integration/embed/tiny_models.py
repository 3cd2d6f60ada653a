"""Tiny random models in sentence-transformers' form, made and saved by the libraries themselves.

What they are compared with is others' code: transformers' models, sentence-transformers' encoding,
optimum's graphs. The packages are the extra `export`; without them these tests are skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing

from jinasearch.embed.models.description import Pooling

if TYPE_CHECKING:
    from pathlib import Path

MISSING = [
    name
    for name in ("torch", "transformers", "sentence_transformers", "optimum")
    if find_spec(name) is None
]

needs_export = [
    pytest.mark.skipif(bool(MISSING), reason=f"the extra `export` lacks {', '.join(MISSING)}"),
    # Of torch's tracer and of changes to come in the libraries; none is about our code.
    pytest.mark.filterwarnings("ignore"),
]

WIDTH, VOCABULARY, POSITIONS = 128, 500, 4096
SIZES = [32, 64, WIDTH]
PROMPTS = {"query": "Query: ", "document": "Document: "}
END, START = "<|end|>", "<|start|>"
POOLINGS = {
    Pooling.LAST_TOKEN: "lasttoken",
    Pooling.FIRST_TOKEN: "cls",
    Pooling.MEAN: "mean",
}
CORPUS = [
    "Which planet is known as the Red Planet? The red planet is Mars, a body of the solar system.",
    "Query: hello world. Document: the letter says notice to terminate the policy.",
    "火星因其红色外观而被称为红色星球。",
]


@dataclass(frozen=True)
class Shape:
    """An architecture as transformers has it. `ends`: its tokenizer adds start and end tokens."""

    name: str
    pooling: Pooling
    ends: bool


QWEN3 = Shape("qwen3", Pooling.LAST_TOKEN, ends=False)
"""Causal, as Jina v5 small."""
BIDIRECTIONAL = Shape("gemma3-bidirectional", Pooling.LAST_TOKEN, ends=True)
"""In place of EuroBERT (Jina v5 nano), which transformers 4.57 has not: the same blocks, namely
rotary positions, root mean square norms, heads that share keys, and no causal mask."""
MODERNBERT = Shape("modernbert", Pooling.FIRST_TOKEN, ends=True)
"""Bidirectional, with layers that look at their neighbourhood only."""
BERT = Shape("bert", Pooling.MEAN, ends=True)
"""With token types, and positions that are counted from the first column: of right padding only."""


def train_tokenizer(*, ends: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END, START],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS * 3, trainer)
    if ends:
        tokenizer.post_processor = TemplateProcessing(
            single=f"{START} $A {END}", special_tokens=[(END, 0), (START, 1)]
        )
    return tokenizer


def build(shape: Shape) -> Any:
    """A model with random weights, large enough that its vectors differ well."""
    import torch
    import transformers

    common: dict[str, Any] = {
        "vocab_size": VOCABULARY,
        "hidden_size": WIDTH,
        "intermediate_size": 256,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": POSITIONS,
        "initializer_range": 0.2,
        "pad_token_id": 0,
        "eos_token_id": 0,
        "bos_token_id": 1,
        "matryoshka_dimensions": SIZES,
    }
    shared_heads = {"num_key_value_heads": 2, "head_dim": 32}
    torch.set_num_threads(1)  # for models this small, more only wait for each other
    torch.manual_seed(len(shape.name))
    if shape is QWEN3:
        return transformers.Qwen3Model(transformers.Qwen3Config(**common, **shared_heads))
    if shape is BIDIRECTIONAL:
        return transformers.Gemma3TextModel(
            transformers.Gemma3TextConfig(
                **common, **shared_heads, use_bidirectional_attention=True, sliding_window=POSITIONS
            )
        )
    if shape is MODERNBERT:
        return transformers.ModernBertModel(
            transformers.ModernBertConfig(**common, cls_token_id=1, sep_token_id=0)
        )
    return transformers.BertModel(transformers.BertConfig(**common))


def save(shape: Shape, folder: Path, **options: Any) -> Path:
    """Save a model as sentence-transformers does; `options` are SentenceTransformer's own."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from transformers import PreTrainedTokenizerFast

    plain = folder.with_name(folder.name + "-plain")
    build(shape).save_pretrained(plain)
    inputs = ["input_ids", "attention_mask"] + ["token_type_ids"] * (shape is BERT)
    PreTrainedTokenizerFast(
        tokenizer_object=train_tokenizer(ends=shape.ends),
        eos_token=END,
        pad_token=END,
        bos_token=START,
        model_input_names=inputs,
    ).save_pretrained(plain)
    modules = [
        Transformer(str(plain)),
        Pooling(WIDTH, pooling_mode=POOLINGS[shape.pooling]),
        Normalize(),
    ]
    options = {"prompts": PROMPTS, "device": "cpu", **options}
    SentenceTransformer(modules=modules, **options).save_pretrained(str(folder))
    return folder


def export_with_optimum(folder: Path) -> None:
    """Add `onnx/model.onnx` to a saved model."""
    from optimum.exporters.onnx import main_export

    main_export(
        str(folder),
        output=folder / "onnx",
        task="feature-extraction",
        library_name="transformers",
        do_validation=False,
    )
