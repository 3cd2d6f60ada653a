"""What is being done, how far it is, by what and at what cost, with a chart of the last hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from jinasearch.gui import formatting, texts
from jinasearch.gui.elided_label import set_plain_tip
from jinasearch.gui.search_window.progress_panel import model_text
from jinasearch.gui.status_page import told
from jinasearch.gui.status_page.chart import Chart
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from jinasearch.core.models import Status


class Summary(QFrame):
    """The upper half of the page."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.state = QLabel(self)
        self.state.setObjectName("headline")
        self.state.setFont(scaled(self.state.font(), 1.3, bold=True))
        self.reading = QLabel(self)
        self.reading.setObjectName("quiet")
        self.reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reading.setTextFormat(Qt.TextFormat.PlainText)
        self.lines = {
            key: _value(self)
            for key in ("words", "meaning", "scans", "model", "readers", "memory", "library")
        }
        words = {
            "words": self.tr("Found by words"),
            "meaning": self.tr("Found by meaning"),
            "scans": self.tr("Letters in pictures"),
            "model": self.tr("Model"),
            "readers": self.tr("Readers"),
            "memory": self.tr("Memory"),
            "library": self.tr("Library"),
        }
        # QFormLayout gives wrapped lines less height than they need (6.11).
        form = QGridLayout()
        form.setHorizontalSpacing(3 * GAP)
        form.setVerticalSpacing(GAP - 2)
        form.setColumnStretch(1, 1)
        self._names: dict[str, QLabel] = {}
        for row, (key, word) in enumerate(words.items()):
            name = self._names[key] = QLabel(word, self)
            name.setObjectName("quiet")
            self.lines[key].setAccessibleName(word)
            form.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            form.addWidget(self.lines[key], row, 1)
        self.chart = Chart(theme, self)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        inside.setSpacing(GAP)
        inside.addWidget(self.state)
        inside.addWidget(self.reading)
        inside.addSpacing(GAP // 2)
        inside.addLayout(form)
        inside.addSpacing(GAP)
        inside.addWidget(self.chart)

    def show_status(self, status: Status) -> None:
        """What the engine does now."""
        self.state.setText(texts.state(status))
        self.reading.setText("  ·  ".join(status.current))
        set_plain_tip(self.reading, "\n".join(status.current))
        coverage = status.coverage
        self.lines["words"].setText(
            _joined(
                formatting.progress(self.tr("{done} of {total} files"), status.keywords)
                if status.keywords.done < status.keywords.total
                else formatting.count_of_files(coverage.keywords),
                self.tr("{count} failed").format(count=formatting.number(coverage.failed))
                if coverage.failed
                else "",
                self.tr("{count} left out").format(count=formatting.number(coverage.skipped))
                if coverage.skipped
                else "",
            )
        )
        self.lines["meaning"].setText(
            _joined(
                texts.meaning_share(coverage),
                self.tr("{done} of {total} passages").format(
                    done=formatting.number(coverage.passages_embedded),
                    total=formatting.number(coverage.passages),
                ),
                formatting.rate(status.meaning.rate),
                formatting.time_left(status.meaning.seconds_left),
            )
        )
        self.lines["scans"].setText(told.recognition(status.recognition))
        # Before a file was read it is not known what holds here.
        for label in (self._names["readers"], self.lines["readers"]):
            label.setVisible(status.confinement is not None)
        if status.confinement is not None:
            self.lines["readers"].setText(told.confinement(status.confinement))
        reranker = status.reranker
        self.lines["model"].setText(
            _joined(
                model_text(status.model),
                ""
                if reranker is None
                else self.tr("re-ranked by {model}").format(model=reranker.title or reranker.name),
                self.tr("texts longer than it reads: {count}").format(
                    count=formatting.number(status.model.truncated)
                )
                if status.model.truncated
                else "",
            )
        )
        self.lines["memory"].setText(formatting.size(status.memory_bytes))
        self.lines["library"].setText(
            _joined(formatting.size(status.library_bytes), status.library)
        )


def _value(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _joined(*parts: str) -> str:
    return "  ·  ".join(part for part in parts if part)
