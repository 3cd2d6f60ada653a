"""The one folder that is searched: chosen at the side, seen as a chip, taken away by either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jinasearch.gui.search_window.folders_model import name_of

if TYPE_CHECKING:
    from jinasearch.gui.search_session import SearchSession
    from jinasearch.gui.search_window.filter_bar import FilterBar
    from jinasearch.gui.search_window.folders_panel import FoldersPanel
    from jinasearch.gui.search_window.results_area import ResultsArea


class Scope(QObject):
    """Keeps the list of folders, the filter bar and the question at one. The bar is there while
    anything limits the answers, also before there is a question.
    """

    def __init__(
        self,
        side: FoldersPanel,
        filters: FilterBar,
        session: SearchSession,
        results: ResultsArea,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._side = side
        self._filters = filters
        self._session = session
        self._results = results
        side.chosen.connect(self._on_chosen)
        filters.scope_dropped.connect(side.choose_all)
        session.cleared.connect(self._show_bar)

    def _on_chosen(self, folder: int | None) -> None:
        chosen = self._side.current()
        name = "" if chosen is None else name_of(chosen)
        self._filters.set_scope(name)
        self._results.set_scope(name)
        self._session.set_folder(folder)
        if not self._session.asks:
            self._show_bar()

    def _show_bar(self) -> None:
        self._filters.setVisible(bool(self._filters.scope))
