"""Files opened in the user's own programs: which program, by what command, at which page."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import stat
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from documents import write_pdf
from jinasearch.core.errors import Code
from jinasearch.core.paths import from_uri, to_uri
from jinasearch.gui import opener, viewers
from jinasearch.gui.opener import DesktopOpener
from jinasearch.gui.viewers import DesktopEntry, command_at, read_entry

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone")

URI = "file:///home/ada/L%C3%A4rm%20%23%201.pdf"
PATH = "/home/ada/Lärm # 1.pdf"


@pytest.mark.parametrize(
    ("name", "command", "wanted"),
    [
        ("org.gnome.Evince", "evince %U", ["evince", "--page-index=3", URI]),
        ("okularApplication_pdf", "okular %U", ["okular", "--page", "3", URI]),
        ("org.pwmt.zathura-pdf-poppler", "zathura %U", ["zathura", "--page=3", URI]),
        ("qpdfview", "qpdfview --unique %F", ["qpdfview", "--unique", f"{PATH}#3"]),
        ("mupdf", "mupdf %f", ["mupdf", PATH, "3"]),
        ("xpdf", "xpdf -q %f", ["xpdf", "-q", PATH, "3"]),
        ("firefox-esr", "/usr/lib/firefox-esr/firefox-esr %u",
         ["/usr/lib/firefox-esr/firefox-esr", f"{URI}#page=3"]),
        ("org.kde.okular", "env A=b '/opt/my okular' -icon %i %U -caption %c",
         ["env", "A=b", "/opt/my okular", "-icon", "--page", "3", URI, "-caption"]),
        ("org.gnome.Evince",
         "flatpak run --command=evince --file-forwarding org.gnome.Evince @@u %U @@",
         ["flatpak", "run", "--command=evince", "--file-forwarding", "org.gnome.Evince",
          "--page-index=3", "@@u", URI, "@@"]),
    ],
)  # fmt: skip
def test_each_viewer_is_asked_in_its_own_way(name, command, wanted):
    assert command_at(DesktopEntry(name, command), viewers.PAGES, URI, 3) == wanted


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("org.example.viewer", "viewer %U"),  # not known
        ("evince", "evince"),  # takes no file
        ("evince", "evince '%U"),  # no command
        ("org.mozilla.firefox", "flatpak run --file-forwarding org.mozilla.firefox @@u %u @@"),
    ],
)
def test_others_open_at_the_first_page(name, command):
    assert command_at(DesktopEntry(name, command), viewers.PAGES, URI, 3) == []


@pytest.mark.parametrize(
    ("name", "command", "wanted"),
    [
        ("org.gnome.gedit", "gedit %U", ["gedit", "+12", URI]),
        ("org.kde.kate", "kate -b %U", ["kate", "-b", "--line", "12", URI]),
        ("org.xfce.mousepad", "mousepad %U", ["mousepad", "--line=12", URI]),
        ("code", "/usr/share/code/code %F", ["/usr/share/code/code", "--goto", f"{PATH}:12"]),
    ],
)
def test_editors_are_asked_for_a_line(name, command, wanted):
    assert command_at(DesktopEntry(name, command), viewers.LINES, URI, 12) == wanted


def test_an_editor_in_a_terminal_is_left_to_the_desktop():
    entry = DesktopEntry("emacs", "emacs -nw %F", terminal=True)
    assert command_at(entry, viewers.LINES, URI, 12) == []


def test_of_a_desktop_file_its_own_group_counts():
    text = (
        "# comment\n[Desktop Entry]\nName=Evince\nExec = evince %U\nTerminal=false\n"
        "[Desktop Action new-window]\nExec=evince --new-window\n"
    )
    assert read_entry("evince", text) == DesktopEntry("evince", "evince %U")
    assert read_entry("evince", "[Desktop Action x]\nExec=evince\n") is None


class Handler(QObject):
    """Stands for the desktop, which opens what has no page."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@pytest.fixture
def handler():
    made = Handler()
    QDesktopServices.setUrlHandler("file", made, "open")
    yield made
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def opens(qapp):
    return DesktopOpener()


