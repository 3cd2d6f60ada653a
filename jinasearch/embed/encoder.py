"""What the program asks of whatever turns texts into vectors."""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.core.errors import JinasearchError
    from jinasearch.embed.models.description import ModelDescription


class Prompt(StrEnum):
    """What a text is: models put different words before questions and documents."""

    QUERY = "query"
    DOCUMENT = "document"


class Cancelled(Exception):  # noqa: N818 - it is no error: somebody asked for it
    """The encoding was stopped through its `Stop`; nothing of it is kept."""


class Stop:
    """A request to stop one piece of work, safe to make before, during and after it.

    It belongs to the work, not to the encoder: a stop that comes a moment late or early can
    never hit another piece of work.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._react: Callable[[], None] | None = None

    @property
    def requested(self) -> bool:
        """Whether somebody asked to stop."""
        return self._requested

    def request(self) -> None:
        """Ask to stop; from any thread, any number of times."""
        with self._lock:
            self._requested = True
            if self._react is not None:
                self._react()

    def on_request(self, react: Callable[[], None] | None) -> None:
        """Call `react` when stopping is asked for: at once, if it already was."""
        with self._lock:
            self._react = react
            if self._requested and react is not None:
                react()


class Encoder(Protocol):
    """A loaded model."""

    @property
    def description(self) -> ModelDescription:
        """The model."""

    @property
    def dimension(self) -> int:
        """The length of the vectors."""

    @property
    def provider(self) -> str:
        """What it really runs on, as the runtime says after loading."""

    @property
    def precision(self) -> str:
        """The precision of its weights."""

    @property
    def truncated(self) -> int:
        """How many texts were longer than it reads, since it was loaded: their vectors know
        nothing of their ends."""

    @property
    def remark(self) -> JinasearchError | None:
        """What the user should know of how it was loaded: what could not be used."""

    def encode(
        self, texts: Sequence[str], prompt: Prompt, stop: Stop | None = None
    ) -> NDArray[np.float32]:
        """The texts' vectors, in the texts' order: shape (n, dimension), each of length 1.

        Raises `Cancelled` if `stop` is requested before the last vector is there.
        """
