"""Reader of Rich Text Format (Microsoft's specification 1.9.1).

Not kreuzberg's (4.10): it drops the borders of cells and reads some signs as letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from jinasearch.extract.decode import common_name
from jinasearch.extract.outline import Builder, Outline
from jinasearch.extract.readers.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.extract.source import Source

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9A-Fa-f]{2})"
    r"|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_CHARSETS = {
    77: "mac_roman", 78: "cp932", 79: "cp949", 80: "gb18030", 81: "big5", 128: "cp932",
    129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SIGNS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "tab": "\t", "emdash": "—",
    "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "softline": "\n", "column": "\n",
}  # fmt: skip
_SKIPPED = frozenset(
    {
        "colortbl", "pict", "fldinst", "datafield", "objdata", "objclass", "objname", "shprslt",
        "nonshppict", "sp", "listtext", "pntext", "pntxta", "pntxtb", "atnid", "atnauthor",
        "atnref", "atnicn", "bkmkstart", "bkmkend", "themedata", "colorschememapping",
        "latentstyles", "datastore", "listtable", "listoverridetable", "revtbl", "rsidtbl",
        "generator", "xmlnstbl", "filetbl", "tc", "tcn", "xe", "txe", "rxe", "ftnsep", "ftnsepc",
        "aftnsep", "aftnsepc", "ftncn", "aftncn", "private", "template", "userprops",
        "background", "wgrffmtfilter", "passwordhash", "protusertbl", "mmathPr", "factoidname",
        "list", "listlevel", "listoverride", "nonesttables",
    }
)  # fmt: skip
_STARRED_BUT_READ = frozenset(
    {"shpinst", "shptxt", "annotation", "footnote", "mmath", "moMath", "nesttableprops"}
)
_ON_LINES_OF_THEIR_OWN = frozenset(
    {"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
     "footnote", "annotation", "shptxt"}
)  # fmt: skip
_ABOUT = frozenset({"title", "author", "subject"})
_HEADING_NAME = re.compile(r"\s*heading\s*(\d)", re.IGNORECASE)
_DEEPEST = 2_000


def read_rtf(source: Source) -> Outline:
    """A document: headings by outline levels and styles, tables row by row."""
    return rtf_outline(source.kind, source.data())


def rtf_outline(kind: str, data: bytes) -> Outline:
    """The outline of a document in RTF, however broken."""
    return _Reader(data.decode("latin-1")).outline(kind)


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the closing brace. `into`: where text goes; empty: into the document."""

    into: str = ""
    skipped: bool = False
    hidden: bool = False
    font: int | None = None
    after_unicode: int = 1
    fresh: bool = True
    starred: bool = False


