"""A question that is answered by doing something, or by leaving it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

_ICON = 48


def question(parent: QWidget, title: str, text: str, yes: str) -> QMessageBox:
    """A box with the button `yes` besides Cancel, which Enter presses; `accepted` tells of a yes.

    It is not open yet, and deletes itself when it is closed.
    """
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIconPixmap(parent.windowIcon().pixmap(_ICON, _ICON))
    box.setWindowTitle(title)
    box.setAccessibleName(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(text)
    accept: QPushButton = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    accept.setAccessibleName(yes)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    return box