class Desktop:
    """A user's own choice of programs, in XDG's files."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.pid = base / "pid"
        self.said = base / "said"
        (base / "data" / "applications").mkdir(parents=True)
        (base / "config").mkdir()

    def script(self, name: str, then: str) -> Path:
        path = self.base / name
        note = f'printf "%s\\n" "$@" > {shlex.quote(str(self.said))}.new\n'
        done = f"mv {shlex.quote(str(self.said))}.new {shlex.quote(str(self.said))}\n"
        path.write_text(f"#!/bin/sh\n{note}{done}{then}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def prefer(self, name: str, command: str, kind: str = "application/pdf") -> None:
        file = self.base / "data" / "applications" / f"{name}.desktop"
        file.write_text(
            f"[Desktop Entry]\nType=Application\nName=X\nExec={command}\nMimeType={kind};\n"
        )
        chosen = f"[Default Applications]\n{kind}={name}.desktop\n"
        (self.base / "config" / "mimeapps.list").write_text(chosen)

    def arguments(self) -> list[str]:
        return self.said.read_text().splitlines() if self.said.exists() else []


@pytest.fixture
def desktop(tmp_path, monkeypatch):
    if not shutil.which("xdg-mime"):
        pytest.skip("xdg-mime is not installed")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "KDE_FULL_SESSION"):
        monkeypatch.delenv(name, raising=False)
    return Desktop(tmp_path)


@pytest.fixture
def paper(tmp_path) -> Path:
    """Five pages, of one colour each."""
    path = tmp_path / "colours #1.pdf"
    write_pdf(path, [[f"Page {n + 1}"] for n in range(len(COLOURS))], [c for _, c in COLOURS])
    return path


COLOURS = [
    ("#ff0000", (1, 0, 0)),
    ("#00ff00", (0, 1, 0)),
    ("#ff00ff", (1, 0, 1)),
    ("#0000ff", (0, 0, 1)),
    ("#ffff00", (1, 1, 0)),
]


def test_the_viewer_that_the_user_prefers_is_called(qtbot, desktop, handler, paper, opens):
    desktop.prefer("org.kde.okular", f"{desktop.script('viewer', '')} %U")
    opens.open_file(paper.as_uri(), pytest.fail, page=3)
    qtbot.waitUntil(lambda: bool(desktop.arguments()))
    assert desktop.arguments() == ["--page", "3", paper.as_uri()]
    assert handler.opened == []


def test_the_editor_that_the_user_prefers_is_called(qtbot, desktop, handler, tmp_path, opens):
    note = tmp_path / "note.txt"
    note.write_text("one\ntwo\n")
    editor = desktop.script("editor", "")
    desktop.prefer("org.kde.kate", f"{editor} %U", "text/plain")
    opens.open_file(note.as_uri(), pytest.fail, line=2)
    qtbot.waitUntil(lambda: bool(desktop.arguments()))
    assert desktop.arguments() == ["--line", "2", note.as_uri()]


@pytest.fixture
def latin(tmp_path, request):
    """The URI of a text whose name is not UTF-8."""
    path = os.fsencode(tmp_path) + b"/" + request.param
    with open(path, "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"one\ntwo\n")
    yield to_uri(os.fsdecode(path))
    os.unlink(path)  # noqa: PTH108 - pytest's own clearing would do, were the name text


@pytest.mark.parametrize("latin", [b"latin\xe9 %1.txt"], indirect=True)
def test_a_name_that_is_not_utf_8_reaches_the_editor(qtbot, desktop, latin, opens):
    """Also where what xdg-mime asks for a file's kind stumbles over such a name."""
    editor = desktop.script("editor", "")
    desktop.prefer("code", f"{editor} %F", "text/plain")
    opens.open_file(latin, pytest.fail, line=2)
    qtbot.waitUntil(desktop.said.exists)
    path = os.fsencode(from_uri(latin))
    assert desktop.said.read_bytes() == b"--goto\n" + path + b":2\n"
    desktop.said.unlink()
    desktop.prefer("org.example.editor", f"{editor} %f", "text/plain")
    opens.open_file(latin, pytest.fail)
    qtbot.waitUntil(desktop.said.exists)
    assert desktop.said.read_bytes() == path + b"\n"


@pytest.mark.parametrize("latin", [b"\xe9 %b \\060\n"], indirect=True)
def test_a_name_that_is_not_utf_8_is_opened_and_shown(qtbot, nothing, desktop, bus, latin, opens):
    """By xdg-open, which gets every byte, and where no file manager answers its folder."""
    opened = desktop.script("xdg-open", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(opened.parent), prepend=os.pathsep)
        opens.open_file(latin, pytest.fail)
        qtbot.waitUntil(lambda: desktop.arguments() == [latin])
        opens.show_in_folder(latin, pytest.fail)
        qtbot.waitUntil(lambda: desktop.arguments() == [latin.rpartition("/")[0] + "/"])


