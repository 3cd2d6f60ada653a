"""Forgets the files of folders that leave the library, in the background."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from jinasearch.index.guard import Guard
from jinasearch.store import folders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.core.errors import JinasearchError
    from jinasearch.store.database import Library

_PIECE = 20
"""Files that are forgotten in one transaction: others can write between two."""


class Removals:
    """One thread for each folder that leaves; a kill leaves the rest for the next start.

    Args:
        forget: told the ids of vectors that lost their last owner.
        on_done: called when a folder is gone.
        on_trouble: told of what stands in the way, None when it is gone.
    """

    def __init__(
        self,
        library: Library,
        forget: Callable[[Sequence[int]], None],
        on_done: Callable[[], None],
        on_trouble: Callable[[JinasearchError | None], None],
    ) -> None:
        self._library = library
        self._forget = forget
        self._on_done = on_done
        self._on_trouble = on_trouble
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def resume(self) -> None:
        """Go on with what the last engine began."""
        for folder in folders.leaving(self._library.reader()):
            self.begin(folder)

    def begin(self, folder: int) -> threading.Thread:
        """Forget a folder that is leaving."""
        thread = threading.Thread(
            target=self._run, args=(folder,), name=f"removal-{folder}", daemon=True
        )
        self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
        thread.start()
        return thread

    def close(self) -> None:
        """Stop after the piece in hand."""
        self._closed.set()
        for thread in self._threads:
            thread.join(10)

    def _run(self, folder: int) -> None:
        guard = Guard("A folder could not be forgotten", self._on_trouble, self._closed.wait)
        guard.run(partial(self._step, folder))

    def _step(self, folder: int) -> bool:
        """Forget a piece; False if nothing is left, or all is to end."""
        if self._closed.is_set():
            return False
        job = partial(folders.shrink, folder=folder, most=_PIECE)
        removed = self._library.writer.submit(job).result()
        if removed is not None:
            self._forget(removed)
            return True
        self._library.untidy = True
        self._on_done()
        return False
