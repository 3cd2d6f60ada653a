"""Reader of source code: sections by classes and functions, found by tree-sitter.

The grammars lie in their own wheels, so that nothing is fetched when a file is read. A language
without a grammar here, and a file too long to be parsed for it, are read as plain text.
"""

from __future__ import annotations

import functools
import importlib
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from tree_sitter import Language, Parser, Query, QueryCursor

from jinasearch.core.models import Place
from jinasearch.extract.chunker import AIM
from jinasearch.extract.outline import Outline, Section, one_line, plain
from jinasearch.extract.readers.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from jinasearch.extract.source import Source

_LONGEST = 1_000_000
"""Bytes that are parsed: a tree takes some twenty times its text, and longer code is generated."""
_DEEPEST = 4
"""Definitions within definitions that are told apart."""
_DEEPEST_BRACKETS = 1000
_MOST = 20_000
"""Definitions of one file: more were written by a program, and are left undivided."""

_GRAMMARS = {
    "py": "python", "pyi": "python", "js": "javascript", "mjs": "javascript", "cjs": "javascript",
    "jsx": "javascript", "ts": "typescript", "mts": "typescript", "cts": "typescript",
    "tsx": "tsx", "java": "java", "c": "cpp", "h": "cpp", "cc": "cpp", "cpp": "cpp", "cxx": "cpp",
    "hpp": "cpp", "hh": "cpp", "cu": "cpp", "cs": "c_sharp", "go": "go", "rs": "rust",
    "rb": "ruby", "php": "php", "sh": "bash", "bash": "bash", "zsh": "bash", "kt": "kotlin",
    "kts": "kotlin", "scala": "scala", "swift": "swift", "lua": "lua",
}  # fmt: skip
_INTERPRETERS = {
    "python": "py", "sh": "sh", "bash": "sh", "dash": "sh", "zsh": "sh", "ruby": "rb",
    "node": "js", "php": "php", "lua": "lua",
}  # fmt: skip
_BRACKETS = re.compile(r"[()\[\]{}]")
_LONGEST_SHEBANG = 256
_LONGEST_NAME = 1_000
_SHEBANG = re.compile(r"#![ \t]*\S*?(?:/env[ \t]+(?:-S[ \t]+)?)?([A-Za-z]+)[\d.]*(?=\s)")

_SCRIPT = """
class_declaration function_declaration generator_function_declaration method_definition
(lexical_declaration (variable_declarator name: (identifier) @name
 value: [(arrow_function) (function_expression)])) @definition
"""
_TYPED_SCRIPT = f"""
abstract_class_declaration interface_declaration enum_declaration type_alias_declaration
internal_module {_SCRIPT}"""
_DEFINITIONS = {
    "python": "class_definition function_definition",
    "javascript": _SCRIPT,
    "typescript": _TYPED_SCRIPT,
    "tsx": _TYPED_SCRIPT,
    "java": """
        class_declaration interface_declaration enum_declaration record_declaration
        annotation_type_declaration method_declaration constructor_declaration
        """,
    "cpp": """
        namespace_definition
        (function_definition declarator: (_) @name) @definition
        (class_specifier name: (_) @name body: (_)) @definition
        (struct_specifier name: (_) @name body: (_)) @definition
        (union_specifier name: (_) @name body: (_)) @definition
        (enum_specifier name: (_) @name body: (_)) @definition
        """,
    "c_sharp": """
        namespace_declaration class_declaration interface_declaration struct_declaration
        record_declaration enum_declaration method_declaration constructor_declaration
        """,
    "go": """
        function_declaration method_declaration
        (type_declaration (type_spec name: (_) @name)) @definition
        """,
    "rust": """
        function_item struct_item enum_item union_item trait_item mod_item macro_definition
        (impl_item type: (_) @name) @definition
        """,
    "ruby": "class module method singleton_method",
    "php": """
        class_declaration interface_declaration trait_declaration enum_declaration
        function_definition method_declaration
        """,
    "bash": "function_definition",
    "kotlin": "class_declaration object_declaration function_declaration",
    "scala": """
        class_definition object_definition trait_definition enum_definition function_definition
        """,
    "swift": "class_declaration protocol_declaration function_declaration",
    "lua": "function_declaration",
}
"""Kinds of nodes that define a `name`, then patterns of tree-sitter's query language."""

_AROUND = frozenset({"decorated_definition", "export_statement", "template_declaration"})
_BEFORE = frozenset(
    {"comment", "line_comment", "block_comment", "multiline_comment", "attribute_item",
     "attribute_list", "annotation"}
)  # fmt: skip
"""What stands before a definition and belongs to it."""
_DECLARED = re.compile(r"([\w~]+(?:::[\w~]+)*)\s*\(")


def read_code(source: Source) -> Outline:
    """Source code, line by line as it stands; the heading path of a place is class › function."""
    text, truncated = text_of(source)
    grammar = _grammar_of(source.path, text)
    if not grammar or len(text) > _LONGEST or _is_nested_deep(text):
        return plain(source.kind, text, truncated=truncated)
    sections = tuple(_sections(text, _definitions(grammar, text)))
    return Outline(source.kind, text, sections, truncated=truncated)


