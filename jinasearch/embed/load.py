"""From a description to an encoder: finds the files, chooses the runtime. Embed process only."""

from __future__ import annotations

import importlib.util
import logging
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.embed.checks import proof
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.models.locate import damaged, locate
from jinasearch.embed.runtimes import quantization
from jinasearch.embed.runtimes.ort import cuda, fusion, int8
from jinasearch.embed.runtimes.ort.fp16 import in_fp16
from jinasearch.embed.runtimes.ort.runtime import OnnxRuntime
from jinasearch.embed.runtimes.ort.runtime import version as ort_version
from jinasearch.embed.runtimes.runtime import PLAIN
from jinasearch.embed.runtimes.signature import Unsuitable
from jinasearch.embed.tokenizer import TextTokenizer
from jinasearch.embed.transformer import TransformerEncoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.embed.encoder import Encoder
    from jinasearch.embed.models.description import ModelDescription, Server
    from jinasearch.embed.runtimes.runtime import Runtime

_log = logging.getLogger(__name__)

_HARMLESS = "a"
_SAME = "the same vectors, made more slowly"
_AS_SET = "it computes in 8 bits, as set"
_LOSSY = "int8"
"""A precision whose vectors are not those of the others."""


def load(
    description: ModelDescription,
    dimension: int = 0,
    threads: int = 1,
    *,
    runtime: str = "auto",
    precision: str = "auto",
    allow_cpu: bool = False,
    gpu_bytes: int = 0,
) -> Encoder:
    """Load a model.

    Args:
        description: which.
        dimension: of the vectors; 0 means the model's own.
        threads: to compute with.
        runtime: `onnx`, `openvino`, `cuda`, or `auto` for the fastest on this processor. Where
            that fails, another does its work, and the encoder's `remark` says so. `PLAIN` is ONNX
            Runtime on the file as it is, which the others are compared with.
        precision: to compute in: `fp32`, `bf16`, `fp16`, `int8`, or `auto` for the runtime's
            fastest that keeps the vectors. Those of `int8` belong in a space of their own, and
            are used only if they prove themselves, see `proof.agreement`.
        allow_cpu: the processor may do what `cuda` cannot, with a remark; else that is an error.
        gpu_bytes: memory of the graphics card, to be used at most; 0 means all.

    Raises:
        JinasearchError(RUNTIME_MISSING): the runtime that was asked for cannot be used here.
        JinasearchError(MODEL_MISSING): a file is not there.
        JinasearchError(MODEL_DAMAGED): a file cannot be read as what it should be.
        JinasearchError(MODEL_UNSUITABLE): it is no embedding model, or has not this dimension.
        JinasearchError(REMOTE_FAILED, EMBED_FAILED): the server that it runs on does not answer.
    """
    if description.server is not None:
        return _remote(description, description.server, dimension)
    files = locate(description)
    dimension = dimension or description.dimension
    if dimension not in description.dimensions:
        known = ", ".join(map(str, description.dimensions))
        raise _unsuitable(
            description, files.onnx, f"it has no {dimension} dimensions, only {known}"
        )
    tokenizer = TextTokenizer(files.tokenizer, description.input_tokens, description.pad_token)
    forms = _Forms(description, files.onnx, tokenizer, dimension, threads)
    if runtime == PLAIN:
        return forms.plain()
    if runtime == "onnx":
        return forms.onnx(precision)
    if runtime == "cuda":
        return forms.cuda(precision, gpu_bytes, allow_cpu=allow_cpu)
    return forms.openvino(precision) if runtime == "openvino" else forms.fastest(precision)


