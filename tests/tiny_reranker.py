"""A cross-encoder made by hand: what share of a question's words stands in a text."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
"""Words that are none; an unknown word stands in no text."""
LIMIT = 64
"""Tokens of a pair that are read."""
_WORD = re.compile(r"\w+|[^\w\s]+")
_STEEP = 8.0


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def expected(question: str, text: str) -> float:
    """The score that the model gives a short pair."""
    asked = words_of(question)
    there = set(words_of(text))
    share = sum(word in there for word in asked) / max(1, len(asked))
    return 1 / (1 + math.exp(-_STEEP * (share - 0.5)))


def lay_down(folder: Path, texts: Iterable[str], labels: int = 1) -> Path:
    """The model's folder, in the hub's layout; it knows the words of `texts`."""
    words = sorted({word for text in texts for word in words_of(text)})
    tokenizer = Tokenizer(
        models.WordLevel(
            {word: at for at, word in enumerate([*SPECIAL, *words])}, unk_token="[UNK]"
        )
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    (folder / "onnx").mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "architectures": ["BertForSequenceClassification"],
        "id2label": {str(at): f"LABEL_{at}" for at in range(labels)},
        "max_position_embeddings": LIMIT,
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    onnx.save(graph(labels), folder / "onnx" / "model.onnx")
    return folder


def graph(labels: int = 1) -> onnx.ModelProto:
    """Counts the tokens of the first text that stand in the second."""

    def node(kind: str, *names: str, **more: object) -> onnx.NodeProto:
        return helper.make_node(kind, names[:-1], names[-1:], **more)

    nodes = [
        node("Greater", "input_ids", "special", "word"),
        node("Equal", "token_type_ids", "zero", "first"),
        node("Equal", "token_type_ids", "one", "second"),
        node("And", "word", "first", "asked"),
        node("And", "word", "second", "there"),
        node("Unsqueeze", "input_ids", "axis2", "rows"),
        node("Unsqueeze", "input_ids", "axis1", "columns"),
        node("Equal", "rows", "columns", "same"),
        node("Unsqueeze", "there", "axis1", "there_columns"),
        node("And", "same", "there_columns", "held"),
        node("Cast", "held", "held_numbers", to=TensorProto.FLOAT),
        node("ReduceMax", "held_numbers", "found", axes=[2], keepdims=0),
        node("Cast", "asked", "asked_numbers", to=TensorProto.FLOAT),
        node("Mul", "found", "asked_numbers", "counted"),
        node("ReduceSum", "counted", "axis1", "sum", keepdims=1),
        node("ReduceSum", "asked_numbers", "axis1", "all", keepdims=1),
        node("Max", "all", "least", "divisor"),
        node("Div", "sum", "divisor", "share"),
        node("Sub", "share", "half", "off"),
        node("Mul", "off", "steep", "score" if labels > 1 else "logits"),
    ]
    if labels > 1:
        nodes.append(helper.make_node("Concat", ["score"] * labels, ["logits"], axis=1))
    constants = {
        "special": np.array(len(SPECIAL) - 1, np.int64),
        "zero": np.array(0, np.int64),
        "one": np.array(1, np.int64),
        "axis1": np.array([1], np.int64),
        "axis2": np.array([2], np.int64),
        "least": np.array(1, np.float32),
        "half": np.array(0.5, np.float32),
        "steep": np.array(_STEEP, np.float32),
    }
    made = helper.make_graph(
        nodes,
        "overlap",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", labels])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
