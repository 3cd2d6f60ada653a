"""The middle of the window: results with their coverage, or the state that stands for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from jinasearch.core.models import Coverage
from jinasearch.engine.protocol import Mode, Sort
from jinasearch.gui import filter_texts, formatting, texts
from jinasearch.gui.elided_label import ElidedLabel
from jinasearch.gui.search_window.answer_list import AnswerList
from jinasearch.gui.search_window.empty_state import DropZone, EmptyState
from jinasearch.gui.theme import GAP, Theme

if TYPE_CHECKING:
    from jinasearch.engine.protocol import SearchReply
    from jinasearch.gui.icons import Icons

_PASSING = ("still-indexing", "nothing-indexed", "library-made-anew")
"""Notes of replies that another one soon comes without."""
_TOLD_MS = 50
"""Re-ranking that was known from before took no time worth telling."""


class ResultsArea(QFrame):
    """Signals: `add_wanted`, `models_wanted` from the welcome; `page_changed`; `more_wanted` when
    the end of the answers is reached and there are others."""

    add_wanted = Signal()
    models_wanted = Signal()
    page_changed = Signal()
    more_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(self.tr("Answers"))
        self.answers = AnswerList(theme, icons, self)
        self.answers.more_shown.connect(self._recount)
        self.view = self.answers.view
        self.view.end_reached.connect(self._on_end)
        self.empty = EmptyState(theme, icons, "search", self)
        self.welcome = DropZone(theme, icons, self)
        self.welcome.add_wanted.connect(self.add_wanted)
        self.welcome.models_wanted.connect(self.models_wanted)
        self.count = QLabel(self)
        self.count.setObjectName("quiet")
        self.coverage = ElidedLabel(self, Qt.TextElideMode.ElideRight, snug=True)
        self.coverage.setObjectName("faint")
        self._page = self._lay_out()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(1, 1, 1, 1)
        for page in (self.empty, self.welcome, self._page):
            self._stack.addWidget(page)
        self._has_folders: bool | None = None
        self._coverage = Coverage()
        self._reply: SearchReply | None = None
        self._waking = False
        self._scope = ""
        self._stack.currentChanged.connect(self.page_changed)
        self._show_resting()

    def _lay_out(self) -> QWidget:
        """The page of the answers."""
        top = QHBoxLayout()
        top.setContentsMargins(2 * GAP + 2, GAP + 2, 2 * GAP + 2, GAP // 2)
        top.setSpacing(GAP)
        top.addWidget(self.count)
        top.addStretch(1)
        top.addWidget(self.coverage)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.answers, 1)
        return page

    def set_folders(self, *, any_there: bool) -> None:
        """Whether there is anything to search in."""
        self._has_folders = any_there
        if self._reply is None:
            self._show_resting()

    def set_scope(self, name: str) -> None:
        """The folder that is searched alone; empty for all."""
        self._scope = name

    def set_waking(self, *, waking: bool) -> None:
        """Whether the model is being loaded: meaning takes longer than usual."""
        self._waking = waking
        self._recount()

    def set_coverage(self, coverage: Coverage) -> None:
        """How much can be found now."""
        self._coverage = coverage
        if self._reply is None:
            self._show_resting()

    def show_reply(self, reply: SearchReply, *, fresh: bool) -> None:
        """Show the answers, or say why there are none."""
        self._reply = reply
        self._coverage = reply.coverage
        self.answers.show_reply(reply, fresh=fresh)
        if reply.hits:
            self._show_counts(reply)
            self._stack.setCurrentWidget(self._page)
        elif self._has_folders is False:
            self._show_resting()
        else:
            self._show_nothing(reply)

    def grow_old(self) -> None:
        """There is another question, and no engine now that would answer it."""
        if self._reply is None:
            return
        self.answers.grow_old()
        if self._reply.hits:
            self.count.setText(self.tr("Answers to the question before; the engine is away"))
            self.coverage.setText("")
        else:
            self.empty.say(self.tr("The engine is away"), self.tr("It is asked when it is back."))

    def clear(self) -> None:
        """No question: back to rest."""
        self._reply = None
        self.answers.clear()
        self._show_resting()

    def has_answers(self) -> bool:
        """Whether results are in sight."""
        return self._stack.currentWidget() is self._page

    def page(self) -> QWidget | None:
        """The page in sight."""
        return self._stack.currentWidget()

    def _on_end(self) -> None:
        shown = self.answers.wanted()
        behind = sum(len(hit.folded) for hit in shown)
        if self._reply is not None and self._reply.certain > len(shown) + behind:
            self.more_wanted.emit()

    def _recount(self) -> None:
        if self._reply is not None and self._reply.hits:
            self._show_counts(self._reply)

    def _show_counts(self, reply: SearchReply) -> None:
        shown = self.answers.wanted()
        behind = [other for hit in shown for other in hit.folded]
        count = formatting.count_of_files(len(shown))
        number, all_ = formatting.number(len(shown)), formatting.count_of_files(reply.certain)
        if not shown:
            count = self.tr("nothing certain")
        elif not any(hit.certain for hit in reply.hits):
            count = self.tr("{files}, none of them certain").format(files=count)
            missing = filter_texts.phrase(reply.hint)
            count = f"{count}. {missing}" if missing else count
        elif reply.certain > len(shown) + len(behind):
            best = reply.sort is Sort.RELEVANCE and bool(reply.words)
            count = (
                self.tr("the best {number} of {files}").format(number=number, files=all_)
                if best
                else self.tr("the first {number} of {files}").format(number=number, files=all_)
            )
        elif behind:
            count = self.tr("{files} + {copies}").format(files=count, copies=texts.folded(behind))
        self.count.setText(count)
        self.coverage.setText(self._coverage_text(reply))

    def _coverage_text(self, reply: SearchReply) -> str:
        if reply.note in ("meaning-waking", "meaning-unavailable", "language-unknown-to-model"):
            return texts.why_nothing(reply.note, reply.coverage)
        if reply.mode is Mode.KEYWORDS:
            if self._waking:
                return texts.why_nothing("meaning-waking", reply.coverage)
            return self.tr("comparing meanings…")
        if reply.reranking is not None and reply.reranking.state != "done":
            return self._unranked_text(reply.reranking.state)
        coverage = reply.coverage
        parts = []
        if reply.reranking is not None:
            parts.append(
                self.tr("re-ranked in {seconds} s").format(
                    seconds=f"{reply.reranking.took_ms / 1000:.1f}"
                )
                if reply.reranking.took_ms >= _TOLD_MS
                else self.tr("re-ranked")
            )
        if coverage.unread:
            share = formatting.percent(coverage.files - coverage.unread, coverage.files)
            parts.append(self.tr("found by words so far: {share}").format(share=share))
        if coverage.unread or coverage.passages_embedded < coverage.passages:
            share = texts.meaning_share(coverage)
            parts.append(self.tr("found by meaning so far: {share}").format(share=share))
        return "  ·  ".join(parts)

    def _unranked_text(self, state: str) -> str:
        return {
            "to-come": self.tr("reading the first answers once more…"),
            "busy": self.tr("not re-ranked: the model is busy with other questions"),
            "language-unknown": self.tr("not re-ranked: the model does not know this language"),
        }.get(state, self.tr("not re-ranked: the model cannot be used"))

    def _show_nothing(self, reply: SearchReply) -> None:
        why = texts.why_nothing(reply.note, reply.coverage)
        if phrase := filter_texts.phrase(reply.hint):
            why = f"{phrase}\n{why}".rstrip()
        elif reply.hint is not None and reply.hint.code == "folder-not-found":
            why = filter_texts.hint(reply.hint)  # nothing that is still to be read explains it
        elif reply.left_out:
            left_out = self.tr("Without the filters, %Ln files would answer.", "", reply.left_out)
            why = f"{left_out}\n{why}".rstrip()
        if self._scope:
            only = self.tr("Only the folder “{folder}” was searched.").format(folder=self._scope)
            why = f"{only}\n{why}".rstrip()
        self.empty.say(
            self.tr("Nothing found for “{text}”").format(text=reply.text)
            if reply.text
            else self.tr("No file passes these filters"),
            why or self.tr("Try other words, fewer words, or a whole question."),
            "waiting" if reply.note in _PASSING else "nothing",
        )
        self._stack.setCurrentWidget(self.empty)

    def _show_resting(self) -> None:
        if self._has_folders is False:
            self._stack.setCurrentWidget(self.welcome)
            return
        coverage = self._coverage
        if self._has_folders is None:
            self.empty.say("", "", "search")
        elif coverage.files == 0 or coverage.keywords == 0:
            self.empty.say(
                self.tr("Your files are being read"),
                self.tr("The first can be found in a few seconds. Just begin to type."),
                "waiting",
            )
        else:
            self.empty.say(
                self.tr("What are you looking for?"),
                self.tr("Type words that stand in a file, or ask in your own words.")
                + "\n"
                + self.tr("{files} can be found by words, {share} by meaning.").format(
                    files=formatting.count_of_files(coverage.keywords),
                    share=texts.meaning_share(coverage),
                ),
                "search",
            )
        self._stack.setCurrentWidget(self.empty)
