"""What of a folder is indexed: seen and changed."""

from __future__ import annotations

import html
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.kinds import GROUPS
from jinasearch.core.models import Rules
from jinasearch.gui import error_words, filter_texts, formatting
from jinasearch.gui.dialog_size import fitting, scrolling
from jinasearch.gui.search_window.folders_model import name_of
from jinasearch.gui.theme import GAP, indent, scaled

if TYPE_CHECKING:
    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import Folder, LeftOut, RulesPreview

_MB = 1_000_000
_BREAK = re.compile("[\u2028\u2029]")
"""What ends a line: Shift+Enter, and Enter."""
_PREVIEW_AFTER_MS = 400
_EXAMPLES = 5
_PATTERNS = 4
"""Lines of patterns in sight; more are scrolled."""


class RulesDialog(QDialog):
    """Signals: `rules_wanted(int, Rules)` with the folder's number when accepted and changed;
    `preview_wanted(int, Rules)` a moment after they were edited.
    """

    rules_wanted = Signal(int, object)
    preview_wanted = Signal(int, object)

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
        self._prepare_preview()
        self.exclude = self._patterns(rules.exclude, self.tr("Leave out"))
        self.include = self._patterns(rules.include, self.tr("Take nevertheless"))
        self.limit = QSpinBox(self)
        indent(self.limit)
        self.limit.setRange(1, 100_000)
        self.limit.setSuffix(self.tr(" MB"))
        self.limit.setValue(max(1, rules.max_bytes // _MB))
        self.limit.setAccessibleName(self.tr("Largest file"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        self._lay_out(path, rules, buttons)
        self._connect_preview()

    def _prepare_preview(self) -> None:
        self.types: dict[str, QCheckBox] = {}
        self.told = QLabel(self)
        self.told.setObjectName("quiet")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setAccessibleName(self.tr("What would change"))
        self.told.setMinimumHeight(3 * self.told.fontMetrics().lineSpacing())
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PREVIEW_AFTER_MS)
        self._later.timeout.connect(self._want_preview)

    def _lay_out(self, path: QLabel, rules: Rules, buttons: QDialogButtonBox) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
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
        column.addSpacing(GAP // 2)
        types = QLabel(self.tr("Types to leave out"), self)
        types.setFont(scaled(types.font(), 0.95, bold=True))
        column.addWidget(types)
        column.addLayout(self._types(rules.without))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        whole.setSpacing(GAP)
        whole.addWidget(scrolling(inside), 1)
        whole.addSpacing(GAP)
        whole.addWidget(self.told)
        whole.addWidget(buttons)
        self.resize(fitting(self, 500, 700))

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
            without=tuple(name for name, box in self.types.items() if box.isChecked()),
        )

    def show_preview(self, found: RulesPreview) -> None:
        """Tell what these rules would change, with examples."""
        lines = [
            self.tr("{files} with {size} would be found.").format(
                files=formatting.count_of_files(found.files), size=formatting.size(found.bytes)
            )
        ]
        for count, paths, text in (
            (found.newly_out, found.leaving, self.tr("{files} would go: {names}")),
            (found.newly_in, found.coming, self.tr("{files} would come: {names}")),
        ):
            if count:
                names = ", ".join(PurePath(path).name for path in paths[:_EXAMPLES])
                names += ", …" if count > _EXAMPLES else ""
                lines.append(text.format(files=formatting.count_of_files(count), names=names))
        if not found.complete:
            lines.append(self.tr("The folder is large: this is what was seen in a few seconds."))
        self.told.setText("\n".join(lines))
        left = (f"{error_words.reason(out.reason)}: {_counted(out)}" for out in found.left_out)
        paths = (*found.leaving, *found.coming)
        self.told.setToolTip(_tip("\n".join([*left, *paths])))

    def show_problem(self, error: JinasearchError) -> None:
        """A pattern is none yet: perhaps it is still being typed."""
        self.told.setText(error_words.headline(error.code, error.title))
        self.told.setToolTip("")

    def _types(self, without: tuple[str, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        for number, name in enumerate(GROUPS):
            box = QCheckBox(filter_texts.group(name), self)
            box.setChecked(name in without)
            self.types[name] = box
            grid.addWidget(box, number // 4, number % 4)
        return grid

    def _connect_preview(self) -> None:
        for field in (self.exclude, self.include):
            field.textChanged.connect(self._later.start)
        for box in (self.hidden, self.gitignore, self.archives, self.online, *self.types.values()):
            box.toggled.connect(self._later.start)
        self.limit.valueChanged.connect(self._later.start)
        self._later.start()

    def _want_preview(self) -> None:
        self.preview_wanted.emit(self._folder.id, self.rules())

    def _patterns(self, lines: tuple[str, ...], name: str) -> QPlainTextEdit:
        edit = QPlainTextEdit("\n".join(lines), self)
        edit.setAccessibleName(name)
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(_PATTERNS * edit.fontMetrics().lineSpacing() + 2 * GAP)
        return edit

    def _save(self) -> None:
        if self.rules() != self._folder.rules:
            self.rules_wanted.emit(self._folder.id, self.rules())
        self.accept()


def _counted(out: LeftOut) -> str:
    counts = [formatting.count_of_files(out.files)] if out.files else []
    counts += [formatting.count_of_folders(out.folders)] if out.folders else []
    return ", ".join(counts)


def _tip(text: str) -> str:
    """As a tool tip: names of files must not be taken for markup."""
    return "<p style='white-space:pre'>" + html.escape(text) + "</p>"


def _lines(edit: QPlainTextEdit) -> tuple[str, ...]:
    # The plain text has spaces for those that do not break, and these stand in names too.
    lines = _BREAK.split(edit.document().toRawText())
    return tuple(_stripped(line.lstrip()) for line in lines if line.strip())


def _stripped(line: str) -> str:
    """Without the spaces behind a pattern, but for one after a backslash, which belongs to it."""
    kept = line.rstrip(" \t")
    return line[: len(kept) + 1] if kept.endswith("\\") else kept
