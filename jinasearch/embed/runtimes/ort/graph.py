"""An ONNX graph without its weights: read, looked at, computed in parts, made simpler, completed.

Weights stay where they are: while a graph is worked on, the large ones are inputs of it, so that
models of gigabytes are handled in megabytes.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime as ort
from onnx import external_data_helper, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_LARGE = 1 << 12
"""Numbers of a matrix of weights from which on it is left where it is."""
_PAGE = 4096
"""Bytes: weights begin at a page of memory, so that they can be mapped."""
IDS = "input_ids"
_EXTERNAL = onnx.TensorProto.EXTERNAL


class Graph:
    """A graph under work. Its parts are onnx's own and may be changed; call `index` after."""

    def __init__(
        self, model: onnx.ModelProto, large: Mapping[str, onnx.TensorProto], folder: Path
    ) -> None:
        """`large` are the weights that `model` takes as inputs; those outside of the file that was
        read lie in `folder`."""
        self.model = model
        self.large = dict(large)
        self.folder = folder
        self.index()

    @classmethod
    def read(cls, path: Path) -> Graph:
        """Read a file.

        Raises:
            OSError, onnx.checker.ValidationError, google.protobuf.message.DecodeError: it cannot
                be read.
        """
        model = onnx.load(path, load_external_data=False)
        folder = str(path.parent)
        for node in model.graph.node:
            for attribute in node.attribute:
                _fetch(attribute.t, folder)
        weights = list(model.graph.initializer)
        del model.graph.initializer[:]
        declared = {value.name for value in model.graph.input}
        large = {}
        for tensor in weights:
            if len(tensor.dims) != 2 or math.prod(tensor.dims) < _LARGE:
                _fetch(tensor, folder)
                model.graph.initializer.append(tensor)
                continue
            large[tensor.name] = tensor
            if tensor.name not in declared:
                model.graph.input.append(
                    helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
                )
        return cls(model, large, path.parent)

    def index(self) -> None:
        """Look again at who makes and who uses what."""
        graph = self.model.graph
        self.small = {tensor.name: tensor for tensor in graph.initializer}
        self.maker = {name: node for node in graph.node for name in node.output if name}
        self.users: dict[str, list[onnx.NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self.users.setdefault(name, []).append(node)

    def constant(self, name: str) -> NDArray[Any] | None:
        """The value of a small weight; None if it is none."""
        tensor = self.small.get(name)
        return None if tensor is None else numpy_helper.to_array(tensor)

    def size(self, name: str) -> tuple[int, ...] | None:
        """The size of a weight; None if it is none."""
        tensor = self.large.get(name, self.small.get(name))
        return None if tensor is None else tuple(tensor.dims)

    def weight(self, name: str) -> NDArray[Any]:
        """The numbers of a large weight, wherever they lie.

        Raises:
            OSError, onnx.checker.ValidationError: they cannot be read.
        """
        return numpy_helper.to_array(self._read(self.large[name]))

    def add(
        self,
        kind: str,
        *inputs: str,
        output: str,
        also: tuple[str, ...] = (),
        **attributes: Any,  # noqa: ANN401
    ) -> str:
        """Put a node at the end and return its first output's name; `also` are its others. `prune`
        brings it to its place."""
        outputs = [output, *also]
        self.model.graph.node.append(
            helper.make_node(kind, list(inputs), outputs, output, **attributes)
        )
        return output

    def hold(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant and return its name."""
        if name not in self.small:
            tensor = numpy_helper.from_array(value, name)
            self.model.graph.initializer.append(tensor)
            self.small[name] = tensor
        return name

    def compute(
        self, names: Iterable[str], feed: Mapping[str, NDArray[Any]]
    ) -> dict[str, NDArray[Any]]:
        """The values of some tensors that no weight decides, for some inputs.

        What is multiplied with a large weight, or looked up in one, is taken as zeros, (n, tokens,
        width): its size may be asked for on the way.

        Raises:
            Exception: of ONNX Runtime, whose errors share no public base class.
        """
        wanted = list(dict.fromkeys(names))
        nodes, needed = self._needed(wanted, stop_at_weights=True)
        nodes = [part for node in nodes for part in self._or_zeros(node)]
        graph = self.model.graph
        needed |= {IDS}
        part = helper.make_graph(
            nodes,
            "part",
            [value for value in graph.input if value.name in needed - self.large.keys()],
            [onnx.ValueInfoProto(name=name) for name in wanted],
            [tensor for tensor in graph.initializer if tensor.name in needed],
        )
        model = helper.make_model(
            part, opset_imports=self.model.opset_import, ir_version=self.model.ir_version
        )
        session = _session(model, ort.GraphOptimizationLevel.ORT_DISABLE_ALL)
        given = {name: value for name, value in feed.items() if name in needed}
        return dict(zip(wanted, session.run(wanted, given), strict=True))

    def prune(self) -> None:
        """Drop what no output needs, inputs included, and put the nodes in order."""
        graph = self.model.graph
        nodes, needed = self._needed([value.name for value in graph.output])
        kept = [value for value in graph.input if value.name in needed]
        small = [tensor for tensor in graph.initializer if tensor.name in needed]
        for field, values in ((graph.node, nodes), (graph.input, kept), (graph.initializer, small)):
            del field[:]
            field.extend(values)
        self.large = {name: tensor for name, tensor in self.large.items() if name in needed}
        self.index()

    def simplified(self, *, fused: bool) -> Graph:
        """The same graph as ONNX Runtime simplifies it: constants folded, what is computed twice
        computed once; and, if `fused`, steps joined that it has one operation for."""
        levels = ort.GraphOptimizationLevel
        level = levels.ORT_ENABLE_EXTENDED if fused else levels.ORT_ENABLE_BASIC
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.onnx")
            # It moves transpositions to where they stand in the way.
            without = () if fused else ("TransposeOptimizer",)
            _session(self.model, level, path, without)
            return Graph(onnx.load(path), self.large, self.folder)

    def save(self, folder: Path, name: str, *, whole: bool = False) -> None:
        """Write the graph with its weights to `folder`.

        Weights that lay outside of the file that was read stay there, to be looked for in its
        folder, unless all shall be in one place (`whole`). Otherwise they are written to a file
        beside, which can be mapped.

        Raises:
            OSError: it cannot be written.
        """
        graph = self.model.graph
        own = [value for value in graph.input if value.name not in self.large]
        del graph.input[:]
        graph.input.extend(own)
        weights = list(self.large.values())
        if whole or all(tensor.data_location != _EXTERNAL for tensor in weights):
            weights = self._beside(folder, f"{name}_data", weights)
        graph.initializer.extend(weights)
        (folder / name).write_bytes(self.model.SerializeToString())

    def _beside(
        self, folder: Path, name: str, weights: list[onnx.TensorProto]
    ) -> list[onnx.TensorProto]:
        """Write weights to a file; returns what tells where they lie in it."""
        if not weights:
            return []
        places = []
        with (folder / name).open("wb") as stream:
            for tensor in weights:
                stream.write(bytes(-stream.tell() % _PAGE))
                data = _bytes(self._read(tensor))
                place = onnx.TensorProto(
                    name=tensor.name,
                    data_type=tensor.data_type,
                    dims=tensor.dims,
                    data_location=_EXTERNAL,
                )
                told = {"location": name, "offset": stream.tell(), "length": len(data)}
                for key, value in told.items():
                    place.external_data.add(key=key, value=str(value))
                stream.write(data)
                places.append(place)
        return places

    def _read(self, tensor: onnx.TensorProto) -> onnx.TensorProto:
        if tensor.data_location != _EXTERNAL:
            return tensor
        here = onnx.TensorProto()
        here.CopyFrom(tensor)
        _fetch(here, str(self.folder))
        return here

    def _needed(
        self, outputs: Iterable[str], *, stop_at_weights: bool = False
    ) -> tuple[list[onnx.NodeProto], set[str]]:
        """The nodes, in order, and all names that some tensors depend on."""
        order: list[onnx.NodeProto] = []
        done: set[str] = set()
        stack: list[tuple[str, bool]] = [(name, False) for name in outputs]
        while stack:
            name, ready = stack.pop()
            node = self.maker.get(name)
            if ready and node is not None:
                order.append(node)
            if ready or name in done:
                continue
            done.add(name)
            if node is None or done & (set(node.output) - {name}):
                continue
            stack.append((name, True))
            if not (stop_at_weights and self._weight(node)):
                stack += [(needed, False) for needed in node.input if needed]
        return order, done

    def _weight(self, node: onnx.NodeProto) -> onnx.TensorProto | None:
        """The large weight that a node uses."""
        return next((self.large[name] for name in node.input if name in self.large), None)

    def _or_zeros(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        """The node, or such that give zeros in the place of what a large weight makes."""
        weight = self._weight(node)
        if weight is None:
            return [node]
        output = node.output[0]
        width = numpy_helper.from_array(np.array([weight.dims[-1]]))
        names = [f"{output}/{part}" for part in ("shape", "width", "size")]
        return [
            helper.make_node("Shape", [IDS], names[:1]),
            helper.make_node("Constant", [], names[1:2], value=width),
            helper.make_node("Concat", names[:2], names[2:], axis=0),
            helper.make_node("ConstantOfShape", names[2:], [output]),
        ]


def _fetch(tensor: onnx.TensorProto, folder: str) -> None:
    """Read a tensor that lies outside of the file into it."""
    if tensor.data_location == _EXTERNAL:
        external_data_helper.load_external_data_for_tensor(tensor, folder)
        tensor.data_location = onnx.TensorProto.DEFAULT
        del tensor.external_data[:]


def _bytes(tensor: onnx.TensorProto) -> bytes:
    if tensor.HasField("raw_data"):
        return bytes(tensor.raw_data)
    return numpy_helper.to_array(tensor).tobytes()


def _session(
    model: onnx.ModelProto,
    level: Any,  # noqa: ANN401 - the runtime is not typed
    saved: Path | None = None,
    without: tuple[str, ...] = (),
) -> Any:  # noqa: ANN401
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    if saved is not None:
        options.optimized_model_filepath = str(saved)
    return ort.InferenceSession(
        model.SerializeToString(),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=list(without),
    )
