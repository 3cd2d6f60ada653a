"""What a backup holds and where its folders stand here, before it takes the library's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.paths import to_uri
from jinasearch.engine.protocol import Import, ImportPlan, Place
from jinasearch.gui import formatting
from jinasearch.gui.dialog_size import fitting
from jinasearch.gui.elided_label import plain_tip
from jinasearch.gui.file_dialog import FileDialog
from jinasearch.gui.library import words
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from PySide6.QtCore import QUrl

    from jinasearch.core.errors import JinasearchError


class RestoreDialog(QDialog):
    """Signals: `plan_wanted(Import)` when a folder was said to stand elsewhere, and
    `import_wanted(Import)`.
    """

    plan_wanted = Signal(object)
    import_wanted = Signal(object)

    def __init__(self, uri: str, plan: ImportPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._uri = uri
        self._places: dict[str, str] = {}
        self.setWindowTitle(self.tr("Restore this backup?"))
        self.setAccessibleName(self.windowTitle())
        self.told = QLabel(words.contents(plan), self)
        self.told.setWordWrap(True)
        self.table = QTreeWidget(self)
        self.table.setAccessibleName(self.tr("Folders of the backup"))
        self.table.setHeaderLabels([self.tr("Folder"), self.tr("Stands here at"), ""])
        self.table.setRootIsDecorated(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.table.itemActivated.connect(self.ask_place)
        self.table.currentItemChanged.connect(lambda *_: self._update())
        self.elsewhere = QPushButton(self.tr("It stands elsewhere…"), self)
        self.elsewhere.setAutoDefault(False)
        self.elsewhere.clicked.connect(self.ask_place)
        self.settings = QCheckBox(self.tr("Take its settings too"), self)
        self.settings_told = QLabel(
            self.tr("The program that models run in stays as it is set here."), self
        )
        self.settings_told.setObjectName("quiet")
        self.settings_told.setWordWrap(True)
        self.settings_told.setVisible(plan.has_settings)
        self.settings.setAccessibleDescription(self.settings_told.text())
        self.settings.setChecked(plan.has_settings)
        self.settings.setVisible(plan.has_settings)
        self.warning = QLabel(self)
        self.warning.setWordWrap(True)
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.accept_button = buttons.addButton(
            self.tr("Restore"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.accept_button.setAutoDefault(False)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP + 2)
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.settings)
        column.addWidget(self.settings_told)
        column.addWidget(self.warning)
        column.addWidget(buttons)
        self.resize(fitting(self, 720, 420))
        self.show_plan(plan)

    def show_plan(self, plan: ImportPlan) -> None:
        """Where the folders stand, as said so far."""
        row = self.table.currentIndex().row()
        self.table.clear()
        for folder in plan.folders:
            state = self.tr("there") if folder.is_here else self.tr("not there")
            item = QTreeWidgetItem([folder.before, folder.path, state])
            for column in (0, 1):
                item.setToolTip(column, plain_tip(item.text(column)))
            self.table.addTopLevelItem(item)
        self.table.setCurrentIndex(self.table.model().index(max(row, 0), 0))
        lines = []
        if not all(folder.is_here for folder in plan.folders):
            lines.append(
                self.tr(
                    "Folders that are not there are kept as not connected. If one stands "
                    "elsewhere, say where, and nothing of it is read or learnt again."
                )
            )
        if plan.replaces:
            lines.append(
                self.tr(
                    "The library here, {files}, is replaced and kept among the backups."
                ).format(files=formatting.count_of_files(plan.replaces))
            )
        self.warning.setText("\n".join(lines))
        self._update()

    def show_error(self, error: JinasearchError) -> None:
        """Why the folders cannot stand there."""
        self.warning.setText(words.error(error))

    def request(self) -> Import:
        """What the user wants, as it is now."""
        places = tuple(Place(to_uri(before), here) for before, here in self._places.items())
        return Import(self._uri, places, settings=self.settings.isChecked())

    def ask_place(self) -> None:
        """Let the user say where the chosen folder stands."""
        mode = QFileDialog.FileMode.Directory
        dialog = FileDialog(self, self.tr("Where does it stand?"), mode)
        dialog.chosen.connect(self._on_place)
        dialog.open()

    def _on_place(self, urls: list[QUrl]) -> None:
        self.set_place(urls[0])

    def set_place(self, url: QUrl) -> None:
        """The chosen folder stands there."""
        item = self.table.currentItem()
        if item is not None and url.isLocalFile():
            self._places[item.text(0)] = bytes(url.toEncoded().data()).decode()
            self.plan_wanted.emit(self.request())

    def _accept(self) -> None:
        self.import_wanted.emit(self.request())
        self.accept()

    def _update(self) -> None:
        self.elsewhere.setEnabled(self.table.currentItem() is not None)
