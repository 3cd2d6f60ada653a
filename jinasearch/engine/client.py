"""The engine's client over httpx, and the way to an engine that runs.

The window has its own transport over Qt's network classes; both send the calls of `protocol`.
"""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import filelock
import httpx
import msgspec

from jinasearch import __version__
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_folder import make_private
from jinasearch.core.paths import config_file, models_dir, shown
from jinasearch.core.starting import outliving
from jinasearch.engine import protocol
from jinasearch.engine.address import Address, environment, locked, program, read_address
from jinasearch.engine.opening import opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from jinasearch.core.library_work import LibraryWork

    Tell = Callable[[LibraryWork | None], None]

_R = TypeVar("_R")

START_SECONDS = 60.0
"""How long an engine that does nothing may take to start."""
_LOOK_SECONDS = 10.0
_AT_WORK = 0.02
"""Share of a processor from which on an engine that does not answer yet is at work."""
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.03
_HELLO_SECONDS = 5.0
_BUSY_SECONDS = 15.0
_BUSY_POLL_SECONDS = 0.3


class Client:
    """Sends calls to one engine. Usable from one thread at a time."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._http = httpx.Client(
            base_url=address.url,
            headers={"Authorization": f"Bearer {address.token}"},
            timeout=httpx.Timeout(120.0, connect=5.0),
            trust_env=False,  # a proxy has no business between us and loopback
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(self, call: protocol.Call[_R], timeout: float | None = None) -> _R:
        """Send a call and return its answer.

        Raises:
            JinasearchError: what the engine reports, or ENGINE_UNREACHABLE.
        """
        body = call.encoded()
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            answer = self._http.request(
                call.method,
                call.path,
                content=body,
                headers=headers,
                timeout=timeout or httpx.USE_CLIENT_DEFAULT,
            )
        except httpx.HTTPError as error:
            raise _unreachable() from error
        return call.decoded(answer.status_code, answer.content)

    def events(self) -> Iterator[protocol.Event]:
        """Events as they come, until the engine ends.

        Raises:
            JinasearchError: what the engine reports, or ENGINE_UNREACHABLE, also if it dies.
        """
        try:
            with self._http.stream("GET", "/v1/events", timeout=None) as stream:
                if stream.status_code != 200:
                    raise protocol.failure_from(stream.status_code, stream.read())
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        yield protocol.decode_event(line[6:])
        except httpx.HTTPError as error:
            raise _unreachable() from error


def find_engine(library: Path) -> Client | None:
    """A client of the library's engine if one runs and answers, whatever its version."""
    address = read_address(library)
    if address is None:
        return None
    client = Client(address)
    try:
        if _is_same(client.send(protocol.hello(), _HELLO_SECONDS).library, library):
            return client
    except JinasearchError:
        pass
    client.close()
    return None


class _Wait:
    """Waits for an engine that opens its library, and passes on what that is at."""

    def __init__(self, library: Path, seconds: float, tell: Tell) -> None:
        self._library = library
        self._tell = tell
        self._told: LibraryWork | None = None
        self._deadline = time.monotonic() + seconds

    def look(self) -> bool:
        """Look what the engine is at; False if it is at nothing and time is up."""
        now = opening(self._library)
        if now != self._told:
            self._told = now
            self._tell(now)
        if now is not None:
            self._deadline = max(self._deadline, time.monotonic() + _BUSY_SECONDS)
        return time.monotonic() < self._deadline

    def longer(self, seconds: float) -> None:
        """It may take so much longer from now on."""
        self._deadline = time.monotonic() + seconds

    def end(self) -> None:
        """It is there, or does not come."""
        if self._told is not None:
            self._tell(None)


def _to_nobody(_: LibraryWork | None) -> None:
    pass


def ensure_engine(library: Path, seconds: float = START_SECONDS, tell: Tell = _to_nobody) -> Client:
    """A client of the library's engine; starts one if none runs, replaces an older one.

    It may take `seconds` to start, and longer while it is at work: when much has to be looked at
    or migrated. `tell` is told what it is at then, and None when it is at that no longer.

    Raises:
        JinasearchError: ENGINE_NEWER if a newer version of the program has the library open,
            ENGINE_FAILED or what the engine said when it could not start.
    """
    make_private(library)
    wait = _Wait(library, seconds, tell)
    try:
        with _alone(library, wait):
            client = find_engine(library)
            if client is not None:
                with contextlib.ExitStack() as unless_used:
                    unless_used.push(client)
                    if not _is_older(client.address):
                        unless_used.pop_all()
                        return client
                stop_engine(library)
            return _start(library, wait)
    finally:
        wait.end()


