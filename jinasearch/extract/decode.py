"""Bytes to text, in whatever encoding they are."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_SAMPLE = 32_768
"""Bytes that are looked at to guess an encoding."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""(?:charset|encoding|coding)\s*+[=:]\s*+["']?\s*+([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
_ALIASES = {
    # Web pages that say Latin-1 mean Windows-1252 (WHATWG Encoding, section 4.2).
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "cp936": "gb18030",
}
_TAKEN_FOR = frozenset(
    {"gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp949", "cp950", "euc_kr", "johab"}
)
"""What EUC-JP is taken for, as the rows of their tables are alike."""
_KANA = re.compile("[\u3041-\u30ff]")
_WINDOWS_CAPITALS = re.compile(rb"(?<![\xc0-\xff])[\xc0-\xdf][\xe0-\xff]")
_MAC_CAPITALS = re.compile(rb"(?<![\x80-\x9f\xe0-\xff])[\x80-\x9f][\xe0-\xfe\xdf]")
_HIGH_CONTROLS = re.compile(rb"[\x80-\x9f]")
_COMMON = re.compile("[\\s!-~\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_NEWLINES = re.compile("\r\n?")


def decode(data: bytes, *, cut_off: bool = False) -> str:
    """The text of `data`, with `\\n` for line ends. Never fails: what cannot be is U+FFFD.

    `cut_off`: the data end where reading stopped, perhaps within a character.
    """
    text = _decode(data, cut_off=cut_off)
    return _NEWLINES.sub("\n", text) if "\r" in text else text


def decode_as(data: bytes, encoding: str) -> str:
    """The text of `data` in the encoding that it is said to be in, unless it plainly is not."""
    name = common_name(encoding)
    if name and not data.startswith(tuple(mark for mark, _ in _MARKS)):
        text = data.decode(name, "replace")
        if text.count("\ufffd") <= len(text) // 20:
            return _NEWLINES.sub("\n", text)
    return decode(data)


def _decode(data: bytes, *, cut_off: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    given_away = without_mark(data) or _escaped(data)
    if given_away:
        return data.decode(given_away, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=not cut_off)
    except UnicodeDecodeError as error:
        # A single bad byte far into an otherwise sound file does not make it another encoding.
        if error.start > _SAMPLE and not data[: error.start].isascii():
            return data.decode("utf-8", "replace")
    encoding = declared(data[:2048]) or guessed(data)
    try:
        return data.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        return data.decode("cp1252", "replace")


def without_mark(data: bytes) -> str:
    """The UTF-16 or UTF-32 encoding of `data` that has no mark; empty if it is none of them."""
    head = data[:1024]
    if b"\0" not in head or len(head) < 8:
        return ""
    zeros = [head[index::4].count(0) * 4 / len(head) for index in range(4)]
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    encoding = ""
    if zeros[0] > 0.9 and zeros[1] > 0.7 and zeros[3] < 0.1:
        encoding = "utf-32-be"
    elif zeros[3] > 0.9 and zeros[2] > 0.7 and zeros[0] < 0.1:
        encoding = "utf-32-le"
    elif odd > 0.3 and even < 0.05:
        encoding = "utf-16-le"
    elif even > 0.3 and odd < 0.05:
        encoding = "utf-16-be"
    return encoding if encoding and _is_readable(head, encoding) else ""


def _is_readable(head: bytes, encoding: str) -> bool:
    text = head[: len(head) // 4 * 4].decode(encoding, "replace")
    odd = sum(not (c.isprintable() or c.isspace()) or c == "\ufffd" for c in text)
    return odd <= len(text) // 20


def _escaped(data: bytes) -> str:
    """The encoding that switches letters by escape sequences, pure ASCII to the eye (ISO 2022)."""
    if b"\x1b$" not in data[:_SAMPLE]:
        return ""
    return "iso2022_kr" if b"\x1b$)C" in data[:_SAMPLE] else "iso2022_jp_2"


def declared(head: bytes) -> str:
    """The encoding that the file's own first lines name (HTML, XML, Python), if Python has it."""
    found = _DECLARED.search(head)
    name = common_name(found[1].decode("ascii")) if found is not None else ""
    return "" if name.startswith("utf") else name  # that was tried


def common_name(encoding: str) -> str:
    """Python's name of an encoding of texts, or of the larger one meant; empty if it has none."""
    try:
        name = codecs.lookup(encoding).name
        b"".decode(name)  # some codecs are none of text, such as base64
    except (LookupError, ValueError):
        return ""
    if name.startswith(("idna", "punycode", "raw-", "unicode-")):
        return ""
    return _ALIASES.get(name, name)


def guessed(data: bytes) -> str:
    """The likeliest encoding by the letters that come out; `cp1252` if none is likely."""
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE and not _telling(sample):
        first = next((i for i, byte in enumerate(data) if byte > 127), 0)
        sample = data[max(0, first - 2048) : first + _SAMPLE]
    # A sample that ends within a character would speak against the right encoding.
    end = sample.rfind(b"\n")
    if end > len(sample) * 7 // 8 and not data.endswith(sample):
        sample = sample[:end]
    best = from_bytes(sample).best()
    if best is None:
        return _east_asian(data) or "cp1252"
    if best.encoding in _TAKEN_FOR and _is_euc_jp(sample):
        return "euc_jp"
    if best.encoding == "mac_cyrillic" and _is_windows_cyrillic(sample):
        return "cp1251"
    if best.encoding == "cp1250" and not _HIGH_CONTROLS.search(sample):
        return "iso8859-2"  # š and ž are what differs, and there the one has them
    return _ALIASES.get(best.encoding.replace("_", "-"), best.encoding)


def _is_windows_cyrillic(sample: bytes) -> bool:
    """The two differ in where the capital letters are, which stand before small ones."""
    return len(_WINDOWS_CAPITALS.findall(sample)) > len(_MAC_CAPITALS.findall(sample))


def _is_euc_jp(sample: bytes) -> bool:
    """Where kana come out between the other signs, no other language was meant."""
    try:
        text = codecs.getincrementaldecoder("euc_jp")().decode(sample)
    except UnicodeDecodeError:
        return False
    return len(_KANA.findall(text)) * 4 > sum(letter > "\x7f" for letter in text)


def _east_asian(data: bytes) -> str:
    """The encoding of these that fits without a fault and gives the most common letters."""
    scores: dict[str, int] = {}
    for encoding in ("gb18030", "cp932", "euc_jp", "cp949", "big5", "johab"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data[:_SAMPLE])
        except UnicodeDecodeError:
            continue
        scores[encoding] = len(_COMMON.findall(text)) * 2 - len(text)
    best = max(scores, key=lambda encoding: scores[encoding], default="")
    return best if best and scores[best] > 0 else ""


def _telling(sample: bytes) -> bool:
    return not sample.isascii()
