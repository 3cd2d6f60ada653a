"""A tiny random model of Qwen3's shape, twice: as an ONNX graph and in plain numpy."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

LAYERS, WIDTH, HEADS, KV_HEADS, HEAD, INNER, VOCABULARY = 2, 64, 4, 2, 16, 128, 400
EPSILON, THETA = 1e-6, 10_000.0
SIZES = [8, 16, 32, 64]

Weights = dict[str, np.ndarray]


@dataclass(frozen=True)
class TinyModel:
    folder: Path
    weights: Weights
    tokenizer: Tokenizer
    _pooled: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)

    def reference(self, text: str, dimension: int = WIDTH, limit: int = 2048) -> np.ndarray:
        """The vector of one text by the contract, computed without padding, batch or graph."""
        pooled = self._pooled.get((text, limit))
        if pooled is None:  # many tests ask for the same
            ids = self.tokenizer.encode(text).ids[:limit] or [0]
            pooled = forward(self.weights, np.array(ids))[-1]
            pooled = pooled / np.linalg.norm(pooled)
            self._pooled[text, limit] = pooled
        cut = pooled[:dimension]
        return cut / np.linalg.norm(cut)


def random_weights(seed: int = 7) -> Weights:
    random = np.random.default_rng(seed)

    def matrix(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)

    def scale(size: int) -> np.ndarray:
        return (1 + 0.1 * random.standard_normal(size)).astype(np.float32)

    weights = {"embed": random.standard_normal((VOCABULARY, WIDTH)).astype(np.float32)}
    for i in range(LAYERS):
        weights |= {
            f"{i}.norm1": scale(WIDTH),
            f"{i}.q": matrix(WIDTH, HEADS * HEAD),
            f"{i}.k": matrix(WIDTH, KV_HEADS * HEAD),
            f"{i}.v": matrix(WIDTH, KV_HEADS * HEAD),
            f"{i}.q_norm": scale(HEAD),
            f"{i}.k_norm": scale(HEAD),
            f"{i}.o": matrix(HEADS * HEAD, WIDTH),
            f"{i}.norm2": scale(WIDTH),
            f"{i}.gate": matrix(WIDTH, INNER),
            f"{i}.up": matrix(WIDTH, INNER),
            f"{i}.down": matrix(INNER, WIDTH),
        }
    return weights | {"norm": scale(WIDTH)}


def forward(weights: Weights, ids: np.ndarray) -> np.ndarray:
    """Hidden states (tokens, WIDTH) of one text, in float64."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}

    def norm(x: np.ndarray, scale: np.ndarray) -> np.ndarray:
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * scale

    def rotate(x: np.ndarray) -> np.ndarray:
        # As a rotation in the complex plane, unlike the graph's way with sine and cosine.
        half = HEAD // 2
        speed = THETA ** (-np.arange(half) / half)
        turn = np.exp(1j * np.arange(len(x))[:, None] * speed)
        z = (x[:, :half] + 1j * x[:, half:]) * turn
        return np.concatenate([z.real, z.imag], axis=1)

    x = w["embed"][ids]
    count = len(ids)
    for i in range(LAYERS):
        h = norm(x, w[f"{i}.norm1"])
        q = (h @ w[f"{i}.q"]).reshape(count, HEADS, HEAD)
        k = (h @ w[f"{i}.k"]).reshape(count, KV_HEADS, HEAD)
        v = (h @ w[f"{i}.v"]).reshape(count, KV_HEADS, HEAD)
        heads = []
        for head in range(HEADS):
            shared = head * KV_HEADS // HEADS
            a = rotate(norm(q[:, head], w[f"{i}.q_norm"]))
            b = rotate(norm(k[:, shared], w[f"{i}.k_norm"]))
            out = np.zeros((count, HEAD))
            for t in range(count):
                scores = a[t] @ b[: t + 1].T / np.sqrt(HEAD)
                share = np.exp(scores - scores.max())
                out[t] = (share / share.sum()) @ v[: t + 1, shared]
            heads.append(out)
        x = x + np.concatenate(heads, axis=1) @ w[f"{i}.o"]
        h = norm(x, w[f"{i}.norm2"])
        gate = h @ w[f"{i}.gate"]
        x = x + (gate / (1 + np.exp(-gate)) * (h @ w[f"{i}.up"])) @ w[f"{i}.down"]
    return norm(x, w["norm"])


