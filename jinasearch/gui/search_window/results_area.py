"""The middle of the window: results with their coverage, or the state that stands for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.models import Coverage
from jinasearch.engine.protocol import Mode
from jinasearch.gui import texts
from jinasearch.gui.announcer import Announcer
from jinasearch.gui.results_model import in_place, spoken
from jinasearch.gui.search_session import LIMIT
from jinasearch.gui.search_window.empty_state import DropZone, EmptyState
from jinasearch.gui.search_window.results_view import ResultsView
from jinasearch.gui.theme import GAP, Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.models import Hit
    from jinasearch.engine.protocol import SearchReply
    from jinasearch.gui.icons import Icons


class ResultsArea(QFrame):
    """Signals: `add_wanted`, `models_wanted` from the welcome; `page_changed`."""

    add_wanted = Signal()
    models_wanted = Signal()
    page_changed = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(self.tr("Answers"))
        self.view = ResultsView(theme, icons, self)
        self.announcer = Announcer(self.view)
        self.view.chosen_changed.connect(self._announce)
        self.empty = EmptyState(theme, icons, "search", self)
        self.welcome = DropZone(theme, icons, self)
        self.welcome.add_wanted.connect(self.add_wanted)
        self.welcome.models_wanted.connect(self.models_wanted)
        self.count = QLabel(self)
        self.count.setObjectName("quiet")
        self.coverage = QLabel(self)
        self.coverage.setObjectName("faint")
        self.coverage.setAccessibleName(self.tr("Coverage"))
        self.coverage.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.better = self._row_button("better", self.show_better)
        self.better.setText(self.tr("Better results are ready"))
        self.better.setAccessibleName(self.better.text())
        self.better.setAccessibleDescription(
            self.tr("The list stays as it is until you ask for them.")
        )
        self.more = self._row_button("more", self.show_more)
        self.more.setAccessibleName(self.tr("Less certain matches"))
        answers = self._lay_out()
        self._answers = answers
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(1, 1, 1, 1)
        for page in (self.empty, self.welcome, answers):
            self._stack.addWidget(page)
        self._has_folders: bool | None = None
        self._coverage = Coverage()
        self._reply: SearchReply | None = None
        self._waking = False
        self._all = False
        self._stack.currentChanged.connect(self.page_changed)
        self._show_resting()

    def _row_button(self, name: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.clicked.connect(slot)
        button.hide()
        return button

    def _lay_out(self) -> QWidget:
        """The page of the answers."""
        top = QHBoxLayout()
        top.setContentsMargins(2 * GAP + 2, GAP + 2, 2 * GAP + 2, GAP // 2)
        top.addWidget(self.count)
        top.addStretch(1)
        top.addWidget(self.coverage)
        row = QHBoxLayout()
        row.setContentsMargins(GAP, 0, GAP, GAP // 2)
        row.addWidget(self.better)
        answers = QWidget(self)
        column = QVBoxLayout(answers)
        column.setContentsMargins(3, 0, 3, 3)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        column.addWidget(self.more)
        return answers

    def set_folders(self, *, any_there: bool) -> None:
        """Whether there is anything to search in."""
        self._has_folders = any_there
        if self._reply is None:
            self._show_resting()

    def set_waking(self, *, waking: bool) -> None:
        """Whether the model is being loaded: meaning takes longer than usual."""
        self._waking = waking
        if self._reply is not None and self._reply.hits:
            self._show_counts(self._reply)

    def set_coverage(self, coverage: Coverage) -> None:
        """How much can be found now."""
        self._coverage = coverage
        if self._reply is None:
            self._show_resting()

    def show_reply(self, reply: SearchReply, *, fresh: bool) -> None:
        """Show the answers, or say why there are none."""
        self._reply = reply
        self._coverage = reply.coverage
        if fresh:
            self._all = False
        newer = self._wanted(reply)
        held = not fresh and self.view.touched and bool(newer)
        hits = in_place(self.view.hits(), newer) if held else newer
        self.view.set_hits(hits, fresh=fresh)
        self._offer_better([hit.file for hit in hits] != [hit.file for hit in newer])
        self._offer_more(len(reply.hits) - len(newer))
        if reply.hits:
            self._show_counts(reply)
            self._stack.setCurrentWidget(self._answers)
        elif self._has_folders is False:
            self._show_resting()
        else:
            self._show_nothing(reply)

    def clear(self) -> None:
        """No question: back to rest."""
        self._reply = None
        self._offer_better(False)
        self._offer_more(0)
        self.view.set_hits((), fresh=True)
        self._show_resting()

    def show_better(self) -> None:
        """Put the answers in their newest order, from the top."""
        if self._reply is not None and not self.better.isHidden():
            self._offer_better(False)
            self.view.set_hits(self._wanted(self._reply), fresh=True)

    def show_more(self) -> None:
        """Show the weak matches too, after the others."""
        if self._reply is not None and not self.more.isHidden():
            self._all = True
            self._offer_more(0)
            self.view.set_hits(in_place(self.view.hits(), self._reply.hits), fresh=False)
            self._show_counts(self._reply)

    def has_answers(self) -> bool:
        """Whether results are in sight."""
        return self._stack.currentWidget() is self._answers

    def _announce(self, hit: Hit | None) -> None:
        """The choice moves while the focus stays in the line: a screen reader is told."""
        if hit is not None:
            self.announcer.say(
                self.tr("{number} of {total}: {result}").format(
                    number=texts.number(self.view.currentIndex().row() + 1),
                    total=texts.number(len(self.view.hits())),
                    result=spoken(hit),
                )
            )

    def _wanted(self, reply: SearchReply) -> list[Hit]:
        """The certain answers; all of them where none is, or the user wants to see all."""
        certain = [hit for hit in reply.hits if hit.certain]
        return certain if certain and not self._all else list(reply.hits)

    def _offer_more(self, count: int) -> None:
        self.more.setVisible(count > 0)
        if count:
            self.more.setText(self.tr("%Ln more, less certain", "", count))
            self.more.setAccessibleName(self.more.text())

    def _offer_better(self, offered: bool) -> None:
        self.better.setVisible(offered)

    def page(self) -> QWidget | None:
        """The page in sight."""
        return self._stack.currentWidget()

    def _show_counts(self, reply: SearchReply) -> None:
        shown = len(self._wanted(reply))
        count = texts.count_of_files(shown)
        if not any(hit.certain for hit in reply.hits):
            count = self.tr("{files}, none of them certain").format(files=count)
        elif len(reply.hits) >= LIMIT:
            count = self.tr("the best {files}").format(files=count)
        self.count.setText(count)
        self.coverage.setText(self._coverage_text(reply))

    def _coverage_text(self, reply: SearchReply) -> str:
        if reply.note in ("meaning-waking", "meaning-unavailable", "language-unknown-to-model"):
            return texts.why_nothing(reply.note, reply.coverage)
        if reply.mode is Mode.KEYWORDS:
            if self._waking:
                return texts.why_nothing("meaning-waking", reply.coverage)
            return self.tr("comparing meanings…")
        coverage = reply.coverage
        parts = []
        if coverage.keywords < coverage.files:
            share = texts.percent(coverage.keywords, coverage.files)
            parts.append(self.tr("found by words so far: {share}").format(share=share))
        if coverage.passages_embedded < coverage.passages or coverage.meaning < coverage.files:
            share = texts.meaning_share(coverage)
            parts.append(self.tr("found by meaning so far: {share}").format(share=share))
        return "  ·  ".join(parts)

    def _show_nothing(self, reply: SearchReply) -> None:
        why = texts.why_nothing(reply.note, reply.coverage)
        if reply.left_out:
            why = self.tr("Without the filters, %Ln files would answer.", "", reply.left_out)
        self.empty.say(
            self.tr("Nothing found for “{text}”").format(text=reply.text)
            if reply.text
            else self.tr("No file passes these filters"),
            why or self.tr("Try other words, fewer words, or a whole question."),
            "waiting" if reply.note in ("still-indexing", "nothing-indexed") else "nothing",
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
                    files=texts.count_of_files(coverage.keywords),
                    share=texts.meaning_share(coverage),
                ),
                "search",
            )
        self._stack.setCurrentWidget(self.empty)
