"""What is looked into now: asks the engine for it, once the choice has come to rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.engine.protocol import PreviewRequest

if TYPE_CHECKING:
    from jinasearch.core.models import Hit
    from jinasearch.core.preview import Preview
    from jinasearch.gui.engine_client import EngineClient

REST_MS = 90
"""How long a choice stands before it is shown: holding an arrow key down asks for nothing."""

TIMEOUT_MS = 30_000


class PreviewSession(QObject):
    """Signals: `shown(Preview)`, `failed(JinasearchError)`; `chosen(bool)` when the file or what is
    known of it is another, with whether a preview of it is still to come.
    """

    shown = Signal(object)
    failed = Signal(object)
    chosen = Signal(bool)

    def __init__(self, client: EngineClient, lane: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._lane = lane
        self.hit: Hit | None = None
        self.passage = 0
        self.page: int | None = None
        self._text = ""
        self._pixels = 800
        self._active = False
        self._asked: PreviewRequest | None = None
        self._last: Preview | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._ask)

    def set_active(self, *, active: bool) -> None:
        """Whether anybody looks. Nothing is asked for otherwise."""
        self._active = active
        if active:
            self._ask_now()
        else:
            self._rest.stop()
            self._client.cancel(self._lane)
            self._asked = None

    def set_pixels(self, pixels: int) -> None:
        """How wide a picture can be shown. A wider one is asked for if there is much more room."""
        wider = pixels > self._pixels * 1.25
        self._pixels = max(pixels, 200)
        if wider and self._asked is not None:
            self._rest.start(REST_MS)

    def look(self, hit: Hit | None, text: str) -> None:
        """Look into another file, or the same for another question."""
        before = self._key()
        same = self.hit is not None and hit is not None and self.hit.file == hit.file
        if same and self.hit is not None and hit is not None and self.hit.away != hit.away:
            self.again()  # its drive came, or went
        self.hit, self._text = hit, text
        if not same:
            self.passage, self.page = 0, None
        count = len(hit.passages) if hit is not None else 0
        self.passage = min(self.passage, max(0, count - 1))
        # The same answer with other scores, as when meaning joins in, is no other preview.
        other = self._key() != before
        self.chosen.emit(other)
        if other:
            self._rest.start(REST_MS)

    def step(self, by: int) -> None:
        """Go to another passage of the file that answers."""
        if self.hit is None:
            return
        passage = self.passage + by
        if 0 <= passage < len(self.hit.passages):
            self.passage, self.page = passage, None
            self.chosen.emit(True)
            self._ask_now()

    def turn_to(self, page: int) -> None:
        """Show another page of the file."""
        if self.hit is not None and page != self.page:
            self.page = page
            self._ask_now()

    def _key(self) -> tuple[int, int, str]:
        hit = self.hit
        passage = hit.passages[self.passage].id if hit is not None and hit.passages else 0
        return (hit.file if hit is not None else 0, passage, self._text)

    def _ask_now(self) -> None:
        self._rest.start(0)

    def _ask(self) -> None:
        if not self._active or self.hit is None:
            self._client.cancel(self._lane)
            self._asked = None
            return
        file, passage, text = self._key()
        request = PreviewRequest(file, "", passage, text, self.page, self._pixels)
        asked = self._asked
        if (
            asked is not None
            and replace(asked, pixels=self._pixels) == request
            and asked.pixels * 1.25 >= self._pixels
        ):
            if self._last is not None:  # the choice went away and came back before it was shown
                self.shown.emit(self._last)
            return
        self._asked, self._last = request, None
        self._client.call(
            protocol.preview(request),
            self._on_shown,
            self._on_error,
            lane=self._lane,
            timeout_ms=TIMEOUT_MS,
        )

    def again(self) -> None:
        """Ask anew: the file has changed, or the engine came back."""
        self._asked = None
        if self._active:
            self._rest.start(REST_MS)

    def _on_shown(self, preview: Preview) -> None:
        self._last = preview
        self.shown.emit(preview)

    def _on_error(self, error: JinasearchError) -> None:
        self._asked = None
        if error.code not in (Code.SUPERSEDED, Code.ENGINE_UNREACHABLE):
            self.failed.emit(error)
