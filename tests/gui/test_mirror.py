"""Rows from right to left: the same row, turned over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem

from jinasearch.gui.mirror import Mirror, isolated


def option(direction) -> QStyleOptionViewItem:
    made = QStyleOptionViewItem()
    made.rect = QRect(10, 0, 100, 20)
    made.direction = direction
    return made


def test_left_to_right_nothing_moves():
    mirror = Mirror(option(Qt.LayoutDirection.LeftToRight))
    assert mirror.box(QRect(12, 3, 20, 5)) == QRect(12, 3, 20, 5)


def test_right_to_left_the_distance_to_the_edge_stays():
    mirror = Mirror(option(Qt.LayoutDirection.RightToLeft))
    turned = mirror.box(QRect(12, 3, 20, 5))
    assert (turned.right(), turned.y(), turned.width()) == (107, 3, 20)  # the row ends at 109
    assert mirror.corner(12, 3, 20) == QPoint(88, 3)
    assert mirror.edge(QRectF(12, 3, 20, 5)).width() == 20


def test_a_path_keeps_its_direction():
    assert isolated("/home/ada").strip("\u2066\u2069") == "/home/ada"


@pytest.fixture
def turned(qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_icon_stands_where_reading_begins(qtbot, turned, parts):
    window = parts.window
    window.line.setText("lease")
    view = window.results.view
    qtbot.waitUntil(lambda: view.model().rowCount() == 3)
    view.setCurrentIndex(view.model().index(2, 0))
    QApplication.processEvents()
    picture = view.viewport().grab(view.visualRect(view.model().index(0, 0))).toImage()
    ground = picture.pixelColor(picture.width() // 2, 3)

    def painted(left: int, right: int) -> int:
        return sum(
            picture.pixelColor(x, y) != ground
            for x in range(left, right)
            for y in range(12, min(40, picture.height()))
        )

    width = picture.width()
    assert painted(width - 50, width - 16) > 200
    assert painted(16, 50) < painted(width - 50, width - 16)