class Graph:
    """Writes an ONNX graph line by line."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, dtype=dtype), name))
        return name

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output


def build_onnx(
    weights: Weights,
    *,
    position_ids: bool = False,
    output: str = "last_hidden_state",
    extra_input: str = "",
    sees: str = "before",
) -> Any:
    """`sees` is what a token looks at: those `before` it, `all`, or those `near` before it."""
    g = Graph()
    w = {name: g.constant(value) for name, value in weights.items()}
    int64 = np.int64

    def norm(x: str, scale: str) -> str:
        mean = g.add("ReduceMean", g.add("Mul", x, x), axes=[-1], keepdims=1)
        root = g.add("Sqrt", g.add("Add", mean, g.constant(EPSILON)))
        return g.add("Mul", g.add("Div", x, root), scale)

    shape = g.add("Shape", "input_ids")
    length = g.add("Gather", shape, g.constant(1, int64))
    counted = g.add("Range", g.constant(0, int64), length, g.constant(1, int64))
    later = g.add(
        "Less",
        g.add("Unsqueeze", counted, g.constant([1], int64)),
        g.add("Unsqueeze", counted, g.constant([0], int64)),
    )
    if sees == "near":
        rows, columns = (g.add("Unsqueeze", counted, g.constant([axis], int64)) for axis in (1, 0))
        far = g.add("Less", g.constant(1000, int64), g.add("Sub", rows, columns))
        later = g.add("Or", later, far)
    hidden = g.constant(0.0 if sees == "all" else -1e9)
    causal = g.add("Where", later, hidden, g.constant(0.0))
    seen = g.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    padded = g.add("Mul", g.add("Sub", seen, g.constant(1.0)), g.constant(1e9))
    masked = g.add("Add", causal, g.add("Unsqueeze", padded, g.constant([1, 2], int64)))

    half = HEAD // 2
    speed = THETA ** (-np.arange(half) / half)
    position = "position_ids" if position_ids else counted
    axes = g.constant([1, 3] if position_ids else [0, 1, 3], int64)
    places = g.add("Unsqueeze", g.add("Cast", position, to=TensorProto.FLOAT), axes)
    angles = g.add("Mul", places, g.constant(np.concatenate([speed, speed])))
    cos, sin = g.add("Cos", angles), g.add("Sin", angles)

    def heads(x: str, count: int, scale: str = "") -> str:
        x = g.add("Reshape", x, g.constant([0, 0, count, HEAD], int64))
        x = norm(x, scale) if scale else x
        x = g.add("Transpose", x, perm=[0, 2, 1, 3])
        if scale:
            first = g.add("Slice", x, *(g.constant([v], int64) for v in (0, half, 3)))
            second = g.add("Slice", x, *(g.constant([v], int64) for v in (half, HEAD, 3)))
            turned = g.add("Concat", g.add("Neg", second), first, axis=3)
            x = g.add("Add", g.add("Mul", x, cos), g.add("Mul", turned, sin))
        if count != HEADS:
            shared = [head * KV_HEADS // HEADS for head in range(HEADS)]
            x = g.add("Gather", x, g.constant(shared, int64), axis=1)
        return x

    x = g.add("Gather", w["embed"], "input_ids")
    for i in range(LAYERS):
        h = norm(x, w[f"{i}.norm1"])
        q = heads(g.add("MatMul", h, w[f"{i}.q"]), HEADS, w[f"{i}.q_norm"])
        k = heads(g.add("MatMul", h, w[f"{i}.k"]), KV_HEADS, w[f"{i}.k_norm"])
        v = heads(g.add("MatMul", h, w[f"{i}.v"]), KV_HEADS)
        scores = g.add("MatMul", q, g.add("Transpose", k, perm=[0, 1, 3, 2]))
        scores = g.add("Mul", scores, g.constant(HEAD**-0.5))
        share = g.add("Softmax", g.add("Add", scores, masked), axis=-1)
        mixed = g.add("Transpose", g.add("MatMul", share, v), perm=[0, 2, 1, 3])
        mixed = g.add("Reshape", mixed, g.constant([0, 0, HEADS * HEAD], int64))
        x = g.add("Add", x, g.add("MatMul", mixed, w[f"{i}.o"]))
        h = norm(x, w[f"{i}.norm2"])
        gate = g.add("MatMul", h, w[f"{i}.gate"])
        gate = g.add("Mul", gate, g.add("Sigmoid", gate))
        inner = g.add("Mul", gate, g.add("MatMul", h, w[f"{i}.up"]))
        x = g.add("Add", x, g.add("MatMul", inner, w[f"{i}.down"]))
    g.add("Identity", norm(x, w["norm"]), output=output)

    names = ["input_ids", "attention_mask"] + ["position_ids"] * position_ids
    names += [extra_input] if extra_input else []
    graph = helper.make_graph(
        g.nodes,
        "tiny",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in names],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", "tokens", WIDTH])],
        g.constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def train_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    text = "Query: which planet is red? Document: Mars is the red planet of the solar system. "
    tokenizer.train_from_iterator([text, text.lower(), "the planets and their moons"], trainer)
    return tokenizer


def lay_down(folder: Path, model: Any, tokenizer: Tokenizer) -> Path:
    """A model folder in the hub's layout."""
    (folder / "onnx").mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    onnx.checker.check_model(model)
    onnx.save(model, folder / "onnx" / "model.onnx")
    tokenizer.save(str(folder / "tokenizer.json"))
    files = {
        "config.json": {
            "hidden_size": WIDTH,
            "max_position_embeddings": 2048,
            "eos_token_id": 0,
            "matryoshka_dimensions": SIZES,
        },
        "modules.json": [
            {"path": "", "type": "sentence_transformers.models.Transformer"},
            {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": WIDTH,
            "pooling_mode_lasttoken": True,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "Query: ", "document": "Document: "}
        },
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    weights, tokenizer = random_weights(), train_tokenizer()
    folder = lay_down(tmp_path_factory.mktemp("tiny") / "model", build_onnx(weights), tokenizer)
    return TinyModel(folder, weights, tokenizer)


@pytest.fixture
def make_folder(tmp_path: Path, tiny: TinyModel) -> Callable[..., Path]:
    """Makes a folder with a variant of the tiny model; see `build_onnx`."""

    def make(**variant: Any) -> Path:
        return lay_down(tmp_path / "variant", build_onnx(tiny.weights, **variant), tiny.tokenizer)

    return make
