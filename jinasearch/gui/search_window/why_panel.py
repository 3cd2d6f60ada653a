"""Tells of a file that is dropped or chosen whether it is found, and if it is not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from jinasearch.core.models import FileState
from jinasearch.gui import texts
from jinasearch.gui.search_window.drops import uris_of
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from jinasearch.core.models import Ruling
    from jinasearch.engine.protocol import FileEntry, Why

translate = QCoreApplication.translate
_READ = (FileState.KEYWORDS, FileState.READY)


class WhyPanel(QFrame):
    """Signal: `asked(str)` with the URI of the file that somebody wants to know about."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(self.tr("Is a file indexed?"))
        self.setAcceptDrops(True)
        self.answer = QLabel(self.tr("Drop a file here to see whether it is indexed."), self)
        self.answer.setAccessibleName(self.accessibleName())
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setWordWrap(True)
        self.answer.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        choose = QPushButton(self.tr("Choose file…"), self)
        choose.setAccessibleName(choose.text())
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GAP, GAP, 2 * GAP, GAP)
        row.addWidget(self.answer, 1)
        row.addWidget(choose, 0, Qt.AlignmentFlag.AlignTop)

    def show_why(self, why: Why) -> None:
        """Show the answer."""
        self.answer.setText("\n".join(_lines(why)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine."""
        if uris_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask about the first of them."""
        uris = uris_of(event.mimeData())
        if uris:
            event.acceptProposedAction()
            self.asked.emit(uris[0])

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.urlSelected.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, url: QUrl) -> None:
        if url.isLocalFile():
            self.asked.emit(bytes(url.toEncoded().data()).decode())


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
    yield translate("WhyPanel", "Left out: {reason}").format(reason=texts.reason(ruling.reason))
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
    }[entry.state].format(reason=texts.reason(entry.reason))
    if entry.state in _READ:
        embedded = max((layer.passages for layer in why.layers if layer.serving), default=0)
        yield translate(
            "WhyPanel", "{kind}, {passages} passages, {embedded} of them by meaning"
        ).format(
            kind=why.kind, passages=texts.number(why.passages), embedded=texts.number(embedded)
        )
        if why.truncated:
            yield texts.reason(entry.reason)
    if not why.exists:
        yield translate("WhyPanel", "It is not there any more.")
    elif why.changed:
        yield translate("WhyPanel", "It has changed since and is read again soon.")
