"""The rows that answer: weak ones wait behind a row of their own, better ones until asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from jinasearch.core.questions import Sort
from jinasearch.gui import filter_texts, formatting
from jinasearch.gui.announcer import Announcer
from jinasearch.gui.results_model import in_place, spoken
from jinasearch.gui.search_window.empty_state import EmptyState
from jinasearch.gui.search_window.results_view import ResultsView
from jinasearch.gui.theme import GAP, Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.core.models import Hit
    from jinasearch.engine.protocol import SearchReply
    from jinasearch.gui.icons import Icons


class AnswerList(QFrame):
    """Once the user has turned to the rows, they keep their places.

    Signal: `more_shown` when the weak matches have joined the others.
    """

    more_shown = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answers")
        self.setAccessibleName(self.tr("Answers"))
        self.view = ResultsView(theme, icons, self)
        self.announcer = Announcer(self.view)
        self.view.chosen_changed.connect(self._announce)
        self.nothing = EmptyState(theme, icons, "nothing", self)
        self.nothing.hide()
        self.better = self._row_button("better", self.show_better)
        self.better.setText(self.tr("Better results are ready"))
        self.better.setAccessibleName(self.better.text())
        self.better.setAccessibleDescription(
            self.tr("The list stays as it is until you ask for them.")
        )
        self.more = self._row_button("more", self.show_more)
        self.more.setAccessibleName(self.tr("Less certain matches"))
        row = QHBoxLayout()
        row.setContentsMargins(GAP - 3, GAP // 2, GAP - 3, GAP // 2)
        row.addWidget(self.better)
        column = QVBoxLayout(self)
        column.setContentsMargins(3, 0, 3, 3)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.more)
        self._hits: tuple[Hit, ...] = ()
        self._all = False
        self._behind = False

    def show_reply(self, reply: SearchReply, *, fresh: bool) -> None:
        """Show answers. `fresh`: to a new question, so begin at the top again."""
        self.view.fade(False)
        self.view.tell_sizes(reply.sort in (Sort.SIZE, Sort.SIZE_DOWN))
        missing = filter_texts.phrase(reply.hint)
        self._behind = bool(missing)
        self.nothing.say(missing.rstrip(".。"), self._others(len(reply.hits)))
        self._show(reply.hits, fresh=fresh)

    def _others(self, count: int) -> str:
        return self.tr("%Ln files may mean the same.", "", count)

    def _show(self, hits: Sequence[Hit], *, fresh: bool) -> None:
        self._hits = tuple(hits)
        if fresh:
            self._all = False
        newer = self.wanted()
        held = not fresh and self.view.touched and bool(newer)
        shown = in_place(self.view.hits(), newer) if held else newer
        self.view.set_hits(shown, fresh=fresh)
        self._offer_better([hit.file for hit in shown] != [hit.file for hit in newer])
        self._offer_more(len(hits) - len(newer))
        self._show_nothing()

    def grow_old(self) -> None:
        """There is another question, and no engine now that would answer it."""
        self.view.fade(True)

    def clear(self) -> None:
        """No question, no answers."""
        self._behind = False
        self._show((), fresh=True)

    def wanted(self) -> list[Hit]:
        """The certain answers; all of them where none is, or the user wants to see all.

        If what stood in quotes stands nowhere, all wait to be asked for.
        """
        certain = [hit for hit in self._hits if hit.certain]
        apart = bool(certain) or self._behind
        return certain if apart and not self._all else list(self._hits)

    def show_better(self) -> None:
        """Put the answers in their newest order, from the top."""
        if not self.better.isHidden():
            self._offer_better(False)
            self.view.set_hits(self.wanted(), fresh=True)

    def show_more(self) -> None:
        """Show the weak matches too, after the others."""
        if not self.more.isHidden():
            self._all = True
            self._offer_more(0)
            self.view.set_hits(in_place(self.view.hits(), self._hits), fresh=False)
            self._show_nothing()
            self.more_shown.emit()

    def _show_nothing(self) -> None:
        nothing = bool(self._hits) and not self.wanted()
        self.nothing.setVisible(nothing)
        self.view.setVisible(not nothing)

    def _row_button(self, name: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        button.hide()
        return button

    def _offer_more(self, count: int) -> None:
        self.more.setVisible(count > 0)
        if count:
            self.more.setText(self.tr("%Ln more, less certain", "", count))
            self.more.setAccessibleName(self.more.text())

    def _offer_better(self, offered: bool) -> None:
        self.better.setVisible(offered)

    def _announce(self, hit: Hit | None) -> None:
        """The choice moves while the focus stays in the line: a screen reader is told."""
        if hit is not None:
            self.announcer.say(
                self.tr("{number} of {total}: {result}").format(
                    number=formatting.number(self.view.currentIndex().row() + 1),
                    total=formatting.number(len(self.view.hits())),
                    result=spoken(hit),
                )
            )
