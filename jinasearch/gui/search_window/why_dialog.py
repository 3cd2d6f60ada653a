"""Why a file answers: its words, how sure each half is, and the sentence that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from jinasearch.core.models import Mark
from jinasearch.core.preview import Form, Preview, Span, Style
from jinasearch.gui import error_words, formatting, texts
from jinasearch.gui.dialog_size import fitting
from jinasearch.gui.elided_label import ElidedLabel
from jinasearch.gui.preview.text_view import TextView
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.explanation import Explanation, Reason, WordFound
    from jinasearch.core.models import Hit


class WhyDialog(QDialog):
    """Filled when the engine has answered."""

    def __init__(self, hit: Hit, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Why this file answers"))
        self.setAccessibleName(self.windowTitle())
        name = ElidedLabel(self)
        name.setText(hit.name)
        name.setFont(scaled(self.font(), 1.2, bold=True))
        self.told = QLabel(self.tr("Asking…"), self)
        self.told.setObjectName("quiet")
        self.told.setWordWrap(True)
        self.text = TextView(theme, self)
        self.text.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP)
        column.addWidget(name)
        column.addWidget(self.told)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self.resize(fitting(self, 640, 480))

    def show_explanation(self, explanation: Explanation) -> None:
        """Tell what speaks for the file."""
        self.told.setText(
            self.tr("Marked are words of the question, and the sentence nearest in meaning.")
            if explanation.reasons
            else self.tr("It is found by its name alone.")
        )
        self.text.show_preview(told(explanation))
        self.text.verticalScrollBar().setValue(0)

    def show_error(self, error: JinasearchError) -> None:
        """Tell why it cannot be told."""
        self.told.setText(error_words.headline(error.code, error.title))


def told(explanation: Explanation) -> Preview:
    """The explanation as a text with styles and marks."""
    text = ""
    spans: list[Span] = []
    words: list[Mark] = []
    nearest: list[Mark] = []
    for word in explanation.words:
        line = _word(word)
        spans.append(Span(len(text), len(text) + len(line), Style.FIELD))
        text += line + "\n"
    for reason in explanation.reasons:
        head = _head(reason)
        text += "\n"
        spans.append(Span(len(text), len(text) + len(head), Style.HEADING3))
        text += head + "\n"
        start = len(text)
        words += [Mark(start + mark.start, start + mark.end) for mark in reason.marks]
        if reason.nearest is not None:
            nearest.append(Mark(start + reason.nearest.start, start + reason.nearest.end))
        text += reason.text + "\n"
    return Preview(
        Form.PROSE, text=text, spans=tuple(spans), passage=tuple(nearest), words=tuple(words)
    )


def _word(word: WordFound) -> str:
    translate = QCoreApplication.translate
    line = (
        translate("WhyDialog", "{word}: here, and in {count} of all passages")
        if word.here
        else translate("WhyDialog", "{word}: not here, but in {count} of all passages")
    )
    return line.format(word=word.word, count=formatting.number(word.in_library))


def _head(reason: Reason) -> str:
    translate = QCoreApplication.translate
    parts = [texts.place(reason.place), texts.heading(reason.heading, reason.place)]
    for line, sure in (
        (translate("WhyDialog", "words: {share}"), reason.keyword_confidence),
        (translate("WhyDialog", "meaning: {share}"), reason.meaning_confidence),
        (translate("WhyDialog", "re-ranking: {share}"), reason.rerank_score),
    ):
        if sure is not None:
            share = formatting.percent(round(min(max(sure, 0.0), 1.0) * 100), 100)
            parts.append(line.format(share=share))
    return "  ·  ".join(part for part in parts if part)
