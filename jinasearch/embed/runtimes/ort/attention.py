"""Joining the steps of attention into one operation of ONNX Runtime, GroupQueryAttention.

As exported, every layer writes its scores, (n, heads, tokens, tokens), several times, copies the
keys for every query head and turns queries and keys step by step. What is found here by its shape
is decided by its numbers: masks, turns and scales are computed and looked at. Anything else than
plain attention with rotary positions, causal or not, stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import helper

from jinasearch.embed.runtimes.ort.graph import IDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jinasearch.embed.runtimes.ort.graph import Graph

_DOMAIN = "com.microsoft"
_SWAPPED = [0, 2, 1, 3]
_FEW = 7
"""Tokens of the texts that a mask is looked at with."""
_MANY = 4096
"""Tokens of another, so that a mask that hides what is far away is noticed."""
_HIDDEN = -1e4
"""What is added to scores that must not count, at most."""
_BY_TOKEN = frozenset(
    {"Add", "Div", "FastGelu", "Gelu", "MatMul", "Mul", "Pow", "QuickGelu", "Sigmoid", "Sqrt"}
    | {"ReduceMean", "SimplifiedLayerNormalization", "Sub", "Tanh"}
)
"""Operations that treat each token apart, where all else that they use are weights; a mean only
over a token's own numbers."""
POOLED = "sentence_embedding"
"""The output that `keep_token` makes."""
_MASK, _POSITIONS = "attention_mask", "position_ids"


@dataclass(frozen=True)
class _Heads:
    """Queries or keys: before turning, (n, tokens, heads, width), with sines and cosines."""

    source: str
    cos: str
    sin: str


@dataclass(frozen=True)
class _Attention:
    """One layer's. `mixed` is the name of (n, tokens, heads, width) that it gives."""

    query: _Heads
    key: _Heads
    value: str
    mask: str
    scales: tuple[str, ...]
    mixed: str


def fuse(graph: Graph, tokens: int) -> int:
    """Join the attention of all layers, in place, for texts of at most `tokens` tokens.

    Texts must be padded on the right. Returns how many layers there were; 0 if any of them is of
    another kind, and the graph is unchanged.

    Raises:
        Exception: of ONNX Runtime, whose errors share no public base class.
    """
    softmaxes = [node for node in graph.model.graph.node if node.op_type == "Softmax"]
    found = [_attention(graph, node) for node in softmaxes]
    layers = [layer for layer in found if layer is not None]
    if not layers or len(layers) < len(found) or IDS in graph.large:
        return 0
    numbers = _Numbers(graph, layers, tokens)
    heads = [_head_counts(graph, layer, numbers) for layer in layers]
    if not numbers.sound or None in heads:
        return 0
    for number, (layer, counts) in enumerate(zip(layers, heads, strict=True)):
        if counts is not None:
            _replace(graph, layer, counts, numbers, f"attention_{number}")
    domains = {opset.domain for opset in graph.model.opset_import}
    if _DOMAIN not in domains:
        graph.model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    graph.index()
    graph.prune()
    return len(layers)


def keep_token(graph: Graph, output: str, *, last: bool) -> None:
    """Give the vector of each text's last or first token, `POOLED` (n, width), in place of the
    hidden states `output`, in place; what follows the last attention is done for it alone.

    Texts must be padded on the right.
    """
    if all(value.name != _MASK for value in graph.model.graph.input):
        graph.model.graph.input.append(
            helper.make_tensor_value_info(_MASK, onnx.TensorProto.INT64, ["texts", "tokens"])
        )
    axis = graph.hold("axis_of_tokens", np.array([1]))
    graph.add("ReduceSum", _MASK, axis, output="tokens_of_each", keepdims=1)
    one = graph.hold("one_token", np.array(1))
    graph.add("Sub", "tokens_of_each", one if last else "tokens_of_each", output="place_of_each")
    width = graph.hold("axis_of_width", np.array([2]))
    places = graph.add("Unsqueeze", "place_of_each", width, output="places")
    alone = _alone(graph, output)
    border = []
    for name in sorted(alone):
        node = graph.maker[name]
        for place_in, used in enumerate(node.input):
            if used and graph.size(used) is None and used not in alone:
                border.append(used)
                node.input[place_in] = f"{used}/kept"
    for name in dict.fromkeys(border):
        graph.add("GatherND", name, places, output=f"{name}/kept", batch_dims=1)
    graph.add("Squeeze", output, axis, output=POOLED)
    del graph.model.graph.output[:]
    graph.model.graph.output.append(
        helper.make_tensor_value_info(POOLED, onnx.TensorProto.FLOAT, None)
    )
    graph.index()
    graph.prune()


