"""The export process: a sentence-transformers model in, one that this program runs out.

It alone loads torch and the exporting libraries (the extra `export`). One request comes on
standard input as a frame of `wire`: `source`, `revision`, `accept_licence`, and `work`, an empty
folder. Frames of `stage` (with `done` and `total` bytes where there are some) go out, then one
with `ok` or `error`. The finished model lies in `work/model`; the caller installs it. The process
ends when its input does, whatever it is doing.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import shutil
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import psutil
from tokenizers import Tokenizer

from jinasearch.core import logs, paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.export.source import find
from jinasearch.embed.load import load
from jinasearch.embed.models import layout
from jinasearch.embed.process import wire
from jinasearch.embed.runtimes.runtime import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from jinasearch.embed.export.source import Source
    from jinasearch.embed.models.layout import Modules

_PACKAGES = ("torch", "transformers", "sentence_transformers", "optimum")
_LEAST_COSINE = 0.9999
"""Between a text's vector before and after; in fp32 they differ by rounding alone."""
_BATCH = 8
_UNLIMITED = 1 << 20
"""More tokens than any model reads: tokenizers without a limit give an even larger number."""
_MODULES = "sentence_transformers.models."

_SENTENCES = (
    "How do I cancel the insurance?",
    "Notice to terminate the policy with effect from the end of the month.",
    "Mars, known for its reddish appearance, is often referred to as the Red Planet.",
    "VENUS IS OFTEN CALLED EARTH'S TWIN.",
    "def area(radius):\n    return 3.14159 * radius ** 2",
    "Invoice No. 2024-0117: 1,250.00 EUR, due on 31/01/2024.",
    "Wie kündige ich den Mietvertrag fristgerecht?",
    "Où se trouve la gare la plus proche ?",
    "¿Cuántos días de vacaciones me quedan?",
    "Когда отправляется последний поезд?",
    "火星因其红色外观而被称为红色星球。",
    "東京の明日の天気は晴れのち曇りです。",
    "보험을 해지하려면 어떻게 해야 하나요?",
    "كيف يمكنني إلغاء التأمين؟",
    "🚀 launch day 🎉👩‍👩‍👧",
    "  spaces before, after\tand\nlines between  ",
    "control \x01\x7f\u200b characters",
    "a",
    "1 2 3 4 5 6 7 8 9 0",
)
TEXTS = (*_SENTENCES, " ".join(_SENTENCES * 4))
"""What the exported model is tried on; the last is longer than many models read."""
_PROMPT_TOKENS = 64
"""Left for what stands before a text, and for the tokenizer's own."""


def main() -> int:
    """Serve the request from standard input."""
    logs.to_stderr()
    warnings.simplefilter("ignore")  # of libraries, to nobody
    out = wire.own_output()
    frame = wire.read(sys.stdin.buffer)
    if frame is None:
        return 1
    threading.Thread(target=_end_with_input, name="export-input", daemon=True).start()
    wire.write(out, _answer(frame[0], lambda **news: wire.write(out, news)))
    return 0


def export(request: wire.Header, tell: Callable[..., None]) -> wire.Header:
    """Fulfil one request; see the module.

    Raises:
        JinasearchError(BAD_REQUEST): the extra `export` is not installed.
        JinasearchError(MODEL_UNSUITABLE): the model is none for embeddings, asks for what is not
            supported, or gives other vectors once exported.
        JinasearchError: it cannot be read or fetched; see `source.find`.
    """
    _require_packages()
    source = find(
        request["source"],
        request["revision"],
        accept_licence=request["accept_licence"],
        progress=lambda done, total: tell(stage="download", done=done, total=total),
    )
    modules = layout.modules(source.folder)
    work = Path(request["work"])
    model = work / "model"
    tell(stage="libraries")
    _load_packages()
    _check_architecture(modules.transformer)
    tell(stage="graph")
    _export_graph(modules.transformer, work / "graph", model / "onnx")
    tell(stage="reference")
    expected = _reference(source, modules, model)
    tell(stage="check")
    cosine = _compare(model, expected)
    if source.kept:
        shutil.rmtree(source.folder)
    description = layout.read(model)
    return {
        "dimension": description.dimension,
        "dimensions": list(description.dimensions),
        "size": description.bytes(),
        "texts": 2 * len(TEXTS),
        "cosine": cosine,
    }


