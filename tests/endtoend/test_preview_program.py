"""The real window and the real engine: a result is looked into, turned, dragged out, filtered."""

import sys
from pathlib import Path

import psutil
import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "gui"))

from parts import Notes
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest

from documents import write_pdf
from jinasearch.engine.address import read_address
from jinasearch.gui.engine_client import EngineClient
from jinasearch.gui.engine_link import EngineLink
from jinasearch.gui.icons import Icons
from jinasearch.gui.results_model import file_data
from jinasearch.gui.search_window.window import SearchWindow
from jinasearch.gui.theme import Theme


class Starter(QObject):
    """The engine runs already."""

    ready = Signal(object)
    opening = Signal(object)
    failed = Signal(object)

    def __init__(self, program) -> None:
        super().__init__()
        self._program = program

    def find(self):
        return read_address(self._program.library)

    def start(self) -> None:
        self.ready.emit(self.find())

    def stop(self) -> None:
        pass


@pytest.fixture(scope="module")
def program(shared_program):
    """The tests change nothing in it, and hostile files take their time."""
    program = shared_program
    lines = [["The first page."], ["The albatross glides", "over the sea."], ["The end."]]
    write_pdf(program.home / "birds.pdf", lines)
    program.write("note.md", "# Puffin\n\nThe **puffin** digs.<script>alert(1)</script>\n")
    program.write("abyss.pdf", "%PDF-1.7\n" + "<<" * 50_000)
    program.write("chasm.html", "<div>" * 50_000 + "skua")
    Image.new("RGB", (400, 300), "blue").save(program.home / "gannet.png")
    program.index()
    return program


@pytest.fixture
def window(program, qapp, qtbot):
    theme = Theme(qapp)
    client = EngineClient()
    link = EngineLink(client, Starter(program))
    made = SearchWindow(client, link, theme, Icons(theme), Notes())
    made.resize(made.sizeHint())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()  # no window manager does it on a bare X server
    qtbot.waitUntil(made.isActiveWindow)
    link.open()
    qtbot.waitUntil(lambda: link.state == "connected", timeout=20_000)
    yield made
    made.close()
    link.close()


def ask(qtbot, window, text: str, name: str) -> None:
    window.line.setText(text)
    qtbot.waitUntil(
        lambda: (hit := window.results.view.chosen()) is not None and hit.name == name,
        timeout=20_000,
    )


def test_files_are_looked_into(qtbot, window, program):
    ask(qtbot, window, "albatross", "birds.pdf")
    qtbot.waitUntil(lambda: window.preview.page.text() == "Page 2 of 3", timeout=20_000)
    preview = window.preview.current()
    assert [preview.text[m.start : m.end] for m in preview.words] == ["albatross"]
    assert preview.word_boxes
    assert window.preview.picture.isVisible()
    window.actions_.next_page.trigger()
    qtbot.waitUntil(lambda: window.preview.page.text() == "Page 3 of 3", timeout=20_000)
    ask(qtbot, window, "puffin", "note.md")
    text = window.preview.text
    qtbot.waitUntil(lambda: "digs." in text.toPlainText(), timeout=20_000)
    assert "alert" not in text.toPlainText()
    assert "**" not in text.toPlainText()
    ask(qtbot, window, "gannet", "gannet.png")
    qtbot.waitUntil(window.preview.picture.isVisible, timeout=20_000)
    # What is dragged out or copied is the file itself.
    data = file_data([window.results.view.chosen()])
    assert [url.toLocalFile() for url in data.urls()] == [str(program.home / "gannet.png")]
    # A hostile file leaves window and engine standing.
    for name in ("abyss.pdf", "chasm.html"):
        ask(qtbot, window, name.partition(".")[0], name)
        qtbot.wait(300)
    assert psutil.pid_exists(program.address()["pid"])
    ask(qtbot, window, "puffin", "note.md")
    qtbot.waitUntil(lambda: "digs." in text.toPlainText(), timeout=20_000)


def test_filters_count_and_limit_what_the_engine_finds(qtbot, window):
    window.line.setText("the")
    types = window.filters.buttons["types"]
    qtbot.waitUntil(types.isEnabled, timeout=20_000)
    menu = types.menu()
    menu.aboutToShow.emit()
    offered = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert {"PDF", "Text"} <= set(offered)
    offered["Text"].trigger()
    view = window.results.view
    qtbot.waitUntil(lambda: [hit.name for hit in view.hits()] == ["note.md"], timeout=20_000)
    QTest.keyClick(window.line, Qt.Key.Key_Escape)
    QTest.keyClick(window.line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.filters.in_force)
