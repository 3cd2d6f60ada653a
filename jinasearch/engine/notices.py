"""What the user should know: notices of what happened once, troubles as long as they last."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.engine.report import notice_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.core.models import Notice
    from jinasearch.engine.events import Events

_log = logging.getLogger(__name__)

_KEPT = 20
_LIBRARY = "library"
"""The trouble that only another start ends."""


class Notices:
    """What is shown in every window and in the status. Thread-safe.

    Args:
        first: what opening the library has to tell.
        events: where news are published.
        on_change: called when the status tells something else than before.
    """

    def __init__(
        self, first: Sequence[Notice], events: Events, on_change: Callable[[], None]
    ) -> None:
        self._events = events
        self._on_change = on_change
        self._lock = threading.Lock()
        self._notices = list(first)
        self._troubles: dict[str, JinasearchError] = {}

    def notify(self, error: JinasearchError) -> None:
        """Tell of something that happened."""
        if error.code == Code.LIBRARY_DAMAGED:
            self.trouble(_LIBRARY, error)
            return
        _log.warning("%s: %s", error.code, error.title)
        notice = notice_of(error)
        with self._lock:
            same = [
                old for old in self._notices if (old.code, old.path) == (notice.code, notice.path)
            ]
            for old in same:
                self._notices.remove(old)
            self._notices = [*self._notices, notice][-_KEPT:]
        self._events.publish(protocol.Event("notice", notice=notice))
        self._on_change()

    def trouble(self, source: str, error: JinasearchError | None) -> None:
        """Tell of what keeps a part from working; None when it works again."""
        if error is not None and error.code == Code.LIBRARY_DAMAGED:
            source = _LIBRARY
        with self._lock:
            before = self._troubles.pop(source, None)
            if error is not None:
                self._troubles[source] = error
        if error is not None and (before is None or before.code != error.code):
            _log.warning("%s stopped: %s: %s", source, error.code, error.title)
            self._events.publish(protocol.Event("notice", notice=notice_of(error)))
        same = before is None if error is None else error.is_like(before)
        if not same:
            self._on_change()

    def told(self) -> tuple[list[Notice], list[JinasearchError]]:
        """The notices so far, and the troubles of now."""
        with self._lock:
            return list(self._notices), list(self._troubles.values())

    def troubled(self) -> set[str]:
        """The parts that do not work now."""
        with self._lock:
            return set(self._troubles)

    def shown(self) -> tuple[Notice, ...]:
        """All of it, the newest last."""
        notices, troubles = self.told()
        # A full disk holds up several at once, and is one thing to tell.
        current = {(each.code, each.path): notice_of(each) for each in troubles}
        return tuple([*notices, *current.values()][-_KEPT:])
