"""A control for each sort of setting. All speak alike: `changed(value)`, `show_value(value)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QKeySequenceEdit,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from jinasearch.gui.settings.words import Words, choice
from jinasearch.gui.theme import indent

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from jinasearch.core.settings import Entry, Value

_MOST = 2_000_000_000


def name_clear_button(edit: QWidget, name: str) -> None:
    """Qt gives the button that empties a line no name of its own (6.11)."""
    for button in edit.findChildren(QToolButton):
        button.setAccessibleName(name)


class Control(Protocol):
    """What the dialog needs of a control, which is a widget."""

    changed: SignalInstance

    def show_value(self, value: Value) -> None:
        """Show a value without telling of it."""


class Switch(QCheckBox):
    """Yes or no."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.clicked.connect(self._on_click)

    def show_value(self, value: Value) -> None:
        """See `Control`."""
        self.setChecked(bool(value))

    def _on_click(self, on: bool) -> None:
        self.changed.emit(on)


class Choice(QComboBox):
    """One of a few."""

    changed = Signal(object)

    def __init__(self, parent: QWidget, choices: list[tuple[str, str]]) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for value, text in choices:
            self.addItem(text, value)
        self.activated.connect(lambda at: self.changed.emit(self.itemData(at)))

    def show_value(self, value: Value) -> None:
        """See `Control`."""
        at = self.findData(value)
        if at < 0:
            self.addItem(str(value), value)
            at = self.count() - 1
        self.setCurrentIndex(at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page changes nothing on it."""
        event.ignore()


class Whole(QSpinBox):
    """A whole number, shown divided by a scale."""

    changed = Signal(object)

    def __init__(self, parent: QWidget, words: Words) -> None:
        super().__init__(parent)
        self._scale = words.scale
        self.setRange(0, _MOST)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        indent(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if words.unit:
            self.setSuffix(" " + words.unit)
        self.valueChanged.connect(lambda value: self.changed.emit(value * self._scale))

    def show_value(self, value: Value) -> None:
        """See `Control`."""
        self.blockSignals(True)
        self.setValue(int(value) // self._scale)
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page changes nothing on it."""
        event.ignore()


class Broken(QDoubleSpinBox):
    """A number with a fraction."""

    changed = Signal(object)

    def __init__(self, parent: QWidget, words: Words) -> None:
        super().__init__(parent)
        self.setRange(0, _MOST)
        self.setDecimals(1)
        self.setKeyboardTracking(False)
        indent(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if words.unit:
            self.setSuffix(" " + words.unit)
        self.valueChanged.connect(self.changed.emit)

    def show_value(self, value: Value) -> None:
        """See `Control`."""
        self.blockSignals(True)
        self.setValue(float(value))
        self.blockSignals(False)

    def textFromValue(self, value: float) -> str:
        """Without a fraction that is none."""
        return self.locale().toString(value, "f", 0 if value == int(value) else 1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page changes nothing on it."""
        event.ignore()


class Text(QLineEdit):
    """Free text, taken when it is done."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = ""
        self.editingFinished.connect(self._on_done)

    def show_value(self, value: Value) -> None:
        """See `Control`."""
        self._shown = str(value)
        self.setText(self._shown)

    def _on_done(self) -> None:
        if self.text().strip() != self._shown:
            self._shown = self.text().strip()
            self.changed.emit(self._shown)


class Keys(QKeySequenceEdit):
    """A key with its modifiers, pressed once."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaximumSequenceLength(1)
        self.setClearButtonEnabled(True)
        name_clear_button(self, self.tr("Clear"))
        self.editingFinished.connect(
            lambda: self.changed.emit(
                self.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
            )
        )

    def show_value(self, value: Value) -> None:
        """See `Control`."""
        self.setKeySequence(QKeySequence(str(value)))


AnyControl = Switch | Choice | Whole | Broken | Text | Keys


def make(entry: Entry, words: Words, parent: QWidget) -> AnyControl:
    """The control for a setting."""
    if entry.name == "window.hotkey":
        return Keys(parent)
    if entry.choices:
        return Choice(parent, [(value, choice(entry.name, value)) for value in entry.choices])
    if entry.kind == "bool":
        return Switch(parent)
    if entry.kind in ("int", "float"):
        return Whole(parent, words) if entry.kind == "int" else Broken(parent, words)
    return Text(parent)
