"""How other processes are started, system by system. What it says of Windows is untried."""

from __future__ import annotations

import sys
from typing import TypedDict

_DETACHED_PROCESS = 0x00000008
_CREATE_NEW_PROCESS_GROUP = 0x00000200
_CREATE_NO_WINDOW = 0x08000000
"""Microsoft, "Process Creation Flags"; Python knows their names on Windows alone."""


class Options(TypedDict, total=False):
    """What `subprocess.Popen` is told besides."""

    start_new_session: bool
    creationflags: int


def outliving(platform: str = sys.platform) -> Options:
    """One that goes on when the terminal that started it is closed, and hears no Ctrl+C there."""
    if platform == "win32":
        return {"creationflags": _DETACHED_PROCESS | _CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def unheard(platform: str = sys.platform) -> Options:
    """One of ours that shows no window, and whose end is ours to say, not Ctrl+C's."""
    if platform == "win32":
        return {"creationflags": _CREATE_NO_WINDOW}
    return {"start_new_session": True}
