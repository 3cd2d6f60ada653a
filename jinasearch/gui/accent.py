"""The system's accent colour in place of our own, light or dark enough to be read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QPalette

    from jinasearch.gui.theme import Colors

LEAST_CONTRAST = 4.5
"""Of text on its ground: WCAG 2.2, success criterion 1.4.3."""
_NONE = ("#308cc6", "#0078d7")
"""What Qt takes where the system names no accent: Fusion's blue, and its own default."""
_STEP = 0.02


def system_accent(palette: QPalette, ours: Collection[str] = ()) -> QColor | None:
    """The accent of the system's palette; None if it has none, or has taken one of `ours`."""
    accent = palette.accent().color()
    return None if accent.name() in (*_NONE, *ours) or accent.alpha() < 255 else accent


def with_accent(colors: Colors, accent: QColor | None) -> Colors:
    """The same colours around this accent, moved until it can be read on every ground of ours."""
    if accent is None:
        return colors
    dark = QColor(colors.base).lightnessF() < 0.5
    grounds = [QColor(ground) for ground in (colors.base, colors.window, colors.raised)]
    shade = _readable(accent, grounds, lighter=dark)
    on_accent = max(("#ffffff", "#10151c"), key=lambda text: contrast(QColor(text), shade))
    text, base = QColor(colors.text), QColor(colors.base)
    return replace(
        colors,
        accent=shade.name(),
        accent_hover=_moved(shade, 0.06 if dark else -0.06).name(),
        on_accent=on_accent,
        selected=_mixed(shade, base, 0.14).name(),
        mark=_mixed(shade, base, 0.26).name(),
        mark_text=text.name(),
    )


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _readable(accent: QColor, grounds: list[QColor], *, lighter: bool) -> QColor:
    shade = QColor(accent)
    while min(contrast(shade, ground) for ground in grounds) < LEAST_CONTRAST:
        moved = _moved(shade, _STEP if lighter else -_STEP)
        if moved == shade:
            break
        shade = moved
    return shade


def _moved(color: QColor, by: float) -> QColor:
    hue, saturation, lightness = color.hslHueF(), color.hslSaturationF(), color.lightnessF()
    return QColor.fromHslF(hue, saturation, min(1.0, max(0.0, lightness + by)))


def _mixed(color: QColor, ground: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        *(a * share + b * (1 - share) for a, b in zip(_rgb(color), _rgb(ground), strict=True))
    )


def _rgb(color: QColor) -> tuple[float, float, float]:
    return color.redF(), color.greenF(), color.blueF()


def _luminance(color: QColor) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