class _Forms:
    """The encoders that can be made of one model's file."""

    def __init__(
        self,
        description: ModelDescription,
        path: Path,
        tokenizer: TextTokenizer,
        dimension: int,
        threads: int,
    ) -> None:
        self._description = description
        self._path = path
        self._tokenizer = tokenizer
        self._dimension = dimension
        self._threads = threads

    def fastest(self, precision: str) -> Encoder:
        """OpenVINO where it is made for the processor and keeps the vectors, else ONNX Runtime."""
        if not _openvino_is_best():
            return self.onnx(precision)
        name = self._description.name
        try:
            fast = self.openvino(precision)
            if self._proven(fast):
                return fast
            why = f"its vectors of {name} differ too much from the plain ones"
        except JinasearchError as error:
            if error.code is not Code.RUNTIME_MISSING:
                raise
            why = f"it failed on {name}"
        return self.onnx(precision, _replaced("OpenVINO", "ONNX Runtime", why))

    def plain(self, remark: JinasearchError | None = None) -> Encoder:
        """In ONNX Runtime, from the file as it is."""
        return self._encoder(_onnx(self._description, self._path, self._threads), remark)

    def onnx(self, precision: str, remark: JinasearchError | None = None) -> Encoder:
        """In ONNX Runtime, from a prepared graph if there can be one that keeps the vectors.

        Raises JinasearchError(RUNTIME_MISSING) for a precision that cannot be used.
        """
        if precision == _LOSSY:
            return self._in_8_bits(remark)
        if precision not in ("auto", "fp32"):
            raise _not_usable(f"The precision {precision}", "ONNX Runtime computes in fp32 or int8")
        try:
            runtime = _fused(self._description, self._path, self._threads)
            if runtime is not None:
                fused = self._encoder(runtime, remark)
                form = f"{fused.provider}/{fusion.FORMAT}/{ort_version}"
                if proof.proven(fused, self.plain, form, exact=True):
                    return fused
                _log.warning("the prepared graph does not keep the vectors; it is not used")
        except Exception as error:  # noqa: BLE001 - the libraries' errors share no base class
            _log.warning("the model is used as it was exported: %s", type(error).__name__)
        return self.plain(remark)

    def openvino(self, precision: str) -> Encoder:
        """In OpenVINO; raises JinasearchError(RUNTIME_MISSING) if that cannot be."""
        fast = self._tried(
            "OpenVINO", lambda: _openvino(self._description, self._path, precision, self._threads)
        )
        return self._held_to_proof(fast) if precision == _LOSSY else fast

    def _in_8_bits(self, remark: JinasearchError | None) -> Encoder:
        def make() -> Runtime:
            return _onnx_int8(self._description, self._path, self._threads)

        return self._held_to_proof(self._tried("The precision int8", make, remark))

    def _held_to_proof(self, lossy: Encoder) -> Encoder:
        """`lossy`, if it proves itself; raises JinasearchError(RUNTIME_MISSING) with the figures if
        it does not."""
        found = proof.agreement(lossy, self.plain, _form(lossy))
        if not found.sound:
            raise _not_usable(
                f"The precision {lossy.precision}",
                f"the vectors of {self._description.name} differ too much, {found}",
            )
        return lossy

    def cuda(self, precision: str, gpu_bytes: int, *, allow_cpu: bool) -> Encoder:
        """On a graphics card; raises JinasearchError(RUNTIME_MISSING) if that cannot be."""
        try:
            fast = self._tried(
                "CUDA", lambda: _cuda(self._description, self._path, precision, gpu_bytes)
            )
        except JinasearchError as error:
            if not allow_cpu or error.code is not Code.RUNTIME_MISSING:
                raise
            why = error.title.partition(": ")[2]
            # Vectors of 8 bits have a space of their own, and no others may come into it.
            form, how = (_LOSSY, _AS_SET) if precision == _LOSSY else ("auto", _SAME)
            return self.onnx(form, _replaced("CUDA", "The processor", why, how))
        if not self._proven(fast):
            raise _not_usable("CUDA", f"its {fast.precision} vectors differ too much")
        return fast

    def _tried(
        self, name: str, make: Callable[[], Runtime], remark: JinasearchError | None = None
    ) -> TransformerEncoder:
        """An encoder that has encoded something: what it compiles late, it compiles now, or fails
        now."""
        try:
            encoder = self._encoder(make(), remark)
            encoder.encode([_HARMLESS], Prompt.QUERY)
        except Exception as error:  # the runtimes' errors share no base class
            if isinstance(error, JinasearchError) and error.code is not Code.EMBED_FAILED:
                raise
            _log.warning("%s cannot run this model: %s", name, type(error).__name__)
            raise _not_usable(name, "it failed on this model") from error
        return encoder

    def _encoder(
        self, runtime: Runtime, remark: JinasearchError | None = None
    ) -> TransformerEncoder:
        path = shown(self._path)
        return TransformerEncoder(
            self._description, self._tokenizer, runtime, self._dimension, path, remark
        )

    def _proven(self, fast: Encoder) -> bool:
        return proof.proven(fast, self.plain, _form(fast))


def _form(fast: Encoder) -> str:
    version = metadata.version("openvino") if "OpenVINO" in fast.provider else ort_version
    precision = quantization.NAME if fast.precision == _LOSSY else fast.precision
    return f"{fast.provider}/{precision}/{version}"