def test_a_viewer_that_knows_no_pages_opens_all_the_same(qtbot, desktop, handler, paper, opens):
    desktop.prefer("org.example.viewer", f"{desktop.script('viewer', '')} %U")
    opens.open_file(paper.as_uri(), pytest.fail, page=3)
    qtbot.waitUntil(lambda: bool(handler.opened))
    assert handler.opened == [paper.as_uri()]
    assert desktop.arguments() == []


def test_the_first_page_is_nothing_to_ask_for(qtbot, desktop, handler, paper, opens):
    desktop.prefer("org.kde.okular", f"{desktop.script('viewer', '')} %U")
    opens.open_file(paper.as_uri(), pytest.fail, page=1)
    qtbot.waitUntil(lambda: bool(handler.opened))
    assert handler.opened == [paper.as_uri()]
    assert desktop.arguments() == []


@pytest.fixture
def nothing(desktop, monkeypatch):
    """A desktop without programs, nor a browser that would take any file."""
    monkeypatch.setenv("XDG_DATA_DIRS", str(desktop.base))
    monkeypatch.setenv("BROWSER", "false")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)


def told(qtbot, what) -> Code:
    troubles: list[Code] = []
    what(troubles.append)
    qtbot.waitUntil(lambda: bool(troubles))
    (trouble,) = troubles
    return trouble


def test_that_there_is_no_program_is_told(qtbot, nothing, paper, opens):
    assert told(qtbot, lambda f: opens.open_file(paper.as_uri(), f)) is Code.NO_PROGRAM


def test_that_the_file_is_gone_is_told(qtbot, nothing, handler, tmp_path, opens):
    uri = (tmp_path / "gone.txt").as_uri()
    assert told(qtbot, lambda f: opens.open_file(uri, f)) is Code.FILE_GONE
    assert told(qtbot, lambda f: opens.open_file(uri, f, line=3)) is Code.FILE_GONE
    assert told(qtbot, lambda f: opens.show_in_folder(uri, f)) is Code.FILE_GONE
    assert handler.opened == []


def test_that_there_is_no_file_manager_is_told(qtbot, nothing, bus, paper, opens):
    trouble = told(qtbot, lambda f: opens.show_in_folder(paper.as_uri(), f))
    assert trouble is Code.NO_FILE_MANAGER


VIEWERS = ("org.gnome.Evince", "org.kde.okular", "org.pwmt.zathura", "qpdfview", "mupdf", "xpdf",
           "atril", "firefox-esr", "chromium")  # fmt: skip


def colours_on_screen() -> Counter[str]:
    """How much of the screen, out of some thousand points, each colour takes."""
    image = QGuiApplication.primaryScreen().grabWindow(0).toImage()
    return Counter(
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 20)
        for y in range(0, image.height(), 20)
    )


@pytest.mark.parametrize("name", VIEWERS)
def test_a_real_viewer_shows_the_page(qtbot, desktop, paper, name, opens, bus):
    """The viewers that are installed here, on the real screen: page 3 is of one colour."""
    entry = opener.desktop_entry(f"{name}.desktop")
    if entry is None or not os.environ.get("DISPLAY"):
        pytest.skip(f"{name} is not installed, or there is no screen")
    program, *rest = shlex.split(entry.command)
    begin = desktop.script(
        "viewer", f'echo $$ > {shlex.quote(str(desktop.pid))}; exec {program} "$@"'
    )
    desktop.prefer(name, shlex.join([str(begin), *rest]))
    # The viewer before was killed, and its window goes a moment later.
    qtbot.waitUntil(lambda: not colours_on_screen()["#ff00ff"], timeout=15_000)
    opens.open_file(paper.as_uri(), pytest.fail, page=3)
    qtbot.waitUntil(lambda: desktop.pid.exists() and desktop.pid.read_text() != "", timeout=15_000)
    try:
        qtbot.waitUntil(lambda: colours_on_screen()["#ff00ff"] > 100, timeout=15_000)
        time.sleep(0.5)
        seen = colours_on_screen()
        assert max((colour for colour, _ in COLOURS), key=seen.__getitem__) == "#ff00ff"
    finally:
        os.kill(int(desktop.pid.read_text()), signal.SIGKILL)
