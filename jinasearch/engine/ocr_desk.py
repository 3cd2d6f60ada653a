"""When pictures and scans are looked at for letters, and how far that has come."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.models import Recognition
from jinasearch.extract import version
from jinasearch.extract.pool import ExtractWorker
from jinasearch.index.recognizer import Recognizer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.settings import ExtractSettings
    from jinasearch.engine.meanings import Meanings
    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library


_LOOK_SECONDS = 5.0


class OcrDesk:
    """The recognizer, started where the extra `ocr` is installed.

    Args:
        reading: whether other files are still being read: they come first.
        quiet: whether nobody needs the machine.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        command: Sequence[str],
        settings: ExtractSettings,
        max_bytes: int,
        meanings: Meanings,
        reading: Callable[[], bool],
        quiet: Callable[[], bool],
        on_change: Callable[[], None],
        on_trouble: Callable[[JinasearchError | None], None],
        absent: Callable[[], Sequence[str]],
        is_absent: Callable[[str], bool],
    ) -> None:
        self._settings = settings
        self._reading = reading
        self._meanings = meanings
        self._quiet = quiet
        self._lock = threading.Lock()  # guards what follows
        self._begun = False
        self._looked_at = time.monotonic()
        self._installed = bool(version.of_ocr())
        self.worker = ExtractWorker([*command, "_extract"], _limits(settings))
        self._recognizer = Recognizer(
            library,
            gate,
            self.worker,
            max_bytes,
            self._may,
            meanings.spaces,
            meanings.forget,
            on_change,
            on_trouble,
            absent,
            is_absent,
        )

    def start(self) -> None:
        """Begin, if there is anything to look with."""
        with self._lock:
            self._begun = True
            if self._installed:
                self._recognizer.start()

    def close(self) -> None:
        """End the thread and its worker."""
        self._recognizer.close()

    def wake(self) -> None:
        """Something was read, or the time may have come."""
        self._look()
        self._recognizer.wake()

    def use(self, settings: ExtractSettings) -> None:
        """Go by other settings from now on."""
        self._settings = settings
        self.worker.use(_limits(settings))
        self._recognizer.wake()

    @property
    def has_work(self) -> bool:
        """Whether files wait for the time that the settings name."""
        wanted = self._installed and self._settings.ocr != "off"
        return wanted and self._recognizer.waiting > 0

    @property
    def in_hand(self) -> bool:
        """Whether a file is being looked at."""
        return bool(self._recognizer.current)

    def state(self) -> Recognition:
        """For people's eyes."""
        return Recognition(
            self._settings.ocr,
            self._look(),
            self._recognizer.waiting,
            self._recognizer.current,
        )

    def _look(self) -> bool:
        """Whether the extra is there; one that was installed meanwhile is used from now on."""
        with self._lock:
            now = time.monotonic()
            if not self._installed and self._begun and now >= self._looked_at + _LOOK_SECONDS:
                self._looked_at = now
                self._installed = bool(version.of_ocr())
                if self._installed:
                    self._recognizer.start()
            return self._installed

    def _may(self) -> bool:
        when = self._settings.ocr
        if when == "off" or self._reading():
            return False
        return when == "on" or (not self._meanings.busy and self._quiet())


def _limits(settings: ExtractSettings) -> ExtractSettings:
    return replace(
        settings,
        timeout_seconds=settings.ocr_seconds,
        memory_bytes=settings.ocr_memory_bytes,
    )
