"""One line and its answers, over whatever is on the screen; gone as soon as it is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
)

from jinasearch.engine.protocol import Mode
from jinasearch.gui import error_words, filter_texts, formatting, texts
from jinasearch.gui.compositor import Compositor
from jinasearch.gui.elided_label import set_plain_tip
from jinasearch.gui.engine_link import LinkState
from jinasearch.gui.history.walk import HistoryWalk
from jinasearch.gui.hits import Hits
from jinasearch.gui.preview.panel import PreviewPanel
from jinasearch.gui.preview.session import PreviewSession
from jinasearch.gui.quick_query import actions as quick_actions
from jinasearch.gui.quick_query import frame
from jinasearch.gui.search_session import SearchSession
from jinasearch.gui.search_window.answer_list import AnswerList
from jinasearch.gui.search_window.search_line import SearchLine
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import Hit
    from jinasearch.engine.protocol import SearchReply
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.engine_link import EngineLink
    from jinasearch.gui.icons import Icons
    from jinasearch.gui.opener import Opener

_LANE = "quick"
_PANEL_LEFT = 280


class QuickQuery(QFrame):
    """Made once and hidden, so that it shows without delay. It keeps its question.

    Signals: `window_wanted(str)`: the question goes on in the main window; `like_wanted(Hit)`:
    files like a result are to be found there; `hidden`.
    """

    window_wanted = Signal(str)
    like_wanted = Signal(object)
    hidden = Signal()

    def __init__(
        self, client: EngineClient, link: EngineLink, theme: Theme, icons: Icons, opener: Opener
    ) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setObjectName("quick")
        self.setWindowTitle(self.tr("Quick search"))
        self.setAccessibleName(self.windowTitle())
        self.setWindowIcon(icons.program())
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._link = link
        self.hits = Hits(client, opener, self)
        self.session = SearchSession(client, self, lane=_LANE)
        self.line = SearchLine(theme, icons, self)
        self.answers = AnswerList(theme, icons, self)
        self.view = self.answers.view
        self.previews = PreviewSession(client, _LANE + "-preview", self)
        self.preview = PreviewPanel(self.previews, theme, icons, self)
        self.told = QLabel(self)
        self.told.setObjectName("quiet")
        self.told.setFont(scaled(self.told.font(), 0.92))
        self.told.setWordWrap(True)
        self.told.setAccessibleName(self.tr("State"))
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP // 2, 0, GAP // 2, 0)
        foot.setSpacing(2 * GAP)
        foot.addWidget(self.told, 1)
        foot.addWidget(self._keys())
        self._card = card = QFrame(self)
        card.setObjectName("quickCard")
        self._body = body = QHBoxLayout()
        body.setSpacing(GAP)
        body.addWidget(self.answers, 5)
        body.addWidget(self.preview, 4)
        self._column = column = QVBoxLayout(card)
        column.setContentsMargins(GAP + 4, GAP + 4, GAP + 4, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.line)
        column.addLayout(body, 1)
        column.addLayout(foot)
        self._around = QVBoxLayout(self)
        self._around.setContentsMargins(0, 0, 0, 0)
        self._around.addWidget(card)
        self._reply: SearchReply | None = None
        self._unanswered: JinasearchError | None = None
        self._unopened: JinasearchError | None = None
        self._compositor = Compositor()
        self.destroyed.connect(self._compositor.close)
        self.actions_ = quick_actions.make(self, icons)
        self._connect()
        quick_actions.enable(self.actions_, chosen=False)
        self._show_state()

    def sizeHint(self) -> QSize:
        """The line alone, or the line with room for its answers."""
        return QSize(frame.WIDTH, super().sizeHint().height())

    def prepare(self) -> None:
        """Do beforehand what takes its time when it shows."""
        self.winId()
        self._compositor.is_there()

    def toggle(self) -> None:
        """Come up with the old question selected, or go."""
        if self.isVisible() and self.isActiveWindow():
            self.hide()
        else:
            self.come_up()

    def come_up(self) -> None:
        """Show on the screen where the pointer is, ready to type. What failed is over by then; a
        question that did is asked again.
        """
        failed = self._unanswered is not None
        self._forget_failures()
        self._show_state()
        if failed:
            self.session.repeat()
        frame.set_round(self._card, round_=self._compositor.is_there())
        self._fit(anew=True)
        self.show()
        self.raise_()
        self.activateWindow()
        self.line.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        self.line.selectAll()

    def step_back(self) -> None:
        """First forget the question, then go."""
        if self.line.text():
            self.line.clear()
        else:
            self.hide()

    def _keys(self) -> QLabel:
        keys = QLabel(self.tr("Enter opens   ·   F4 preview   ·   Ctrl+K actions   ·   Esc"), self)
        keys.setObjectName("faint")
        keys.setFont(self.told.font())
        return keys

    def _connect(self) -> None:
        self.line.textChanged.connect(self.session.set_text)
        self.walk = HistoryWalk(self.line, self.view, self)
        self.line.copy_wanted.connect(lambda: self._with_chosen(self.hits.copy_file))
        self.session.answered.connect(self._on_answer)
        self.session.cleared.connect(self._on_cleared)
        self.session.begun.connect(self._forget_failures)
        self.session.unanswered.connect(self.answers.grow_old)
        self.session.failed.connect(self._on_failed)
        self.hits.failed.connect(self._on_not_opened)
        self.view.opened.connect(self._open)
        self.view.menu_wanted.connect(self._show_actions)
        self.view.chosen_changed.connect(self._on_chosen)
        self.view.look_wanted.connect(self.actions_.preview.toggle)
        self.answers.more_shown.connect(self._show_state)
        self._link.state_changed.connect(self._on_link)
        self._link.opening_changed.connect(self._show_state)
        does = self.actions_
        does.open.triggered.connect(lambda: self._with_chosen(self._open))
        does.show_in_folder.triggered.connect(lambda: self._with_chosen(self._show_in_folder))
        does.copy_file.triggered.connect(lambda: self._with_chosen(self.hits.copy_file))
        does.copy_path.triggered.connect(lambda: self._with_chosen(self.hits.copy_path))
        does.more_like.triggered.connect(lambda: self._with_chosen(self._more_like))
        does.preview.toggled.connect(self._show_state)
        does.next_passage.triggered.connect(lambda: self.previews.step(1))
        does.previous_passage.triggered.connect(lambda: self.previews.step(-1))
        does.next_page.triggered.connect(lambda: self.preview.turn(1))
        does.previous_page.triggered.connect(lambda: self.preview.turn(-1))
        self.preview.use_actions(
            does.previous_passage, does.next_passage, does.previous_page, does.next_page
        )
        does.better.triggered.connect(self.answers.show_better)
        does.weak.triggered.connect(self.answers.show_more)
        does.to_window.triggered.connect(self._to_window)
        does.more.triggered.connect(self._show_actions)
        does.back.triggered.connect(self.step_back)

    # What the engine says

    def _on_answer(self, reply: SearchReply, fresh: bool) -> None:
        self._reply = reply
        self._unanswered = None
        self.answers.show_reply(reply, fresh=fresh)
        self._show_state()

    def _on_cleared(self) -> None:
        self._reply = None
        self.answers.clear()
        self._show_state()

    def _forget_failures(self) -> None:
        self._unanswered = self._unopened = None

    def _on_failed(self, error: JinasearchError) -> None:
        self._unanswered = error
        self._show_state()

    def _on_not_opened(self, error: JinasearchError) -> None:
        if not self.isVisible():  # it had made room for the file's program
            self.come_up()
        self._unopened = error
        self._show_state()

    def _on_link(self, state: LinkState) -> None:
        if state is LinkState.CONNECTED and self.isVisible():
            self.session.repeat()
            self.previews.again()
        self._show_state()

    def _on_chosen(self, hit: Hit | None) -> None:
        self.previews.look(hit, self.session.text)
        quick_actions.enable(self.actions_, chosen=hit is not None)

    def _show_state(self, *_: object) -> None:
        reply = self._reply
        failure = self._unopened or self._unanswered
        self.told.setText(
            self._state(reply)
            if failure is None
            else error_words.headline(failure.code, failure.title)
        )
        tip = "" if failure is None else error_words.advice(failure.code, failure.message)
        set_plain_tip(self.told, tip)
        some = reply is not None and bool(reply.hits)
        self.answers.setVisible(some)
        self.preview.setVisible(some and self.actions_.preview.isChecked())
        if self.isVisible():
            self._fit()

    def _state(self, reply: SearchReply | None) -> str:
        if self._link.state is LinkState.STOPPED:
            return self.tr("The engine was stopped. The window starts it again.")
        if self._link.state is not LinkState.CONNECTED:
            return texts.starting(self._link.opening)
        if reply is None:
            return ""
        if reply.note in ("meaning-waking", "meaning-unavailable", "language-unknown-to-model"):
            return texts.why_nothing(reply.note, reply.coverage)
        if reply.hits:
            pending = self.tr("comparing meanings…") if reply.mode is Mode.KEYWORDS else ""
            count = formatting.count_of_files(len(self.answers.wanted()))
            return pending or filter_texts.phrase(reply.hint) or count
        why = texts.why_nothing(reply.note, reply.coverage)
        return why or self.tr("Nothing found. Try other words, or a whole question.")

    # What the user wants

    def _with_chosen(self, do: Callable[[Hit], None]) -> None:
        hit = self.view.chosen()
        if hit is not None:
            do(hit)

    def _open(self, hit: Hit) -> None:
        self.walk.remember()
        passage = self.previews.passage if hit == self.previews.hit else 0
        self.hide()  # before: it comes back if the file is not opened
        self.hits.open(hit, passage)

    def _show_in_folder(self, hit: Hit) -> None:
        self.hide()
        self.hits.show_in_folder(hit)

    def _more_like(self, hit: Hit) -> None:
        self.walk.remember()
        self.like_wanted.emit(hit)
        self.hide()

    def _to_window(self) -> None:
        self.window_wanted.emit(self.line.text())
        self.hide()

    def _show_actions(self, at: QPoint | None = None) -> None:
        if not isinstance(at, QPoint):
            below = self.line.geometry()
            if self.view.isVisible():
                below = self.view.visualRect(self.view.currentIndex())
                below.moveTopLeft(self.view.viewport().mapTo(self, below.topLeft()))
            at = self.mapToGlobal(below.bottomRight() - QPoint(_PANEL_LEFT, 0))
        better, weak = (not row.isHidden() for row in (self.answers.better, self.answers.more))
        quick_actions.menu(self, self.actions_, better=better, weak=weak).popup(at)

    # Place and Qt's events

    def _fit(self, *, anew: bool = False) -> None:
        """Take the wanted size; `anew`: on the screen where the pointer is."""
        screen = self.screen()
        if anew:
            screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        preview = self.actions_.preview.isChecked()
        width = frame.width(room, preview=preview)
        height = 0
        if not self.answers.isHidden():
            others = self._height(width) - self._body.sizeHint().height()
            height = frame.body_height(room, others, preview=preview)
        for part in (self.answers, self.preview):
            part.setFixedHeight(height)
        size = QSize(width, self._height(width))
        self.setGeometry(
            frame.place(room, size) if anew else frame.widened(self.geometry(), size, room)
        )

    def _height(self, width: int) -> int:
        """What all needs now; how high the state is depends on how wide it can be."""
        self._column.activate()
        self._around.activate()
        return self._around.totalHeightForWidth(width)

    def changeEvent(self, event: QEvent) -> None:
        """Another window was chosen: this one has done its work."""
        super().changeEvent(event)
        left = event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow()
        if left and QApplication.activePopupWidget() is None:
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell it."""
        super().hideEvent(event)
        self.hidden.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens from wherever the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._with_chosen(self._open)
        else:
            super().keyPressEvent(event)
