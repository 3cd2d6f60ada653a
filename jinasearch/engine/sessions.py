"""Who asks what: a question that nobody waits for any more ends, and leaves its place to others."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Stop

if TYPE_CHECKING:
    from collections.abc import Iterator


class Asking:
    """One question on its way."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.stop = Stop()
        self._connection = connection

    @property
    def ended(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.stop.requested

    def go_on(self) -> None:
        """Raise if nobody does."""
        if self.ended:
            raise _superseded()

    def end(self) -> None:
        """Nobody waits for it any more. Its thread must not leave it meanwhile, and so ask anew."""
        self.stop.request()
        self._connection.interrupt()


class Caller:
    """Who waits for an answer, and may leave before it is there. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = False
        self._asking: Asking | None = None

    def leave(self) -> None:
        """The answer is not waited for any more."""
        with self._lock:
            self._left = True
            if self._asking is not None:
                self._asking.end()

    @contextmanager
    def waiting_for(self, asking: Asking) -> Iterator[None]:
        """Have a question ended when the caller leaves, or at once if it has left."""
        with self._lock:
            self._asking = asking
            if self._left:
                asking.stop.request()
        try:
            yield
        finally:
            with self._lock:
                self._asking = None


class Sessions:
    """The questions of each session that are on their way. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, list[Asking]] = {}

    @contextmanager
    def asking(
        self,
        session: str,
        connection: apsw.Connection,
        caller: Caller | None = None,
        *,
        newest: bool = True,
    ) -> Iterator[Asking]:
        """A question that reads through `connection`, whose thread asks no other meanwhile.

        It ends those of its session that came before, unless it is not the `newest` but about the
        one that is. Raises JinasearchError(SUPERSEDED) inside as soon as a newer one comes, or its
        caller leaves.
        """
        asking = Asking(connection)
        with (caller or Caller()).waiting_for(asking):
            if session:
                with self._lock:
                    under_way = self._under_way.setdefault(session, [])
                    for older in under_way if newest else ():
                        older.end()
                    under_way.append(asking)
            try:
                asking.go_on()
                yield asking
            except apsw.InterruptError as error:
                if asking.ended:
                    raise _superseded() from error
                raise
            finally:
                if session:
                    with self._lock:
                        under_way = self._under_way[session]
                        under_way.remove(asking)
                        if not under_way:
                            del self._under_way[session]


def _superseded() -> JinasearchError:
    return JinasearchError(
        Code.SUPERSEDED, "A newer question took its place", "Ask without a session to keep both."
    )
