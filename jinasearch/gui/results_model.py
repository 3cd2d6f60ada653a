"""The result list as a Qt model: updated in place, so that nothing jumps under the user's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)

from jinasearch.core.models import Likeness
from jinasearch.core.paths import from_uri, shown
from jinasearch.gui import texts
from jinasearch.gui.elided_label import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import Hit

HIT_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's `Hit`."""

_Index = QModelIndex | QPersistentModelIndex


class ResultsModel(QAbstractListModel):
    """Rows of hits, best first, identified by their file's number."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[Hit] = []

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Show these hits. Rows that stay are moved, not replaced: a selection goes with them."""
        wanted = {hit.file for hit in hits}
        if wanted.isdisjoint(hit.file for hit in self._hits):
            self.beginResetModel()  # one step instead of many, each of which the view answers
            self._hits = list(hits)
            self.endResetModel()
            return
        for row in range(len(self._hits) - 1, -1, -1):
            if self._hits[row].file not in wanted:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._hits[row]
                self.endRemoveRows()
        for row, hit in enumerate(hits):
            self._place(row, hit)

    def hits(self) -> list[Hit]:
        """All hits, in their order."""
        return list(self._hits)

    def hit(self, index: _Index) -> Hit | None:
        """The hit of a row."""
        return self._hits[index.row()] if index.isValid() else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many hits there are."""
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The hit itself, or its texts for a screen reader and for tooltips."""
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        match role:
            case r if r == HIT_ROLE:
                return hit
            case Qt.ItemDataRole.DisplayRole:
                return hit.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip("\n".join([hit.path, *members(hit), *folded(hit)]))
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(hit)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged out, as the files they stand for."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        """A dragged row is a file."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The dragged rows as files."""
        hits = [hit for index in indexes if (hit := self.hit(index)) is not None]
        return file_data(hits)

    def _place(self, row: int, hit: Hit) -> None:
        if row < len(self._hits) and self._hits[row].file == hit.file:
            if self._hits[row] != hit:
                self._hits[row] = hit
                self.dataChanged.emit(self.index(row), self.index(row))
            return
        old = next(
            (at for at in range(row + 1, len(self._hits)) if self._hits[at].file == hit.file), None
        )
        if old is None:
            self.beginInsertRows(QModelIndex(), row, row)
            self._hits.insert(row, hit)
            self.endInsertRows()
            return
        self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), row)
        self._hits.insert(row, self._hits.pop(old))
        self.endMoveRows()
        if self._hits[row] != hit:
            self._hits[row] = hit
            self.dataChanged.emit(self.index(row), self.index(row))


def spoken(hit: Hit) -> str:
    """A hit as a screen reader says it: name, folder, place, and the passage that answers."""
    parts = [hit.name, texts.translate("texts", "in {folder}").format(folder=hit.folder)]
    if hit.passages:
        best = hit.passages[0]
        parts += [texts.place(best.place), " ".join(best.text.split())]
    if hit.exact:
        parts.append(texts.translate("delegate", "exactly as typed"))
    if hit.away:
        parts.append(texts.translate("delegate", "drive not connected"))
    if not hit.certain:
        parts.append(texts.translate("delegate", "less certain"))
    parts += folded(hit)
    return ", ".join(part for part in parts if part)


def members(hit: Hit) -> list[str]:
    """Where the passages stand that are in files within the file, a line each."""
    within = (passage.place for passage in hit.passages if passage.place.member is not None)
    return list(dict.fromkeys(texts.place(place) for place in within))


def folded(hit: Hit) -> list[str]:
    """Where copies, near copies and versions of a file lie, a line each."""
    titles = {
        Likeness.COPY: texts.translate("delegate", "copy: {path}"),
        Likeness.NEAR_COPY: texts.translate("delegate", "near copy: {path}"),
        Likeness.VERSION: texts.translate("delegate", "version: {path}"),
    }
    return [titles[other.likeness].format(path=other.path) for other in hit.folded]


def in_place(shown: Sequence[Hit], newer: Sequence[Hit]) -> list[Hit]:
    """Newer hits in the order in which they are shown already; what is new comes last."""
    by_file = {hit.file: hit for hit in newer}
    kept = [by_file.pop(hit.file) for hit in shown if hit.file in by_file]
    return [*kept, *by_file.values()]


def file_data(hits: Sequence[Hit]) -> QMimeData:
    """Files for the clipboard or a drag: as URIs, and as paths for where text is wanted."""
    data = QMimeData()
    uris = "\r\n".join(hit.uri for hit in hits)
    # Set as bytes: QUrl would change percent-encoded bytes that are not UTF-8.
    data.setData("text/uri-list", QByteArray(uris.encode()))
    data.setText("\n".join(_as_text(hit.uri) for hit in hits))
    return data


def _as_text(uri: str) -> str:
    """The path; where text cannot hold it, the URI, which file managers and dialogs take too."""
    path = from_uri(uri)
    return path if shown(path) == path else uri


def url_of(uri: str) -> QUrl:
    """The URI for Qt, its percent-encoding untouched."""
    return QUrl.fromEncoded(QByteArray(uri.encode()))
