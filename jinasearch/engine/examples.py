"""Finds the vectors of what answers should be like, or unlike."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, shown
from jinasearch.core.questions import Example
from jinasearch.search import feedback
from jinasearch.search.query import Term
from jinasearch.store import files, passages, selection, vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import apsw
    from numpy.typing import NDArray

_MOST_CHARACTERS = 20_000
_MOST_OF_FILE = 64
"""Passages of a file that speak for it: spread over its length."""


def file_named(connection: apsw.Connection, name: str) -> int | None:
    """The file that a person means: by its full path, or the newest of that name."""
    path = os.path.expanduser(name)  # noqa: PTH111 - stays a string
    if os.path.isabs(path):  # noqa: PTH117
        file = files.by_path(connection, os.path.normpath(path))
        return None if file is None else file.id
    if not any(map(str.isalnum, name)):
        return None
    named = selection.with_names("name", Term(name).fts())
    return next(iter(selection.newest(connection, named, 1)), None)


def resolved(connection: apsw.Connection, example: Example) -> Example:
    """An example with its file's id in place of the URI, and no more text than a model reads.

    Raises JinasearchError(NOT_FOUND) if the file is not in the library.
    """
    if not example.uri:
        return replace(example, text=example.text[:_MOST_CHARACTERS])
    path = os.path.normpath(from_uri(example.uri))
    file = files.by_path(connection, path)
    if file is None:
        raise JinasearchError(
            Code.NOT_FOUND,
            "This file is not in the library",
            "Add its folder first, or give its text instead."
            if os.path.lexists(path)
            else "There is no such file.",
            shown(path),
        )
    return Example(file.id)


def files_of(connection: apsw.Connection, examples: Iterable[Example]) -> list[int]:
    """The files that examples are, or are of."""
    wanted = [each.passage for each in examples if each.passage is not None]
    found = [row.file for row in passages.get(connection, wanted).values()]
    return found + [each.file for each in examples if each.file is not None]


def vectors_of(
    connection: apsw.Connection,
    space: int,
    examples: Sequence[Example],
    embed: Callable[[str], NDArray[np.float32]],
) -> list[NDArray[np.float32]]:
    """A vector (dimension,) for each example that has one; `embed` makes those of texts.

    A file is the mean of its card and its passages.

    Raises JinasearchError(NOT_FOUND) if a file or passage is not in the library, and what `embed`
    raises.
    """
    found: list[NDArray[np.float32]] = []
    for example in examples:
        if example.text.strip():
            found.append(embed(example.text))
            continue
        if example.file is not None:
            if files.by_id(connection, example.file) is None:
                raise _gone()
            rows = vectors.of_file(connection, space, example.file, _MOST_OF_FILE)
        elif example.passage is not None:
            if not passages.get(connection, [example.passage]):
                raise _gone()
            rows = vectors.of_passage(connection, space, example.passage)
        else:
            raise JinasearchError(
                Code.BAD_REQUEST, "An example is empty", "Give a file, a passage or a text."
            )
        if len(rows):
            mean = feedback.normalised(np.mean(rows, axis=0))
            found += [] if mean is None else [mean]
    return found


def _gone() -> JinasearchError:
    return JinasearchError(
        Code.NOT_FOUND,
        "What the answers should be like is not in the library",
        "Search again; it may have been changed or removed meanwhile.",
    )
