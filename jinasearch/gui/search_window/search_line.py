"""The one line to type in. Keys that move in the results go on to the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from jinasearch.gui.theme import Theme, scaled

if TYPE_CHECKING:
    from jinasearch.gui.icons import Icons

_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_SHORTCUTS = "BEFIJKLMOPQR"
"""Letters that are the window's with Ctrl; others edit, copy and paste in the line."""
MAX_CHARACTERS = 2000


class SearchLine(QLineEdit):
    """Text being composed by an input method is no part of `text()` and is never searched.

    Signals: `moved(Qt.Key)` for keys that belong to the results; `copy_wanted` for Ctrl+C without
    a selection in the line; `begun` when a new question is typed into the empty line.
    """

    moved = Signal(object)
    copy_wanted = Signal()
    begun = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchLine")
        self.setAccessibleName(self.tr("Search"))
        self.setMaxLength(MAX_CHARACTERS)
        self.setFont(scaled(self.font(), 1.25))
        self._icons = icons
        self._private = False
        self._is_empty = True
        self._glass = QAction(self.tr("Search"), self)
        self._glass.setEnabled(True)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(self.tr("Clear"), self)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(self._on_text)
        self.set_private(False)
        self._on_text("")
        theme.changed.connect(self._paint_icons)

    def set_private(self, private: bool) -> None:
        """Tell whether questions are remembered: in words, and while there are others by a mask."""
        self._private = private
        told = self.tr("Private: what you ask is not remembered")
        usual = self.tr("Search your files by words or by what they mean")
        self.setPlaceholderText(told if private else usual)
        keys = self.tr("Words or a question. Arrow keys choose a result, Enter opens it.")
        self.setAccessibleDescription(f"{told}. {keys}" if private else keys)
        self._glass.setText(told if private else self.tr("Search"))
        self._paint_icons()

    def event(self, event: QEvent) -> bool:
        """Qt's: on some systems Ctrl+E and Ctrl+M edit; here they are the window's. End and Enter
        do the same.
        """
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if control and event.key() < 128 and chr(event.key()) in _SHORTCUTS:
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and page keys move in the results while typing goes on."""
        key = Qt.Key(event.key())
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if key in _MOVES and plain:
            self.moved.emit(key)
        elif event.matches(QKeySequence.StandardKey.Copy) and not self.hasSelectedText():
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _on_text(self, text: str) -> None:
        begun = bool(text.strip()) and self._is_empty
        self._is_empty = not text.strip()
        self._clear.setVisible(bool(text))
        if begun and self.hasFocus():
            self.begun.emit()

    def _paint_icons(self) -> None:
        name = "private" if self._private else "search"
        self._glass.setIcon(self._icons.action(name, accent=self._private))
        self._clear.setIcon(self._icons.action("clear"))
