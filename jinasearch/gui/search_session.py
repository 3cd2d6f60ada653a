"""One open question: asked by keywords first, then by meaning too, then re-ranked if a model does
that, and again when files change."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.engine.protocol import MOST_HITS, Mode, Rerank, SearchReply, SearchRequest, Sort
from jinasearch.gui.engine_client import TIMEOUT_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.questions import Example, Filter
    from jinasearch.gui.engine_client import EngineClient

THROTTLE_MS = 20
"""At most one question in this time while typing. A throttle: the first letter is asked at once.

Fast fingers roll over pairs of letters within 30 to 50 ms, and each is answered within 30.
"""

REFRESH_MS = 1000
"""At most one repetition in this time when the index has news."""

WAKING_MS = 700
"""When to ask again while the model is being loaded."""

RERANK_MS = 300_000
"""How long a model that re-ranks is waited for, which may have to be loaded first."""

LIMIT = 50
"""How many files are asked for at first."""

_MORE = 4
"""Times as many, when the end of those is reached."""


class SearchSession(QObject):
    """Asks as the text changes. A newer question makes the answers of older ones stale.

    `facets`: whether answers shall count for a filter bar.

    Signals: `begun()` when the question is another; `answered(SearchReply, fresh)` where `fresh` is
    true for the first answer to a text; `unanswered()` when the engine is away and what is shown
    answers another question; `cleared()`; `busy_changed(bool)`; `failed(JinasearchError)`.
    """

    begun = Signal()
    answered = Signal(object, bool)
    unanswered = Signal()
    cleared = Signal()
    busy_changed = Signal(bool)
    failed = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        parent: QObject | None = None,
        *,
        lane: str = "search",
        facets: bool = False,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._lane = lane
        self._name = f"{lane}-{uuid.uuid4().hex}"
        self._facets = facets
        self.text = ""
        self.folder: int | None = None
        self.filters: tuple[Filter, ...] = ()
        self.like: tuple[Example, ...] = ()
        self.unlike: tuple[Example, ...] = ()
        self.sort = Sort.RELEVANCE
        self._limit = LIMIT
        self._fresh = True
        self._busy = False
        self._reranked = False  # what is shown: nothing else takes its place
        self._since = QElapsedTimer()
        self._throttle = _timer(self, THROTTLE_MS, self._ask_keywords)
        self._refresh = _timer(self, REFRESH_MS, self._ask_again)
        self._waking = _timer(self, WAKING_MS, self._ask_again)

    def set_text(self, text: str) -> None:
        """The user changed the question. Surrounding space changes nothing."""
        text = text.strip()
        if text != self.text:
            self.text = text
            self._restart()

    def set_folder(self, folder: int | None) -> None:
        """Limit the question to a folder."""
        if folder != self.folder:
            self.folder = folder
            self._restart()

    def set_filters(self, filters: tuple[Filter, ...]) -> None:
        """Let only those files answer that pass these, besides filters in the text."""
        if filters != self.filters:
            self.filters = filters
            self._restart()

    def set_like(self, like: tuple[Example, ...], unlike: tuple[Example, ...] = ()) -> None:
        """Ask for what is like some examples and unlike others, besides the text."""
        if (like, unlike) != (self.like, self.unlike):
            self.like, self.unlike = like, unlike
            self._restart()

    def set_sort(self, sort: Sort) -> None:
        """Ask for the answers in this order."""
        if sort is not self.sort:
            self.sort = sort
            self._restart()

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.text or self.filters or self.like)

    def repeat(self) -> None:
        """Ask the whole question again now: the engine came back."""
        if self.asks:
            self._ask_keywords()

    def on_changed(self) -> None:
        """The index has news: ask again soon, unless an answer is on its way anyway."""
        if self.asks and not self._refresh.isActive():
            self._refresh.start()

    def more(self) -> None:
        """The end of the answers is reached: ask for those that come after."""
        if self.asks and not self._busy and self._limit < MOST_HITS:
            self._limit = min(_MORE * self._limit, MOST_HITS)
            self._ask_again()

    def _restart(self) -> None:
        self._limit = LIMIT
        self._fresh = True
        self._reranked = False
        self.begun.emit()
        self._refresh.stop()
        self._waking.stop()
        self._client.cancel(self._lane)
        if not self.asks:
            self._throttle.stop()
            self._be_busy(False)
            self.cleared.emit()
            return
        self._be_busy(True)
        waited = self._since.elapsed() if self._since.isValid() else THROTTLE_MS
        if not self._throttle.isActive():
            self._throttle.start(max(0, THROTTLE_MS - waited))

    def _ask_keywords(self) -> None:
        self._since.start()
        self._ask(Mode.KEYWORDS, Rerank.NO)

    def _ask_again(self) -> None:
        if self._busy:
            self._refresh.start()
        elif self.asks:
            self._ask(Mode.HYBRID, Rerank.YES if self._reranked else Rerank.KNOWN)

    def _ask(self, mode: Mode, rerank: Rerank) -> None:
        self._be_busy(True)
        request = SearchRequest(
            self.text,
            mode,
            self._limit,
            self.folder,
            self.filters,
            self.like,
            self.unlike,
            facets=self._facets and mode is not Mode.KEYWORDS,
            session=self._name,
            rerank=rerank,
            sort=self.sort,
        )
        self._client.call(
            protocol.search(request),
            self._on_reply,
            self._on_error,
            lane=self._lane,
            timeout_ms=RERANK_MS if rerank is Rerank.YES else TIMEOUT_MS,
        )

    def _on_reply(self, reply: SearchReply) -> None:
        # An empty first half says nothing yet: the old results stay until meaning has answered.
        if reply.hits or reply.mode is not Mode.KEYWORDS:
            self.answered.emit(reply, self._fresh)
            self._fresh = False
        if reply.mode is Mode.KEYWORDS:
            self._ask(Mode.HYBRID, Rerank.KNOWN)
            return
        state = "" if reply.reranking is None else reply.reranking.state
        self._reranked = state == "done"
        if state == "to-come" and reply.hits:
            self._ask(Mode.HYBRID, Rerank.YES)
            return
        self._be_busy(False)
        if reply.note == "meaning-waking":
            self._waking.start()

    def _on_error(self, error: JinasearchError) -> None:
        self._be_busy(False)
        # The link tells of an engine that is away, and a newer question has its own answer.
        if error.code not in (Code.ENGINE_UNREACHABLE, Code.SUPERSEDED):
            self.failed.emit(error)
        elif error.code == Code.ENGINE_UNREACHABLE and self._fresh:
            self.unanswered.emit()

    def _be_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)


def _timer(parent: QObject, interval: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(slot)
    return timer
