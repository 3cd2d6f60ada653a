"""Programs that open a file at a page or a line, and how each is asked for it.

The program is the one that the desktop names, called as its desktop file says, so that wrappers,
sandboxes and the user's own changes hold; only the page or the line is put in.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from jinasearch.core.paths import from_uri


@dataclass(frozen=True, slots=True)
class Viewer:
    """`before` stands in front of the file, `behind` after it; `{at}` is the page or line.

    The file itself is given as `target`, or as the desktop file wants it where that is empty.
    """

    before: tuple[str, ...] = ()
    target: str = ""
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DesktopEntry:
    """Of a desktop file: its name without `.desktop`, the line `Exec`, whether it wants a terminal.

    https://specifications.freedesktop.org/desktop-entry-spec/latest/
    """

    name: str
    command: str
    terminal: bool = field(default=False)


def _named(viewer: Viewer, *names: str) -> dict[str, Viewer]:
    return dict.fromkeys(names, viewer)


PAGES: dict[str, Viewer] = {
    # Evince and its kin count from 1 here too, despite the option's name.
    **_named(
        Viewer(("--page-index={at}",)),
        *("org.gnome.evince", "evince", "org.gnome.papers", "atril", "xreader"),
    ),
    **_named(Viewer(("--page", "{at}")), "org.kde.okular", "okularapplication_pdf"),
    **_named(
        Viewer(("--page={at}",)),
        *("org.pwmt.zathura", "org.pwmt.zathura-pdf-mupdf", "org.pwmt.zathura-pdf-poppler"),
    ),
    **_named(Viewer(target="{path}#{at}"), "qpdfview"),
    **_named(Viewer(target="{path}", behind=("{at}",)), "mupdf", "mupdf-gl", "xpdf"),
    **_named(
        Viewer(target="{uri}#page={at}"),
        *("firefox", "firefox-esr", "firefox_firefox", "org.mozilla.firefox", "librewolf"),
        *("google-chrome", "com.google.chrome", "chromium", "chromium-browser"),
        *("chromium_chromium", "org.chromium.chromium", "microsoft-edge", "brave-browser"),
    ),
}
"""For PDF files, by the names of desktop files in lower case."""

LINES: dict[str, Viewer] = {
    **_named(
        Viewer(("+{at}",)),
        *("org.gnome.gedit", "gedit", "org.x.editor", "xed", "pluma", "gvim", "emacs"),
    ),
    **_named(Viewer(("--line", "{at}")), "org.kde.kate", "org.kde.kwrite", "geany"),
    **_named(Viewer(("--line={at}",)), "org.xfce.mousepad", "mousepad"),
    **_named(
        Viewer(("--goto",), target="{path}:{at}"),
        *("code", "visual-studio-code", "com.visualstudio.code", "codium", "vscodium"),
    ),
    **_named(Viewer(target="{path}:{at}"), "sublime_text", "dev.zed.zed"),
}
"""For texts, likewise."""


def command_at(entry: DesktopEntry, viewers: dict[str, Viewer], uri: str, at: int) -> list[str]:
    """The command that opens a file at a page or line; empty if this program cannot do that."""
    viewer = viewers.get(entry.name.lower())
    if viewer is None or entry.terminal:
        return []
    try:
        words = shlex.split(_unescaped(entry.command))
    except ValueError:  # a quote that does not end
        return []
    place = next((i for i, word in enumerate(words) if word in ("%u", "%U", "%f", "%F")), None)
    if place is None:
        return []
    # What flatpak lets into the sandbox stands between these, and nothing else may.
    passed_in = words[place - 1] in ("@@", "@@u")
    if passed_in and viewer.target:
        return []
    path = from_uri(uri)
    target = viewer.target or ("{uri}" if words[place] in ("%u", "%U") else "{path}")
    front = place - 1 if passed_in else place

    def filled(parts: tuple[str, ...]) -> list[str]:
        return [part.format(at=at, uri=uri, path=path) for part in parts]

    return [
        *_plain(words[:front]),
        *filled(viewer.before),
        *words[front:place],
        *filled((target,)),
        *_plain(words[place + 1 :]),
        *filled(viewer.behind),
    ]


def read_entry(name: str, text: str) -> DesktopEntry | None:
    """The entry that a desktop file's text holds; None if it tells no command."""
    found: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip() == "[Desktop Entry]"
        elif inside and "=" in line:
            key, _, value = line.partition("=")
            found.setdefault(key.strip(), value.strip())
    command = found.get("Exec", "")
    if not command:
        return None
    return DesktopEntry(name, command, terminal=found.get("Terminal") == "true")


def _plain(words: list[str]) -> list[str]:
    """Without the codes for an icon, a name and the desktop file itself."""
    kept = [word for word in words if word not in ("%i", "%c", "%k")]
    return [word.replace("%%", "%") for word in kept]


def _unescaped(value: str) -> str:
    """A value of the type string: two backslashes stand for one."""
    return value.replace("\\\\", "\\").replace("\\s", " ")
