"""The filter bar: type, folder and time with counts, the order of the answers, and a chip for each
filter in force."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton, QWidget

from jinasearch.core.questions import Example, Facet, Facets, Field, Filter, Hint, Sort
from jinasearch.gui import filter_texts, formatting
from jinasearch.gui.elided_label import set_plain_tip
from jinasearch.gui.search_window.date_range_dialog import DateRangeDialog
from jinasearch.gui.search_window.flow_layout import FlowLayout
from jinasearch.gui.search_window.sort_button import SortButton
from jinasearch.gui.theme import GAP, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.engine.protocol import SearchReply
    from jinasearch.gui.icons import Icons
    from jinasearch.gui.search_window.likeness import Liked

_QUOTED = re.compile(r"(^|\s)[\"“”„‟«»＂]([^\"“”„‟«»＂]*)[\"“”„‟«»＂]?")
"""A phrase in quotes, but not one that is a filter's value."""
_BEGUN = re.compile(r"(?<!\S)(?!-)(\S*[^\s*＊])[*＊]+(?!\S)")
"""A word with an asterisk, but none that is refused."""
_GROUPS = ("types", "folders", "times")
_FIELDS = {
    "types": (Field.TYPE, Field.EXT),
    "folders": (Field.IN,),
    "times": (Field.DATE, Field.BEFORE, Field.AFTER),
}


