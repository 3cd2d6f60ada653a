"""The system's accent: taken where there is one, and always readable."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette

from jinasearch.gui.accent import LEAST_CONTRAST, contrast, system_accent, with_accent
from jinasearch.gui.theme import DARK, LIGHT, style_sheet


def palette(accent: str) -> QPalette:
    made = QPalette()
    made.setColor(QPalette.ColorRole.Accent, QColor(accent))
    return made


def test_a_system_without_an_accent_leaves_ours():
    assert system_accent(palette("#308cc6")) is None
    assert with_accent(LIGHT, None) is LIGHT


def test_the_contrast_is_that_of_the_standard():
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@pytest.mark.parametrize(
    "accent", ["#e95420", "#ffff00", "#000000", "#ffffff", "#3584e4", "#c061cb", "#00ff00"]
)
def test_any_accent_can_be_read(colors, accent):
    made = with_accent(colors, system_accent(palette(accent)))
    for ground in (made.base, made.window, made.raised):
        assert contrast(QColor(made.accent), QColor(ground)) >= LEAST_CONTRAST
    assert contrast(QColor(made.on_accent), QColor(made.accent)) >= LEAST_CONTRAST
    for ground in (made.selected, made.mark):
        assert contrast(QColor(made.text), QColor(ground)) >= LEAST_CONTRAST
    assert made.accent in style_sheet(made)


def test_a_readable_accent_is_left_as_it_is():
    assert with_accent(LIGHT, QColor("#8a2be2")).accent == "#8a2be2"
