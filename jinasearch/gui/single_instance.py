"""One window for each library: a second start wakes the first and hands over what it was given."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from collections.abc import Sequence

_SOCKET = "window.socket"
_LONGEST_NAME = 100
"""Bytes of a socket's path that every Unix takes."""
_WAIT_MS = 500
_MOST_BYTES = 1_000_000


class SingleInstance(QObject):
    """Signal: `woken(list of str)` with the URIs that a second start was given.

    The socket lies in the library's folder, which is its user's alone.
    """

    woken = Signal(object)

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name(library)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def wake_other(self, uris: Sequence[str]) -> bool:
        """Hand `uris` to the window that is open; False if there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(msgspec.json.encode(list(uris)) + b"\n")
        heard = socket.waitForReadyRead(_WAIT_MS)  # a window that hangs is none
        socket.disconnectFromServer()
        return heard

    def listen(self) -> None:
        """Be the window that others wake."""
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)  # left by one that was killed
            self._server.listen(self._name)

    def close(self) -> None:
        """Let another be the first."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._on_words(socket))
            if socket.bytesAvailable():
                self._on_words(socket)

    def _on_words(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _MOST_BYTES:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        with contextlib.suppress(msgspec.MsgspecError):
            uris = msgspec.json.decode(bytes(socket.readLine().data()), type=list[str])
            socket.write(b"ok\n")
            socket.flush()
            self.woken.emit(uris)


def _name(library: Path) -> str:
    path = str(library / _SOCKET)
    if len(os.fsencode(path)) <= _LONGEST_NAME:
        with contextlib.suppress(OSError):
            library.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path
    digest = hashlib.blake2b(os.fsencode(library), digest_size=8).hexdigest()
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return str(Path(base) / f"jinasearch-{digest}.socket")
