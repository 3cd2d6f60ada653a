"""Errors and notices in strips above the results: seen, never in the way, dismissed by a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui import error_words
from jinasearch.gui.elided_label import set_plain_tip
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import Notice
    from jinasearch.gui.icons import Icons

MAX_STRIPS = 3
_LONGEST = 90
"""Characters of a path. Its end tells more than its beginning."""
_BAD = "bannerBad"
Key = tuple[str, str]


class Strip(QFrame):
    """One message, with what to do about it. Signal: `dismissed`."""

    dismissed = Signal()

    def __init__(
        self,
        icons: Icons,
        color_name: str,
        headline: str,
        advice: str,
        action: tuple[str, Callable[[], None]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(color_name)
        self.setAccessibleName(f"{headline} {advice}".strip())
        self.label = QLabel(f"{headline}\n{advice}" if advice else headline, self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.label.setSizePolicy(policy)
        close = QToolButton(self)
        close.setIcon(icons.action("clear"))
        close.setAccessibleName(self.tr("Dismiss"))
        close.setToolTip(self.tr("Dismiss"))
        close.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP + 6, GAP, GAP, GAP)
        row.setSpacing(GAP)
        row.addWidget(self.label, 1)
        if action is not None:
            button = QPushButton(action[0], self)
            button.clicked.connect(action[1])
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's: where there is little room, the results give way and not the words."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))


class Banner(QWidget):
    """Up to three strips, newest first. The same message is not shown twice."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Messages"))
        self._icons = icons
        self._strips: dict[Key, Strip] = {}
        self._notices: set[Key] = set()
        self._dismissed: set[Key] = set()
        self._passing: Key | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_error(
        self, error: JinasearchError, action: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        """Something that the user asked for failed: the newest of its kind is shown, again even if
        dismissed before."""
        key = (str(error.code), error.path)
        for old, strip in list(self._strips.items()):
            if old[0] == key[0] and strip.objectName() == _BAD:
                self._remove(old)
        self._dismissed.discard(key)
        self._put(key, _BAD, error.code, error.title, error.message, error.path, action)

    def show_passing(self, error: JinasearchError) -> None:
        """Something failed about one file or question. The newest is shown, until `pass_on`."""
        self.pass_on()
        self.show_error(error)
        self._passing = (str(error.code), error.path)

    def pass_on(self) -> None:
        """Another question is asked."""
        if self._passing is not None:
            self._remove(self._passing)
            self._passing = None

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """All that the engine has to tell now; what it tells no longer goes away."""
        now = {(notice.code, notice.path) for notice in notices}
        for key in self._notices - now:
            self._remove(key)
        self._dismissed -= self._notices - now
        self._notices = now
        for notice in notices:
            self.show_notice(notice)

    def show_notice(self, notice: Notice) -> None:
        """One thing to know."""
        key = (notice.code, notice.path)
        self._notices.add(key)
        if key not in self._dismissed and key not in self._strips:
            self._put(
                key, "bannerWarn", notice.code, notice.title, notice.message, notice.path, None
            )

    def show_done(
        self, code: str, text: str, action: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        """Something that the user asked for was done; `action` may undo it."""
        self._put((code, ""), "bannerGood", code, text, "", "", action)

    def forget(self, code: str) -> None:
        """This kind of trouble is over."""
        for key in [key for key in self._strips if key[0] == code]:
            self._remove(key)

    def strips(self) -> list[Strip]:
        """The strips in sight, newest first."""
        return list(reversed(self._strips.values()))

    def _put(
        self,
        key: Key,
        color_name: str,
        code: str,
        title: str,
        message: str,
        path: str,
        action: tuple[str, Callable[[], None]] | None,
    ) -> None:
        self._remove(key)
        headline = error_words.headline(code, title)
        if path and path not in headline:
            headline = f"{headline}: {_short(path)}"
        strip = Strip(
            self._icons, color_name, headline, error_words.advice(code, message), action, self
        )
        set_plain_tip(strip, f"{title}\n{path}".strip())
        strip.dismissed.connect(lambda: self._dismiss(key))
        self._strips[key] = strip
        self._column.insertWidget(0, strip)
        while len(self._strips) > MAX_STRIPS:
            self._remove(next(iter(self._strips)))
        self.show()

    def _dismiss(self, key: Key) -> None:
        self._dismissed.add(key)
        self._remove(key)

    def _remove(self, key: Key) -> None:
        strip = self._strips.pop(key, None)
        if strip is not None:
            strip.hide()
            strip.deleteLater()
        if not self._strips:
            self.hide()


def _short(path: str) -> str:
    if len(path) <= _LONGEST:
        return path
    return f"{path[: _LONGEST // 3]}…{path[-2 * _LONGEST // 3 :]}"
