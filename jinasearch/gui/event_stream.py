"""The engine's event stream: server-sent messages, read as they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkRequest

from jinasearch.engine.protocol import decode_event

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkReply

    from jinasearch.gui.engine_client import EngineClient

MAX_MESSAGE_BYTES = 4_000_000
"""A message beyond this is not one of ours: the stream is given up."""


class EventParser:
    """Cuts a byte stream into the data of server-sent messages.

    Lines end in LF or CRLF. Fields other than `data` and comments are left out, as the HTML
    standard's section on server-sent events has it.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take some bytes and return the messages that are whole now.

        Raises:
            ValueError: a line grew beyond `MAX_MESSAGE_BYTES`.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > MAX_MESSAGE_BYTES:
            raise ValueError("a message of the event stream is too long")
        messages: list[bytes] = []
        for line in lines:
            text = line.removesuffix(b"\r")
            if text.startswith(b"data:"):
                self._data.append(text[5:].removeprefix(b" "))
            elif not text and self._data:
                messages.append(b"\n".join(self._data))
                self._data = []
        return messages


class EventStream(QObject):
    """One connection to the stream. Emits `received(Event)`, then `ended` once."""

    received = Signal(object)
    opened = Signal()
    ended = Signal()

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._reply: QNetworkReply | None = None
        self._parser = EventParser()

    def open(self) -> None:
        """Connect. A stream that is already open is closed silently first."""
        self.close()
        self._parser = EventParser()
        reply = self._client.stream("/v1/events")
        if reply is None:
            self.ended.emit()
            return
        self._reply = reply
        reply.metaDataChanged.connect(self._on_headers)
        reply.readyRead.connect(self._on_bytes)
        reply.finished.connect(self._on_finished)

    def close(self) -> None:
        """Disconnect without a word."""
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
            reply.deleteLater()

    def _on_headers(self) -> None:
        if self._reply is not None and self._is_stream(self._reply):
            self.opened.emit()

    def _on_bytes(self) -> None:
        reply = self._reply
        if reply is None or not self._is_stream(reply):
            return
        try:
            messages = self._parser.feed(bytes(reply.readAll().data()))
        except ValueError:
            reply.abort()
            return
        for message in messages:
            try:
                event = decode_event(message)
            except msgspec.MsgspecError:
                continue  # of a newer engine: a kind we do not know yet
            self.received.emit(event)

    def _on_finished(self) -> None:
        if self._reply is not None:
            self._reply.deleteLater()
            self._reply = None
            self.ended.emit()

    @staticmethod
    def _is_stream(reply: QNetworkReply) -> bool:
        status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        return bool(status == 200)
