"""What of a folder is indexed: seen and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.models import Rules
from jinasearch.gui.search_window.folders_model import name_of
from jinasearch.gui.theme import GAP, scaled

if TYPE_CHECKING:
    from jinasearch.core.models import Folder

_MB = 1_000_000


class RulesDialog(QDialog):
    """Signal: `rules_wanted(int, Rules)` with the folder's number when accepted and changed."""

    rules_wanted = Signal(int, object)

    def __init__(self, folder: Folder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        rules = folder.rules
        self.setWindowTitle(self.tr("Rules for {name}").format(name=name_of(folder)))
        self.setAccessibleName(self.windowTitle())
        path = QLabel(folder.path, self)
        path.setObjectName("quiet")
        path.setWordWrap(True)
        self.hidden = QCheckBox(self.tr("Hidden files and folders too"), self)
        self.hidden.setChecked(rules.hidden)
        self.gitignore = QCheckBox(self.tr("Leave out what .gitignore leaves out"), self)
        self.gitignore.setChecked(rules.gitignore)
        self.archives = QCheckBox(self.tr("What is packed in zip, tar and 7z archives"), self)
        self.archives.setChecked(rules.archives)
        self.online = QCheckBox(self.tr("Fetch files that are in a cloud only"), self)
        self.online.setChecked(rules.online)
        self.exclude = self._patterns(rules.exclude, self.tr("Leave out"))
        self.include = self._patterns(rules.include, self.tr("Take nevertheless"))
        self.limit = QSpinBox(self)
        self.limit.setRange(1, 100_000)
        self.limit.setSuffix(self.tr(" MB"))
        self.limit.setValue(max(1, rules.max_bytes // _MB))
        self.limit.setAccessibleName(self.tr("Largest file"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        column.setSpacing(GAP)
        column.addWidget(path)
        column.addSpacing(GAP)
        column.addWidget(self.hidden)
        column.addWidget(self.gitignore)
        column.addWidget(self.archives)
        column.addWidget(self.online)
        for title, field in (
            (self.tr("Leave out (one pattern a line, as in .gitignore)"), self.exclude),
            (self.tr("Take nevertheless"), self.include),
            (self.tr("Largest file"), self.limit),
        ):
            column.addSpacing(GAP // 2)
            label = QLabel(title, self)
            label.setBuddy(field)
            label.setFont(scaled(label.font(), 0.95, bold=True))
            column.addWidget(label)
            column.addWidget(field)
        column.addSpacing(GAP)
        column.addWidget(buttons)
        self.resize(460, 520)

    def rules(self) -> Rules:
        """The rules as they stand in the fields."""
        return Rules(
            exclude=_lines(self.exclude),
            include=_lines(self.include),
            hidden=self.hidden.isChecked(),
            gitignore=self.gitignore.isChecked(),
            archives=self.archives.isChecked(),
            online=self.online.isChecked(),
            max_bytes=self.limit.value() * _MB,
        )

    def _patterns(self, lines: tuple[str, ...], name: str) -> QPlainTextEdit:
        edit = QPlainTextEdit("\n".join(lines), self)
        edit.setAccessibleName(name)
        edit.setTabChangesFocus(True)
        return edit

    def _save(self) -> None:
        if self.rules() != self._folder.rules:
            self.rules_wanted.emit(self._folder.id, self.rules())
        self.accept()


def _lines(edit: QPlainTextEdit) -> tuple[str, ...]:
    lines = (line.strip() for line in edit.toPlainText().splitlines())
    return tuple(line for line in lines if line)