def _alone(graph: Graph, output: str) -> set[str]:
    """What is computed for each token apart and needed for nothing but `output`."""
    alone, waiting = {output}, [output]
    while waiting:
        for name in graph.maker[waiting.pop()].input:
            maker = graph.maker.get(name)
            users = graph.users[name]
            if (
                maker is not None
                and _by_token(graph, maker)
                and name not in alone
                and all(set(user.output) <= alone for user in users)
            ):
                alone.add(name)
                waiting.append(name)
    return alone


def _by_token(graph: Graph, node: onnx.NodeProto) -> bool:
    if node.op_type != "ReduceMean":
        return node.op_type in _BY_TOKEN
    axes = graph.constant(node.input[1]) if len(node.input) > 1 else None
    over = _attribute(node, "axes", []) if axes is None else axes.tolist()
    return list(over) == [-1] and _attribute(node, "keepdims", 1) == 1


class _Numbers:
    """What masks, turns and scales are, computed for texts of a few and of many tokens."""

    def __init__(self, graph: Graph, layers: list[_Attention], tokens: int) -> None:
        masks = {layer.mask for layer in layers if layer.mask}
        turns = {
            name for layer in layers for heads in (layer.query, layer.key)
            for name in (heads.cos, heads.sin)
        }  # fmt: skip
        scales = {name for layer in layers for name in layer.scales}
        few = np.array([_FEW, _FEW - 2])
        small = graph.compute([*masks, *scales], _feed(few, _FEW))
        long = graph.compute(turns, _feed(np.array([tokens]), tokens))
        kinds = {_kind(small[name], few) for name in masks}
        most = min(tokens, _MANY)
        for name in masks:  # one by one: they are large
            mask = graph.compute([name], _feed(np.array([most]), most))[name]
            kinds.add(_kind(mask, np.array([most])))
        unmasked = any(not layer.mask for layer in layers)
        self.causal = kinds == {"causal"}
        self.scales = {name: small[name] for name in scales}
        self.turns = {name: _half(value) for name, value in long.items()}
        self.sound = (
            kinds in ({"causal"}, {"all"})
            and not unmasked
            and all(value.size == 1 for value in self.scales.values())
            and all(value is not None for value in self.turns.values())
        )

    def scale(self, layer: _Attention) -> float:
        """What scores are multiplied with."""
        return float(np.prod([self.scales[name].item() for name in layer.scales]))


def _feed(lengths: NDArray[np.int64], tokens: int) -> dict[str, NDArray[np.int64]]:
    shape = (len(lengths), tokens)
    counted = np.broadcast_to(np.arange(tokens), shape)
    mask = (counted < lengths[:, None]).astype(np.int64)
    return {IDS: np.zeros(shape, np.int64), _MASK: mask, _POSITIONS: counted.copy()}


def _kind(mask: NDArray[Any], lengths: NDArray[np.int64]) -> str:
    """`causal`, `all` for one that hides padding alone, or empty for anything else."""
    tokens = mask.shape[-1]
    if mask.ndim != 4 or mask.shape[1] != 1 or mask.shape[2] not in (1, tokens):
        return ""
    counted = np.arange(tokens)
    seen = {"causal": counted <= counted[:, None], "all": np.ones((tokens, tokens), bool)}
    for kind, pattern in seen.items():
        for row, length in zip(np.broadcast_to(mask, (len(lengths), *mask.shape[1:])), lengths,
                               strict=True):  # fmt: skip
            own = np.broadcast_to(row[0], (tokens, tokens))[:length]
            expected = pattern[:length] & (counted < length)
            if not ((own[expected] == 0).all() and (own[~expected] <= _HIDDEN).all()):
                break
        else:
            return kind
    return ""


def _half(turn: NDArray[Any]) -> NDArray[np.float32] | None:
    """Cosines or sines (…, tokens, width) as (tokens, width / 2); None if the halves differ."""
    if turn.ndim < 2 or turn.size != turn.shape[-1] * turn.shape[-2]:
        turn = np.squeeze(turn)
    if turn.ndim < 2 or turn.size != turn.shape[-1] * turn.shape[-2] or turn.shape[-1] % 2:
        return None
    flat = turn.reshape(turn.shape[-2:])
    one, other = np.split(flat, 2, axis=1)
    return np.ascontiguousarray(one, np.float32) if np.array_equal(one, other) else None


