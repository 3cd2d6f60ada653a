"""Which folders? Sensible ones are proposed, with what lies in them and how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from jinasearch.gui import formatting
from jinasearch.gui.first_run.page import Page, quiet
from jinasearch.gui.texts import translate
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import Proposal

_FILES_PER_SECOND = 300.0
"""Read into the full text: 390 on two cores where nothing else runs."""


class FoldersPage(Page):
    """Signals: `browse_wanted`; `changed` when the choice is another."""

    browse_wanted = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            translate("FirstRun", "Which folders should be found?"),
            translate(
                "FirstRun", "They are read once, then kept up to date. You can change it later."
            ),
            parent,
        )
        self._boxes: dict[str, tuple[QCheckBox, Proposal]] = {}
        self._added: list[str] = []
        self.waiting = quiet(self.tr("Looking at your folders…"), self)
        self._list = QVBoxLayout()
        self._list.setSpacing(GAP)
        self.total = quiet("", self)
        self.browse = QPushButton(self.tr("Another folder…"), self)
        self.browse.clicked.connect(self.browse_wanted)
        self.column.addWidget(self.waiting)
        self.column.addLayout(self._list)
        self.column.addWidget(self.browse, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)
        self.column.addWidget(self.total)

    def show_proposals(self, proposals: Sequence[Proposal]) -> None:
        """Offer these folders."""
        self.waiting.hide()
        for proposal in proposals:
            if proposal.known:
                continue
            box = QCheckBox(proposal.path, self)
            box.setChecked(proposal.usual)
            box.toggled.connect(self._on_toggled)
            count = QLabel(self._count(proposal), self)
            count.setObjectName("quiet")
            box.setAccessibleDescription(count.text())
            line = QHBoxLayout()
            line.addWidget(box, 1)
            line.addWidget(count)
            self._list.addLayout(line)
            self._boxes[proposal.uri] = (box, proposal)
        self._on_toggled()

    def add(self, uri: str, path: str) -> None:
        """A folder that the user named."""
        if uri in self._boxes or uri in self._added:
            return
        box = QCheckBox(path, self)
        box.setChecked(True)
        box.toggled.connect(lambda on: self._keep(uri, on))
        self._list.addWidget(box)
        self._keep(uri, True)

    def chosen(self) -> tuple[str, ...]:
        """The URIs of the folders to index; one inside another is left to the other."""
        uris = [uri for uri, (box, _) in self._boxes.items() if box.isChecked()]
        uris += self._added
        return tuple(uri for uri in uris if not any(uri.startswith(other + "/") for other in uris))

    def files(self) -> int:
        """How many files are chosen, as far as they were counted."""
        chosen = set(self.chosen())
        return sum(one.files for uri, (_, one) in self._boxes.items() if uri in chosen)

    def _keep(self, uri: str, on: bool) -> None:
        self._added = [one for one in self._added if one != uri] + ([uri] if on else [])
        self._on_toggled()

    def _on_toggled(self, _on: bool = False) -> None:
        files = self.files()
        told = ""
        if files:
            told = self.tr("{files}: found by words in about {time}.").format(
                files=formatting.count_of_files(files),
                time=formatting.duration(max(5.0, files / _FILES_PER_SECOND)),
            )
        self.total.setText(told)
        self.changed.emit()

    def _count(self, proposal: Proposal) -> str:
        told = formatting.count_of_files(proposal.files) + "  ·  " + formatting.size(proposal.bytes)
        return told if proposal.counted else self.tr("over {files}").format(files=told)
