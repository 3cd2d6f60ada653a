"""Tells of a file that is dropped or chosen whether it is found, and if it is not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMimeData, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from jinasearch.core.models import FileState
from jinasearch.gui import error_words, formatting
from jinasearch.gui.announcer import Announcer
from jinasearch.gui.file_dialog import FileDialog
from jinasearch.gui.search_window.drops import uris_of
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import Ruling
    from jinasearch.engine.protocol import FileEntry, Files, Why

translate = QCoreApplication.translate
_READ = (FileState.KEYWORDS, FileState.READY)


class WhyPanel(QFrame):
    """Takes drops of its own; a window around it may hand it those that fall elsewhere.

    Signal: `asked(str)` with the URI of the file or folder that somebody wants to know about.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(self.tr("Is a file indexed?"))
        self.setAcceptDrops(True)
        self.answer = QLabel(
            self.tr("Drop a file or folder here to see whether it is indexed."), self
        )
        self.answer.setAccessibleName(self.accessibleName())
        self._announcer = Announcer(self.answer)
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setWordWrap(True)
        self.answer.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GAP, GAP, 2 * GAP, GAP)
        row.addWidget(self.answer, 1)
        for text, slot in (
            (self.tr("Choose file…"), self.choose_file),
            (self.tr("Choose folder…"), self.choose_folder),
        ):
            button = QPushButton(text, self)
            button.setAccessibleName(text)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def show_why(self, why: Why) -> None:
        """Show the answer."""
        self._say(*_lines(why))

    def show_within(self, found: Files) -> None:
        """Add what became of the files in a folder, by their states."""
        self._say(self.answer.text(), _within(found))

    def show_error(self, error: JinasearchError) -> None:
        """Tell why there is no answer."""
        self._say(
            error_words.headline(error.code, error.title),
            error_words.advice(error.code, error.message),
        )

    def choose_file(self) -> None:
        """Let the user choose what to ask about."""
        self._choose(QFileDialog.FileMode.ExistingFile, self.tr("Is this file indexed?"))

    def choose_folder(self) -> None:
        """The same for a folder: one dialog cannot offer both on every system."""
        self._choose(QFileDialog.FileMode.Directory, self.tr("Is this folder indexed?"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine."""
        if uris_of(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)  # nothing is moved
            event.accept()
            self._set_over(over=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """The drag went away."""
        self._set_over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask about the first of them."""
        self._set_over(over=False)
        uris = uris_of(event.mimeData())
        if uris:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.asked.emit(uris[0])

    def _say(self, *lines: str) -> None:
        text = "\n".join(filter(None, lines))
        self.answer.setText(text)
        self.answer.setAccessibleDescription(text)
        self._announcer.say(text)

    def _set_over(self, *, over: bool) -> None:
        self.setProperty("over", over)
        self.style().unpolish(self)
        self.style().polish(self)

    def _choose(self, mode: QFileDialog.FileMode, title: str) -> None:
        dialog = FileDialog(self, title, mode)
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, urls: list[QUrl]) -> None:
        data = QMimeData()
        data.setUrls(urls[:1])
        for uri in uris_of(data):
            self.asked.emit(uri)


def _lines(why: Why) -> Iterator[str]:
    yield why.path
    if why.target:
        yield translate("WhyPanel", "It leads to {path}.").format(path=why.target)
    if why.ruling is not None:
        yield from _ruled_out(why.ruling)
    elif not why.indexed_folder:
        yield translate(
            "WhyPanel", "It lies in no folder that is indexed. Drop it on the window to add it."
        )
    elif why.entry is None:
        yield _unknown(why)
    if why.entry is not None:
        yield from _known(why, why.entry)


def _ruled_out(ruling: Ruling) -> Iterator[str]:
    yield translate("WhyPanel", "Left out: {reason}").format(
        reason=error_words.reason(ruling.reason)
    )
    if ruling.source:
        yield translate("WhyPanel", "Pattern {pattern} in {file}").format(
            pattern=ruling.pattern, file=ruling.source
        )
    elif ruling.pattern:
        yield translate("WhyPanel", "Pattern {pattern} of the folder's rules").format(
            pattern=ruling.pattern
        )
    elif ruling.path:
        yield translate("WhyPanel", "Because of {path}").format(path=ruling.path)


def _unknown(why: Why) -> str:
    if why.gone:
        return translate("WhyPanel", "Its folder is not there any more.")
    if why.away:
        return translate("WhyPanel", "The drive of its folder is not there.")
    if not why.exists:
        return translate("WhyPanel", "There is no such file.")
    if why.is_folder:
        return translate("WhyPanel", "A folder; what lies in it is indexed.")
    return translate("WhyPanel", "New: it is taken in at the next look at its folder.")


def _known(why: Why, entry: FileEntry) -> Iterator[str]:
    yield {
        FileState.SEEN: translate("WhyPanel", "In line to be read."),
        FileState.KEYWORDS: translate("WhyPanel", "Found by its words; by its meaning soon."),
        FileState.READY: translate("WhyPanel", "Found by its words and by its meaning."),
        FileState.FAILED: translate("WhyPanel", "Found by its name alone: {reason}"),
        FileState.SKIPPED: translate("WhyPanel", "Found by its name alone: {reason}"),
    }[entry.state].format(reason=error_words.reason(entry.reason))
    if entry.state in _READ:
        embedded = max((layer.passages for layer in why.layers if layer.serving), default=0)
        yield translate(
            "WhyPanel", "{kind}, {passages} passages, {embedded} of them by meaning"
        ).format(
            kind=why.kind,
            passages=formatting.number(why.passages),
            embedded=formatting.number(embedded),
        )
        if why.truncated:
            yield error_words.reason(entry.reason)
    if not why.exists:
        yield translate("WhyPanel", "It is not there any more.")
    elif why.changed:
        yield translate("WhyPanel", "It has changed since and is read again soon.")


def _within(found: Files) -> str:
    counts = dict.fromkeys(FileState, 0)
    for reason in found.reasons:
        counts[reason.state] += reason.files
    told = {
        translate("WhyPanel", "{count} found by words"): counts[FileState.KEYWORDS]
        + counts[FileState.READY],
        translate("WhyPanel", "{count} of them by meaning"): counts[FileState.READY],
        translate("WhyPanel", "{count} in line to be read"): counts[FileState.SEEN],
        translate("WhyPanel", "{count} failed"): counts[FileState.FAILED],
        translate("WhyPanel", "{count} left out"): counts[FileState.SKIPPED],
    }
    parts = [line.format(count=formatting.number(count)) for line, count in told.items() if count]
    return "  ·  ".join([formatting.count_of_files(found.total), *parts])
