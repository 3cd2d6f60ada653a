"""Readers of data that people write by hand: JSON, YAML, and files of settings.

The text stays as it stands in the file, so that its lines are the file's. The keys around a place
are its headings.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from jinasearch.core.models import Place
from jinasearch.extract.outline import Outline, Section, one_line
from jinasearch.extract.readers.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.source import Source

_LONG_LINE = re.compile(r"[^\n]{4000}")
_ESCAPED = re.compile(
    r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})", re.IGNORECASE
)
_LINE = re.compile(r"^([ \t]*)(\S[^\n]*)$", re.MULTILINE)
_JSON_KEY = re.compile(r'"((?:[^"\\]|\\.){1,80})"[ \t]*:[ \t]*[\[{][ \t]*$')
_YAML_KEY = re.compile(
    r"""(?:-[ \t]++)?["']?([^\s#:"'\-\[{][^:#"']{0,80})["']?[ \t]{0,20}:"""
    r"[ \t]*+(?:[|>][-+\d]*+|[&!][^\s]++)?[ \t]*+(?:\#.*)?$"
)
_CLOSERS = "}]),; \t\r"
_SECTION = re.compile(
    r"^[ \t]*+\[{1,2}[ \t]*+([^\]\[\n]{1,80}?)[ \t]{0,20}\]{1,2}[ \t]*+(?:[#;].*)?$", re.MULTILINE
)
_MOST_KEYS = 4
"""Keys within keys that make a heading."""


def read_json(source: Source) -> Outline:
    """JSON, also a value a line. What stands in one endless line is set in lines."""
    text, truncated = text_of(source)
    if not truncated and _LONG_LINE.search(text):
        text, in_lines = _set_in_lines(text), False
    else:
        in_lines = True
    text = _ESCAPED.sub(_letter, text)
    sections = tuple(_by_keys(text, _JSON_KEY, lists=False, numbered=in_lines))
    return Outline(source.kind, text, sections, truncated=truncated)


def read_yaml(source: Source) -> Outline:
    """YAML."""
    text, truncated = text_of(source)
    sections = tuple(_by_keys(text, _YAML_KEY, lists=True, numbered=True))
    return Outline(source.kind, text, sections, truncated=truncated)


def read_settings(source: Source) -> Outline:
    """TOML and INI files: sections by their names in brackets."""
    text, truncated = text_of(source)
    sections: list[Section] = []
    start, line = 0, 1
    path: tuple[str, ...] = ()
    for match in _SECTION.finditer(text):
        if match.start() > start:
            sections.append(Section(start, match.start(), path, Place(line=line)))
            line += text.count("\n", start, match.start())
        start, path = match.start(), (one_line(match[1]),)
    sections.append(Section(start, len(text), path, Place(line=line)))
    return Outline(source.kind, text, tuple(sections), truncated=truncated)


def _set_in_lines(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return text


def _letter(match: re.Match[str]) -> str:
    """The letter that is written as its number, unless it means something to JSON itself."""
    if match[1]:
        pair = int(match[1], 16), int(match[2], 16)
        return chr(0x10000 + ((pair[0] - 0xD800) << 10) + pair[1] - 0xDC00)
    code = int(match[3], 16)
    if code < 0x20 or 0xD800 <= code < 0xE000 or code in (0x22, 0x5C, 0x2028, 0x2029, 0x85):
        return match[0]
    return chr(code)


def _by_keys(text: str, key: re.Pattern[str], *, lists: bool, numbered: bool) -> Iterator[Section]:
    """Sections by the keys around them, told by indentation.

    `lists`: entries that begin with a hyphen may stand below their key without being indented.
    """
    around: list[tuple[int, str]] = []
    start, line = 0, 1
    path: tuple[str, ...] = ()
    for match in _LINE.finditer(text):
        written = match[2]
        if not written.strip(_CLOSERS):
            continue  # what closes an object belongs to it
        indent = len(match[1])
        listed = lists and written.startswith("- ")
        while around and (indent < around[-1][0] or (indent == around[-1][0] and not listed)):
            around.pop()
        named = key.match(written)
        if named is not None and len(around) < _MOST_KEYS:
            around.append((indent, one_line(named[1])))
        now = tuple(name for _, name in around)
        if now == path and named is None:
            continue
        if match.start() > start:
            yield Section(start, match.start(), path, Place(line=line if numbered else None))
            line += text.count("\n", start, match.start())
            start = match.start()
        path = now
    yield Section(start, len(text), path, Place(line=line if numbered else None))
