"""All settings in one dialog: searched from one line, used as soon as they are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui import error_words
from jinasearch.gui.dialog_size import fitting
from jinasearch.gui.hotkey.hotkey import Bound
from jinasearch.gui.settings import words
from jinasearch.gui.settings.controls import name_clear_button
from jinasearch.gui.settings.row import Row
from jinasearch.gui.settings.words import Words
from jinasearch.gui.theme import GAP, scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.settings import Entry
    from jinasearch.engine.protocol import SettingsReply
    from jinasearch.gui.icons import Icons

_HOTKEY = "window.hotkey"
_TRAY = "window.tray"


class SettingsDialog(QDialog):
    """Signal: `wanted(str, value)` when a setting was changed; None is its default."""

    wanted = Signal(str, object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._bound, self._tray = Bound.OFF, True
        self.setWindowTitle(self.tr("Settings"))
        self.setAccessibleName(self.windowTitle())
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(self.tr("Search the settings"))
        self.line.setAccessibleName(self.line.placeholderText())
        self.line.setClearButtonEnabled(True)
        name_clear_button(self.line, self.tr("Clear"))
        self.line.textChanged.connect(self._filter)
        self.pages = QListWidget(self)
        self.pages.setObjectName("pages")
        self.pages.setAccessibleName(self.tr("Pages"))
        self.pages.currentRowChanged.connect(lambda _row: self._filter())
        self.told = QLabel(self)
        self.told.setObjectName("quiet")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rows: dict[str, Row] = {}
        self._heads: list[QLabel] = []
        self._page_of: dict[str, int] = {}
        inside = QWidget(self)
        inside.setObjectName("settings")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(2 * GAP, 2 * GAP, GAP, GAP)
        self._column.setSpacing(GAP // 2)
        self._column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("card")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self._scroll.viewport().setAutoFillBackground(False)
        middle = QHBoxLayout()
        middle.setSpacing(GAP)
        middle.addWidget(self.pages)
        middle.addWidget(self._scroll, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.told, 1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP + 4)
        column.addWidget(self.line)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        self.line.setFocus()

    def sizeHint(self) -> QSize:
        """Room for a page without scrolling."""
        return fitting(self, 820, 580)

    def show_reply(self, reply: SettingsReply) -> None:
        """Show what the engine has."""
        entries = {entry.name: entry for entry in reply.entries}
        if not self.rows:
            self._fill(entries)
        for name, row in self.rows.items():
            if name in entries:
                row.show_entry(entries[name])
        told = self.tr("Kept in {file}").format(file=reply.file)
        if reply.at_next_start:
            told += "\n" + self.tr("Some of it is used when the engine starts the next time.")
        self.told.setText(told)

    def show_error(self, error: JinasearchError) -> None:
        """Say why a change was not taken."""
        self.told.setText(error_words.error(error))

    def show_bound(self, bound: Bound) -> None:
        """Say what became of the key."""
        self._bound = bound
        if _HOTKEY in self.rows:
            self.rows[_HOTKEY].say(self._about_key(bound))

    def show_tray(self, *, there: bool) -> None:
        """Say what the wish for a tray comes to on this desktop."""
        self._tray = there
        if _TRAY in self.rows:
            row = self.rows[_TRAY]
            none = self.tr("This desktop has no tray: the program ends with its window.")
            row.say(row.words.help if there else none)

    def _about_key(self, bound: Bound) -> str:
        match bound:
            case Bound.YES:
                return self.tr("Shows the small search window over any program.")
            case Bound.OFF:
                return self.tr("There is no key.")
            case Bound.ASKED:
                return self.tr("Your desktop asks you which key to give.")
            case Bound.TAKEN:
                return self.tr("Another program has this key. Choose another one.")
            case Bound.UNUSABLE:
                return self.tr("A key that people type with cannot be taken: hold Ctrl or Alt too.")
        return self.tr(
            "This desktop lets no program take a key. In its own keyboard settings, give a key the"
            " command “jinasearch toggle”."
        )

    def _fill(self, entries: Mapping[str, Entry]) -> None:
        known: set[str] = set()
        at = 0
        for page in words.pages():
            there = {name: page.settings[name] for name in page.settings if name in entries}
            known |= set(page.settings)
            if there:
                self._add_page(at, page.title, there, entries)
                at += 1
        rest = {name: Words(name) for name in entries if name not in known}
        if rest:
            self._add_page(at, words.other(), rest, entries)
        self.pages.setFixedWidth(self.pages.sizeHintForColumn(0) + 4 * GAP)
        self.pages.setCurrentRow(0)
        self.show_bound(self._bound)
        self.show_tray(there=self._tray)

    def _add_page(
        self, at: int, title: str, settings: Mapping[str, Words], entries: Mapping[str, Entry]
    ) -> None:
        self.pages.addItem(title)
        head = QLabel(title, self)
        head.setObjectName("headline")
        head.setFont(scaled(head.font(), 1.1, bold=True))
        self._heads.append(head)
        self._column.insertWidget(self._column.count() - 1, head)
        for name, told in settings.items():
            row = Row(entries[name], told, self._icons, self)
            row.wanted.connect(self.wanted)
            self.rows[name] = row
            self._page_of[name] = at
            self._column.insertWidget(self._column.count() - 1, row)

    def _filter(self) -> None:
        """While something is searched, all pages; else the chosen one."""
        text = self.line.text().strip()
        seen: set[int] = set()
        for name, row in self.rows.items():
            page = self._page_of[name]
            visible = row.matches(text) if text else page == self.pages.currentRow()
            row.setVisible(visible)
            if visible:
                seen.add(page)
        for at, head in enumerate(self._heads):
            head.setVisible(at in seen)
        self.pages.setEnabled(not text)
        self._scroll.verticalScrollBar().setValue(0)
