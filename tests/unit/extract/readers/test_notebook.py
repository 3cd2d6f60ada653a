from __future__ import annotations

import json


def _book(*cells: dict) -> str:
    return json.dumps({"nbformat": 4, "cells": list(cells), "metadata": {}})


def test_cells_are_places_and_markdown_gives_headings(document_of):
    document = document_of(
        "a.ipynb",
        _book(
            {"cell_type": "markdown", "source": ["# Study\n", "\n", "intro"]},
            {"cell_type": "code", "source": "x = 1\nprint(x)", "outputs": [{"text": ["1\n"]}]},
            {"cell_type": "markdown", "source": "## Result\nfine"},
            {"cell_type": "code", "source": "y", "outputs": [{"data": {"image/png": "AAAA"}}]},
        ),
    )
    assert document.title == "Study"
    assert [(p.place.cell, p.heading, p.text) for p in document.passages] == [
        (1, "Study", "# Study\n\nintro"),
        (2, "Study", "x = 1\nprint(x)\n\n1"),
        (3, "Study › Result", "## Result\nfine"),
        (4, "Study › Result", "y"),
    ]


def test_the_old_format_is_read(document_of):
    book = {"nbformat": 3, "worksheets": [{"cells": [
        {"cell_type": "heading", "level": 2, "source": "Old"},
        {"cell_type": "code", "input": ["a = ", "1"]},
    ]}]}  # fmt: skip
    passages = document_of("a.ipynb", json.dumps(book)).passages
    assert [p.text for p in passages] == ["## Old", "a = 1"]
    assert passages[1].heading == "Old"


def test_what_is_no_notebook_is_read_as_text(document_of):
    for data in ("{broken", "[1]", "{}", '{"cells": 3}', "[" * 100_000):
        document = document_of("a.ipynb", data)
        assert document.kind == "notebook"
