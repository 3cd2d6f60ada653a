"""The window with a stopwatch: from a key to the painted list.

    python tests/benchmarks/keystrokes.py FILE

Started by `window.py` on a screen of its own. Writes, at its end, a JSON list of one entry a key
and half of the search: what was typed, and in milliseconds when the X server saw the key (`key`),
the question left (`sent`), the answer came (`came`) and the list was on the screen (`painted`), all
by one clock, and how long the engine says that it took (`took`).
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QLocale, QObject, QTimer

from jinasearch.core.paths import library_dir
from jinasearch.engine.address import read_address
from jinasearch.engine.protocol import SearchRequest
from jinasearch.gui.app import make_app, speak
from jinasearch.gui.engine_client import EngineClient
from jinasearch.gui.engine_link import EngineLink
from jinasearch.gui.engine_starter import EngineStarter
from jinasearch.gui.icons import Icons
from jinasearch.gui.opener import DesktopOpener
from jinasearch.gui.search_window.window import SearchWindow
from jinasearch.gui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.engine.protocol import Call, SearchReply


def now() -> float:
    """Milliseconds of the clock that the X server stamps keys with."""
    return time.monotonic() * 1000


class Client(EngineClient):
    """Notes when each question leaves and its answer comes."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.times: dict[tuple[str, str], dict[str, float]] = {}

    def call(  # type: ignore[override]
        self, call: Call[Any], on_reply: Callable[[Any], None], *rest: Any, **more: Any
    ) -> int:
        """See `EngineClient.call`."""
        asked = call.body
        if not isinstance(asked, SearchRequest):
            return super().call(call, on_reply, *rest, **more)
        noted = self.times[asked.text, asked.mode] = {"sent": now()}

        def came(reply: SearchReply) -> None:
            noted["came"] = now()
            noted["took"] = reply.took_ms
            noted["hits"] = len(reply.hits)
            on_reply(reply)

        return super().call(call, came, *rest, **more)


class Stopwatch(QObject):
    """Joins keys, questions and paintings."""

    def __init__(self, window: SearchWindow, client: Client) -> None:
        super().__init__(window)
        self._client = client
        self._line = window.line
        self._viewport = window.results.view.viewport()
        self._pressed = 0.0
        self._keys: dict[str, float] = {}
        self._shown: list[tuple[str, str]] = []
        self.entries: list[dict[str, object]] = []
        self._line.installEventFilter(self)
        self._viewport.installEventFilter(self)
        self._line.textChanged.connect(self._on_text)
        window.session.answered.connect(self._on_answer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Qt's."""
        if event.type() == QEvent.Type.KeyPress and watched is self._line:
            self._pressed = float(event.timestamp())  # type: ignore[attr-defined]
        elif event.type() == QEvent.Type.Paint and watched is self._viewport and self._shown:
            shown, self._shown = self._shown, []
            QTimer.singleShot(0, self, partial(self._on_painted, shown))  # when it has left for X
        return False

    def _on_text(self, text: str) -> None:
        self._keys[text.strip()] = self._pressed

    def _on_answer(self, reply: SearchReply, _fresh: bool) -> None:
        self._shown.append((reply.text, reply.mode))
        self._viewport.update()  # where the rows are the same nothing else would be painted

    def _on_painted(self, shown: list[tuple[str, str]]) -> None:
        at = now()
        for text, mode in shown:
            key = self._keys.get(text)
            if key is not None:
                times = self._client.times[text, mode]
                self.entries.append(
                    {"text": text, "mode": str(mode), "key": key, "painted": at, **times}
                )


def main() -> int:
    out = Path(sys.argv[1])
    app = make_app(sys.argv[:1])
    speak(app, QLocale("en_GB"))
    theme = Theme(app)
    client = Client(app)
    link = EngineLink(client, EngineStarter(partial(read_address, library_dir()), parent=app), app)
    window = SearchWindow(client, link, theme, Icons(theme), DesktopOpener())
    window.resize(window.sizeHint())
    window.quit_wanted.connect(app.quit)
    watch = Stopwatch(window, client)
    window.show()
    QTimer.singleShot(0, link.open)
    code = app.exec()
    link.close()
    out.write_text(json.dumps(watch.entries))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