class FilterBar(QWidget):
    """Signals: `changed()` when the user has changed `filters`, `likes` or `sort`;
    `text_wanted(str)` for another text of the question: a filter typed there was taken away, or a
    hint taken up; `scope_dropped()` when all folders shall be searched again.
    """

    changed = Signal()
    text_wanted = Signal(str)
    scope_dropped = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Filters"))
        self._icons = icons
        self.filters: tuple[Filter, ...] = ()
        self.likes: tuple[Liked, ...] = ()
        self.scope = ""
        self.sort = Sort.RELEVANCE
        self._typed: tuple[Filter, ...] = ()
        self._text = ""
        self._facets = Facets()
        self.buttons = {name: self._menu_button(name) for name in _GROUPS}
        self._row = FlowLayout(GAP - 2)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in self.buttons.values():
            self._row.addWidget(button)
        self.order = SortButton(self)
        self.order.chosen.connect(self._set_sort)
        self._row.addWidget(self.order)
        self.hint = QLabel(self)
        self.hint.setObjectName("quiet")
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.suggestion = QPushButton(self)
        self.suggestion.setObjectName("link")
        self.suggestion.setAccessibleName(self.tr("Use the suggestion"))
        self.suggestion.clicked.connect(self._take_suggestion)
        self._hint: Hint | None = None
        for part in (self.hint, self.suggestion):
            self._row.addWidget(part)
            part.hide()
        self.setLayout(self._row)
        self._chips: list[QPushButton] = []
        theme.changed.connect(self._paint)
        self._show_buttons()
        self._show_chips()

    @property
    def examples(self) -> tuple[Example, ...]:
        """What answers should be like."""
        return tuple(liked.example for liked in self.likes if not liked.less)

    @property
    def counterexamples(self) -> tuple[Example, ...]:
        """What answers should be unlike."""
        return tuple(liked.example for liked in self.likes if liked.less)

    @property
    def in_force(self) -> bool:
        """Whether the bar itself limits the answers."""
        return bool(self.filters or self.likes)

    def show_reply(self, reply: SearchReply) -> None:
        """Show what was applied and counted."""
        if reply.facets is not None:
            self._facets = reply.facets
        self._text = reply.text
        typed = tuple(each for each in reply.filters if each.end > each.start)
        if typed != self._typed:
            self._typed = typed
            self._show_chips()
        self.order.show_order(reply.sort)
        self._show_hint(reply.hint)
        self._show_buttons()

    def clear(self) -> bool:
        """Take all filters of the bar away, and the scope; returns whether there were any."""
        any_there = self.in_force or bool(self.scope)
        if self.scope:
            self.scope_dropped.emit()
        if self.in_force:
            self.filters, self.likes = (), ()
            self._tell()
        return any_there

    def set_scope(self, name: str) -> None:
        """The folder of this name alone is searched; all are if it is empty."""
        if name != self.scope:
            self.scope = name
            self._show_chips()

    def add_likes(self, likes: Sequence[Liked], *, alone: bool = False) -> None:
        """Ask for what is like these, or unlike; an example that was there already changes side.

        `alone`: the others go.
        """
        new = {liked.example for liked in likes}
        kept = () if alone else tuple(one for one in self.likes if one.example not in new)
        self.likes = (*kept, *likes)
        self._tell()

    def forget_likes(self) -> None:
        """Ask no longer for what is like anything."""
        if self.likes:
            self.likes = ()
            self._tell()

    def _forget_like(self, liked: Liked) -> None:
        self.likes = tuple(each for each in self.likes if each != liked)
        self._tell()

    def rest(self) -> None:
        """There is no question: nothing is counted and nothing typed."""
        self._facets, self._typed = Facets(), ()
        self.order.show_order(self.sort)
        self._show_hint(None)
        self._show_chips()
        self._show_buttons()

    def chips(self) -> list[QPushButton]:
        """The chips in sight, in their order."""
        return list(self._chips)

    def _menu_button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("filter")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setText(self._title(name))
        button.setAccessibleName(self._title(name))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        counted = self.tr("Counted are the certain answers; a choice may bring others up.")
        set_plain_tip(button, counted)
        menu = QMenu(button)
        menu.setAccessibleName(self._title(name))
        menu.aboutToShow.connect(partial(self._fill, name, menu))
        button.setMenu(menu)
        return button

    def _title(self, name: str) -> str:
        return {
            "types": self.tr("Type"),
            "folders": self.tr("Folder"),
            "times": self.tr("Time"),
        }[name]

    def _fill(self, name: str, menu: QMenu) -> None:
        menu.clear()
        facets: Sequence[Facet] = getattr(self._facets, name)
        mine = [each for each in self.filters if each.field in _FIELDS[name]]
        offered = {facet.filter: facet.count for facet in facets}
        for each in [*offered, *(one for one in mine if one not in offered)]:
            count = offered.get(each)
            label = filter_texts.offered(each).replace("&", "&&")
            action = menu.addAction(
                f"{label}\t{formatting.number(count)}" if count is not None else label
            )
            action.setCheckable(True)
            action.setChecked(each in mine)
            action.triggered.connect(partial(self._toggle, each, name))
        if name == "times":
            menu.addSeparator()
            menu.addAction(self.tr("Between…"), self._ask_range)
        if mine:
            menu.addSeparator()
            menu.addAction(self.tr("All"), partial(self._drop_group, name))

    def _toggle(self, each: Filter, name: str) -> None:
        if each in self.filters:
            self.filters = tuple(one for one in self.filters if one != each)
        elif name == "times":  # spans of time all hold, so another takes the place
            kept = tuple(one for one in self.filters if one.field not in _FIELDS[name])
            self.filters = (*kept, each)
        else:
            self.filters = (*self.filters, each)
        self._tell()

    def _ask_range(self) -> None:
        now = next((each.value for each in self.filters if each.field is Field.DATE), "")
        dialog = DateRangeDialog(now, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._set_range)
        dialog.open()

    def _set_range(self, range_: str) -> None:
        kept = tuple(one for one in self.filters if one.field not in _FIELDS["times"])
        self.filters = (*kept, Filter(Field.DATE, range_))
        self._tell()

    def _set_sort(self, sort: Sort) -> None:
        """What was chosen last counts: an order that was typed goes."""
        self.sort = sort
        self.order.show_order(sort)
        self.changed.emit()
        left = self._text
        for each in sorted(self._typed, key=lambda each: each.start, reverse=True):
            if each.field is Field.SORT:
                left = left[: each.start] + left[each.end :]
        if left != self._text:
            self.text_wanted.emit(" ".join(left.split()))

    def _drop_group(self, name: str) -> None:
        self.filters = tuple(one for one in self.filters if one.field not in _FIELDS[name])
        self._tell()

    def _tell(self) -> None:
        self._show_chips()
        self._show_buttons()
        self.changed.emit()

    def _show_buttons(self) -> None:
        for name, button in self.buttons.items():
            some = bool(getattr(self._facets, name))
            mine = any(each.field in _FIELDS[name] for each in self.filters)
            button.setEnabled(some or mine or name == "times")
            if button.property("on") != mine:
                button.setProperty("on", mine)
                button.style().unpolish(button)
                button.style().polish(button)

    def _show_chips(self) -> None:
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        if self.scope:
            self._add_chip(Filter(Field.IN, self.scope), partial(self.scope_dropped.emit))
        for liked in self.likes:
            each = Filter(Field.LIKE, liked.name, negated=liked.less)
            self._add_chip(each, partial(self._forget_like, liked))
        for each in self.filters:
            self._add_chip(each, partial(self._drop, each))
        for each in self._typed:
            self._add_chip(each, partial(self._cut_out, each))
        self.updateGeometry()

    def _add_chip(self, each: Filter, drop: partial[None]) -> None:
        chip = QPushButton(self)
        chip.setObjectName("chip")
        shown = filter_texts.chip(each)
        short = chip.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideMiddle, 220)
        chip.setText(short.replace("&", "&&"))
        chip.setIcon(self._icons.action("clear"))
        chip.setIconSize(QSize(14, 14))
        chip.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft
            if self.layoutDirection() == Qt.LayoutDirection.LeftToRight
            else Qt.LayoutDirection.LeftToRight
        )
        chip.setAccessibleName(self.tr("Take away the filter {filter}").format(filter=shown))
        set_plain_tip(chip, chip.accessibleName())
        chip.clicked.connect(lambda: drop())  # noqa: PLW0108 - not with Qt's argument
        self._row.insert(len(self.buttons) + 1 + len(self._chips), chip)
        before = self._chips[-1] if self._chips else self.order
        QWidget.setTabOrder(before, chip)
        self._chips.append(chip)
        chip.show()

    def _drop(self, each: Filter) -> None:
        self.filters = tuple(one for one in self.filters if one != each)
        self._tell()

    def _cut_out(self, each: Filter) -> None:
        left = self._text[: each.start] + self._text[each.end :]
        self.text_wanted.emit(" ".join(left.split()))

    def _show_hint(self, hint: Hint | None) -> None:
        self._hint = hint
        phrase = filter_texts.phrase(hint)  # told where the answers would be
        said = filter_texts.hint(hint) if hint is not None and not phrase else ""
        self.hint.setText(said)
        self.hint.setVisible(bool(said))
        text = self.tr("Search without quotes") if phrase else ""
        if hint is not None and hint.of_beginnings:
            text = self.tr("Search without the asterisk")
        if hint is not None and said and hint.suggestion:
            text = self.tr("Use {suggestion}").format(suggestion=hint.suggestion)
        self.suggestion.setVisible(bool(text))
        self.suggestion.setText(text.replace("&", "&&"))
        self.suggestion.setAccessibleName(text)

    def _take_suggestion(self) -> None:
        if self._hint is not None and self._hint.of_beginnings:
            self.text_wanted.emit(_BEGUN.sub(self._without_asterisk, self._text))
        elif filter_texts.phrase(self._hint):
            self.text_wanted.emit(_QUOTED.sub(r"\1\2", self._text))
        elif self._hint is not None and self._hint.suggestion:
            self.text_wanted.emit(self._text.replace(self._hint.text, self._hint.suggestion, 1))

    def _without_asterisk(self, word: re.Match[str]) -> str:
        at = word.start()
        typed = any(each.start <= at < each.end for each in self._typed)
        return word[0] if typed else word[1]

    def _paint(self) -> None:
        for chip in self._chips:
            chip.setIcon(self._icons.action("clear"))