def _answer(request: wire.Header, tell: Callable[..., None]) -> wire.Header:
    try:
        return {"ok": True, **export(request, tell)}
    except JinasearchError as error:
        failure = error
    except MemoryError:
        failure = JinasearchError(
            Code.EMBED_FAILED,
            "There is not enough memory for the export",
            "It takes about three times the size of the weights in full precision.",
        )
    except Exception as error:  # noqa: BLE001 - the libraries' errors share no base class
        failure = _failure(error, request)
    return {
        "ok": False,
        "error": {
            "code": failure.code,
            "title": failure.title,
            "message": failure.message,
            "path": failure.path,
        },
    }


def _failure(error: Exception, request: wire.Header) -> JinasearchError:
    # transformers raises OSError without a number for models that it cannot read.
    if isinstance(error, OSError) and error.errno is not None:
        return JinasearchError(
            Code.NO_PERMISSION,
            f"The model cannot be stored: {error.strerror}",
            "Look at the disk's room and the folder's rights.",
            paths.shown(str(error.filename or request["work"])),
        )
    return _unsuitable(request["source"], f"the export failed ({_reason(error)})")


def _require_packages() -> None:
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise _not_installed(f"{', '.join(missing)} cannot be found")


def _load_packages() -> None:
    # Nothing but the model's own files is needed from here on.
    os.environ["HF_HUB_OFFLINE"] = "1"
    from huggingface_hub import constants  # noqa: PLC0415

    constants.HF_HUB_OFFLINE = True  # the variable is read once, and a download has read it
    try:
        for name in ("sentence_transformers", "optimum.exporters.onnx"):
            importlib.import_module(name)
    except ImportError as error:  # also where versions do not go together
        raise _not_installed(_reason(error)) from error


def _check_architecture(transformer: Path) -> None:
    from transformers import CONFIG_MAPPING  # noqa: PLC0415

    config = json.loads((transformer / "config.json").read_text(encoding="utf-8"))
    kind = config.get("model_type")
    if kind not in CONFIG_MAPPING:
        raise _unsuitable(
            str(transformer),
            f"the installed transformers does not know {kind!r}; code that comes with a model is"
            " not run",
        )


def _export_graph(transformer: Path, made: Path, target: Path) -> None:
    """Export the transformer alone: pooling and all after it are this program's own work."""
    from optimum.exporters.onnx import main_export  # noqa: PLC0415

    main_export(
        str(transformer),
        output=made,
        task="feature-extraction",
        library_name="transformers",
        do_validation=False,
        local_files_only=True,
    )
    graphs = sorted(made.glob("*.onnx"))
    if [graph.name for graph in graphs] != ["model.onnx"]:
        names = ", ".join(graph.name for graph in graphs) or "no graph"
        raise _unsuitable(str(transformer), f"it becomes {names} instead of one encoder")
    target.mkdir(parents=True)
    for file in made.glob("model.onnx*"):
        file.rename(target / file.name)
    shutil.rmtree(made)


