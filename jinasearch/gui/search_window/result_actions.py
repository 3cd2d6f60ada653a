"""What the window's actions do with the chosen result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from jinasearch.gui import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.models import Hit
    from jinasearch.gui.hits import Hits
    from jinasearch.gui.search_window.actions import Actions
    from jinasearch.gui.search_window.exclusion_actions import ExclusionActions


class ResultActions(QObject):
    """`chosen` gives the result that is chosen now, `passage` the number of the one looked at.

    Signals: `used()` when the question has led to something, `like_wanted(Hit)`, `why_wanted(Hit)`,
    `unlike_wanted(Hit)`.
    """

    used = Signal()
    like_wanted = Signal(object)
    why_wanted = Signal(object)
    unlike_wanted = Signal(object)

    def __init__(
        self,
        hits: Hits,
        chosen: Callable[[], Hit | None],
        passage: Callable[[], int],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._hits = hits
        self._chosen = chosen
        self._passage = passage
        self._window = parent

    def connect_actions(self, does: Actions, rule: ExclusionActions) -> None:
        """Let the window's actions do this."""
        does.read_again.triggered.connect(lambda: self._with_chosen(rule.read_again))
        does.leave_out.triggered.connect(lambda: self._with_chosen(rule.leave_out))
        does.leave_out_folder.triggered.connect(lambda: self._with_chosen(rule.leave_out_folder))
        does.open.triggered.connect(lambda: self._with_chosen(self.open))
        does.show_in_folder.triggered.connect(lambda: self._use(self._hits.show_in_folder))
        does.copy_path.triggered.connect(lambda: self._use(self._hits.copy_path))
        does.copy_file.triggered.connect(self.copy_file)
        does.why.triggered.connect(lambda: self._with_chosen(self.why_wanted.emit))
        does.more_like.triggered.connect(lambda: self._with_chosen(self.like_wanted.emit))
        does.less_like.triggered.connect(lambda: self._with_chosen(self.unlike_wanted.emit))

    def open(self, hit: Hit) -> None:
        """Open a result in its program, at the passage that is looked at."""
        self.used.emit()
        self._hits.open(hit, self._passage() if hit == self._chosen() else 0)

    def copy_file(self) -> None:
        """Put the file on the clipboard, to be pasted in a file manager or a mail."""
        self._use(self._hits.copy_file)

    def _with_chosen(self, do: Callable[[Hit], None]) -> None:
        hit = self._chosen()
        if hit is not None:
            do(hit)

    def _use(self, do: Callable[[Hit], None]) -> None:
        if self._chosen() is not None:
            self.used.emit()
        self._with_chosen(do)

    def _add_folded(self, menu: QMenu) -> None:
        """The files that stand behind the chosen one, to be opened as well."""
        hit = self._chosen()
        if hit is None or not hit.folded:
            return
        others = menu.addMenu(texts.folded(hit.folded))
        for other in hit.folded:
            text = f"{other.path}   ({texts.likeness(other.likeness)})".replace("&", "&&")
            others.addAction(text, partial(self._hits.open_folded, other))

    def menu(self, does: Actions, at: QPoint) -> None:
        """The context menu of the result that is chosen."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([does.open, does.show_in_folder])
        self._add_folded(menu)
        menu.addSeparator()
        menu.addActions([does.copy_file, does.copy_path])
        menu.addSeparator()
        menu.addActions([does.more_like, does.less_like, does.why, does.preview])
        menu.addSeparator()
        menu.addActions([does.read_again, does.leave_out, does.leave_out_folder])
        menu.popup(at)
