"""Which model? The starter knows English and is here; the others know more and are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from jinasearch.gui import formatting
from jinasearch.gui.first_run.page import Option, Page, quiet
from jinasearch.gui.texts import translate
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from jinasearch.engine.protocol import Bench, ModelEntry, Models

_PASSAGES_PER_FILE = 11
"""217,000 passages of 20,631 files, each file a text of its own besides."""
_MILLIONS = {"starter": 22, "jina-v5-nano": 239, "jina-v5-small": 596}
"""Parameters: a text takes about so many times as long."""
_LONGEST_SECONDS = 24 * 3600.0
"""Longer than a day of work nobody is advised."""


class ModelPage(Page):
    """Signals: `models_wanted`: all models, to measure them; `folder_wanted`: one from a folder."""

    models_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            translate("FirstRun", "Which model should learn what they mean?"),
            translate("FirstRun", "It runs on this machine. You can change it later."),
            parent,
        )
        self._options: dict[str, Option] = {}
        self._group = QButtonGroup(self)
        self._entries: dict[str, ModelEntry] = {}
        self._files = 0
        self._rate: float | None = None
        self._touched = False
        self.measured = quiet(self.tr("Measuring this machine…"), self)
        self.more = QPushButton(self.tr("All models…"), self)
        self.more.clicked.connect(self.models_wanted)
        self.folder = QPushButton(self.tr("From a folder…"), self)
        self.folder.clicked.connect(self.folder_wanted)
        self.told = quiet("", self)
        self.told.hide()
        self._at = self.column.count()
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.folder)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        self.column.addWidget(self.told)
        self.column.addStretch(1)
        self.column.addWidget(self.measured)
        self.column.addLayout(buttons)

    def show_models(self, models: Models) -> None:
        """Offer the models of the catalogue that embed."""
        for entry in models.models:
            if entry.server or entry.task != "embed":
                continue
            self._entries[entry.name] = entry
            if entry.name not in self._options:
                option = Option(entry.title, "", self)
                option.button.setChecked(entry.in_use)
                option.button.clicked.connect(self._on_clicked)
                self._group.addButton(option.button)
                self._options[entry.name] = option
                self.column.insertWidget(self._at + len(self._options) - 1, option)
        self._show()

    def choose(self, name: str) -> None:
        """Choose a model that is offered."""
        self._touched = True
        self._options[name].button.setChecked(True)

    def tell(self, text: str) -> None:
        """Say something of the model that was looked for; nothing any more if empty."""
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def show_bench(self, bench: Bench) -> None:
        """How fast the starter is here, and so how fast the others will be."""
        for speed in bench.models:
            if speed.passages_per_second > 0 and speed.name in _MILLIONS:
                self._rate = speed.passages_per_second * _MILLIONS[speed.name]
        self.measured.setText(
            self.tr("Times are estimates from how fast the starter runs on this machine.")
            if self._rate
            else ""
        )
        self._show()

    def set_files(self, files: int) -> None:
        """How many files there will be."""
        self._files = files
        self._show()

    def chosen(self) -> ModelEntry | None:
        """The chosen model; None before there is any."""
        for name, option in self._options.items():
            if option.button.isChecked():
                return self._entries[name]
        return None

    def _on_clicked(self) -> None:
        self._touched = True

    def _show(self) -> None:
        advised = self._advised()
        for name, option in self._options.items():
            option.detail.setText(self._detail(self._entries[name], advised=name == advised))
            option.button.setAccessibleDescription(option.detail.text())
        if advised and not self._touched:
            self._options[advised].button.setChecked(True)

    def _detail(self, entry: ModelEntry, *, advised: bool) -> str:
        knows = self.tr("many languages") if "*" in entry.languages else self.tr("English only")
        seconds = self._seconds(entry.name)
        parts = [
            self.tr("recommended") if advised else "",
            knows,
            self.tr("here already")
            if entry.state == "ready"
            else self.tr("download of {size}").format(size=formatting.size(entry.bytes)),
            entry.licence,
            self.tr("about {time} for your files").format(time=formatting.duration(seconds))
            if seconds
            else "",
        ]
        return "  ·  ".join(part for part in parts if part)

    def _seconds(self, name: str) -> float | None:
        if self._rate is None or not self._files or name not in _MILLIONS:
            return None
        return max(60.0, self._files * _PASSAGES_PER_FILE * _MILLIONS[name] / self._rate)

    def _advised(self) -> str:
        """The best that is done in a day; without figures, the one that knows the user's language.

        The starter knows English alone, so elsewhere the smallest of the others is better.
        """
        english = QLocale().language() in (QLocale.Language.English, QLocale.Language.C)
        for name in ("jina-v5-small", "jina-v5-nano"):
            seconds = self._seconds(name)
            if name in self._options and seconds is not None and seconds <= _LONGEST_SECONDS:
                return name
        if "jina-v5-nano" in self._options and not english:
            return "jina-v5-nano"
        return "starter" if "starter" in self._options else ""
