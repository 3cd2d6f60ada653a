"""The engine as a process: one for each library, on a loopback port, with a token."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import filelock
import uvicorn

from jinasearch import __version__
from jinasearch.core import collector, logs
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import is_full, write_atomically
from jinasearch.core.library_folder import make_private
from jinasearch.core.paths import shown
from jinasearch.core.settings import load
from jinasearch.engine.address import ADDRESS_FILE, LOCK_FILE, Address, program, written_address
from jinasearch.engine.api import make_app
from jinasearch.engine.engine import Engine
from jinasearch.engine.opening import Teller
from jinasearch.engine.protocol import PROTOCOL, encode
from jinasearch.store.connection import disk_full

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import FrameType

_log = logging.getLogger(__name__)

_IDLE_CHECK_SECONDS = 5.0
_GONE_CHECK_SECONDS = 30.0
_LOOKED_SECONDS = 0.3
"""A client that looks whether an engine has the library holds the lock for a moment itself."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_NICE = 5
"""What the user has in hand comes first, our own window too; the engine's children come last."""


def serve(folder: Path, config: Path) -> None:
    """Run the engine of the library in `folder` until it is told to stop.

    Raises:
        JinasearchError: LIBRARY_BUSY if another engine has the library, PORT_IN_USE, DISK_FULL,
            and what opening the library raises.
    """
    told: list[int] = []
    # From here on a signal counts: Python's own handlers would raise wherever the start happens to
    # be, and a shell starts what it runs in the background with SIGINT ignored.
    for number in _SIGNALS:
        signal.signal(number, lambda number, _: told.append(number))
    settings = load(config)
    if sys.platform != "win32":
        os.nice(_NICE)
    make_private(folder)
    lock = filelock.FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(timeout=_LOOKED_SECONDS, poll_interval=0.01)
    except filelock.Timeout as error:
        raise JinasearchError(
            Code.LIBRARY_BUSY,
            "Another engine has this library open",
            "Use it, or stop it with `jinasearch engine stop`.",
            shown(folder),
        ) from error
    except OSError as error:
        raise JinasearchError(
            Code.NO_PERMISSION,
            f"The library cannot be locked: {error.strerror}",
            path=shown(folder),
        ) from error
    try:
        (folder / ADDRESS_FILE).unlink(missing_ok=True)  # what a killed engine left
        logs.to_file(folder / "engine.log")
        with _listen(settings.engine.port) as listener:
            ended = _serve(listener, folder, config, settings.engine.idle_exit_seconds, told)
    except OSError as error:
        if is_full(error):
            raise disk_full(folder) from error
        raise
    finally:
        lock.release()
    if not ended:  # a thread that nothing can end would keep the process from ending, for ever
        logging.shutdown()
        os._exit(0)


def _serve(
    listener: socket.socket,
    folder: Path,
    config: Path,
    idle_exit_seconds: float,
    told: Sequence[int],
) -> bool:
    """Serve until told to end; False if a request is left that does not end."""
    opening = Teller(folder)
    try:
        engine = Engine(folder, config, program(), opening=opening)
    finally:
        opening.end()
    token = secrets.token_urlsafe(32)
    port = int(listener.getsockname()[1])
    server: _Server

    def stop(for_good: bool) -> None:
        server.end(for_good=for_good)

    server = _Server(
        uvicorn.Config(
            make_app(engine, token, stop),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=3,
            server_header=False,
            date_header=False,
        ),
        engine,
        partial(_forget_address, folder),
    )
    address = Address(f"http://127.0.0.1:{port}", token, os.getpid(), __version__, PROTOCOL)
    # uvicorn has handlers of its own while it serves. These are for the time before and after: a
    # signal then ends the engine as soon as it serves, and does not cut close() short.
    for number in _SIGNALS:
        signal.signal(number, lambda *_: stop(True))
    if told:
        stop(True)
    try:
        engine.start()
        write_atomically(folder / ADDRESS_FILE, encode(address))
        threading.Thread(target=_end_when_gone, args=(folder, stop), daemon=True).start()
        if idle_exit_seconds > 0:
            threading.Thread(
                target=_end_when_idle, args=(engine, stop, idle_exit_seconds), daemon=True
            ).start()
        collector.settle()
        server.run(sockets=[listener])
    finally:
        _forget_address(folder)
        ended = engine.close()
        # The interpreter resets handlers as it ends: a last signal would make a clean end a death.
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
    return ended


class _Server(uvicorn.Server):
    """Sleeps while nothing happens, and ends event streams and requests first when it shuts down.

    uvicorn's own main loop looks ten times a second whether it should end, and its shutdown waits
    for all streams.
    """

    def __init__(
        self, config: uvicorn.Config, engine: Engine, forget_address: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._engine = engine
        self._forget_address = forget_address
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()
        self._for_good = False

    def end(self, *, for_good: bool) -> None:
        """Shut down; from any thread or a signal's handler, at any time."""
        self._forget_address()  # nobody joins an engine that is ending
        self._for_good = for_good
        self.should_exit = True
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._told.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came while it serves."""
        super().handle_exit(sig, frame)
        self.end(for_good=True)

    async def main_loop(self) -> None:
        """Wait until told to end."""
        self._loop = asyncio.get_running_loop()
        try:
            if not self.should_exit:
                await self._told.wait()
        finally:
            self._loop = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all connections, after what they wait for."""
        self._engine.events.close(for_good=self._for_good)
        await asyncio.to_thread(self._engine.end_requests)
        await super().shutdown(sockets)


def _listen(port: int) -> socket.socket:
    # asyncio sends small answers at once only where it sees the protocol: without it, every answer
    # waits 40 ms for the other side's acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise JinasearchError(
            Code.PORT_IN_USE,
            f"Port {port} is in use by another program",
            "Set `port = 0` under [engine] in the settings file to take a free one.",
        ) from error
    return listener


def _forget_address(folder: Path) -> None:
    address = written_address(folder)
    if address is not None and address.pid == os.getpid():  # not that of another library's engine
        (folder / ADDRESS_FILE).unlink(missing_ok=True)


def _end_when_gone(folder: Path, stop: Callable[[bool], None]) -> None:
    """Work for a library that was deleted, or whose drive was unplugged, serves nobody."""
    lock = folder / LOCK_FILE
    held = lock.stat()
    while True:
        time.sleep(_GONE_CHECK_SECONDS)
        try:
            there = os.path.samestat(lock.stat(), held)
        except OSError:
            there = False
        if not there:
            _log.warning("the library's folder is gone: the engine ends")
            stop(True)
            return


def _end_when_idle(engine: Engine, stop: Callable[[bool], None], seconds: float) -> None:
    idle_since = time.monotonic()
    while True:
        time.sleep(min(_IDLE_CHECK_SECONDS, seconds / 2))
        if engine.in_use:
            idle_since = time.monotonic()
        idle_since = max(idle_since, time.monotonic() - engine.lanes.idle_seconds)
        if time.monotonic() - idle_since >= seconds:
            stop(False)
            return
