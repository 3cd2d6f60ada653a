"""The window's transport to the engine: protocol calls over Qt's network classes, never waiting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QUrl
from PySide6.QtNetwork import (
    QNetworkAccessManager,
    QNetworkProxy,
    QNetworkReply,
    QNetworkRequest,
)
from shiboken6 import isValid

from jinasearch.core.errors import Code, JinasearchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.engine.address import Address
    from jinasearch.engine.protocol import Call

R = TypeVar("R")

TIMEOUT_MS = 60_000
"""How long an answer may take before the call counts as failed."""


class EngineClient(QObject):
    """Sends calls and hands each answer to its callback, on the window's thread.

    Every call has a number. A call in a *lane* makes the older calls of the same lane stale: they
    are aborted, and an answer that is already on its way is dropped by its number.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The application's child, not ours: Qt 6.11 crashes in the next event when a manager is
        # destroyed soon after one of its replies was aborted.
        self._network = QNetworkAccessManager(QCoreApplication.instance())
        # The engine is on this machine: a proxy from the environment must never see the token.
        self._network.setProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))
        self._address: Address | None = None
        self._number = 0
        self._newest: dict[str, int] = {}
        self._running: dict[int, QNetworkReply] = {}

    def use(self, address: Address | None) -> None:
        """Send calls there from now on; None drops all that run."""
        if address != self._address:
            self._address = address
            self.cancel_all()

    def call(
        self,
        call: Call[R],
        on_reply: Callable[[R], None],
        on_error: Callable[[JinasearchError], None],
        *,
        lane: str = "",
        timeout_ms: int = TIMEOUT_MS,
        owner: QObject | None = None,
    ) -> int:
        """Send a call and return its number. Exactly one callback runs, or none if it is stale or
        who asked is gone: `owner`, which must be given where neither callback is a method of a
        `QObject`, and else whose methods they are.

        Without an engine `on_error` is called at once with `ENGINE_UNREACHABLE`.
        """
        self._number += 1
        mine = self._number
        if lane:
            self.cancel(lane)
            self._newest[lane] = mine
        if self._address is None:
            on_error(unreachable())
            return mine
        reply = self._send(self._address, call, timeout_ms)
        self._running[mine] = reply

        def finished() -> None:
            self._running.pop(mine, None)
            reply.deleteLater()
            if lane and self._newest.get(lane) != mine:
                return
            if not all(_is_there(each) for each in (owner, _asker(on_reply), _asker(on_error))):
                return
            if reply.error() == QNetworkReply.NetworkError.OperationCanceledError:
                on_error(unreachable())
                return
            status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
            if status is None:
                on_error(unreachable())
                return
            try:
                answer = call.decoded(int(status), bytes(reply.readAll().data()))
            except JinasearchError as error:
                on_error(error)
                return
            on_reply(answer)

        reply.finished.connect(finished)
        return mine

    def cancel(self, lane: str) -> None:
        """Make all calls of a lane stale: no callback of theirs runs any more."""
        newest = self._newest.pop(lane, None)
        reply = self._running.get(newest) if newest is not None else None
        if reply is not None:
            reply.abort()

    def cancel_all(self) -> None:
        """Abort everything that runs; calls outside of lanes get `ENGINE_UNREACHABLE`."""
        for reply in list(self._running.values()):
            reply.abort()

    def stream(self, path: str) -> QNetworkReply | None:
        """Open a stream that stays open; the caller reads it. None without an engine."""
        if self._address is None:
            return None
        request = _request(self._address, path)
        request.setRawHeader(b"Accept", b"text/event-stream")
        return self._network.get(request)

    def _send(self, address: Address, call: Call[R], timeout_ms: int) -> QNetworkReply:
        request = _request(address, call.path)
        request.setTransferTimeout(timeout_ms)
        body = call.encoded()
        if body:
            request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
        return self._network.sendCustomRequest(
            request, QByteArray(call.method.encode()), QByteArray(body)
        )


def _asker(callback: object) -> object:
    """Whose method it is, if it is one."""
    while isinstance(callback, partial):
        callback = callback.func
    return getattr(callback, "__self__", None)


def _is_there(asker: object) -> bool:
    """Whether who asked is still there: windows are made anew for another language."""
    return not isinstance(asker, QObject) or isValid(asker)


def unreachable() -> JinasearchError:
    """The error of a call that found no engine."""
    return JinasearchError(
        Code.ENGINE_UNREACHABLE, "The engine does not answer", "It is being started again."
    )


def _request(address: Address, path: str) -> QNetworkRequest:
    request = QNetworkRequest(QUrl(address.url.rstrip("/") + path))
    request.setRawHeader(b"Authorization", b"Bearer " + address.token.encode())
    # A redirect would carry the token elsewhere, and HTTP/2 is not spoken on the other side.
    request.setAttribute(
        QNetworkRequest.Attribute.RedirectPolicyAttribute,
        QNetworkRequest.RedirectPolicy.ManualRedirectPolicy.value,
    )
    request.setAttribute(QNetworkRequest.Attribute.Http2AllowedAttribute, False)
    return request