@contextlib.contextmanager
def _alone(library: Path, wait: _Wait) -> Iterator[None]:
    """Nobody else starts an engine meanwhile. Somebody who does is waited for."""
    lock = filelock.FileLock(library / "start.lock")
    while True:
        with contextlib.suppress(filelock.Timeout):
            lock.acquire(timeout=_BUSY_POLL_SECONDS)
            break
        wait.look()
    try:
        yield
    finally:
        lock.release()


def stop_engine(library: Path, *, for_good: bool = False) -> bool:
    """End the library's engine and wait until it has let go. False if none was running.

    `for_good`: an open window shall not start it again.
    """
    client = find_engine(library)
    if client is None:
        return False
    with client, contextlib.suppress(JinasearchError):
        client.send(protocol.stop(for_good=for_good))
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:
        if not locked(library):
            return True
        time.sleep(_POLL_SECONDS)
    raise JinasearchError(
        Code.ENGINE_FAILED,
        "The engine does not end",
        f"End the process {client.address.pid} by hand.",
        shown(library),
    )


def _is_same(told: str, library: Path) -> bool:
    """A copied library brings the address of the original's engine along."""
    return shown(Path(told).resolve()) == shown(library.resolve())


def _is_older(address: Address) -> bool:
    """True if the engine is older than we are. Raises ENGINE_NEWER if it is newer."""
    ours = (protocol.PROTOCOL, _numbers(__version__))
    theirs = (address.protocol, _numbers(address.version))
    if theirs > ours:
        raise JinasearchError(
            Code.ENGINE_NEWER,
            f"A newer version of jinasearch ({address.version}) has this library open",
            "Use that one, or end it with its `engine stop`.",
        )
    return theirs < ours


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _start(library: Path, wait: _Wait) -> Client:
    """Start an engine. One that is just starting or ending is given time to do so."""
    patience = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return _start_once(library, wait)
        except JinasearchError as error:
            if error.code != Code.LIBRARY_BUSY:
                raise
            wait.look()
            if opening(library) is not None:
                patience = time.monotonic() + _BUSY_SECONDS
            elif time.monotonic() > patience:
                raise
        time.sleep(_BUSY_POLL_SECONDS)


def _start_once(library: Path, wait: _Wait) -> Client:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*program(), "engine", "run"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=environment(library, config_file(), models_dir()),
            cwd=library,  # where it was started may be ejected, or removed
            **outliving(),
        )
        used = 0.0
        while True:
            ended = process.poll() is not None
            client = find_engine(library)
            if client is not None:
                if client.address.pid == process.pid:
                    process.returncode = 0  # it outlives us: no warning about it
                else:
                    process.terminate()  # somebody else's engine was first
                    process.wait()
                return client
            if ended:
                said.seek(0)
                raise _start_failure(said.read())
            if not wait.look():
                before, used = used, _processor_seconds(process.pid)
                if used - before < _AT_WORK * _LOOK_SECONDS:
                    break
                wait.longer(_LOOK_SECONDS)
            time.sleep(_POLL_SECONDS)
    process.returncode = 0  # as above
    raise JinasearchError(
        Code.ENGINE_FAILED,
        "The engine does not answer",
        "Look into engine.log in the library's folder.",
        shown(library),
    )


def _processor_seconds(pid: int) -> float:
    import psutil  # noqa: PLC0415 - seldom needed

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _start_failure(said: bytes) -> JinasearchError:
    for line in reversed(said.splitlines()):
        try:
            failure = msgspec.json.decode(line, type=protocol.Failure)
            return JinasearchError(Code(failure.code), failure.title, failure.message, failure.path)
        except (msgspec.MsgspecError, ValueError):
            continue
    last = said.decode(errors="replace").strip().rsplit("\n", 1)[-1]
    return JinasearchError(
        Code.ENGINE_FAILED, f"The engine could not start: {last or 'it said nothing'}"
    )


def _unreachable() -> JinasearchError:
    return JinasearchError(
        Code.ENGINE_UNREACHABLE,
        "The engine does not answer",
        "Run `jinasearch engine restart`.",
    )