class _Reader:
    def __init__(self, text: str) -> None:
        self._input = text
        self._group = _Group()
        self._stack: list[_Group] = []
        self._builder = Builder()
        self._flow = Flow(self._builder)
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font: int | None = None
        self._levels: dict[int, int] = {}
        self._style = 0
        self._level = 0
        self._in_table = False
        self._bytes = bytearray()
        self._bytes_encoding = ""
        self._line: list[str] = []
        self._cells: list[str] = []
        self._aside: dict[str, list[str]] = {}
        self._to_skip = 0

    def outline(self, kind: str) -> Outline:
        text, at, end = self._input, 0, len(self._input)
        while at < end:
            token = _TOKEN.match(text, at)
            if token is None:  # a backslash at the very end
                break
            at = token.end()
            if token["word"]:
                number = int(token["number"]) if token["number"] else None
                if token["word"] == "bin":
                    at += max(0, number or 0)
                else:
                    self._word(token["word"], number)
            elif token["text"]:
                self._text(token["text"].replace("\r", "").replace("\n", ""))
            elif token["brace"]:
                self._brace(token["brace"])
            elif token["hex"]:
                self._byte(int(token["hex"], 16))
            else:
                self._sign(token["sign"])
        self._end_line()
        if self._cells:
            self._end_row()
        self._flow.finish()
        about = {name: "".join(words).strip() for name, words in self._aside.items()}
        title = about.get("title") or about.get("subject") or ""
        return self._builder.outline(kind, title, about.get("author", ""))

    def _brace(self, brace: str) -> None:
        self._settle()
        self._to_skip = 0
        if brace == "{":
            if len(self._stack) < _DEEPEST:
                self._stack.append(self._group)
                self._group = replace(self._group, fresh=True, starred=False)
        elif self._stack:
            if self._group.into in _ON_LINES_OF_THEIR_OWN and self._stack[-1].into == "":
                self._end_line()
            self._group = self._stack.pop()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._group = replace(self._group, starred=True)
        elif sign == "~":
            self._put(" ")
        elif sign == "_":
            self._put("-")
        elif sign == "-":
            self._put("\u00ad")
        elif sign in "\\{}":
            self._text(sign)
        elif sign in "\r\n":
            self._word("par", None)

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        if group.fresh:
            self._group = group = self._entered(word)
        if group.skipped:
            return
        if word in _SIGNS:
            self._break(_SIGNS[word])
        elif word == "u":
            self._put(chr((number or 0) & 0xFFFF))
            self._to_skip = group.after_unicode
        else:
            handler = self._WORDS.get(word)
            if handler is not None:
                self._settle()
                handler(self, number)

    def _entered(self, word: str) -> _Group:
        """The group as the first word within makes it."""
        group = replace(self._group, fresh=False)
        if word in _SKIPPED or (group.starred and word not in _STARRED_BUT_READ):
            return replace(group, skipped=True)
        if word in ("fonttbl", "stylesheet", "info"):
            return replace(group, into=word)
        if group.into == "info":
            return replace(group, into=word, skipped=word not in _ABOUT)
        if word in _ON_LINES_OF_THEIR_OWN:
            self._end_line()
            return replace(group, into=word)
        return group

    def _text(self, text: str) -> None:
        if not text:
            return
        if self._group.fresh and not text.isspace():
            self._group = replace(self._group, fresh=False)
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if not self._group.skipped and not self._group.hidden:
            self._append(text.encode("latin-1"))

    def _byte(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif not self._group.skipped and not self._group.hidden:
            self._append(bytes((value,)))

    def _append(self, data: bytes) -> None:
        font = self._group.font if self._group.font is not None else self._default_font
        encoding = self._fonts.get(font, "") if font is not None else ""
        if encoding != self._bytes_encoding:
            self._settle()
            self._bytes_encoding = encoding
        self._bytes += data

    def _settle(self) -> None:
        """Turn the bytes that wait into text: signs of several bytes come in several tokens."""
        if not self._bytes:
            return
        data = bytes(self._bytes)
        self._bytes.clear()
        for encoding in (self._bytes_encoding, self._encoding):
            try:
                self._put(data.decode(encoding or self._encoding))
            except UnicodeDecodeError:
                continue
            return
        self._put(data.decode(self._encoding, "replace"))

    def _put(self, text: str) -> None:
        self._settle()
        group = self._group
        if group.skipped or group.hidden:
            return
        if group.into in ("fonttbl", "stylesheet", *_ABOUT):
            self._aside.setdefault(group.into, []).append(text)
            if group.into == "stylesheet":
                self._learn_style()
        else:
            self._line.append(text)

    def _break(self, sign: str) -> None:
        self._settle()
        self._to_skip = 0
        if sign != "\n":
            self._put(sign)
        elif self._in_table:
            self._put(" ")
        elif not self._group.into or self._group.into in _ON_LINES_OF_THEIR_OWN:
            self._end_line()

    def _end_line(self) -> None:
        self._settle()
        text = _paired("".join(self._line))
        self._line.clear()
        if self._cells and text.strip():
            self._end_row()  # the row was never ended
        self._flow.paragraph(text, self._level)

    def _end_cell(self, _: int | None) -> None:
        self._cells.append(_paired("".join(self._line)))
        self._line.clear()

    def _end_row(self, _: int | None = None) -> None:
        if "".join(self._line).strip():
            self._end_cell(None)
        self._line.clear()
        self._flow.row(self._cells)
        self._cells = []

    def _learn_style(self) -> None:
        name = "".join(self._aside["stylesheet"])
        if not name.rstrip().endswith(";"):
            return
        self._aside["stylesheet"].clear()
        found = _HEADING_NAME.match(name)
        if found:
            self._levels[self._style] = int(found[1])

    def _set_paragraph(self, _: int | None) -> None:
        self._level = 0
        self._in_table = False

    def _set_style(self, number: int | None) -> None:
        self._style = number or 0
        if self._group.into != "stylesheet":
            self._level = self._levels.get(self._style, 0)

    def _set_outline_level(self, number: int | None) -> None:
        level = (number or 0) + 1
        if self._group.into == "stylesheet":
            if level < 10:
                self._levels[self._style] = level
        else:
            self._level = level if level < 10 else 0

    def _set_in_table(self, _: int | None) -> None:
        self._in_table = True

    def _set_font(self, number: int | None) -> None:
        self._group = replace(self._group, font=number)

    def _set_default_font(self, number: int | None) -> None:
        self._default_font = number

    def _set_charset(self, number: int | None) -> None:
        if self._group.into == "fonttbl" and self._group.font is not None:
            self._fonts[self._group.font] = _CHARSETS.get(number or 0, "")

    def _set_font_page(self, number: int | None) -> None:
        if self._group.into == "fonttbl" and self._group.font is not None and number:
            self._fonts[self._group.font] = common_name(f"cp{number}")

    def _set_page(self, number: int | None) -> None:
        self._encoding = common_name(f"cp{number}") or self._encoding

    def _set_mac(self, _: int | None) -> None:
        self._encoding = "mac_roman"

    def _set_pc(self, _: int | None) -> None:
        self._encoding = "cp437"

    def _set_pca(self, _: int | None) -> None:
        self._encoding = "cp850"

    def _set_plain(self, _: int | None) -> None:
        self._group = replace(self._group, font=None, hidden=False)

    def _set_after_unicode(self, number: int | None) -> None:
        self._group = replace(self._group, after_unicode=max(0, 1 if number is None else number))

    def _set_hidden(self, number: int | None) -> None:
        self._group = replace(self._group, hidden=number != 0)

    def _set_original(self, number: int | None) -> None:
        """What stands only for programs that show no HTML, in a mail that is HTML inside RTF."""
        self._group = replace(self._group, hidden=number != 0)

    _WORDS: ClassVar[dict[str, Callable[[_Reader, int | None], None]]] = {
        "ansicpg": _set_page, "mac": _set_mac, "pc": _set_pc,
        "pca": _set_pca, "deff": _set_default_font, "f": _set_font,
        "fcharset": _set_charset, "cpg": _set_font_page, "plain": _set_plain,
        "uc": _set_after_unicode, "v": _set_hidden, "pard": _set_paragraph,
        "s": _set_style, "outlinelevel": _set_outline_level,
        "intbl": _set_in_table, "cell": _end_cell, "nestcell": _end_cell,
        "row": _end_row, "nestrow": _end_row, "htmlrtf": _set_original,
    }  # fmt: skip


def _paired(text: str) -> str:
    """Halves of signs beyond the first 65,536, put together."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
