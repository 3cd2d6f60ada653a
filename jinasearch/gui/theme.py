"""Colours, spacing and the style sheet: calm, light or dark and with an accent as the system is."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette

from jinasearch.core.paths import resource
from jinasearch.gui.accent import system_accent, with_accent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSpinBox

GAP = 8
"""The unit of all spacing, in device-independent pixels: distances are multiples of it."""


@dataclass(frozen=True, slots=True)
class Colors:
    """One set of colours, as `#rrggbb`."""

    window: str
    base: str
    raised: str
    text: str
    quiet: str
    faint: str
    line: str
    hover: str
    accent: str
    accent_hover: str
    on_accent: str
    selected: str
    mark: str
    mark_text: str
    warn: str
    warn_back: str
    bad: str
    bad_back: str
    kinds: tuple[tuple[str, str], ...]
    syntax: tuple[tuple[str, str], ...]

    def of_kind(self, icon: str) -> QColor:
        """The colour of a kind's icon."""
        return QColor(dict(self.kinds).get(icon, self.quiet))

    def of_style(self, style: str) -> str:
        """The colour of a style of the preview's text; empty for that of text."""
        plain = {"link": self.accent, "quote": self.quiet, "field": self.quiet, "place": self.quiet}
        return dict(self.syntax).get(style, "") or plain.get(style, "")


LIGHT = Colors(
    window="#f5f6f8",
    base="#ffffff",
    raised="#ffffff",
    text="#1b222c",
    quiet="#5d6878",
    faint="#626c7b",
    line="#e1e5eb",
    hover="#f2f5f8",
    accent="#0b7a75",
    accent_hover="#096561",
    on_accent="#ffffff",
    selected="#e3f3f1",
    mark="#c9ece7",
    mark_text="#06413e",
    warn="#8a5a00",
    warn_back="#fdf4e0",
    bad="#b3261e",
    bad_back="#fdeceb",
    kinds=(
        ("document", "#3a6fb7"),
        ("pdf", "#c2453b"),
        ("text", "#5d6878"),
        ("code", "#7a55b3"),
        ("web", "#2583a5"),
        ("sheet", "#2f8a51"),
        ("slides", "#c8742a"),
        ("mail", "#a68113"),
        ("image", "#b04a86"),
        ("archive", "#7d6b58"),
        ("folder", "#0b7a75"),
    ),
    syntax=(
        ("comment", "#5f6b7a"),
        ("string", "#1c7339"),
        ("number", "#8a5a00"),
        ("keyword", "#7a4bb0"),
        ("name", "#31659c"),
        ("type", "#a03a2c"),
    ),
)

DARK = Colors(
    window="#15181d",
    base="#1b1f26",
    raised="#21262e",
    text="#e7eaef",
    quiet="#a0aab8",
    faint="#949fad",
    line="#2c323c",
    hover="#232932",
    accent="#4cc2b5",
    accent_hover="#6ad2c6",
    on_accent="#06302d",
    selected="#1d3836",
    mark="#22564f",
    mark_text="#d5fbf5",
    warn="#e6b964",
    warn_back="#332a17",
    bad="#f1948c",
    bad_back="#3a2022",
    kinds=(
        ("document", "#7fb0f2"),
        ("pdf", "#f08a80"),
        ("text", "#a0aab8"),
        ("code", "#bfa0f2"),
        ("web", "#74c4e4"),
        ("sheet", "#77cf99"),
        ("slides", "#f0ad6d"),
        ("mail", "#e0c25e"),
        ("image", "#ea93c3"),
        ("archive", "#c7b29a"),
        ("folder", "#4cc2b5"),
    ),
    syntax=(
        ("comment", "#949fad"),
        ("string", "#8fd0a3"),
        ("number", "#e6b964"),
        ("keyword", "#c9aef5"),
        ("name", "#8fbcf0"),
        ("type", "#f1a58f"),
    ),
)

