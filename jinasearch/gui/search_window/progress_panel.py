"""The bottom of the window: what is being done, how far it is, by which model, and pause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.models import Activity, Progress, Speed, Status
from jinasearch.gui import formatting, texts
from jinasearch.gui.elided_label import ElidedLabel, set_plain_tip
from jinasearch.gui.engine_link import LinkState
from jinasearch.gui.link_words import without_engine
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from jinasearch.core.library_work import LibraryWork
    from jinasearch.core.models import ModelInUse
    from jinasearch.gui.icons import Icons

_STEPS = 1000
_LEAST = 6
"""Characters of the model's name that are worth showing."""


class _Row:
    """A word, a thin bar and a line of numbers."""

    def __init__(self, grid: QGridLayout, at: int, word: str, parent: QWidget) -> None:
        self.word = QLabel(word, parent)
        self.word.setObjectName("progressText")
        self.bar = QProgressBar(parent)
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(word)
        self.bar.setMinimumWidth(90)
        self.text = ElidedLabel(parent, Qt.TextElideMode.ElideRight)
        self.text.setObjectName("progressText")
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for column, widget in enumerate((self.word, self.bar, self.text)):
            grid.addWidget(widget, at, column, Qt.AlignmentFlag.AlignVCenter)

    def show(self, work: Progress, text: str) -> None:
        """Show how far this work is; hide it when nothing is left."""
        visible = work.total > 0 and work.done < work.total
        for widget in (self.word, self.bar, self.text):
            widget.setVisible(visible)
        if visible:
            self.bar.setValue(work.done * _STEPS // work.total)
            self.text.setText(text)
            self.bar.setAccessibleDescription(text)

    def hide(self) -> None:
        """Hide the row."""
        for widget in (self.word, self.bar, self.text):
            widget.hide()


class ProgressPanel(QFrame):
    """Quiet when there is nothing to do: one line.

    Signals: `pause_wanted(bool)`, `hurry_wanted(bool)`, `failed_files_wanted`, `models_wanted`.
    """

    pause_wanted = Signal(bool)
    hurry_wanted = Signal(bool)
    failed_files_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bottom")
        self.setAccessibleName(self.tr("Progress"))
        self._icons = icons
        self._status = Status()
        self._link = LinkState.STARTING
        self._opening: LibraryWork | None = None
        self.summary = ElidedLabel(self, Qt.TextElideMode.ElideRight, snug=True)
        self.summary.setObjectName("summary")
        self.failed = QToolButton(self)
        self.failed.setObjectName("link")
        self.failed.clicked.connect(self.failed_files_wanted)
        self.model = QToolButton(self)
        self.model.setObjectName("model")
        self.model.setFont(scaled(self.model.font(), 0.92))
        self.model.clicked.connect(self.models_wanted)
        self.pause = QToolButton(self)
        self.pause.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.pause.clicked.connect(lambda: self.pause_wanted.emit(not self._status.paused))
        self.hurry = QToolButton(self)
        self.hurry.setText(self.tr("Full speed now"))
        self.hurry.setAccessibleName(self.hurry.text())
        self.hurry.setToolTip(self.tr("Go on at full speed until all is done"))
        self.hurry.clicked.connect(lambda: self.hurry_wanted.emit(True))
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.summary)
        line.addWidget(self.failed)
        line.addStretch(1)
        line.addWidget(self.model)
        line.addWidget(self.hurry)
        line.addWidget(self.pause)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP + 4)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 3)
        self.library = _Row(grid, 0, self.tr("Library"), self)
        self.keywords = _Row(grid, 1, self.tr("Words"), self)
        self.meaning = _Row(grid, 2, self.tr("Meaning"), self)
        self.coming = _Row(grid, 3, self.tr("New model"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, GAP, 2 * GAP, GAP)
        column.setSpacing(GAP // 2)
        column.addLayout(grid)
        column.addLayout(line)
        theme.changed.connect(self._show)
        self._show()

    def set_status(self, status: Status) -> None:
        """Show what the engine does."""
        self._status = status
        self._show()

    def set_link(self, state: LinkState) -> None:
        """Show whether there is an engine."""
        self._link = state
        self._show()

    def set_opening(self, work: LibraryWork | None) -> None:
        """Show what an engine is at that does not answer yet."""
        self._opening = work
        self._show()

    def _show(self) -> None:
        status = self._status
        joined = self._link is LinkState.CONNECTED
        self.summary.setText(self._summary(), "\n".join(status.current))
        coverage = status.coverage
        self.failed.setVisible(joined and coverage.failed > 0)
        self.failed.setText(self.tr("%Ln could not be read", "", coverage.failed))
        self.failed.setAccessibleName(self.failed.text())
        self._show_pause(joined=joined)
        self._show_model()
        self._show_opening(joined=joined)
        if not joined:
            self.keywords.hide()
            self.meaning.hide()
            self.coming.hide()
            return
        self.keywords.show(
            status.keywords,
            formatting.progress(self.tr("{done} of {total} files"), status.keywords),
        )
        if status.coming is None or status.coming_progress is None:
            self.coming.hide()
            self.meaning.show(status.meaning, self._meaning_text())
            return
        self.meaning.hide()  # the present model only keeps up with changes
        name = status.coming.title or status.coming.name
        told = formatting.progress(
            self.tr("{name} takes over").format(name=name), status.coming_progress
        )
        self.coming.show(status.coming_progress, told)

    def _show_opening(self, *, joined: bool) -> None:
        work = self._opening
        if joined or work is None:
            self.library.hide()
        else:
            self.library.show(Progress(work.percent, 100), formatting.percent(work.percent, 100))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's: with less room the model tells less."""
        super().resizeEvent(event)
        self._show_model()

    def _show_model(self) -> None:
        """All of the model where there is room; else its name and where texts go, shortened; or
        nothing, where there would be no room to say what is done.
        """
        model = self._status.model
        full = model_text(model)
        metrics = self.model.fontMetrics()
        beside = (self.failed, self.hurry, self.pause)
        taken = sum(part.sizeHint().width() + GAP for part in beside if not part.isHidden())
        left = self.width() - 6 * GAP - taken
        room = left - self.summary.sizeHint().width()
        shown = full
        if metrics.horizontalAdvance(full) > room:
            short = model_text(replace(model, dimension=0, provider="", precision=""))
            room = max(room, left // 3)
            shown = metrics.elidedText(short, Qt.TextElideMode.ElideMiddle, room)
        tip = self.tr("The model that compares meanings, and what it runs on")
        self.model.setText(shown)
        self.model.setAccessibleName(self.tr("Model") + ": " + full)
        set_plain_tip(self.model, tip if shown == full else f"{full}\n{tip}")
        seen = shown == full or room > _LEAST * metrics.averageCharWidth() or model.sends_to
        self.model.setVisible(self._link is LinkState.CONNECTED and bool(seen))

    def _meaning_text(self) -> str:
        """Whole files come first, then their passages; the work counts both as one."""
        coverage, work = self._status.coverage, self._status.meaning
        if coverage.cards < coverage.keywords:  # not those that are left out for good
            counted = replace(work, done=coverage.cards, total=coverage.keywords)
            return formatting.progress(self.tr("{done} of {total} files"), counted)
        counted = replace(work, done=coverage.passages_embedded, total=coverage.passages)
        return formatting.progress(self.tr("{done} of {total} passages"), counted)

    def _show_pause(self, *, joined: bool) -> None:
        paused = self._status.paused
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        self.pause.setIcon(self._icons.action("resume" if paused else "pause"))
        self.pause.setVisible(joined and (paused or self._working()))
        held = not paused and self._working() and self._status.pace.speed is not Speed.FULL
        self.hurry.setVisible(joined and held)

    def _working(self) -> bool:
        status = self._status
        return status.activity not in (Activity.IDLE, Activity.PROBLEM) or any(
            work.done < work.total for work in (status.keywords, status.meaning)
        )

    def _summary(self) -> str:
        if self._link is not LinkState.CONNECTED:
            return without_engine(self._link, self._opening)
        status = self._status
        coverage = status.coverage
        now = Activity.PAUSED if status.paused else status.activity
        if now is Activity.IDLE and not coverage.files:
            return self.tr("Ready")
        parts = [texts.activity(now)]
        if self._working() and not status.paused and (why := texts.pace(status.pace)):
            parts = [why] if now is Activity.WAITING else [*parts, why]
        if status.paused and status.paused_until is not None:
            parts = [texts.paused_until(status.paused_until)]
        if status.trying:
            parts = [texts.trying()]
        if coverage.files:
            parts.append(formatting.count_of_files(coverage.files))
        if coverage.passages:
            parts.append(formatting.count_of_passages(coverage.passages))
        return "  ·  ".join(parts)


def model_text(model: ModelInUse) -> str:
    """Such as "all-MiniLM-L6-v2 · 384 · CPU · int8"."""
    size = str(model.dimension or "")
    parts = [model.title or model.name, size, model.provider, model.precision]
    parts += [texts.sends_to(model.sends_to)] if model.sends_to else []
    return " · ".join(part for part in parts if part)