def _remote(description: ModelDescription, server: Server, dimension: int) -> Encoder:
    # Imported late: a model on this machine needs no HTTP.
    from jinasearch.embed.remote import keys  # noqa: PLC0415
    from jinasearch.embed.remote.openai import OpenAIEncoder  # noqa: PLC0415

    dimension = dimension or description.dimension
    if dimension not in description.dimensions:
        raise _unsuitable(
            description, Path(description.folder), f"it has no {dimension} dimensions"
        )
    name, host = description.name, server.host
    key = keys.find(name, host) if server.has_key else keys.from_environment(name)
    encoder = OpenAIEncoder(description, server, dimension, key)
    encoder.check()
    return encoder


def _openvino_is_best() -> bool:
    """Whether OpenVINO is installed and this is the kind of processor that it is made for."""
    if importlib.util.find_spec("openvino") is None:
        return False
    from jinasearch.embed.runtimes.ov.runtime import made_for_this_processor  # noqa: PLC0415 - may be absent

    return made_for_this_processor()


def _openvino(description: ModelDescription, path: Path, precision: str, threads: int) -> Runtime:
    try:
        from jinasearch.embed.runtimes.ov.runtime import OpenVinoRuntime  # noqa: PLC0415 - may be absent
    except ImportError as error:
        raise _not_usable("OpenVINO", "it is not installed") from error
    try:
        return OpenVinoRuntime(path, description, precision, threads)
    except Unsuitable as error:
        raise _unsuitable(description, path, str(error)) from error


def _cuda(description: ModelDescription, path: Path, precision: str, gpu_bytes: int) -> Runtime:
    if precision not in ("auto", "fp32", "fp16"):
        raise _not_usable(f"The precision {precision}", "graphics cards compute in fp32 or fp16")
    if not cuda.available():
        raise _not_usable("CUDA", "onnxruntime-gpu is not installed, or finds no card")
    if precision != "fp32":
        try:
            path, precision = in_fp16(path, description), "fp16"
        except ImportError as error:
            if precision == "fp16":
                raise _not_usable("The precision fp16", "the package onnx is missing") from error
            precision = "fp32"
    try:
        runtime = cuda.CudaRuntime(path, description.dimension, precision, gpu_bytes)
    except Unsuitable as error:
        raise _unsuitable(description, path, str(error)) from error
    if not runtime.on_the_card:
        raise _not_usable("CUDA", "the runtime went to the processor, its log says why")
    return runtime


def _fused(description: ModelDescription, path: Path, threads: int) -> Runtime | None:
    """The prepared graph; None where there is nothing to prepare."""
    found = fusion.prepared(path, description)
    if found is None:
        return None
    precision, dimension = description.precision, description.dimension
    return OnnxRuntime(
        found.path, dimension, precision, threads, weights=found.weights, form="fused"
    )


def _onnx_int8(description: ModelDescription, path: Path, threads: int) -> Runtime:
    try:
        found = int8.prepared(path, description)
    except Unsuitable as error:
        raise _unsuitable(description, path, str(error)) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _not_usable(
            "The precision int8", f"it cannot be kept in the cache ({why})"
        ) from error
    return OnnxRuntime(
        found.path, description.dimension, _LOSSY, threads, weights=found.weights, form="prepared"
    )


def _onnx(description: ModelDescription, path: Path, threads: int) -> Runtime:
    try:
        return OnnxRuntime(path, description.dimension, description.precision, threads)
    except Unsuitable as error:
        raise _unsuitable(description, path, str(error)) from error
    except Exception as error:  # the runtimes' errors share no base class
        raise damaged(description, path) from error


def _not_usable(what: str, why: str) -> JinasearchError:
    return JinasearchError(
        Code.RUNTIME_MISSING,
        f"{what} cannot be used: {why}",
        'Set `runtime = "auto"` and `precision = "auto"` under [embed] in the settings.',
    )


def _replaced(what: str, by: str, why: str, how: str = _SAME) -> JinasearchError:
    return JinasearchError(
        Code.RUNTIME_MISSING,
        f"{what} cannot be used: {why}",
        f"{by} takes its place: {how}.",
    )


def _unsuitable(description: ModelDescription, path: Path, why: str) -> JinasearchError:
    return JinasearchError(
        Code.MODEL_UNSUITABLE,
        f"The model {description.name} cannot be used: {why}",
        "Choose another model or dimension.",
        shown(path),
    )