_SHEET = Template("""
QMainWindow, QDialog { background: $window; }
QMenuBar { background: $window; color: $text; padding: 2px 6px; }
QMenuBar::item { padding: 5px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $selected; }
QMenu { background: $raised; color: $text; border: 1px solid $line; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 14px; border-radius: 5px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 5px 7px; }

#searchLine { background: $base; border: 1px solid $line; border-radius: 11px;
  padding: 10px 12px 10px 8px; color: $text;
  selection-background-color: $accent; selection-color: $on_accent; }
#searchLine:focus { border: 2px solid $accent; padding: 9px 11px 9px 7px; }

#results, #folders { background: transparent; border: none; outline: none; }
#card { background: $base; border: 1px solid $line; border-radius: 11px; }
#card[over="true"] { border-color: $accent; background: $selected; }
#side { background: transparent; }
#heading { color: $quiet; }
#quiet, #progressText, #summary { color: $quiet; }
#faint { color: $faint; }
QToolButton#model { color: $faint; background: transparent; border: none; padding: 1px 4px; }
QToolButton#model:hover, QToolButton#model:focus { color: $text; background: $selected; }
#headline { color: $text; }
QTreeView { outline: none; }
QTreeView::item { padding: 4px 6px; border: none; color: $text; }
QTreeView::item:selected { background: $selected; color: $text; }
#bottom { border-top: 1px solid $line; }

QPushButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 7px;
  padding: 6px 14px; }
QPushButton:hover { background: $hover; border-color: $faint; }
QPushButton:focus { border-color: $accent; }
QPushButton:pressed { background: $selected; }
QPushButton:disabled { color: $faint; }
QPushButton#primary { background: $accent; color: $on_accent; border: 1px solid $accent;
  padding: 9px 20px; }
QPushButton#primary:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton#primary:focus { border: 2px solid $text; padding: 8px 19px; }
QPushButton#link, QToolButton#link { background: transparent; border: 1px solid transparent;
  color: $accent; padding: 3px 6px; border-radius: 5px; }
QPushButton#link:hover, QToolButton#link:hover { background: $selected; }
QPushButton#link:focus, QToolButton#link:focus { border-color: $accent; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 4px; color: $text; }
QToolButton:hover { background: $selected; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { background: $selected; }

QProgressBar { background: $line; border: none; border-radius: 2px; max-height: 4px;
  min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

#bannerWarn { background: $warn_back; border-radius: 8px; }
#bannerWarn QLabel { color: $warn; }
#bannerGood { background: $raised; border: 1px solid $line; border-radius: 8px; }
#bannerBad { background: $bad_back; border-radius: 8px; }
#bannerBad QLabel { color: $bad; }

#previewText, #previewPicture { background: transparent; border: none; border-radius: 10px;
  selection-background-color: $accent; selection-color: $on_accent; }
#previewText { color: $text; }
#previewNote { color: $quiet; padding: 6px 16px; }
#hairline { background: $line; border: none; }
QToolButton#filter { border: 1px solid $line; border-radius: 12px; padding: 3px 22px 3px 12px;
  color: $text; background: $base; }
QToolButton#filter:hover { background: $selected; }
QToolButton#filter:focus { border-color: $accent; }
QToolButton#filter:disabled { color: $faint; background: transparent; }
QToolButton#filter[on="true"] { background: $selected; border-color: $accent; }
QToolButton#filter::menu-indicator { subcontrol-position: right center; right: 8px; width: 8px;
  height: 8px; image: url("$chevron"); }
QPushButton#chip { background: $selected; border: 1px solid transparent; border-radius: 10px;
  padding: 3px 10px; color: $text; }
QPushButton#chip:hover { background: $hover; border-color: $line; }
QPushButton#chip:focus { border-color: $accent; }
QPushButton#more { background: transparent; color: $quiet; border: none;
  border-top: 1px solid $line;
  border-radius: 0; padding: 9px 16px; text-align: left; }
QPushButton#more:hover { color: $text; background: $hover; }
QPushButton#more:focus { color: $accent; }
QPushButton#better { background: $selected; color: $accent; border: none; border-radius: 7px;
  padding: 6px 12px; text-align: left; }
QPushButton#better:hover { background: $hover; }
QPushButton#better:focus { border: 1px solid $accent; padding: 5px 11px; }

#dropZone { background: $base; border: 2px dashed $line; border-radius: 16px; }
#dropZone[over="true"] { border-color: $accent; background: $selected; }

#qt_msgbox_label { font-weight: 600; }
#qt_msgbox_informativelabel { min-width: 360px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $faint; border-radius: 4px;
  background: $base; }
QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
  image: url("$check"); }
QRadioButton { spacing: 8px; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $faint; border-radius: 8px;
  background: $base; }
QRadioButton::indicator:focus { border-color: $accent; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px;
  background: $on_accent; }
QPlainTextEdit, QTreeView { background: $base; color: $text; border: 1px solid $line;
  border-radius: 7px; padding: 4px; selection-background-color: $selected; selection-color: $text; }
QPlainTextEdit:focus, QTreeView:focus { border-color: $accent; }
QHeaderView::section { background: $base; color: $quiet; border: none; padding: 6px 9px; }

QSplitter::handle { background: transparent; }
#settings { background: transparent; }
#pages { background: transparent; border: none; outline: none; }
#pages::item { padding: 7px 9px; border: 1px solid transparent; border-radius: 7px; color: $text; }
#pages::item:focus { border-color: $accent; }
#pages::item:hover { background: $hover; }
#pages::item:selected { background: $selected; color: $text; }
#pages::item:disabled { color: $faint; }
QDialog QLineEdit, QDialog QSpinBox, QDialog QDoubleSpinBox, QDialog QComboBox, QDialog QDateEdit {
  background: $base; color: $text; border: 1px solid $line; border-radius: 7px; padding: 5px 8px;
  min-height: 20px; selection-background-color: $accent; selection-color: $on_accent; }
QDialog QLineEdit:focus, QDialog QSpinBox:focus, QDialog QDoubleSpinBox:focus,
QDialog QComboBox:focus, QDialog QDateEdit:focus { border-color: $accent; }
QDialog QDateEdit:disabled { color: $faint; }
QDialog QAbstractSpinBox QLineEdit { border: none; padding: 0; min-height: 0;
  background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url("$chevron"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $line;
  padding: 4px; outline: none; selection-background-color: $selected; selection-color: $text; }

#quick { background: transparent; }
#quickCard { background: $window; border: 1px solid $faint; border-radius: 14px; }
#quickCard[square="true"] { border-radius: 0; }
#quick #answers { background: $base; border: 1px solid $line; border-radius: 10px; }

QScrollBar:vertical { background: transparent; width: 11px; margin: 2px; }
QScrollBar::handle:vertical { background: $line; border-radius: 3px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $faint; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 2px; }
QScrollBar::handle:horizontal { background: $line; border-radius: 3px; min-width: 32px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


class Theme(QObject):
    """The colours in use. Follows the system's colour scheme; `changed` tells painters."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._fixed: Colors | None = None
        # Before our palette takes the place of the system's.
        self._accent = system_accent(app.palette(), (LIGHT.accent, DARK.accent))
        hints = QGuiApplication.styleHints()
        self.colors = with_accent(_for_scheme(hints.colorScheme()), self._accent)
        hints.colorSchemeChanged.connect(self._on_scheme)
        self._apply()

    def follow(self, scheme: str) -> None:
        """Follow the `system`, or stay `light` or `dark`."""
        self._fixed = {"light": LIGHT, "dark": DARK}.get(scheme)
        scheme_now = QGuiApplication.styleHints().colorScheme()
        self.use(with_accent(self._fixed or _for_scheme(scheme_now), self._accent))

    def use(self, colors: Colors) -> None:
        """Use these colours from now on."""
        if colors != self.colors:
            self.colors = colors
            self._apply()
            self.changed.emit()

    def _on_scheme(self, scheme: Qt.ColorScheme) -> None:
        if self._fixed is None:
            self.use(with_accent(_for_scheme(scheme), self._accent))

    def _apply(self) -> None:
        self._app.setPalette(palette(self.colors))
        sheet = style_sheet(self.colors)
        if sheet != self._app.styleSheet():  # every widget would be polished anew
            self._app.setStyleSheet(sheet)


def _for_scheme(scheme: Qt.ColorScheme) -> Colors:
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def style_sheet(colors: Colors) -> str:
    """The application's style sheet in these colours."""
    names = {
        name: value for name in Colors.__slots__ if isinstance(value := getattr(colors, name), str)
    }
    tone = "dark" if QColor(colors.base).lightnessF() < 0.5 else "light"
    check, chevron = (resource(f"icons/{name}-{tone}.svg") for name in ("check", "chevron"))
    return _SHEET.substitute(names, check=check.as_posix(), chevron=chevron.as_posix())


def palette(colors: Colors) -> QPalette:
    """A palette of these colours, for what the style sheet leaves to the style."""
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.base,
        QPalette.ColorRole.AlternateBase: colors.hover,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.faint,
        QPalette.ColorRole.Button: colors.raised,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.ToolTipBase: colors.raised,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.on_accent,
        QPalette.ColorRole.Accent: colors.accent,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.Mid: colors.line,
    }
    made = QPalette()
    for role, value in roles.items():
        made.setColor(role, QColor(value))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.faint))
    return made


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """The same font, larger or smaller; follows the system font whatever its unit is."""
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(font.pointSizeF() * factor)
    else:
        made.setPixelSize(max(1, round(font.pixelSize() * factor)))
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def indent(box: QSpinBox | QDoubleSpinBox) -> None:
    """Let the text begin where it does in other fields: Qt forgets the sheet's padding (6.11)."""
    box.lineEdit().setTextMargins(7, 0, 7, 0)
