from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from jinasearch.extract.chunker import cut
from jinasearch.extract.readers.data import read_json, read_settings, read_yaml
from jinasearch.extract.source import Part

_FILLER = "filler text " * 60


def _sections(outline):
    return [
        (" › ".join(section.heading), section.place.line, outline.text[section.start : section.end])
        for section in outline.sections
        if outline.text[section.start : section.end].strip()
    ]


def test_the_keys_around_a_place_in_json_are_its_headings(document_of):
    text = json.dumps(
        {"name": "demo", "server": {"log": {"text": _FILLER}, "note": _FILLER}, "end": _FILLER},
        indent=2,
    )
    document = document_of("a.json", text)
    assert [(p.heading, p.place.line) for p in document.passages] == [
        ("server › log", 1),
        ("server", 7),
        ("", 9),
    ]


def test_letters_written_as_numbers_are_found(outline_of):
    text = json.dumps({"greeting": "東京 Grüße 👋", "quote": 'a"b', "line": "a\nb", "bell": "\x07"})
    outline = outline_of("a.json", text)
    assert "東京 Grüße 👋" in outline.text
    assert json.loads(outline.text) == json.loads(text)


def test_json_in_one_endless_line_is_set_in_lines(document_of):
    value = {"rows": [{"name": f"Row {number}", "note": "word " * 20} for number in range(60)]}
    document = document_of("a.json", json.dumps(value))
    assert len(document.passages) > 5
    assert all(passage.heading == "rows" for passage in document.passages[1:])
    assert all(passage.place.line is None for passage in document.passages)


def test_what_is_no_json_is_read_all_the_same(document_of):
    document = document_of("a.json", '{"a": [' + "x" * 5000)
    assert "".join(p.text for p in document.passages).startswith('{"a": [xxx')


def test_the_keys_around_a_place_in_yaml_are_its_headings(outline_of):
    text = (
        "# about\nversion: 3\nservices:\n  web:\n    image: nginx\n    env:\n    - A=1\n    - B=2\n"
        "  'the db':\n    image: x\njobs:\n- name: build\n  steps: |\n    make: all\nlast: 1\n"
    )
    assert _sections(outline_of("a.yml", text)) == [
        ("", 1, "# about\nversion: 3\n"),
        ("services", 3, "services:\n"),
        ("services › web", 4, "  web:\n    image: nginx\n"),
        ("services › web › env", 6, "    env:\n    - A=1\n    - B=2\n"),
        ("services › the db", 9, "  'the db':\n    image: x\n"),
        ("jobs", 11, "jobs:\n- name: build\n"),
        ("jobs › steps", 13, "  steps: |\n    make: all\n"),
        ("", 15, "last: 1\n"),
    ]


def test_sections_of_settings(outline_of):
    text = "a = 1\n[tool.ruff]\nline = 100\n\n[[source]]  # one\nx = [1, 2]\n"
    assert _sections(outline_of("a.toml", text)) == [
        ("", 1, "a = 1\n"),
        ("tool.ruff", 2, "[tool.ruff]\nline = 100\n\n"),
        ("source", 5, "[[source]]  # one\nx = [1, 2]\n"),
    ]
    assert _sections(outline_of("a.conf", "[main]\nx=1\n"))[0][0] == "main"


_texts = st.lists(
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(
            [
                "a:\n",
                "  b:\n",
                "- c:\n",
                '"k": {\n',
                "}\n",
                "\n",
                "[s]\n",
                "x: 1\n",
                "\t",
                "\\u0041",
            ]
        ),
    ),
    max_size=30,
).map("".join)


@given(_texts)
def test_nothing_is_lost_of_data_however_broken(text):
    for read in (read_json, read_yaml, read_settings):
        part = Part("a", text.encode("utf-8", "replace"), 100_000)
        part.kind = "data"
        outline = read(part)
        passages = cut(outline).passages
        assert "".join("".join(p.text for p in passages).split()) == "".join(outline.text.split())
        for passage in passages:
            assert passage.place.line == 1 + outline.text.count("\n", 0, passage.place.start)
