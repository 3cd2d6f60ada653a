"""The re-ranking models the program knows by name: cross-encoders whose makers, or others on the
hub, give as ONNX files."""

from __future__ import annotations

from jinasearch.embed.models.description import ModelDescription, ModelFile, Pooling, Task

_FILES = (ModelFile("tokenizer.json"), ModelFile("onnx/model.onnx"))
_APACHE = ("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0")
_MIT = ("MIT", "https://opensource.org/license/mit")
_CC_BY_NC = ("CC-BY-NC-4.0", "https://creativecommons.org/licenses/by-nc/4.0/")
_PAIR_TOKENS = 512
"""Of question and text together: no passage is longer, and longer pairs take much longer."""


def cross_encoder(
    name: str,
    title: str,
    hub_id: str,
    languages: tuple[str, ...],
    licence: tuple[str, str],
    *,
    max_tokens: int = _PAIR_TOKENS,
    onnx_file: str = "onnx/model.onnx",
    files: tuple[ModelFile, ...] = _FILES,
    revision: str = "main",
    precision: str = "fp32",
    pad_token: int = 0,
    bytes_about: int = 0,
    folder: str = "",
) -> ModelDescription:
    """The description of a model that re-ranks; `licence` is its name and where it can be read."""
    return ModelDescription(
        name=name,
        title=title,
        hub_id=hub_id,
        revision=revision,
        dimension=0,
        dimensions=(),
        max_tokens=max_tokens,
        input_tokens=min(max_tokens, _PAIR_TOKENS),
        pooling=Pooling.FIRST_TOKEN,
        query_prompt="",
        document_prompt="",
        languages=languages,
        licence=licence[0],
        licence_uri=licence[1],
        consent_needed=bool(hub_id) and licence == _CC_BY_NC,
        onnx_file=onnx_file,
        tokenizer_file="tokenizer.json",
        precision=precision,
        files=files,
        pad_token=pad_token,
        bytes_about=bytes_about,
        folder=folder,
        task=Task.RERANK,
    )


RERANKERS: tuple[ModelDescription, ...] = (
    cross_encoder(
        "ms-marco-minilm",
        "MS MARCO MiniLM-L6 (re-ranks, English)",
        "Xenova/ms-marco-MiniLM-L-6-v2",
        ("en",),
        _APACHE,
        bytes_about=92_000_000,
    ),
    cross_encoder(
        "mxbai-rerank-xsmall",
        "Mixedbread rerank xsmall (re-ranks, English)",
        "mixedbread-ai/mxbai-rerank-xsmall-v1",
        ("en",),
        _APACHE,
        bytes_about=285_000_000,
    ),
    cross_encoder(
        "bge-reranker-base",
        "BGE reranker base (re-ranks, English and Chinese)",
        "BAAI/bge-reranker-base",
        ("en", "zh"),
        _MIT,
        pad_token=1,
        bytes_about=1_130_000_000,
    ),
    cross_encoder(
        "jina-reranker-v2",
        "Jina reranker v2 base (re-ranks, many languages)",
        "jinaai/jina-reranker-v2-base-multilingual",
        ("*",),
        _CC_BY_NC,
        max_tokens=1024,
        pad_token=1,
        bytes_about=1_130_000_000,
    ),
)