def _reference(source: Source, modules: Modules, model: Path) -> dict[Prompt, NDArray[np.float32]]:
    """What the original makes of texts as `_read_whole` gives them; and all files beside the graph,
    as it reads them."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    reference = SentenceTransformer(str(source.folder), device="cpu", local_files_only=True)
    tokenizer = reference.tokenizer
    if not getattr(tokenizer, "is_fast", False):
        raise _unsuitable(str(source.folder), "its tokenizer is not one of the library tokenizers")
    _lay_down(source, modules, model, tokenizer.backend_tokenizer.to_str(), tokenizer)
    texts = _read_whole(model)
    vectors = {}
    for prompt, encode in (
        (Prompt.QUERY, reference.encode_query),
        (Prompt.DOCUMENT, reference.encode_document),
    ):
        vectors[prompt] = encode(texts, batch_size=_BATCH, show_progress_bar=False)
    return vectors


def _lay_down(
    source: Source,
    modules: Modules,
    model: Path,
    tokenizer: str,
    limits: Any,  # noqa: ANN401
) -> None:
    config = modules.transformer / "config.json"
    limit = min(
        limits.model_max_length or _UNLIMITED,
        json.loads(config.read_text(encoding="utf-8")).get("max_position_embeddings", _UNLIMITED),
    )
    (model / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    shutil.copy(config, model / "config.json")
    (model / "1_Pooling").mkdir()
    shutil.copy(modules.pooling / "config.json", model / "1_Pooling/config.json")
    prompts = source.folder / "config_sentence_transformers.json"
    if prompts.is_file():
        shutil.copy(prompts, model / prompts.name)
    written: dict[str, object] = {
        "modules.json": [
            {"path": "", "type": _MODULES + "Transformer"},
            {"path": "1_Pooling", "type": _MODULES + "Pooling"},
        ],
        "sentence_bert_config.json": {"max_seq_length": limit},
        layout.RECORD: msgspec.structs.replace(source.origin, precision="fp32"),
    }
    for name, content in written.items():
        (model / name).write_bytes(msgspec.json.encode(content))


def _read_whole(model: Path) -> list[str]:
    """`TEXTS`, cut to what the model reads at once: what is longer we read in pieces, the original
    not at all."""
    description = layout.read(model)
    tokenizer = Tokenizer.from_file(str(model / description.tokenizer_file))
    tokenizer.no_truncation()
    room = description.input_tokens - min(_PROMPT_TOKENS, description.input_tokens // 2)
    ends = [[end for _, end in tokenizer.encode(text).offsets[:room]] for text in TEXTS]
    return [text[: max(end, default=0)] for text, end in zip(TEXTS, ends, strict=True)]


def _compare(model: Path, expected: dict[Prompt, NDArray[np.float32]]) -> float:
    """The least cosine between the original's vectors and ours."""
    gc.collect()  # the original's weights are no longer needed
    threads = psutil.cpu_count(logical=False) or 1
    # As it was exported: fast forms prove themselves later, against this one.
    encoder = load(layout.read(model), threads=threads, runtime=PLAIN)
    cosines, texts = [], _read_whole(model)
    for prompt, theirs in expected.items():
        ours = encoder.encode(texts, prompt)
        if ours.shape != theirs.shape:
            raise _unsuitable(str(model), f"its vectors have {theirs.shape[1]} numbers")
        lengths = np.linalg.norm(theirs, axis=1)
        cosines.append((ours * theirs).sum(axis=1) / lengths)
    least = float(np.min(cosines))
    if not least >= _LEAST_COSINE:
        raise JinasearchError(
            Code.MODEL_UNSUITABLE,
            f"The exported model gives other vectors than the original (cosine {least:.4f})",
            "Nothing was installed: its results would be worse, and nothing would tell.",
        )
    return least


def _not_installed(why: str) -> JinasearchError:
    return JinasearchError(
        Code.BAD_REQUEST,
        f"Exporting needs packages that are not installed: {why}",
        "Install them with: .venv/bin/pip install -e '.[export]'",
    )


def _unsuitable(source: str, why: str) -> JinasearchError:
    return JinasearchError(
        Code.MODEL_UNSUITABLE,
        f"This model cannot be used: {why}",
        "Choose a text embedding model that sentence-transformers loads without code of its own.",
        paths.shown(source),
    )


def _reason(error: Exception) -> str:
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first[:200]}" if first else type(error).__name__


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)  # nobody waits any more; torch cannot be asked to stop
