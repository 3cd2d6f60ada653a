"""Who asks what: a newer question of the same session ends the older one."""

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
        self.connection = connection
        self.stop = Stop()

    @property
    def ended(self) -> bool:
        """Whether a newer question has taken this one's place."""
        return self.stop.requested

    def go_on(self) -> None:
        """Raise if it has."""
        if self.ended:
            raise _superseded()


class Sessions:
    """The newest question of each session. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: dict[str, Asking] = {}

    @contextmanager
    def asking(self, session: str, connection: apsw.Connection) -> Iterator[Asking]:
        """A question that reads through `connection`, whose thread asks no other meanwhile.

        Raises JinasearchError(SUPERSEDED) inside as soon as a newer one comes.
        """
        asking = Asking(connection)
        if session:
            with self._lock:
                older = self._newest.get(session)
                self._newest[session] = asking
                if older is not None:  # its thread cannot leave, and so ask anew, while we hold
                    older.stop.request()
                    older.connection.interrupt()
        try:
            yield asking
        except apsw.InterruptError as error:
            if asking.ended:
                raise _superseded() from error
            raise
        finally:
            if session:
                with self._lock:
                    if self._newest.get(session) is asking:
                        del self._newest[session]


def _superseded() -> JinasearchError:
    return JinasearchError(
        Code.SUPERSEDED, "A newer question took its place", "Ask without a session to keep both."
    )
