"""Models and their speeds, as the gallery shows them."""

from jinasearch.core.models import ModelSpeed
from jinasearch.engine import protocol

_EMBEDDERS = tuple(
    protocol.ModelEntry(
        name,
        title,
        dimension,
        sizes,
        2048,
        languages,
        licence,
        "https://example.org/licence",
        size,
        state,
        in_use=name == "starter",
        consent_needed=state == "missing",
    )
    for name, title, dimension, sizes, languages, licence, size, state in (
        (
            "starter",
            "Starter (MiniLM-L6, English)",
            384,
            (384,),
            ("en",),
            "Apache-2.0",
            23_000_000,
            "ready",
        ),
        (
            "jina-v5-small",
            "Jina v5 text small (retrieval)",
            1024,
            (32, 256, 1024),
            ("*",),
            "CC-BY-NC-4.0",
            2_400_000_000,
            "missing",
        ),
        (
            "jina-v5-nano",
            "Jina v5 text nano (retrieval)",
            768,
            (32, 256, 768),
            ("*",),
            "CC-BY-NC-4.0",
            870_000_000,
            "ready",
        ),
    )
)
_RERANKER = protocol.ModelEntry(
    "bge-reranker-base",
    "BGE reranker base (re-ranks, English and Chinese)",
    0,
    (),
    512,
    ("en", "zh"),
    "MIT",
    "https://example.org/licence",
    1_130_000_000,
    "ready",
    in_use=True,
    task="rerank",
)
MODELS = protocol.Models((*_EMBEDDERS, _RERANKER))
BENCH = protocol.Bench(
    (
        ModelSpeed(
            name="starter",
            title="",
            passages_per_second=62.0,
            query_ms=5.0,
            memory_bytes=240_000_000,
            seconds_for_library=3500.0,
            languages=("en",),
            provider="ONNX Runtime, CPU",
            precision="int8",
        ),
        ModelSpeed(
            name="jina-v5-nano",
            title="",
            passages_per_second=14.0,
            query_ms=31.0,
            memory_bytes=1_400_000_000,
            seconds_for_library=15500.0,
            languages=("*",),
            provider="OpenVINO, CPU",
            precision="bf16",
        ),
    ),
    "jina-v5-nano",
    217_000,
)
