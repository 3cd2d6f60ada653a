"""What was dragged in from another program: files to index or to compare with, texts to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from jinasearch.core.errors import JinasearchError
from jinasearch.core.paths import from_uri, shown
from jinasearch.gui.search_window import likeness
from jinasearch.gui.search_window.drop_overlay import DropOverlay, Zone
from jinasearch.gui.search_window.drops import uris_of

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragMoveEvent, QDropEvent
    from PySide6.QtWidgets import QWidget

    from jinasearch.gui.icons import Icons
    from jinasearch.gui.theme import Theme


class DropActions(QObject):
    """Signals: `index_wanted(tuple of str)` with URIs, `like_wanted(list of Liked)`,
    `over(bool)` while something that can be used is held over the window.
    """

    index_wanted = Signal(object)
    like_wanted = Signal(object)
    over = Signal(bool)

    def __init__(self, theme: Theme, icons: Icons, window: QWidget, covered: QWidget) -> None:
        super().__init__(window)
        self.overlay = DropOverlay(theme, icons, window)
        self._covered = covered
        self._only_index = True

    def set_empty(self, *, empty: bool) -> None:
        """While nothing is indexed there is nothing to compare with."""
        self._only_index = empty

    def enter(self, event: QDragMoveEvent) -> None:
        """Something comes over the window; our own results are no news."""
        zones = () if event.source() is not None else self._zones(event.mimeData())
        if not zones:
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.over.emit(True)
        if not self._only_index:
            self.overlay.show_over(self._covered, zones)

    def move(self, event: QDragMoveEvent) -> None:
        """It is held somewhere else."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.overlay.move_to(event.position().toPoint())

    def leave(self) -> None:
        """It went away."""
        self.over.emit(False)
        self.overlay.hide()

    def drop(self, event: QDropEvent) -> None:
        """It was let go."""
        data = event.mimeData()
        zones = self._zones(data)
        zone = zones[0] if zones else None
        if self.overlay.isVisible():
            zone = self.overlay.zone_at(event.position().toPoint())
        self.leave()
        if zone is None:
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        uris = uris_of(data)
        if zone is Zone.INDEX:
            self.index_wanted.emit(uris)
        elif uris:
            self.like_wanted.emit([likeness.of_uri(uri, _name(uri)) for uri in uris])
        else:
            self.like_wanted.emit([likeness.of_text(data.text())])

    def _zones(self, data: QMimeData) -> tuple[Zone, ...]:
        if uris_of(data):
            return (Zone.INDEX,) if self._only_index else (Zone.INDEX, Zone.LIKE)
        usable = data.hasText() and data.text().strip() and not data.hasUrls()
        return (Zone.LIKE,) if usable and not self._only_index else ()


def _name(uri: str) -> str:
    try:
        return shown(from_uri(uri)).rstrip("/\\").rpartition("/")[2] or uri
    except JinasearchError:
        return uri
