"""What known models want before a question and a document, from their model cards.

A server of the OpenAI kind puts nothing before a text by itself, and a model without its prompts
answers, only worse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENGLISH = ("en",)
_MANY = ("*",)
_BGE = "Represent this sentence for searching relevant passages: "


@dataclass(frozen=True, slots=True)
class Known:
    """A family of models: `pattern` is looked for in a model's name, in lower case."""

    pattern: str
    query: str
    document: str
    languages: tuple[str, ...]


KNOWN: tuple[Known, ...] = (
    Known(r"jina-embeddings-v5", "Query: ", "Document: ", _MANY),
    Known(r"multilingual-e5-large-instruct|e5-mistral", "", "", _MANY),
    Known(r"multilingual-e5", "query: ", "passage: ", _MANY),
    Known(r"\be5-(small|base|large)", "query: ", "passage: ", _ENGLISH),
    Known(r"nomic-embed-text-v2", "search_query: ", "search_document: ", _MANY),
    Known(r"nomic-embed-text", "search_query: ", "search_document: ", _ENGLISH),
    Known(
        r"qwen3-embedding",
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
        "Query:",
        "",
        _MANY,
    ),
    Known(r"embedding-?gemma", "task: search result | query: ", "title: none | text: ", _MANY),
    Known(r"bge-(small|base|large)-en|mxbai-embed-large", _BGE, "", _ENGLISH),
    Known(r"bge-m3|paraphrase-multilingual|distiluse-base-multilingual", "", "", _MANY),
    Known(r"all-minilm|all-mpnet|multi-qa", "", "", _ENGLISH),
)


def known(model: str) -> Known | None:
    """The family that a model's name tells of; None for a name that tells nothing."""
    name = model.lower().replace("_", "-")
    return next((family for family in KNOWN if re.search(family.pattern, name)), None)
