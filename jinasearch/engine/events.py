"""Hands events from the engine's threads to the open event streams."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

from jinasearch.engine.protocol import Event, encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_BACKLOG = 100
_KEEP_ALIVE_SECONDS = 30.0


class Events:
    """Publish from any thread; subscribe from the server's event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.Queue[bytes | None], asyncio.AbstractEventLoop] = {}
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        with self._lock:
            return len(self._listeners)

    def publish(self, event: Event) -> None:
        """Send an event to every open stream. One that does not read loses its oldest events."""
        message = _message(event)
        self._to_all(lambda listener: _put(listener, message))

    def close(self, *, for_good: bool = False) -> None:
        """Say goodbye, and whether the engine may be started again; end all streams."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._to_all(lambda listener: _end(listener, for_good))

    def _to_all(self, send: Callable[[asyncio.Queue[bytes | None]], None]) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for listener, loop in listeners:
            with contextlib.suppress(RuntimeError):  # it closed, and its streams with it
                loop.call_soon_threadsafe(send, listener)

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent messages until the engine ends or the client goes."""
        listener: asyncio.Queue[bytes | None] = asyncio.Queue(_BACKLOG)
        with self._lock:
            if self._closed:
                return
            self._listeners[listener] = asyncio.get_running_loop()
        try:
            yield b": hello\n\n"
            while True:
                try:
                    message = await asyncio.wait_for(listener.get(), _KEEP_ALIVE_SECONDS)
                except TimeoutError:
                    message = b": still here\n\n"
                if message is None:
                    return
                yield message
        finally:
            with self._lock:
                self._listeners.pop(listener, None)


def _message(event: Event) -> bytes:
    return b"data: " + encode(event) + b"\n\n"


def _put(listener: asyncio.Queue[bytes | None], message: bytes | None) -> None:
    if listener.full():
        listener.get_nowait()  # what comes last says most: each status replaces the one before
    listener.put_nowait(message)


def _end(listener: asyncio.Queue[bytes | None], for_good: bool) -> None:
    _put(listener, _message(Event("bye", for_good=for_good)))
    _put(listener, None)