def _attention(graph: Graph, softmax: onnx.NodeProto) -> _Attention | None:
    """The attention around a softmax; None if it is of another shape."""
    scales: list[str] = []
    scores, mask = softmax.input[0], ""
    add = graph.maker.get(scores)
    if add is not None and add.op_type == "Add":
        sides = [_is_scores(graph, name) for name in add.input]
        if sides.count(True) != 1:
            return None
        scores, mask = add.input[sides.index(True)], add.input[sides.index(False)]
    scores = _unscaled(graph, scores, scales)
    product = _made_by(graph, scores, "MatMul")
    weights = _unguarded(graph, softmax.output[0])
    mixed = _only_user(graph, weights, "MatMul")
    if product is None or mixed is None or mixed.input[0] != weights:
        return None
    query = _turned(graph, _unscaled(graph, product.input[0], scales))
    flipped = _made_by(graph, _unscaled(graph, product.input[1], scales), "Transpose")
    out = _only_user(graph, mixed.output[0], "Transpose")
    if query is None or flipped is None or out is None or _order(out) != _SWAPPED:
        return None
    if _order(flipped) != [0, 1, 3, 2]:
        return None
    key = _turned(graph, _once(graph, _unscaled(graph, flipped.input[0], scales)))
    value = _made_by(graph, _once(graph, mixed.input[1]), "Transpose")
    if key is None or value is None or _order(value) != _SWAPPED:
        return None
    return _Attention(query, key, value.input[0], mask, tuple(scales), out.output[0])


def _is_scores(graph: Graph, name: str) -> bool:
    """Whether this is a product of two computed matrices, scaled or not."""
    product = _made_by(graph, _unscaled(graph, name, []), "MatMul")
    return product is not None and graph.size(product.input[1]) is None


def _turned(graph: Graph, name: str) -> _Heads | None:
    """Heads before positions were turned into them: x * cos + (-second half, first half) * sin."""
    add = _made_by(graph, name, "Add")
    if add is None:
        return None
    for one, other in (add.input, add.input[::-1]):
        plain, rotated = _made_by(graph, one, "Mul"), _made_by(graph, other, "Mul")
        if plain is None or rotated is None:
            return None
        for half, sin in (rotated.input, rotated.input[::-1]):
            source = _rotated(graph, half)
            if source is None or source not in plain.input:
                continue
            cos = next(name for name in plain.input if name != source)
            before = _made_by(graph, source, "Transpose")
            if before is not None and _order(before) == _SWAPPED:
                return _Heads(before.input[0], cos, sin)
    return None


def _rotated(graph: Graph, name: str) -> str | None:
    concat = _made_by(graph, name, "Concat")
    if concat is None or len(concat.input) != 2:
        return None
    negative = _made_by(graph, concat.input[0], "Neg")
    first = _made_by(graph, concat.input[1], "Slice")
    second = negative and _made_by(graph, negative.input[0], "Slice")
    if first is None or second is None or first.input[0] != second.input[0]:
        return None
    return str(first.input[0])


