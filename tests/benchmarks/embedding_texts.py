"""Texts to embed: of a given number of tokens, and passages as they come."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PASSAGE = 1200
"""Characters of a passage at most; the program cuts its own about there."""
SHORTEST = 40
PROMPT = "Document: "


def read(paths: Sequence[Path]) -> Iterator[str]:
    """The texts of files and folders: the field `text` of .jsonl, the whole of .txt and .md."""
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix == ".jsonl" and file.name != "queries.jsonl":
                for line in file.open(encoding="utf-8"):
                    yield str(json.loads(line).get("text", ""))
            elif file.suffix in (".txt", ".md"):
                yield file.read_text(encoding="utf-8", errors="replace")


def passages(texts: Iterator[str], count: int, seed: int) -> list[str]:
    """Paragraphs, cut at `PASSAGE` characters, drawn at random from all texts."""
    found = []
    for text in texts:
        for paragraph in text.split("\n\n"):
            pieces = range(0, len(paragraph), PASSAGE)
            found += [paragraph[start : start + PASSAGE].strip() for start in pieces]
    found = [passage for passage in found if len(passage) >= SHORTEST]
    return random.Random(seed).sample(found, min(count, len(found)))


def of_length(tokenizer: Any, texts: Sequence[str], count: int, tokens: int) -> list[str]:
    """`count` texts that give exactly `tokens` tokens with their prompt."""
    made: list[str] = []
    words = " ".join(texts).split()
    at = 0
    while len(made) < count:
        text = " ".join((words * 2)[at % len(words) :][: tokens + 8])
        at += 97
        end = tokenizer.encode(PROMPT + text).offsets[tokens - 1][1]
        text = text[: end - len(PROMPT)]
        if len(tokenizer.encode(PROMPT + text).ids) == tokens:
            made.append(text)
    return made
