"""One window for each library: a second start wakes the first and hands over what it was given."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from jinasearch.core import wake

if TYPE_CHECKING:
    from jinasearch.core.wake import Wake

_WAIT_MS = 500
_MOST_BYTES = 1_000_000


class SingleInstance(QObject):
    """Signal: `woken(Wake)` with what a second start asks for."""

    woken = Signal(object)

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = wake.socket_name(library)
        if Path(self._name).parent == library:
            with contextlib.suppress(OSError):
                library.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def wake_other(self, message: Wake) -> bool:
        """Tell the window that is open; False if there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(wake.encode(message))
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
            message = wake.decode(bytes(socket.readLine().data()))
            socket.write(b"ok\n")
            socket.flush()
            self.woken.emit(message)
