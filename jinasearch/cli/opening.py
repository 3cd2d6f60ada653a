"""Tells whoever waits at a terminal what the engine is at before it answers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from jinasearch.core.library_work import LibraryWork, Work

if TYPE_CHECKING:
    from types import TracebackType

_WORDS = {
    Work.CHECKING: "The library is being checked",
    Work.MENDING: "The library is being mended",
    Work.UPDATING: "The library is being brought up to date",
    Work.BACKING_UP: "A backup is being written",
    Work.TAKING_IN: "A backup is being brought in",
}


def work_text(work: LibraryWork) -> str:
    """Such as "The library is being brought up to date (step 3 of 5)… 42 %"."""
    step = f" (step {work.step} of {work.steps})" if work.steps > 1 else ""
    percent = f" {work.percent} %" if work.percent else ""
    return f"{_WORDS[work.work]}{step}…{percent}"


class OpeningLine:
    """One line on standard error while it lasts; none where that is no terminal."""

    def __init__(self) -> None:
        self._stream = sys.stderr
        self._on = self._stream is not None and self._stream.isatty()
        self._written = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.show(None)

    def show(self, work: LibraryWork | None) -> None:
        """Show what is done now; None takes the line away."""
        if not self._on or (work is None and not self._written):
            return
        self._written = work is not None
        self._stream.write("\r\x1b[K" + (work_text(work) if work is not None else ""))
        self._stream.flush()
