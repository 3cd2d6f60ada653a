"""What the engine tells of its readers and of letters in pictures, as a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from jinasearch.gui import formatting

if TYPE_CHECKING:
    from jinasearch.core.models import Confinement, Recognition

translate = QCoreApplication.translate


def confinement(told: Confinement) -> str:
    """What is barred to the processes that open files, by what, and what is left open here."""
    things = _things()
    barred = [word for name, word in things.items() if name in told.barred]
    left = [word for name, word in things.items() if name not in told.barred]
    lines = []
    if barred:
        means = f" ({', '.join(told.means)})" if told.means else ""
        line = translate("StatusPage", "barred: {things}").format(things=", ".join(barred))
        lines.append(line + means)
    else:
        lines.append(translate("StatusPage", "limited in time and memory"))
    if left:
        open_to = translate("StatusPage", "left open by this system: {things}")
        lines.append(open_to.format(things=", ".join(left)))
    return "\n".join(lines)


def recognition(told: Recognition) -> str:
    """Whether letters in pictures and scans are looked for, and how many files wait for it."""
    waiting = translate("StatusPage", "{files} waiting").format(
        files=formatting.count_of_files(told.waiting)
    )
    if not told.installed:
        install = ".venv/bin/pip install -e '.[ocr]'"
        needed = translate("StatusPage", "needs the extra “ocr”: {command}").format(command=install)
        return f"{waiting}  ·  {needed}" if told.waiting else needed
    if told.when == "off":
        off = translate("StatusPage", "switched off in the settings")
        return f"{waiting}  ·  {off}" if told.waiting else off
    if not told.waiting:
        return translate("StatusPage", "none is waiting")
    return f"{waiting}  ·  {_when(told)}"


def _when(told: Recognition) -> str:
    if told.current:
        return translate("StatusPage", "at work on {path}").format(path=told.current)
    if told.when == "idle":
        return translate("StatusPage", "until nobody needs the machine")
    return translate("StatusPage", "until all else was read")


def _things() -> dict[str, str]:
    """By the names in `Confinement`."""
    return {
        "network": translate("StatusPage", "network"),
        "writing": translate("StatusPage", "writing"),
        "reading": translate("StatusPage", "files not in hand"),
        "processes": translate("StatusPage", "other processes"),
    }
