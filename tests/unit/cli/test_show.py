from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from jinasearch.cli.show import _print
from jinasearch.core.models import Place
from jinasearch.core.preview import Form, Preview, Span, Style

if TYPE_CHECKING:
    from collections.abc import Sequence


def printed(text: str, places: Sequence[tuple[int, Place]]) -> list[str]:
    out = io.StringIO()
    _print(
        Console(file=out, width=80),
        Preview(
            Form.PROSE,
            text=text,
            spans=tuple(Span(at, at, Style.PLACE) for at, _ in places),
            places=tuple(place for _, place in places),
        ),
    )
    return [line for line in out.getvalue().splitlines() if line]


ONE, TWO = Place(page=1), Place(page=2)


@pytest.mark.parametrize(
    ("text", "places", "lines"),
    [
        ("one\n", [], ["one"]),
        ("\none\n", [(0, ONE)], ["── page 1 ──", "one"]),
        ("\none\n\ntwo\n", [(0, ONE), (5, TWO)], ["── page 1 ──", "one", "── page 2 ──", "two"]),
        ("before\n\ntwo\n", [(7, TWO)], ["before", "── page 2 ──", "two"]),
    ],
)
def test_each_part_stands_below_its_place(text, places, lines):
    assert printed(text, places) == lines
