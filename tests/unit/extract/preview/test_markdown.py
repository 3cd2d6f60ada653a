"""The passage that answers is marked in set Markdown, whatever marks of Markdown stand in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jinasearch.core.preview import View
from jinasearch.extract import chunker
from jinasearch.extract.preview.markdown import show_markdown
from jinasearch.extract.protocol import Limits
from jinasearch.extract.readers.text import read_markdown
from jinasearch.extract.source import Source

HANDBOOK = Path(__file__).resolve().parents[5] / "shared/collections/gitlab_handbook_md/files"
LIMITS = Limits(10**8, 10**6)
WORD = re.compile(r"\w{3,}")
FILLER = "".join(f"## Part {n}\n\nThe [travel](/t/{n}) desk, and slack.\n\n" for n in range(200))


def marked(path, passage: str) -> str:
    """What is marked for the one passage of the file that holds `passage`."""
    with Source(str(path), LIMITS) as source:
        source.kind = "markdown"
        cut = chunker.cut(read_markdown(source)).passages
        (chosen,) = (p for p in cut if passage in p.text)
        return one(source, chosen)


def one(source: Source, passage) -> str:
    preview = show_markdown(source, View(passage.text, passage.place))
    return "\n".join(preview.text[mark.start : mark.end] for mark in preview.passage)


@pytest.mark.parametrize(
    ("text", "begins", "expected"),
    [
        (
            "### [Slack](/s) workflows\n\n- **First** [it](/a.b) and\n- go to [it](/d)\n  - now\n",
            "### [Slack]",
            "Slack workflows\n\n• First it and\n• go to it\n• now",
        ),
        ("### Rules\n\n4. [four](/f)\n5. _five_\n", "### Rules", "Rules\n\n4. four\n5. five"),
        ("### Table\n\n| a | b |\n|---|---|\n| [c](/c) | d |\n", "### Table",
         "Table\n\na │ b\nc │ d"),
        ("### Code\n\n```sh\nmake [x](y)\n```\n", "### Code", "Code\n\nmake [x](y)"),
    ],
)  # fmt: skip
def test_it_is_found_among_links_and_lists(tmp_path, text, begins, expected):
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: x\n---\n\n" + FILLER + text + "\n" + FILLER)
    wide = marked(path, begins)
    assert " ".join(expected.split()) in " ".join(wide.split())
    assert len(wide) < len(expected) + 1200  # a passage may hold what stands around it too


@pytest.mark.parametrize("line", ["5000", "9" * 5000])
def test_numbers_in_a_files_own_html_mislead_nobody(tmp_path, line):
    path = tmp_path / "a.md"
    odd = f'<div data-line="{line}">raw</div>\n\n<ol start="{line}"><li>one</li></ol>\n\n'
    path.write_text("# First\n\n" + odd + FILLER + "### Pay\n\nthe wanted wage\n" + FILLER)
    assert "wanted wage" in marked(path, "wanted wage")


def test_a_file_that_has_changed_is_marked_where_it_stands_now(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(FILLER + "### Pay\n\n- [the](/a) **wage**\n" + "- more of it\n" * 100)
    with Source(str(path), LIMITS) as source:
        source.kind = "markdown"
        passage = next(p for p in chunker.cut(read_markdown(source)).passages if "wage" in p.text)
    path.write_text("New first line.\n\n" + path.read_text())
    with Source(str(path), LIMITS) as source:
        source.kind = "markdown"
        assert "• the wage" in one(source, passage)


def test_the_middle_of_a_long_page_of_html_is_marked_alone(tmp_path):
    rows = "".join(f"<tr><td>Number {n}</td><td>value of {n}</td></tr>\n" for n in range(400))
    path = tmp_path / "a.md"
    path.write_text(f"# Values\n\n<table>\n{rows}</table>\n")
    with Source(str(path), LIMITS) as source:
        source.kind = "markdown"
        passage = next(
            p for p in chunker.cut(read_markdown(source)).passages if "Number 200<" in p.text
        )
        shown = one(source, passage)
    assert "Number 200" in shown
    assert len(shown) < len(passage.text)


@pytest.mark.parametrize("name", ["tools-and-tips/slack", "finance/expenses", "ceo/shadow"])
def test_real_handbooks(name):
    path = HANDBOOK / f"{name}.md"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    good = 0
    with Source(str(path), LIMITS) as source:
        source.kind = "markdown"
        passages = chunker.cut(read_markdown(source)).passages[::12]
        for passage in passages:
            wanted = set(WORD.findall(re.sub(r"\]\([^)]*\)|<[^>]*>|\{[^}]*\}", " ", passage.text)))
            got = set(WORD.findall(one(source, passage)))
            good += len(wanted & got) > 0.8 * len(wanted) and len(got) < 2 * len(wanted) + 30
    assert good > 0.97 * len(passages)
