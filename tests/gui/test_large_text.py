"""Text of twice the size on a small screen: nothing is cut off, no button is out of reach."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from fake_engine import FULL
from model_samples import MODELS
from opened_windows import OPENED
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)

from jinasearch.core.models import Activity, Folder, ModelInUse, Progress, Proposal, Status
from jinasearch.core.settings import Settings, entries
from jinasearch.engine import protocol
from jinasearch.engine.protocol import Proposals, SettingsReply
from jinasearch.gui.first_run.dialog import FirstRun
from jinasearch.gui.theme import scaled

SCREEN = QSize(1280, 760)
"""1280 × 800 without a title bar."""


@pytest.fixture(autouse=True)
def _large_text(qapp):
    before = qapp.font()
    qapp.setFont(scaled(before, 2.0))
    yield
    qapp.setFont(before)


@pytest.fixture
def filled(qtbot, parts, engine):
    path = "/home/ada/Projects/a folder with quite a long name"
    engine.folders = [Folder(1, f"file://{path}", path)]
    engine.settings = SettingsReply(entries(Settings()), "/home/ada/.config/jinasearch/x.toml")
    engine.proposals = Proposals(
        tuple(
            Proposal(f"file:///home/ada/{n}", f"/home/ada/Documents of mine, number {n}", 3, 10)
            for n in range(7)
        )
    )
    engine.models = MODELS
    engine.status = Status(
        activity=Activity.EMBEDDING,
        coverage=replace(FULL, failed=1200, skipped=31),
        keywords=Progress(12340, 19607, 412.0, 18.0),
        meaning=Progress(52044, 121034, 38.2, 1806.0),
        model=ModelInUse("starter", "MiniLM starter", "CPU", "int8", 384, "ready"),
        library="/home/ada/.local/share/jinasearch/library",
    )
    parts.client.call(protocol.status(), parts.window._on_status, print)
    qtbot.waitUntil(lambda: engine.asked("GET /v1/status") > 0)
    qtbot.wait(50)
    return parts


def outside(dialog: QWidget) -> list[str]:
    """Buttons that cannot be seen whole, neither at once nor by scrolling."""
    found = []
    for button in dialog.findChildren(QAbstractButton):
        if not button.isVisibleTo(dialog) or not button.text():
            continue
        within = scrolled(button, dialog)
        whole = QRect(button.mapTo(within, QPoint(0, 0)), button.size())
        if not within.rect().contains(whole):
            found.append(f"{button.text()} at {whole.getRect()} of {within.size().toTuple()}")
        elif isinstance(button, QPushButton) and button.width() < button.sizeHint().width():
            found.append(f"{button.text()} is cut")
    return found


def cut(dialog: QWidget) -> list[str]:
    """Labels that have less room than their text needs."""
    return [
        label.text()
        for label in dialog.findChildren(QLabel)
        if label.isVisibleTo(dialog)
        and label.text()
        and label.wordWrap()
        and label.height() < label.heightForWidth(label.width())
    ]


def scrolled(widget: QWidget, dialog: QWidget) -> QWidget:
    """What has to hold a widget: the dialog, or what can be scrolled up and down in it."""
    above = widget.parentWidget()
    while above is not None and above is not dialog:
        viewport = above.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if isinstance(area, QScrollArea) and area.widget() is above:
            return above
        above = viewport
    return dialog


def settled(qtbot, dialog: QWidget) -> None:
    """Wait until all is laid out: scroll bars that come make other lines wrap."""
    with contextlib.suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not outside(dialog) and not cut(dialog), timeout=3000)


@pytest.mark.parametrize("opened", OPENED)
def test_it_fits_on_a_small_screen(qtbot, filled, opened):
    dialog = opened(filled, qtbot)
    pages = dialog.pages if isinstance(dialog, FirstRun) else (None,)
    for page in pages:
        if page is not None and not page.isVisible():
            dialog.next.click()
        least = dialog.minimumSizeHint().expandedTo(dialog.minimumSize())
        assert least.boundedTo(SCREEN) == least
        dialog.resize(dialog.sizeHint().expandedTo(dialog.size()).boundedTo(SCREEN))
        settled(qtbot, dialog)
        assert outside(dialog) == []
        assert cut(dialog) == []
        areas = [area for area in dialog.findChildren(QScrollArea) if area.isVisible()]
        # What the engine still tells may bring a scroll bar.
        qtbot.waitUntil(lambda: all(a.widget().width() <= a.viewport().width() for a in areas))  # noqa: B023
    dialog.close()


def test_the_large_window_fits_too(qtbot, filled):
    window = filled.window
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    assert least.boundedTo(SCREEN) == least
