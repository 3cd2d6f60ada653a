"""Reader of mails as they are sent (eml, web archives) and of mailboxes (mbox).

On the standard library's parser with its lenient old policy: the new one raises on headers that
real mails have. Attachments are read by the readers of their own kinds.
"""

from __future__ import annotations

import email
import email.header
import email.message
import email.policy
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from jinasearch.core.models import Place
from jinasearch.extract.decode import decode_as
from jinasearch.extract.outline import Builder, Outline, one_line
from jinasearch.extract.readers.attached import add_attachment
from jinasearch.extract.readers.html import html_outline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from jinasearch.extract.source import Source

_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_MOST_PARTS = 500
_LONGEST = 1_000
_FROM_LINE = re.compile(rb"^From [^\r\n]{0,200}?\d\d:\d\d[^\r\n]*\r?\n", re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_REMARK = re.compile(r"(?:[^\W\d_]{2,}[ ,.;:]+){4}")
"""Words in a row: what tells a remark from the marks that machines leave for each other."""
_MACHINES = re.compile(
    r"(?!X-|Comments|Keywords|Organi[sz]ation)|.*(?:spam|virus|scan|abuse)", re.IGNORECASE
)
_SIGNS = re.compile(r"\W+")
_MOST_LOOKED_THROUGH = 500_000_000
"""Letters among which lines that are broken in other places are looked for; then whole lines."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be shown. `page` is its text as a web page, empty if it has none."""

    headers: tuple[tuple[str, str], ...]
    text: str
    page: str
    attached: tuple[str, ...]


def letter(source: Source, number: int | None) -> Letter:
    """The mail of a file, or the one with this number (from 1) of a mailbox."""
    data = source.data()
    if source.kind == "mbox":
        chosen = next(islice(_mails(data), max(0, (number or 1) - 1), None), b"")
        message = _parsed(_QUOTED_FROM.sub(rb"\1", chosen))
    else:
        start = _FROM_LINE.match(data)
        message = _parsed(data[start.end() :] if start else data)
    headers = [(name, _header(message, name)[:_LONGEST]) for name in _SHOWN]
    texts: list[str] = []
    page = ""
    attached: list[str] = []
    for part in _parts(message):
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            attached.append(_file_name(part) or kind)
        elif kind == "text/html":
            page = page or decode_as(_bytes(part), part.get_content_charset() or "")
        else:
            texts.append(decode_as(_bytes(part), part.get_content_charset() or "").strip())
    return Letter(
        tuple((name, value) for name, value in headers if value),
        "\n\n".join(text for text in texts if text),
        page,
        tuple(attached),
    )


def read_mail(source: Source) -> Outline:
    """A mail: its main headers and text, then its attachments under their names."""
    data = source.data()
    start = _FROM_LINE.match(data)  # mailboxes begin so, and now and then a single mail
    message = _parsed(data[start.end() :] if start else data)
    builder = Builder()
    _add_mail(builder, source, message)
    return builder.outline(source.kind, _header(message, "Subject"), _header(message, "From"))


def read_mailbox(source: Source) -> Outline:
    """A mailbox: each mail under its subject, with its number as place."""
    builder = Builder()
    for number, data in enumerate(_mails(source.data()), 1):
        if builder.length > source.max_characters:
            break
        message = _parsed(_QUOTED_FROM.sub(rb"\1", data))
        subject = one_line(_header(message, "Subject"))
        _add_mail(builder, source, message, (subject,) if subject else (), number)
    return builder.outline(source.kind)


def _mails(data: bytes) -> Iterator[bytes]:
    start = 0
    for line in _FROM_LINE.finditer(data):
        if line.start() > start:
            yield data[start : line.start()]
        start = line.end()
    yield data[start:]


def _parsed(data: bytes) -> Message:
    return email.message_from_bytes(data, policy=email.policy.compat32)


def _add_mail(
    builder: Builder,
    source: Source,
    message: Message,
    heading: tuple[str, ...] = (),
    number: int | None = None,
) -> None:
    texts = _Texts()
    attached: list[tuple[str, bytes]] = []
    for part in _parts(message):
        name = _file_name(part)
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            texts.take(_text(part, kind))
        elif kind == "message/rfc822":
            attached.append((name or "mail.eml", _inner(part)))
        elif part.get_content_maintype() in ("text", "message", "multipart") and not name:
            texts.take(_text(part, "text/plain"))
        else:
            attached.append((name, _bytes(part)))
    head = "\n".join(_head(message, [name for name, _ in attached if name]))
    builder.add("\n\n".join([head, *texts.all]), heading, Place(mail=number))
    for name, data in attached:
        add_attachment(builder, source, name, data, heading, number)


def _parts(message: Message) -> list[Message]:
    """The leaves, in reading order; a mail within the mail is one of them."""
    leaves: list[Message] = []
    waiting = [message]
    while waiting and len(leaves) < _MOST_PARTS:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" or not isinstance(inner, list):
            leaves.append(part)
            continue
        waiting.extend(
            child for child in reversed(inner) if isinstance(child, email.message.Message)
        )
    return leaves


def _head(message: Message, attached: list[str]) -> Iterator[str]:
    known = [(name, _header(message, name)) for name in _SHOWN]
    if not any(value for _, value in known):
        # No mail that anybody sent: whatever stands there is all there is.
        known = [(name, _header(message, name)) for name in dict.fromkeys(message.keys())]
    else:
        names = [name for name in dict.fromkeys(message.keys()) if not _MACHINES.match(name)]
        remarks = [(name, _header(message, name)) for name in names]
        known += [(name, value) for name, value in remarks if _REMARK.search(value[:_LONGEST])]
    for name, value in known:
        if value:
            yield f"{name}: {value[:_LONGEST]}"
    if attached:
        yield f"Attachments: {', '.join(attached)}"


def _header(message: Message, name: str) -> str:
    """A header in plain letters; all of them if there are several of the name."""
    return "\n".join(_decoded(value) for value in message.get_all(name, []))


def _decoded(value: object) -> str:
    try:
        pieces = email.header.decode_header(value)  # type: ignore[arg-type]
    except (email.errors.HeaderParseError, ValueError, TypeError):
        pieces = [(str(value), None)]
    words: list[str] = []
    for piece, charset in pieces:
        data = piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece
        words.append(decode_as(data, charset or ""))
    return " ".join("".join(words).split())


def _file_name(part: Message) -> str:
    name = part.get_filename() or ""
    return _decoded(name) if name else ""


def _text(part: Message, kind: str) -> str:
    charset = part.get_content_charset() or ""
    text = decode_as(_bytes(part), charset)
    if kind != "text/html":
        return text.strip()
    page = html_outline("html", text)
    body = page.text.strip()
    return body if page.title in body else f"{page.title}\n\n{body}"


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _inner(part: Message) -> bytes:
    """A mail within a mail. The parser does not unpack one that is sent in Base64."""
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else None
    if not isinstance(message, email.message.Message):
        return _bytes(part)
    encoding = part.get("Content-Transfer-Encoding")
    if encoding is not None and not message.keys():
        message["Content-Transfer-Encoding"] = encoding
        return _bytes(message)
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError, KeyError):
        return _bytes(message)


class _Texts:
    """The texts of a mail; of one that says again what is there (HTML, plain), what is new."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._signs = ""
        self._lines: set[str] = set()
        self._left = _MOST_LOOKED_THROUGH

    def take(self, text: str) -> None:
        """Append a text."""
        lines = [(line, _SIGNS.sub("", line)) for line in text.split("\n")]
        new = [line for line, signs in lines if not self._holds(signs)] if self.all else [text]
        if any(line.strip() for line in new):
            self.all.append("\n".join(new).strip())
            self._signs += "".join(signs for _, signs in lines)
            self._lines.update(signs for _, signs in lines)

    def _holds(self, signs: str) -> bool:
        if signs in self._lines:
            return True
        self._left -= len(self._signs)
        return self._left > 0 and signs in self._signs
