from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.extract.chunker import cut
from jinasearch.extract.protocol import Limits
from jinasearch.extract.readers.code import read_code
from jinasearch.extract.source import Part, Source

_LIMITS = Limits(1_000_000, 1_000_000)
_LONG = "        '''" + "something that is said about it " * 25 + "'''\n"


def _document(name, text):
    part = Part(name, text.encode(), _LIMITS.max_characters)
    part.kind = "code"
    return cut(read_code(part))


def _headings(name, text):
    return [passage.heading for passage in _document(name, text).passages]


def test_a_long_class_is_cut_by_its_methods():
    code = (
        "import os\n" * 40
        + "\n\nclass Leave:\n"
        + _LONG[4:]
        + "\n    @property\n    def days(self):\n"
        + _LONG
        + "\n    # Not on Sundays.\n    async def ask(self):\n"
        + _LONG
        + "\n\ndef main():\n"
        + _LONG
    )
    document = _document("leave.py", code)
    assert [p.heading for p in document.passages] == [
        "", "Leave", "Leave › days", "Leave › ask", "main",
    ]  # fmt: skip
    days, ask = document.passages[2:4]
    assert days.text.startswith("@property")
    assert ask.text.startswith("# Not on Sundays.")
    assert days.place.line == 46
    assert ask.place.line == 50


def test_what_fits_a_passage_is_not_cut():
    code = "class Small:\n    def one(self):\n        pass\n\n    def two(self):\n        pass\n"
    assert _headings("small.py", code) == ["Small"]


@pytest.mark.parametrize(
    ("name", "code", "heading"),
    [
        ("a.js", "class A {\n m(x) {\n // FILL\n }\n}\n", "A › m"),
        ("a.mjs", "export const h = async (x) => {\n // FILL\n};\n", "h"),
        ("a.ts", "export abstract class A<T> {\n private m(x: T): T {\n // FILL\n }\n}\n", "A › m"),
        ("a.tsx", "function Page() {\n // FILL\n return <p/>;\n}\n", "Page"),
        ("A.java", "class A {\n int m(int x) {\n // FILL\n }\n}\n", "A › m"),
        ("a.c", "static char *name_of(int x)\n{\n // FILL\n}\n", "name_of"),
        ("a.h", "#ifndef A\n#define A\nstruct A {\n // FILL\n};\n#endif\n", "A"),
        ("a.cpp", "namespace n {\nint A::m(int x) {\n // FILL\n}\n}\n", "n › A::m"),
        ("a.cs", "namespace N {\nclass A {\n int M() {\n // FILL\n }\n}\n}\n", "N › A › M"),
        ("a.go", "package p\n\nfunc (a *A) Name() {\n // FILL\n}\n", "Name"),
        ("a.rs", "impl Leave {\n fn days(&self) {\n // FILL\n }\n}\n", "Leave › days"),
        ("a.rb", "module M\n class A\n  def m\n  # FILL\n  end\n end\nend\n", "M › A › m"),
        ("a.php", "<?php\nclass A {\n function m() {\n // FILL\n }\n}\n", "A › m"),
        ("a.sh", "greet() {\n # FILL\n}\n", "greet"),
        ("a.kt", "class A {\n fun m(): Int {\n // FILL\n }\n}\n", "A › m"),
        ("a.scala", "class A {\n def m(): Int = {\n // FILL\n }\n}\n", "A › m"),
        ("a.swift", "class A {\n func m() -> Int {\n // FILL\n }\n}\n", "A › m"),
        ("a.lua", "function M.greet()\n -- FILL\nend\n", "M.greet"),
        ("run", "#!/usr/bin/env python3\ndef main():\n # FILL\n pass\n", "main"),
    ],
)
def test_the_path_is_that_of_the_language(name, code, heading):
    filled = code.replace("FILL", "something that is said about it " * 60)
    assert heading in _headings(name, filled)


@pytest.mark.parametrize("name", ["a.zig", "a.unknown", "run"])
def test_a_language_without_a_grammar_is_text(name):
    document = _document(name, "one\n\ntwo\n")
    assert [p.text for p in document.passages] == ["one\n\ntwo"]


def test_letters_of_several_bytes_do_not_shift_the_borders():
    greeting = "# Grüße aus 東京 👋\n" * 20
    code = f"{greeting}\ndef größe():\n{_LONG}\n\ndef 名前():\n{_LONG}"
    document = _document("a.py", code)
    assert [p.heading for p in document.passages] == ["", "größe", "名前"]
    assert document.passages[2].text.startswith("def 名前")


def test_generated_code_is_not_parsed(tmp_path):
    path = tmp_path / "bundle.js"
    path.write_text("function f(){" + "a=1;" * 300_000 + "}")
    with Source(str(path), Limits(10_000_000, 5_000_000)) as source:
        source.kind = "code"
        outline = read_code(source)
    assert len(outline.sections) == 1
    assert not outline.truncated


_code = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["class A:\n", "    def m(self):\n", "def f():\n", "\n", "}", "{", "(", "'''", "é東",
             "class A {", "function f() {", "x = 1\n", "# remark\n", "\r\n", _LONG]
        ),
    ),
    max_size=15,
).map("".join)  # fmt: skip


@given(_code, st.sampled_from(["a.py", "a.js", "a.cpp", "a.rs", "a.rb", "a.swift"]))
def test_nothing_is_lost_of_code_however_broken(text, name):
    part = Part(name, text.encode("utf-8", "replace"), 1_000_000)
    part.kind = "code"
    outline = read_code(part)
    document = cut(outline)
    assert "".join("".join(p.text for p in document.passages).split()) == "".join(
        outline.text.split()
    )
    for passage in document.passages:
        assert passage.place.line == 1 + outline.text.count("\n", 0, passage.place.start)


def test_brackets_without_end_are_read_as_text():
    document = _document("a.js", "(" * 300_000 + "the end")
    assert document.passages[-1].text.endswith("the end")


def test_more_definitions_than_anybody_writes_are_read_as_text():
    document = _document("a.js", "function f(){}\n" * 30_000)
    assert {passage.heading for passage in document.passages} == {""}