def _is_nested_deep(text: str) -> bool:
    """Whether brackets stand within brackets as nobody writes them.

    A query takes the square of their depth: minutes, where some hundred thousand are left open.
    """
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket[0] in "([{" else max(0, depth - 1)
        if depth > _DEEPEST_BRACKETS:
            return True
    return False


def _grammar_of(path: str, text: str) -> str:
    suffix = PurePath(path).suffix[1:].lower()
    shebang = _SHEBANG.match(text, 0, _LONGEST_SHEBANG)
    if suffix not in _GRAMMARS and shebang is not None:
        suffix = _INTERPRETERS.get(shebang[1], "")
    return _GRAMMARS.get(suffix, "")


@functools.cache
def _tools(grammar: str) -> tuple[Parser, Query]:
    package = importlib.import_module(
        "tree_sitter_typescript" if grammar == "tsx" else f"tree_sitter_{grammar}"
    )
    # Two packages hold more than one grammar.
    name = f"language_{grammar}" if grammar in ("typescript", "tsx", "php") else "language"
    language = Language(getattr(package, name)())
    kinds, bracket, patterns = _DEFINITIONS[grammar].partition("(")
    named = "".join(f"({kind} name: (_) @name) @definition " for kind in kinds.split())
    remarks = "".join(
        f"({kind}) @remark " for kind in _BEFORE if language.id_for_node_kind(kind, True)
    )
    return Parser(language), Query(language, named + remarks + bracket + patterns)


def _definitions(grammar: str, text: str) -> Iterator[tuple[int, int, str]]:
    """First and last byte and name of each class, function and the like, in the text's order."""
    parser, query = _tools(grammar)
    data = text.encode()
    tree = parser.parse(data)
    matches = QueryCursor(query, match_limit=_MOST).matches(tree.root_node)
    if sum("definition" in captures for _, captures in matches) > _MOST:
        return
    remarks = dict(
        _remarks(data, (captures["remark"][0] for _, captures in matches if "remark" in captures))
    )
    found: dict[tuple[int, int], str] = {}
    for _, captures in matches:
        if "definition" not in captures:
            continue
        node, name = captures["definition"][0], captures["name"][0]
        end = min(name.end_byte, name.start_byte + _LONGEST_NAME)
        written = data[name.start_byte : end].decode("utf-8", "replace")
        declared = _DECLARED.search(written) if node.type == "function_definition" else None
        # Some grammars call a result's type a name as well; the first one is the definition's.
        found.setdefault(_extent(node, remarks), one_line(declared[1] if declared else written))
    for start, end in sorted(found, key=lambda extent: (extent[0], -extent[1])):
        yield start, end, found[start, end]


def _remarks(data: bytes, nodes: Iterable[Node]) -> Iterator[tuple[int, tuple[int, int]]]:
    """By the last row of each remark with lines of its own: its first row and first byte."""
    for node in nodes:
        start = node.start_byte
        first = node.start_point.row
        if data[data.rfind(b"\n", 0, start) + 1 : start].strip():
            continue  # it stands at the end of another line
        # In some grammars a remark's end of line is part of it.
        last = node.end_point.row - (not node.end_point.column)
        if last >= first:
            yield last, (first, start)


def _extent(node: Node, remarks: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Where a definition begins and ends, with its decorators and the remarks right before it."""
    while node.parent is not None and node.parent.type in _AROUND:
        node = node.parent
    row, start = node.start_point.row, node.start_byte
    while row - 1 in remarks:
        row, start = remarks[row - 1]
    return start, node.end_byte


def _sections(text: str, definitions: Iterable[tuple[int, int, str]]) -> Iterator[Section]:
    """The text, divided where a definition begins and ends that is not short."""
    at = _Offsets(text)
    start, line = 0, 1
    path: tuple[str, ...] = ()
    for byte, after in _borders(definitions):
        border = at.character(byte)
        # The white space before it on its line goes with a definition.
        line_start = text.rfind("\n", start, border) + 1
        if line_start and not text[line_start:border].strip():
            border = line_start
        if border > start:
            if not text[start:border].isspace():
                yield Section(start, border, path, Place(line=line))
            line += text.count("\n", start, border)
            start = border
        path = after
    if start == 0 or text[start:].strip():
        yield Section(start, len(text), path, Place(line=line))


def _borders(
    definitions: Iterable[tuple[int, int, str]],
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Bytes at which the names around the text change, rising, and the names from there on."""
    around: list[tuple[int, str]] = []
    """The last byte and the name of each definition that is open."""
    whole = 0  # the end of one short enough not to be divided
    for first, last, name in definitions:
        while around and around[-1][0] <= first:
            yield around.pop()[0], tuple(told for _, told in around)
        if first < whole or len(around) >= _DEEPEST or (around and last > around[-1][0]):
            continue
        around.append((last, name))
        yield first, tuple(told for _, told in around)
        if last - first <= AIM:
            whole = last
    while around:
        yield around.pop()[0], tuple(told for _, told in around)


class _Offsets:
    """Offsets in characters for rising offsets in UTF-8."""

    def __init__(self, text: str) -> None:
        self._data = b"" if text.isascii() else text.encode()
        self._byte = 0
        self._character = 0

    def character(self, byte: int) -> int:
        if not self._data:
            return byte
        if byte >= self._byte:
            piece = self._data[self._byte : byte]
            self._character += len(piece.decode("utf-8", "replace"))
            self._byte = byte
        return self._character