def _once(graph: Graph, name: str) -> str:
    """Keys or values before they were repeated for each query head."""
    node = graph.maker.get(name)
    if node is not None and node.op_type == "Gather" and _attribute(node, "axis", 0) == 1:
        index = graph.constant(node.input[1])
        if index is not None and index.ndim == 1:
            heads = int(index.max()) + 1
            if (
                len(index) % heads == 0
                and (index == np.arange(len(index)) * heads // len(index)).all()
            ):
                return str(node.input[0])
    for kind in ("Reshape", "Expand", "Unsqueeze"):
        if node is None or node.op_type != kind:
            return name
        last, node = node, graph.maker.get(node.input[0])
    axes = graph.constant(last.input[1])
    return str(last.input[0]) if axes is not None and axes.tolist() == [2] else name


def _unscaled(graph: Graph, name: str, scales: list[str]) -> str:
    """Before it was multiplied with a constant number; `scales` gets its name."""
    node = graph.maker.get(name)
    while node is not None and node.op_type == "Mul":
        small = [graph.constant(one) for one in node.input]
        numbers = [value is not None and value.size == 1 for value in small]
        if numbers.count(True) != 1:
            break
        scales.append(node.input[numbers.index(True)])
        name = node.input[numbers.index(False)]
        node = graph.maker.get(name)
    return name


def _unguarded(graph: Graph, name: str) -> str:
    """After the exporter's guard against rows that may see no token; there are none."""
    for node in graph.users.get(name, []):
        if node.op_type == "Where" and node.input[2] == name:
            guard = _made_by(graph, node.input[0], "IsNaN")
            if guard is not None and guard.input[0] == name:
                return str(node.output[0])
    return name


def _head_counts(graph: Graph, layer: _Attention, numbers: _Numbers) -> tuple[int, int, int] | None:
    """How many heads queries have and keys have, and their width."""
    turn = numbers.turns[layer.query.cos]
    if turn is None:
        return None
    width = 2 * turn.shape[1]
    sizes = [_outputs(graph, name) for name in (layer.query.source, layer.key.source, layer.value)]
    if any(size == 0 or size % width for size in sizes) or sizes[1] != sizes[2]:
        return None
    return sizes[0] // width, sizes[1] // width, width


def _outputs(graph: Graph, name: str) -> int:
    """The width of the last matrix product before a tensor; 0 if there is none with a weight."""
    for _ in range(12):
        node = graph.maker.get(name)
        if node is None:
            return 0
        if node.op_type == "MatMul":
            size = graph.size(node.input[1])
            return size[1] if size is not None and len(size) == 2 else 0
        computed = [one for one in node.input if one and graph.size(one) is None]
        if not computed:
            return 0
        name = computed[0]
    return 0


def _replace(
    graph: Graph,
    layer: _Attention,
    counts: tuple[int, int, int],
    numbers: _Numbers,
    name: str,
) -> None:
    heads, shared, width = counts
    lengths, total = _lengths(graph, causal=numbers.causal)
    caches = [
        graph.hold(f"half_of_{turn}", value)
        for turn in (layer.query.cos, layer.query.sin)
        if (value := numbers.turns[turn]) is not None
    ]
    flat = [
        graph.add(
            "Reshape",
            source,
            graph.hold(f"flat_{count * width}", np.array([0, 0, count * width])),
            output=f"{name}_{part}",
        )
        for part, source, count in (
            ("query", layer.query.source, heads),
            ("key", layer.key.source, shared),
            ("value", layer.value, shared),
        )
    ]
    # Asked for keys and values as well, the runtime computes causal attention block by block and
    # keeps no scores; otherwise it keeps all of them.
    also = (f"{name}_keys", f"{name}_values") if numbers.causal else ()
    mixed = graph.add(
        "GroupQueryAttention",
        *flat, "", "", lengths, total, *caches,
        output=name,
        also=also,
        domain=_DOMAIN,
        num_heads=heads,
        kv_num_heads=shared,
        scale=numbers.scale(layer),
        do_rotary=1,
        **({} if numbers.causal else {"causal": 0}),
    )  # fmt: skip
    size = graph.hold(f"heads_{heads}", np.array([0, 0, heads, width]))
    if also:
        size = _let_go(graph, size, *also)
    apart = graph.add("Reshape", mixed, size, output=f"{name}_heads")
    for user in graph.users.get(layer.mixed, []):
        for place, used in enumerate(user.input):
            if used == layer.mixed:
                user.input[place] = apart


def _let_go(graph: Graph, size: str, keys: str, values: str) -> str:
    """The same `size`, known only after keys and values have been looked at: what nobody looks at
    the runtime keeps until the run ends, of every layer."""
    shapes = [graph.add("Shape", name, output=f"{name}_shape") for name in (keys, values)]
    zeros = graph.add("Sub", *shapes, output=f"{keys}_let_go")
    return graph.add("Add", size, zeros, output=f"{keys}_{size}")


def _lengths(graph: Graph, *, causal: bool) -> tuple[str, str]:
    """The texts' lengths less one, (n), and the tokens of the longest.

    A causal model needs no true lengths: padding stands behind the text, and no token looks there.
    """
    lengths, total = "lengths_less_one", "tokens_of_the_longest"
    if any(total in node.output for node in graph.model.graph.node):
        return lengths, total
    one = graph.hold("number_one", np.array(1, np.int32))
    shape = graph.add("Shape", IDS, output="shape_of_input_ids")
    index = graph.hold("index_of_tokens", np.array(1))
    graph.add("Gather", shape, index, output="tokens_as_int64")
    graph.add("Cast", "tokens_as_int64", output=total, to=onnx.TensorProto.INT32)
    if causal:
        texts = graph.add(
            "Gather", shape, graph.hold("index_of_texts", np.array([0])), output="number_of_texts"
        )
        less = graph.add("Sub", total, one, output="tokens_less_one")
        graph.add("Expand", less, texts, output=lengths)
    else:
        axis = graph.hold("axis_of_tokens", np.array([1]))
        graph.add("ReduceSum", _MASK, axis, output="lengths_as_int64", keepdims=0)
        graph.add("Cast", "lengths_as_int64", output="lengths", to=onnx.TensorProto.INT32)
        graph.add("Sub", "lengths", one, output=lengths)
    return lengths, total


def _made_by(graph: Graph, name: str, kind: str) -> onnx.NodeProto | None:
    node = graph.maker.get(name)
    return node if node is not None and node.op_type == kind else None


def _only_user(graph: Graph, name: str, kind: str) -> onnx.NodeProto | None:
    users = graph.users.get(name, [])
    return users[0] if len(users) == 1 and users[0].op_type == kind else None


def _order(transpose: onnx.NodeProto) -> list[int]:
    return list(_attribute(transpose, "perm", []))


def _attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:  # noqa: ANN401
    for attribute in node.attribute:
        if attribute.name == name:
            return helper.get_attribute_value(attribute)
    return default
