"""The panel beside the results: what file it is, a view of it, and ways to go on in it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.errors import Code
from jinasearch.core.preview import Form, Preview
from jinasearch.gui import error_words, formatting, texts
from jinasearch.gui.elided_label import ElidedLabel, without_mnemonic
from jinasearch.gui.preview.picture_view import PictureView
from jinasearch.gui.preview.text_view import TextView
from jinasearch.gui.search_window.empty_state import EmptyState
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QHideEvent, QResizeEvent, QShowEvent

    from jinasearch.core.errors import JinasearchError
    from jinasearch.gui.icons import Icons
    from jinasearch.gui.preview.session import PreviewSession

_PATIENCE_MS = 250
"""What was shown before stays so long for the sake of calm."""


class PreviewPanel(QFrame):
    """Shows what `session` looks into, while it is visible."""

    def __init__(
        self, session: PreviewSession, theme: Theme, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(self.tr("Preview"))
        self.session = session
        self._icons = icons
        self.name = ElidedLabel(self)
        self.name.setFont(scaled(self.font(), 1.04, bold=True))
        self.place = ElidedLabel(self, snug=True)
        self.place.setObjectName("quiet")
        self.passage_before = self._button("previous")
        self.passage_after = self._button("next")
        self.page = QLabel(self)
        self.page.setObjectName("quiet")
        self.page_before = self._button("previous")
        self.page_after = self._button("next")
        self.text = TextView(theme, self)
        self.picture = PictureView(theme, self)
        self.empty = EmptyState(theme, icons, "preview", self)
        self.note = QLabel(self)
        self.note.setObjectName("previewNote")
        self.note.setWordWrap(True)
        self.note.hide()
        self._stack = QStackedWidget(self)
        for view in (self.empty, self.text, self.picture):
            self._stack.addWidget(view)
        self._lay_out()
        order = (
            self.passage_before, self.passage_after, self.text, self.picture, self.page_before,
            self.page_after,
        )  # fmt: skip
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self._preview: Preview | None = None
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(_PATIENCE_MS)
        self._stale.timeout.connect(self._fade)
        session.chosen.connect(self._on_chosen)
        session.shown.connect(self._on_shown)
        session.failed.connect(self._on_failed)
        theme.changed.connect(self._paint_icons)
        self.picture.viewport().installEventFilter(self)
        self._on_chosen(coming=False)

    def use_actions(
        self, passage_before: QAction, passage_after: QAction, page_before: QAction,
        page_after: QAction,
    ) -> None:  # fmt: skip
        """The window's actions, which the buttons stand for; their shortcuts show in tooltips."""
        pairs = (
            (self.passage_before, passage_before),
            (self.passage_after, passage_after),
            (self.page_before, page_before),
            (self.page_after, page_after),
        )
        for button, action in pairs:
            name = without_mnemonic(action.text())
            button.setAccessibleName(name)
            button.setToolTip(f"{name} ({action.shortcut().toString()})")
            button.clicked.connect(action.trigger)

    def current(self) -> Preview | None:
        """What is shown now."""
        return self._preview

    def turn(self, by: int) -> None:
        """Go some pages on."""
        preview = self._preview
        if preview is not None and preview.page is not None:
            page = preview.page + by
            if 1 <= page <= max(preview.pages, page if not preview.pages else 0):
                self.session.turn_to(page)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's: from now on somebody looks."""
        super().showEvent(event)
        self.session.set_active(active=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt's: nobody looks."""
        super().hideEvent(event)
        self.session.set_active(active=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's: with more room, a sharper picture is asked for."""
        if event.type() == QEvent.Type.Resize:
            self.session.set_pixels(self.picture.pixels())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's: the picture's view may be hidden and not know its size."""
        super().resizeEvent(event)
        self.place.setMaximumWidth(self.width() // 2)
        self.session.set_pixels(round((self.width() - 4 * GAP) * self.devicePixelRatioF()))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * GAP, GAP + 2, 2 * GAP - 4, GAP)
        head.setSpacing(GAP // 2)
        head.addWidget(self.name, 1)
        head.addSpacing(GAP)
        for part in (self.place, self.passage_before, self.passage_after):
            head.addWidget(part)
        foot = QHBoxLayout()
        foot.setContentsMargins(2 * GAP, GAP // 2, GAP, GAP // 2)
        foot.setSpacing(GAP // 2)
        foot.addStretch(1)
        for widget in (self.page_before, self.page, self.page_after):
            foot.addWidget(widget)
        foot.addStretch(1)
        self._foot = QWidget(self)
        self._foot.setLayout(foot)
        line = QFrame(self)
        line.setObjectName("hairline")
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line)
        column.addWidget(self.note)
        column.addWidget(self._stack, 1)
        column.addWidget(self._foot)

    def _button(self, icon: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(self._icons.action(icon))
        button.setProperty("icon-name", icon)
        button.setIconSize(QSize(18, 18))
        button.setAutoRaise(True)
        return button

    def _paint_icons(self) -> None:
        for button in self.findChildren(QToolButton):
            button.setIcon(self._icons.action(str(button.property("icon-name"))))

    def _on_chosen(self, coming: bool) -> None:
        hit = self.session.hit
        count = len(hit.passages) if hit is not None else 0
        for button in (self.passage_before, self.passage_after):
            button.setVisible(count > 1)
        self.passage_before.setEnabled(self.session.passage > 0)
        self.passage_after.setEnabled(self.session.passage + 1 < count)
        if hit is None:
            self._preview = None
            self.name.setText("")
            self.place.setText("")
            self.note.hide()
            self._foot.hide()
            self._stack.setCurrentWidget(self.empty)
            self.empty.say(
                self.tr("Nothing to look into"),
                self.tr("Choose a result, and what is in the file shows here."),
                "preview",
            )
            return
        self.name.setText(formatting.one_line(hit.name))
        self.place.setText(texts.place(hit.passages[self.session.passage].place) if count else "")
        if coming:
            self._stale.start()

    def _fade(self) -> None:
        self._preview = None
        self.note.hide()
        self._foot.hide()
        self.empty.say(self.tr("Looking into the file…"), "", "preview")
        self._stack.setCurrentWidget(self.empty)

    def _on_shown(self, preview: Preview) -> None:
        self._stale.stop()
        self._preview = preview
        if preview.form is Form.PICTURE:
            if not self.picture.show_preview(preview):
                self._say_failed(self.tr("The picture cannot be shown."))
                return
            self._stack.setCurrentWidget(self.picture)
        elif preview.text:
            self.text.show_preview(preview)
            self._stack.setCurrentWidget(self.text)
        else:
            self.empty.say(
                self.tr("There is no text in this file"), self.tr("Open it to see more."), "preview"
            )
            self._stack.setCurrentWidget(self.empty)
        self._show_note(preview)
        self._show_page(preview)

    def _show_note(self, preview: Preview) -> None:
        parts = []
        if preview.problem:
            why = error_words.reason(self._reason(preview.problem))
            parts.append(
                self.tr("The file itself cannot be shown ({why}). This is its text as it was read.")
                .format(why=why)
            )  # fmt: skip
        elif preview.cut:
            parts.append(self.tr("A part of the file. Open it to see all."))
        self.note.setText(" ".join(parts))
        self.note.setVisible(bool(parts))

    def _show_page(self, preview: Preview) -> None:
        self._foot.setVisible(preview.pages > 1)
        if preview.pages > 1 and preview.page is not None:
            self.page.setText(
                self.tr("Page {number} of {total}").format(
                    number=formatting.number(preview.page), total=formatting.number(preview.pages)
                )
            )
            self.page_before.setEnabled(preview.page > 1)
            self.page_after.setEnabled(preview.page < preview.pages)

    def _on_failed(self, error: JinasearchError) -> None:
        self._stale.stop()
        code = self._reason(error.code)
        why = error_words.reason(code)
        if code == Code.FILE_ARCHIVE_CLOSED:
            why += "\n" + self.tr("Rules… of its folder in the list at the side can open archives.")
        self._say_failed(why)

    def _reason(self, code: str) -> str:
        hit = self.session.hit
        return Code.DRIVE_AWAY if hit is not None and hit.away else code

    def _say_failed(self, why: str) -> None:
        self._preview = None
        self.note.hide()
        self._foot.hide()
        self.empty.say(self.tr("There is no preview of this file"), why, "preview")
        self._stack.setCurrentWidget(self.empty)
