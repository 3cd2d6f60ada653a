"""Up in the search line: in the first row it walks the history, elsewhere it moves the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from jinasearch.gui.history.history import History
    from jinasearch.gui.search_window.results_view import ResultsView
    from jinasearch.gui.search_window.search_line import SearchLine

REMEMBER_MS = 3000
"""A question that stands so long has been read, and counts as asked."""


class HistoryWalk(QObject):
    """Joins a line, its results and the history. Without a history it only moves the choice.

    Up in the first row brings the question before, and the one before that; Down comes back, in the
    end to what was typed. Any other key ends the walk.
    """

    def __init__(self, line: SearchLine, view: ResultsView, parent: QObject) -> None:
        super().__init__(parent)
        self._line = line
        self._view = view
        self._history: History | None = None
        self._texts: list[str] = []
        self._at = -1
        self._stands = QTimer(self)
        self._stands.setSingleShot(True)
        self._stands.setInterval(REMEMBER_MS)
        self._stands.timeout.connect(self._on_stands)
        line.moved.connect(self.move)
        line.textEdited.connect(self._end)
        line.textChanged.connect(self._on_text)

    def use(self, history: History) -> None:
        """Walk this history, and add to it."""
        self._history = history
        history.private_changed.connect(self._line.set_private)
        self._line.set_private(history.private)

    def move(self, key: Qt.Key) -> None:
        """A key that moves was pressed in the line."""
        if key == Qt.Key.Key_Up and (self._at >= 0 or self._view.at_first()) and self._older():
            return
        if key == Qt.Key.Key_Down and self._at >= 0:
            self._newer()
            return
        self._end()
        self._view.move_by(key)

    def remember(self) -> None:
        """The question has led to something."""
        self._stands.stop()
        if self._history is not None:
            self._history.add(self._line.text())

    def _older(self) -> bool:
        if self._at < 0:
            typed = self._line.text()
            past = [] if self._history is None else self._history.texts()
            self._texts = [typed, *(text for text in past if text != typed.strip())]
            self._at = 0
        if self._at + 1 >= len(self._texts):
            if self._at == 0:
                self._end()
                return False
            return True
        self._at += 1
        self._show()
        return True

    def _newer(self) -> None:
        self._at -= 1
        self._show()
        if self._at == 0:
            self._end()

    def _show(self) -> None:
        self._line.setText(self._texts[self._at])

    def _end(self, *_: object) -> None:
        self._at = -1

    def _on_text(self, text: str) -> None:
        if text.strip() and self._at < 0:
            self._stands.start()
        else:
            self._stands.stop()

    def _on_stands(self) -> None:
        if self._view.chosen() is not None and self._line.isVisible():
            self.remember()
