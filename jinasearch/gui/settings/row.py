"""One setting: its words, its control, and the way back to the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from jinasearch.gui.settings import controls
from jinasearch.gui.theme import GAP, scaled

if TYPE_CHECKING:
    from jinasearch.core.settings import Entry
    from jinasearch.gui.icons import Icons
    from jinasearch.gui.settings.words import Words

_CONTROL_CHARACTERS = 26
"""How wide all controls are, in characters of the middling sort."""


class Row(QWidget):
    """Signal: `wanted(str, value)`; None goes back to the default."""

    wanted = Signal(str, object)

    def __init__(self, entry: Entry, words: Words, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = entry.name
        self.words = words
        self._search = f"{words.label} {words.help} {entry.name}".casefold()
        label = QLabel(words.label, self)
        label.setWordWrap(True)
        self.help = QLabel(words.help, self)
        self.help.setObjectName("quiet")
        self.help.setFont(scaled(self.help.font(), 0.92))
        self.help.setWordWrap(True)
        self.help.setVisible(bool(words.help))
        self.control = controls.make(entry, words, self)
        if not isinstance(self.control, controls.Switch):
            self.control.setFixedWidth(_CONTROL_CHARACTERS * self.fontMetrics().averageCharWidth())
        self.control.setAccessibleName(words.label)
        self.control.setAccessibleDescription(words.help)
        self.control.changed.connect(lambda value: self.wanted.emit(self.name, value))
        label.setBuddy(self.control)
        self.back = QToolButton(self)
        self.back.setIcon(icons.action("rescan"))
        self.back.setIconSize(QSize(16, 16))
        self.back.setToolTip(self.tr("Back to the default"))
        self.back.setAccessibleName(self.tr("Back to the default") + ": " + words.label)
        self.back.clicked.connect(lambda: self.wanted.emit(self.name, None))
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, GAP // 2, 0, GAP // 2)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        if words.help:
            grid.addWidget(label, 0, 0)
            grid.addWidget(self.help, 1, 0)
        else:
            grid.addWidget(label, 0, 0, 2, 1)
        where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self.control, 0, 1, 2, 1, where)
        grid.addWidget(self.back, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self.show_entry(entry)

    def show_entry(self, entry: Entry) -> None:
        """Show the value that the engine has now."""
        self.control.show_value(entry.value)
        self.back.setVisible(entry.value != entry.default)

    def say(self, text: str) -> None:
        """Put something in the help's place."""
        self.help.setText(text)
        self.help.setVisible(bool(text))

    def matches(self, text: str) -> bool:
        """Whether every word of `text` stands in its words."""
        return all(word in self._search for word in text.casefold().split())
