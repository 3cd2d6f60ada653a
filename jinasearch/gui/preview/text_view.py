"""Shows the text of a preview: styles, syntax, line numbers, the passage and its words marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from jinasearch.core.preview import Form, Preview, Style
from jinasearch.gui.preview.lines import Line, Lines, lines_of
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZES = {Style.HEADING1: 1.45, Style.HEADING2: 1.22, Style.HEADING3: 1.08}
_UNWRAPPED = frozenset({"code", "json", "xml", "yaml", "toml", "css", "sql"})


class TextView(QTextEdit):
    """Read only. All text stands plain in the document; how it looks lies over it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("previewText")
        self.setAccessibleName(self.tr("Text of the file"))
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(2 * GAP)
        self._theme = theme
        self._looks = _Looks(theme)
        self._numbers = _LineNumbers(self, theme)
        self._prose_font = QFont(self.font())
        self._preview: Preview | None = None
        self._shown = Lines([], [], [])
        self._follows = False
        self.verticalScrollBar().valueChanged.connect(self._numbers.update)
        self.verticalScrollBar().actionTriggered.connect(self._leave)
        theme.changed.connect(self._repaint)

    def show_preview(self, preview: Preview) -> None:
        """Show it, scrolled to the passage."""
        self._preview = preview
        self._shown = lines_of(preview)
        code = preview.form is Form.CODE
        font = (
            scaled(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), 0.95)
            if code
            else self._prose_font
        )
        self.setFont(font)
        plain = code and preview.kind in _UNWRAPPED
        self.setLineWrapMode(
            QTextEdit.LineWrapMode.NoWrap if plain else QTextEdit.LineWrapMode.WidgetWidth
        )
        self.setExtraSelections([])
        self.setPlainText("\n".join(line.text for line in self._shown.lines))
        if not code:
            self._set_blocks()
        self._looks.use(self.document(), self._shown.lines, font)
        self._numbers.first = preview.first_line if code else 0
        self._numbers.fit(len(self._shown.lines), font)
        self._mark()
        self.scroll_to_passage()

    def scroll_to_passage(self) -> None:
        """Bring the passage into sight, in the upper third.

        It stays there while the view gets its size, until the user scrolls.
        """
        self._follows = True
        if not self._shown.passage and not self._shown.words:
            self.verticalScrollBar().setValue(0)
            return
        start = (self._shown.passage or self._shown.words)[0][0]
        cursor = self.textCursor()
        cursor.setPosition(min(start, self._last()))
        self.setTextCursor(cursor)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - self.viewport().height() // 5)
        self.horizontalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers stand beside the text; other lines are broken, and the passage is held."""
        super().resizeEvent(event)
        self._numbers.place()
        if self._follows:
            self.scroll_to_passage()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: the user goes elsewhere."""
        self._leave()
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's: the user selects something."""
        self._leave()
        super().mousePressEvent(event)

    def _leave(self) -> None:
        self._follows = False

    def _set_blocks(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        block = self.document().begin()
        for line in self._shown.lines:
            form = self._block_format(line)
            if form is not None:
                cursor.setPosition(block.position())
                cursor.setBlockFormat(form)
            block = block.next()
        cursor.endEditBlock()

    def _block_format(self, line: Line) -> QTextBlockFormat | None:
        if line.block is None:
            return None
        form = QTextBlockFormat()
        match line.block:
            case Style.HEADING1 | Style.HEADING2 | Style.HEADING3:
                form.setTopMargin(GAP)
                form.setBottomMargin(GAP // 2)
                form.setHeadingLevel(int(line.block.value[-1]))
            case Style.ITEM:
                form.setLeftMargin(2 * GAP)
                form.setTextIndent(-1.5 * GAP)
                form.setBottomMargin(2)
            case Style.QUOTE:
                form.setLeftMargin(2 * GAP)
            case Style.PRE:
                form.setBackground(QColor(self._theme.colors.hover))
                form.setLeftMargin(GAP)
            case Style.RULE:
                form.setProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth, 1)
            case Style.PLACE:
                form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                form.setTopMargin(2 * GAP)
                form.setBottomMargin(GAP)
            case _:
                form.setBottomMargin(1)
        return form

    def _mark(self) -> None:
        colors = self._theme.colors
        passage = QTextCharFormat()
        passage.setBackground(QColor(colors.selected))
        words = QTextCharFormat()
        words.setBackground(QColor(colors.mark))
        words.setForeground(QColor(colors.mark_text))
        self.setExtraSelections(
            [
                self._selection(start, end, form)
                for ranges, form in ((self._shown.passage, passage), (self._shown.words, words))
                for start, end in ranges
            ]
        )

    def _selection(self, start: int, end: int, form: QTextCharFormat) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(start, self._last()))
        cursor.setPosition(min(end, self._last()), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = form
        return selection

    def _last(self) -> int:
        return max(0, self.document().characterCount() - 1)

    def _repaint(self) -> None:
        if self._preview is not None:
            self.show_preview(self._preview)

    def visible_blocks(self) -> Iterator[tuple[int, QRect]]:
        """Number (from 0) and rectangle of the blocks in sight."""
        layout = self.document().documentLayout()
        offset = self.verticalScrollBar().value()
        block = self.cursorForPosition(self.viewport().rect().topLeft()).block()
        bottom = self.viewport().height()
        while block.isValid():
            rect = layout.blockBoundingRect(block).toRect().translated(0, -offset)
            if rect.top() > bottom:
                return
            yield block.blockNumber(), rect
            block = block.next()

    def reserve(self, width: int) -> None:
        """Keep room at the left."""
        self.setViewportMargins(width, 0, 0, 0)


class _Looks:
    """Lays the styles over the plain text, as a QSyntaxHighlighter does, but all in one step: that
    one takes a tenth of a second for a page of code, because it lays out line by line.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._font = QFont()

    def use(self, document: QTextDocument, lines: list[Line], font: QFont) -> None:
        """Lay the styles of these lines over the document's."""
        self._font = font
        forms = {style: self._form(style) for style in _styles(lines)}
        block = document.begin()
        for line in lines:
            ranges = list(self._ranges(line, block.length(), forms))
            if ranges:
                block.layout().setFormats(ranges)
            block = block.next()
        document.markContentsDirty(0, document.characterCount())

    @staticmethod
    def _ranges(
        line: Line, length: int, forms: dict[Style, QTextCharFormat]
    ) -> Iterator[QTextLayout.FormatRange]:
        if line.block is not None:
            yield _range(0, length, forms[line.block])
        for start, count, style in line.ranges:
            yield _range(start, count, forms[style])

    def _form(self, style: Style) -> QTextCharFormat:
        colors = self._theme.colors
        form = QTextCharFormat()
        if style in _SIZES:
            form.setFont(scaled(self._font, _SIZES[style], bold=True))
            return form
        if style is Style.BOLD:
            form.setFontWeight(QFont.Weight.DemiBold)
        if style in (Style.ITALIC, Style.COMMENT):
            form.setFontItalic(True)
        if style is Style.STRUCK:
            form.setFontStrikeOut(True)
        if style in (Style.MONO, Style.PRE):
            fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            form.setFontFamilies(fixed.families() or [fixed.family()])
            form.setFontFixedPitch(True)
        if style is Style.MONO:
            form.setBackground(QColor(colors.hover))
        color = colors.of_style(style.value)
        if color:
            form.setForeground(QColor(color))
        return form


def _styles(lines: list[Line]) -> set[Style]:
    blocks = {line.block for line in lines if line.block is not None}
    return blocks | {style for line in lines for _, _, style in line.ranges}


def _range(start: int, length: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, form
    return made


class _LineNumbers(QWidget):
    """The numbers of the lines of code in sight. `first` 0: none are shown."""

    def __init__(self, view: TextView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self.first = 0
        self._width = 0

    def fit(self, lines: int, font: QFont) -> None:
        """Make room for the longest number."""
        self.setFont(scaled(font, 0.9))
        metrics = QFontMetrics(self.font())
        digits = len(str(self.first + lines))
        self._width = metrics.horizontalAdvance("0" * digits) + 2 * GAP if self.first else 0
        self._view.reserve(self._width)
        self.setVisible(self._width > 0)
        self.place()

    def place(self) -> None:
        """Stand beside the viewport."""
        rect = self._view.contentsRect()
        self.setGeometry(rect.left(), rect.top(), self._width, rect.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's: write the numbers."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.colors.hover))
        painter.setPen(QColor(self._theme.colors.faint))
        height = QFontMetrics(self._view.font()).height()
        for number, rect in self._view.visible_blocks():
            line = QRect(0, rect.top(), self._width - GAP, height)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignRight), str(self.first + number))
