"""Keeps the window joined to an engine: finds it, follows its events, brings it back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from jinasearch import __version__
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.gui.event_stream import EventStream

if TYPE_CHECKING:
    from jinasearch.core.library_work import LibraryWork
    from jinasearch.engine.address import Address
    from jinasearch.engine.protocol import Event, Hello
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.engine_starter import EngineStarter

BACK_OFF_MS = (100, 300, 1000, 2000, 5000, 10_000)
"""How long to wait before another try, the more the longer it fails."""

LOOK_MS = 3000
"""How often is looked whether somebody else has started a stopped engine."""

STEADY_MS = 10_000
"""A connection that held this long starts the back-off anew when it is lost."""

FINAL = frozenset(
    {Code.ENGINE_NEWER, Code.LIBRARY_NEWER, Code.NETWORK_FILE_SYSTEM, Code.NOT_A_LIBRARY}
)
"""Trying again by itself does not help against these; the user is asked."""


class LinkState(StrEnum):
    """Where the window stands with the engine."""

    STARTING = "starting"
    CONNECTED = "connected"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"
    """Its user stopped it; it is started when asked for, and joined when another starts it."""


class EngineLink(QObject):
    """Holds the event stream open. When the engine is gone, it is started again, unless its user
    stopped it.

    `opening` is what an engine is at that takes long to start: a `LibraryWork`, else None.

    Signals: `state_changed(LinkState)`, `opening_changed(opening)`, `received(Event)`,
    `failed(JinasearchError)`.
    """

    state_changed = Signal(object)
    opening_changed = Signal(object)
    received = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        starter: EngineStarter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = LinkState.STARTING
        self.opening: LibraryWork | None = None
        self._client = client
        self._starter = starter
        self._stream = EventStream(client, self)
        self._stream.opened.connect(self._on_opened)
        self._stream.ended.connect(self._on_ended)
        self._stream.received.connect(self._on_received)
        starter.opening.connect(self._on_opening)
        starter.ready.connect(self._on_address)
        starter.failed.connect(self._on_failed)
        self._tries = 0
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(starter.start)
        self._steady = QTimer(self)
        self._steady.setSingleShot(True)
        self._steady.setInterval(STEADY_MS)
        self._steady.timeout.connect(self._on_steady)
        self._dismissed = False
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._on_look)

    def open(self) -> None:
        """Begin. An engine that runs already is joined; otherwise one is started."""
        address = self._starter.find()
        if address is None:
            self._starter.start()
            return
        self._client.use(address)
        self._client.call(protocol.hello(), self._on_hello, self._on_no_hello, lane="hello")

    def again(self) -> None:
        """Try at once: the user asked for it."""
        self._look.stop()
        self._tries = 0
        self._become(LinkState.RESTARTING)
        self._retry.start(0)

    def tell_again(self) -> None:
        """Tell the state to those who came later."""
        self.state_changed.emit(self.state)

    def close(self) -> None:
        """Let go of the engine, which goes on by itself."""
        self._retry.stop()
        self._look.stop()
        self._stream.close()
        self._starter.stop()
        self._client.use(None)

    def _on_hello(self, hello: Hello) -> None:
        if (hello.protocol, hello.version) == (protocol.PROTOCOL, __version__):
            self._stream.open()
        else:
            self._starter.start()  # it replaces an older engine, or says that it is newer

    def _on_no_hello(self, _error: JinasearchError) -> None:
        self._client.use(None)
        self._starter.start()

    def _on_opening(self, work: LibraryWork | None) -> None:
        self.opening = work
        self.opening_changed.emit(work)

    def _on_address(self, address: Address) -> None:
        self._client.use(address)
        self._stream.open()

    def _on_received(self, event: Event) -> None:
        self._dismissed = event.kind == "bye" and event.for_good
        self.received.emit(event)

    def _on_look(self) -> None:
        if self._starter.find() is not None:
            self._look.stop()
            self.open()

    def _on_opened(self) -> None:
        self._dismissed = False
        self._steady.start()
        self._become(LinkState.CONNECTED)

    def _on_steady(self) -> None:
        self._tries = 0

    def _on_ended(self) -> None:
        self._steady.stop()
        self._client.use(None)
        if self._dismissed:
            self._dismissed = False
            self._look.start()
            self._become(LinkState.STOPPED)
            return
        if self.state is not LinkState.STARTING:
            self._become(LinkState.RESTARTING)
        self._try_later()

    def _on_failed(self, error: JinasearchError) -> None:
        if self.opening is not None:
            self._on_opening(None)
        self._become(LinkState.FAILED)
        self.failed.emit(error)
        if error.code not in FINAL:
            self._try_later()

    def _try_later(self) -> None:
        self._retry.start(BACK_OFF_MS[min(self._tries, len(BACK_OFF_MS) - 1)])
        self._tries += 1

    def _become(self, state: LinkState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)
