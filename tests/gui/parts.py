"""Builds the window as the program does, with a fake engine and an opener that takes notes."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.gui.engine_client import EngineClient
from jinasearch.gui.engine_link import EngineLink
from jinasearch.gui.icons import Icons
from jinasearch.gui.search_window.window import SearchWindow
from jinasearch.gui.theme import Theme


@dataclass
class Notes:
    """An opener that opens nothing."""

    opened: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    pages: list[int | None] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)
    trouble: Code | None = None

    def open_file(self, uri, failed, page: int | None = None, line: int | None = None) -> None:
        self.opened.append(uri)
        self.pages.append(page)
        self.lines.append(line)
        if self.trouble is not None:
            failed(self.trouble)

    def show_in_folder(self, uri, failed) -> None:
        self.shown.append(uri)
        if self.trouble is not None:
            failed(self.trouble)


class FakeStarter(QObject):
    """Stands for `jinasearch engine start`: the engine is there, or there is an error."""

    opening = Signal(object)
    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, engine) -> None:
        super().__init__()
        self.engine = engine
        self.starts = 0
        self.error: JinasearchError | None = None

    def find(self):
        return self.engine.address if self.engine else None

    def start(self) -> None:
        self.starts += 1
        if self.error is not None:
            self.failed.emit(self.error)
        elif self.engine is not None:
            if not self.engine.running:
                self.engine.start()
            self.ready.emit(self.engine.address)
        else:
            self.failed.emit(JinasearchError(Code.ENGINE_FAILED, "No engine"))

    def stop(self) -> None:
        pass


@dataclass
class Parts:
    window: SearchWindow
    client: EngineClient
    link: EngineLink
    starter: FakeStarter
    opener: Notes
    theme: Theme

    def close(self) -> None:
        self.window.close()
        self.link.close()


def make_parts(app, engine) -> Parts:
    theme = Theme(app)
    icons = Icons(theme)
    client = EngineClient()
    starter = FakeStarter(engine)
    link = EngineLink(client, starter)
    opener = Notes()
    window = SearchWindow(client, link, theme, icons, opener)
    window.resize(window.sizeHint())
    return Parts(window, client, link, starter, opener, theme)
