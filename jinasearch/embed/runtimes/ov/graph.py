"""Rewriting a transformer's graph for OpenVINO: the same vectors with less work.

Every step looks for one shape of graph, as exporters write it, and leaves all others as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from jinasearch.embed.models.description import Pooling
from jinasearch.embed.runtimes.ov.quiet import op

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.embed.runtimes.ov.quiet import ov

    Sizes = Callable[[Any], tuple[int, ...]]

POOLED = "pooled"
"""The output that `pool` makes."""

_PROBE = (3, 7)
"""Texts and tokens that `_probe` asks with: no sizes of layers, so not mistaken for them."""

_BY_NUMBER = frozenset(
    {"Abs", "Add", "Convert", "Divide", "Erf", "Gelu", "Multiply", "Negative", "Power", "Relu"}
    | {"Sigmoid", "Sqrt", "Subtract", "Swish", "Tanh"}
)
_BY_TOKEN = _BY_NUMBER | {"MVN", "MatMul", "ReduceMean", "ReduceSum"}
"""Operations that may treat each token apart; `_each_token_apart` looks closer."""

_REPEATING = frozenset({"Transpose", "Multiply", "Reshape", "Broadcast", "Unsqueeze"})


def simplify(model: ov.Model) -> None:
    """Take out of attention what costs time and changes nothing, in place."""
    _drop_guards(model)
    _group_heads(model)


def _drop_guards(model: ov.Model) -> None:
    """Take out the exporter's guard against rows of attention that may see no token at all.

    There are none: every text has at least one token, and padding stands on the right, so every
    row sees the first token. The guard keeps attention from being run as one operation.
    """
    for node in model.get_ordered_ops():
        if node.get_type_name() != "Select":
            continue
        guard, weights = node.input_value(0).get_node(), node.input_value(2)
        if guard.get_type_name() == "IsNaN" and _same(guard.input_value(0), weights):
            _replace(node.output(0), weights)
    model.validate_nodes_and_infer_types()


def _group_heads(model: ov.Model) -> None:
    """Let the query heads that share a key head attend as one, instead of copying the keys.

    With G query heads a key head, queries (n, K*G, tokens, width) are read as (n, K, G*tokens,
    width), which moves no number, and the mask is repeated G times, once for all layers.
    """
    sizes = _probe(model)
    masks: dict[tuple[str, int], Any] = {}
    for softmax in model.get_ordered_ops():
        if softmax.get_type_name() != "Softmax":
            continue
        add = softmax.input_value(0).get_node()
        products = [port.get_node() for port in softmax.output(0).get_target_inputs()]
        if add.get_type_name() != "Add" or len(products) != 1:
            continue
        scores, product, mask = add.input_value(0).get_node(), products[0], add.input_value(1)
        if {scores.get_type_name(), product.get_type_name()} != {"MatMul"}:
            continue
        keys, values = _unrepeated(scores.input_value(1)), _unrepeated(product.input_value(1))
        query = scores.input_value(0)
        if keys is None or values is None:
            continue
        heads, shared = sizes(query), sizes(keys[1])
        if (
            len(heads) != 4
            or len(shared) != 4
            or heads[1] % shared[1]
            or sizes(values[1]) != shared
            or sizes(mask)[1:] != (1, _PROBE[1], _PROBE[1])
        ):
            continue
        for repeated, once in (keys, values):
            _replace(repeated, once)
        name = (mask.get_node().get_friendly_name(), mask.get_index())
        if name not in masks:
            masks[name] = op.concat([mask] * (heads[1] // shared[1]), 2).output(0)
        grouped = op.reshape(query, _numbers(0, shared[1], -1, shared[3]), special_zero=True)
        scores.input(0).replace_source_output(grouped.output(0))
        add.input(1).replace_source_output(masks[name])
        users = list(product.output(0).get_target_inputs())
        apart = op.reshape(product, _numbers(0, heads[1], -1, shared[3]), special_zero=True)
        for user in users:
            user.replace_source_output(apart.output(0))
    model.validate_nodes_and_infer_types()


def _unrepeated(output: Any) -> tuple[Any, Any] | None:  # noqa: ANN401 - untyped outputs
    """Keys or values as repeated for each query head, and before; None if they are not."""
    repeated, broadcast = None, False
    node = output.get_node()
    while node.get_type_name() in _REPEATING:
        if node.get_type_name() == "Reshape":
            repeated, broadcast = node.output(0), False
        broadcast |= node.get_type_name() == "Broadcast"
        if node.get_type_name() == "Unsqueeze":
            return (repeated, node.input_value(0)) if repeated is not None and broadcast else None
        node = node.input_value(0).get_node()
    return None


def pool(model: ov.Model, output: str, pooling: Pooling) -> None:
    """Replace the output of hidden states by `POOLED`: (n, width), one vector a text, in place.

    The model must have the input `attention_mask`; texts are padded on the right. Where one
    token makes the vector, the last layer is computed for that token alone.
    """
    (result,) = (r for r in model.get_results() if output in r.output(0).get_tensor().get_names())
    hidden = result.input_value(0)
    mask = next(port for port in model.inputs if "attention_mask" in port.get_names())
    if pooling is not Pooling.MEAN:
        count = op.convert(op.reduce_sum(mask, _numbers(1), keep_dims=True), "i64")
        step = 1 if pooling is Pooling.LAST_TOKEN else 0
        token = op.multiply(op.subtract(count, _numbers(1)), _numbers(step))
        pooled = _keep(model, hidden, token.output(0))
    else:
        weights = op.convert(op.unsqueeze(mask, _numbers(1)), "f32")
        total = op.matmul(weights, hidden, transpose_a=False, transpose_b=False)
        pooled = op.divide(total, op.reduce_sum(weights, _numbers(2), keep_dims=True)).output(0)
    vectors = op.squeeze(pooled, _numbers(1))
    vectors.output(0).get_tensor().set_names({POOLED})
    for old in model.get_results():
        model.remove_result(old)
    model.add_results([op.result(vectors)])
    model.validate_nodes_and_infer_types()


def _keep(model: ov.Model, hidden: Any, token: Any) -> Any:  # noqa: ANN401 - untyped outputs
    """`hidden` (n, tokens, width) at the index `token` (n, 1) alone: (n, 1, width).

    The choice is moved up the graph as far as each token is treated apart and nothing else needs
    the other tokens, which is to the last layer's attention.
    """
    sizes = _probe(model)
    nodes = model.get_ordered_ops()
    alone: set[str] = set()
    for node in reversed(nodes):
        users = {user.get_node() for o in node.outputs() for user in o.get_target_inputs()}
        needed = {user.get_friendly_name() for user in users if user.get_type_name() != "Result"}
        if users and needed <= alone and _each_token_apart(node, sizes):
            alone.add(node.get_friendly_name())
    chosen: dict[tuple[str, int], Any] = {}
    for node in nodes:
        if node.get_friendly_name() not in alone:
            continue
        for port in node.inputs():
            source = port.get_source_output()
            if source.get_node().get_friendly_name() in alone or len(sizes(source)) < 3:
                continue
            key = (source.get_node().get_friendly_name(), source.get_index())
            if key not in chosen:
                chosen[key] = op.gather(source, token, _numbers(1), batch_dims=1).output(0)
            port.replace_source_output(chosen[key])
    if hidden.get_node().get_friendly_name() in alone:
        return hidden
    return op.gather(hidden, token, _numbers(1), batch_dims=1).output(0)


def _each_token_apart(node: ov.Node, sizes: Sizes) -> bool:
    """Whether this computes each token (the second axis of three) from that token alone."""
    kind = node.get_type_name()
    if kind not in _BY_TOKEN or not _tokens(sizes(node.output(0))):
        return False
    first, *others = node.input_values()
    if kind == "MatMul":
        return (
            _tokens(sizes(first))
            and len(sizes(others[0])) == 2
            and not node.get_attributes()["transpose_a"]
        )
    if kind in ("ReduceMean", "ReduceSum", "MVN"):
        axes = others[0].get_node()
        return axes.get_type_name() == "Constant" and set(axes.data.ravel()) <= {-1, 2}
    return all(_tokens(size) or _same_for_all(size) for size in map(sizes, node.input_values()))


def _tokens(size: tuple[int, ...]) -> bool:
    return len(size) == 3 and size[:2] == _PROBE


def _same_for_all(size: tuple[int, ...]) -> bool:
    """Whether a tensor of this size, broadcast to (n, tokens, width), is the same everywhere."""
    return all(length == 1 for length in size[:-1]) and len(size) < 3


def _probe(model: ov.Model) -> Sizes:
    """Tells the sizes of the model's tensors for a batch of `_PROBE`; () where it cannot."""
    probe = model.clone()
    try:
        probe.reshape({name: list(_PROBE) for name in (p.get_any_name() for p in probe.inputs)})
    except RuntimeError:
        return lambda _: ()
    known: dict[str, list[tuple[int, ...]]] = {}
    for node in probe.get_ordered_ops():
        shapes = [output.get_partial_shape() for output in node.outputs()]
        name = node.get_friendly_name()
        known[name] = [] if name in known else [_static(shape) for shape in shapes]

    def sizes(output: Any) -> tuple[int, ...]:  # noqa: ANN401 - untyped outputs
        found = known.get(output.get_node().get_friendly_name(), [])
        return found[output.get_index()] if output.get_index() < len(found) else ()

    return sizes


def _static(shape: Any) -> tuple[int, ...]:  # noqa: ANN401
    return tuple(shape.to_shape()) if shape.is_static else ()


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - untyped outputs
    return bool(one == other)


def _replace(old: Any, new: Any) -> None:  # noqa: ANN401 - untyped outputs
    for user in list(old.get_target_inputs()):
        user.replace_source_output(new)


def _numbers(*values: int) -> Any:  # noqa: ANN401
    return op.constant(np.array(values, dtype=np.int64))
