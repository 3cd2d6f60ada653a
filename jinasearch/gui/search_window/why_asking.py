"""Asks the engine what a panel wants to know of a file: whether it is indexed, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.engine import protocol

if TYPE_CHECKING:
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.search_window.why_panel import WhyPanel

LANE = "why"


def join(panel: WhyPanel, client: EngineClient) -> None:
    """Answer the panel from now on; of a folder, what became of the files in it is told too."""

    def asked(uri: str) -> None:
        def told(why: protocol.Why) -> None:
            panel.show_why(why)
            if why.is_folder and why.indexed_folder and why.ruling is None:
                within = protocol.FilesRequest(limit=1, uris=(uri,))
                client.call(
                    protocol.files(within), panel.show_within, lambda _error: None, lane=LANE
                )

        client.call(protocol.why(protocol.WhyRequest(uri)), told, panel.show_error, lane=LANE)

    panel.asked.connect(asked)
    panel.destroyed.connect(lambda: client.cancel(LANE))
