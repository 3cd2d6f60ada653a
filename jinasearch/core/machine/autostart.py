"""Starting with the user's session, if the user wants it: one entry, in the system's own place."""

from __future__ import annotations

import importlib
import os
import plistlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import write_atomically
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = "jinasearch"
_LABEL = "org.jinasearch.jinasearch"


class Autostart(Protocol):
    """What starts with the session."""

    @property
    def place(self) -> str:
        """Where the entry stands, for people."""

    @property
    def on(self) -> bool:
        """Whether the program starts with the session."""

    def set(self, command: Sequence[str]) -> None:
        """Start `command` with the session; an empty one starts nothing any more.

        Raises:
            JinasearchError: NO_PERMISSION.
        """


def autostart() -> Autostart:
    """That of this system."""
    if sys.platform == "win32":
        return WindowsRunKey()
    if sys.platform == "darwin":
        return LaunchAgent(Path.home() / "Library" / "LaunchAgents")
    config = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(config) if Path(config).is_absolute() else Path.home() / ".config"
    return XdgAutostart(base / "autostart")


class XdgAutostart:
    """A desktop entry (freedesktop.org, Desktop Application Autostart Specification)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{_NAME}.desktop"

    @property
    def place(self) -> str:
        """The entry's path."""
        return shown(self._path)

    @property
    def on(self) -> bool:
        """Whether there is an entry that no desktop's settings have switched off."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return False
        given = {"".join(line.split()).lower() for line in lines}
        return not given & {"hidden=true", "x-gnome-autostart-enabled=false"}

    def set(self, command: Sequence[str]) -> None:
        """Write the entry, or delete it."""
        entry = (
            "[Desktop Entry]\n"
            "Type=Application\n"
            "Version=1.5\n"
            f"Name={_NAME}\n"
            "Comment=Finds your files by what they mean\n"
            f"Exec={' '.join(map(_quoted, command))}\n"
            f"Icon={_NAME}\n"
            "Terminal=false\n"
            "X-GNOME-Autostart-enabled=true\n"
        )
        _put(self._path, entry.encode("utf-8", "surrogateescape") if command else None)


class LaunchAgent:
    """A property list that launchd reads at login. Not tried on a Mac."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{_LABEL}.plist"

    @property
    def place(self) -> str:
        """The list's path."""
        return shown(self._path)

    @property
    def on(self) -> bool:
        """Whether there is a list that is not switched off."""
        try:
            found = plistlib.loads(self._path.read_bytes())
        except (OSError, ValueError, plistlib.InvalidFileException):
            return False
        return isinstance(found, dict) and not found.get("Disabled", False)

    def set(self, command: Sequence[str]) -> None:
        """Write the list, or delete it."""
        agent = {
            "Label": _LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        _put(self._path, plistlib.dumps(agent) if command else None)


class WindowsRunKey:
    """A value of the user's Run key. Not tried on Windows."""

    _KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"

    @property
    def place(self) -> str:
        """The value's name."""
        return rf"HKEY_CURRENT_USER\{self._KEY}\{_NAME}"

    @property
    def on(self) -> bool:
        """Whether the value is there."""
        winreg: Any = importlib.import_module("winreg")  # of Windows alone
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, self._KEY) as key:
                winreg.QueryValueEx(key, _NAME)
        except OSError:
            return False
        return True

    def set(self, command: Sequence[str]) -> None:
        """Write the value, or delete it."""
        winreg: Any = importlib.import_module("winreg")
        try:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, self._KEY) as key:
                if command:
                    line = subprocess.list2cmdline(command)
                    winreg.SetValueEx(key, _NAME, 0, winreg.REG_SZ, line)
                else:
                    winreg.DeleteValue(key, _NAME)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _refused(error, self.place) from error


def _put(path: Path, data: bytes | None) -> None:
    try:
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data, private=False)
    except OSError as error:
        raise _refused(error, shown(path)) from error


def _refused(error: OSError, place: str) -> JinasearchError:
    return JinasearchError(
        Code.NO_PERMISSION,
        f"The entry for the session's start cannot be changed: {error.strerror}",
        "Change it in your system's settings, or give yourself the right to write there.",
        place,
    )


def _quoted(argument: str) -> str:
    """One argument of Exec: quoted, and escaped twice, once as an argument, once as a string."""
    for character in ("\\", '"', "`", "$"):
        argument = argument.replace(character, "\\" + character)
    escaped = argument.replace("\\", "\\\\").replace("%", "%%")
    return f'"{escaped}"'
