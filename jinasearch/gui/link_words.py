"""What is told while no engine answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from jinasearch.gui import texts
from jinasearch.gui.engine_link import LinkState

if TYPE_CHECKING:
    from jinasearch.core.library_work import LibraryWork

translate = QCoreApplication.translate


def without_engine(state: LinkState, opening: LibraryWork | None) -> str:
    """Why there is none now, in a few words; `opening` is what one is at that begins."""
    if opening is not None:
        return texts.library_work(opening)
    known = {
        LinkState.RESTARTING: translate("LinkState", "The engine is restarting…"),
        LinkState.STOPPED: translate("LinkState", "The engine was stopped"),
        LinkState.FAILED: translate("LinkState", "The engine is not running"),
    }
    return known.get(state) or texts.starting(None)
