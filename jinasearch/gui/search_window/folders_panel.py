"""The folders at the side: how much of each is found, adding, removing, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui.mirror import Mirror
from jinasearch.gui.search_window.folders_model import (
    DETAIL_ROLE,
    FOLDER_ROLE,
    SHARE_ROLE,
    FoldersModel,
)
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent

    from jinasearch.core.models import Folder
    from jinasearch.gui.icons import Icons


class FoldersPanel(QWidget):
    """Choosing a row limits the search to that folder.

    Signals: `chosen(int | None)`, `add_wanted`, `menu_wanted(Folder, QPoint)`.
    """

    chosen = Signal(object)
    add_wanted = Signal()
    menu_wanted = Signal(object, object)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.setAccessibleName(self.tr("Folders"))
        self._icons = icons
        heading = QLabel(self.tr("Folders"), self)
        heading.setObjectName("heading")
        heading.setFont(scaled(heading.font(), 0.95, bold=True))
        self._plus = QToolButton(self)
        self._plus.setAccessibleName(self.tr("Add folder"))
        self._plus.setToolTip(self.tr("Add folder"))
        self._plus.clicked.connect(self.add_wanted)
        top = QHBoxLayout()
        top.setContentsMargins(GAP, 0, 0, 0)
        top.addWidget(heading, 1)
        top.addWidget(self._plus)
        self.model = FoldersModel(self)
        self.list = _FolderList(self)
        self.list.setObjectName("folders")
        self.list.setAccessibleName(self.tr("Folder list"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(_FolderDelegate(theme, icons, self.list))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setMouseTracking(True)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self._add = QPushButton(self.tr("Add folder…"), self)
        self._add.setAccessibleName(self.tr("Add folder"))
        self._add.clicked.connect(self.add_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self._add)
        self._paint()
        theme.changed.connect(self._paint)

    def set_folders(self, folders: Sequence[Folder]) -> None:
        """Show these folders; the chosen one stays chosen."""
        before = self.current()
        wanted = None if before is None else before.id
        self.model.set_folders(folders)
        row = self.model.row_of(wanted)
        if self.list.currentIndex().row() != row:
            self.list.setCurrentIndex(self.model.index(row))

    def current(self) -> Folder | None:
        """The chosen folder; None for all."""
        return self.model.folder(self.list.currentIndex())

    def choose_all(self) -> None:
        """Search all folders again."""
        self.list.setCurrentIndex(self.model.index(0))

    def _on_current(self, index: QModelIndex) -> None:
        folder = self.model.folder(index)
        self.chosen.emit(None if folder is None else folder.id)

    def _on_menu(self, at: QPoint) -> None:
        folder = self.model.folder(self.list.indexAt(at))
        if folder is not None:
            self.menu_wanted.emit(folder, self.list.viewport().mapToGlobal(at))

    def _paint(self) -> None:
        self._plus.setIcon(self._icons.action("add"))
        self._add.setIcon(self._icons.action("folder-add"))


class _FolderList(QListView):
    """A menu is for the row under it, and chooses none: that would change what is searched."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's: the left button alone chooses."""
        if event.button() == Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)


_LEADING = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class _FolderDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Two lines of text and room for the bar of progress."""
        lines = QFontMetrics(option.font).height() + QFontMetrics(scaled(option.font, 0.9)).height()
        return QSize(120, lines + 2 * GAP + 5)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw icon, name, counts, and a thin bar while the folder is being read."""
        colors = self._theme.colors
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.selected if selected else colors.hover))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 8, 8)
        rect = option.rect.adjusted(GAP, GAP, -GAP, 1 - GAP)
        folder: Folder | None = index.data(FOLDER_ROLE)
        ratio = painter.device().devicePixelRatio()
        color = QColor(colors.faint) if folder and folder.away else colors.of_kind("folder")
        name = "search" if folder is None else "kind-folder"
        icon = self._icons.pixmap(name, 20, ratio, color)
        mirror = Mirror(option)
        painter.drawPixmap(mirror.corner(rect.left(), rect.top() + 1, 20), icon)
        left = rect.left() + 20 + GAP
        inside = QRect(left, rect.top(), rect.right() - left, 0)
        self._lines(painter, option, index, mirror.box(inside))
        share: float | None = index.data(SHARE_ROLE)
        if share is not None:
            width = rect.right() - left
            bar = QRectF(left, option.rect.bottom() - 4.5, width, 2.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.line))
            painter.drawRoundedRect(mirror.edge(bar), 1.5, 1.5)
            bar.setWidth(max(3.0, width * share))
            painter.setBrush(QColor(colors.accent))
            painter.drawRoundedRect(mirror.edge(bar), 1.5, 1.5)
        painter.restore()

    def _lines(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        rect: QRect,
    ) -> None:
        colors = self._theme.colors
        small = scaled(option.font, 0.9)
        top = rect.top()
        for font, color, text in (
            (option.font, colors.text, str(index.data(Qt.ItemDataRole.DisplayRole))),
            (small, colors.quiet, str(index.data(DETAIL_ROLE))),
        ):
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(color))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
            line = QRect(rect.left(), top, rect.width(), metrics.height())
            painter.drawText(line, _LEADING, shown)
            top += metrics.height() + 1
