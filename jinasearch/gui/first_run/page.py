"""What the pages of the first steps share: a headline, a sentence, and room for the choice."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from jinasearch.gui.theme import GAP, scaled


class Page(QWidget):
    """A column to be filled by `column.addWidget`."""

    def __init__(self, headline: str, detail: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(headline)
        title = QLabel(headline, self)
        title.setObjectName("headline")
        title.setFont(scaled(title.font(), 1.4, bold=True))
        title.setWordWrap(True)
        self.detail = quiet(detail, self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(4 * GAP, 3 * GAP, 4 * GAP, 3 * GAP)
        self.column.setSpacing(GAP)
        self.column.addWidget(title)
        self.column.addWidget(self.detail)
        self.column.addSpacing(GAP)


def quiet(text: str, parent: QWidget) -> QLabel:
    """A line that explains."""
    label = QLabel(text, parent)
    label.setObjectName("quiet")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class Option(QWidget):
    """A choice among others, with a sentence below it."""

    def __init__(self, text: str, detail: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.button = QRadioButton(text, self)
        self.button.setFont(scaled(self.button.font(), 1.05, bold=True))
        self.button.setAccessibleDescription(detail)
        self.detail = quiet(detail, self)
        indented = QHBoxLayout()  # unlike margins, it is mirrored from right to left
        indented.addSpacing(3 * GAP)
        indented.addWidget(self.detail, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GAP // 2, 0, GAP // 2)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addLayout(indented)
