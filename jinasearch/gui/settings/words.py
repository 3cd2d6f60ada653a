"""What each setting is called, and what it does, in the user's language."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate

GB, MB = 1_000_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Words:
    """One setting for people. `unit` follows a number, which is shown divided by `scale`."""

    label: str
    help: str = ""
    unit: str = ""
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """Settings that belong together, by name."""

    title: str
    settings: dict[str, Words]


def pages() -> tuple[Page, ...]:
    """All settings that have words, page by page."""
    return (
        Page(translate("Settings", "Window"), _window()),
        Page(translate("Settings", "When to work"), _pace()),
        Page(translate("Settings", "Limits"), _limits()),
        Page(translate("Settings", "Model"), _model()),
        Page(translate("Settings", "Reading files"), _reading()),
        Page(translate("Settings", "Engine"), _engine()),
    )


def other() -> str:
    """The title for settings without words of their own."""
    return translate("Settings", "Other")


def _window() -> dict[str, Words]:
    return {
        "window.hotkey": Words(
            translate("Settings", "Key for the quick search"),
            translate("Settings", "Shows the small search window over any program."),
        ),
        "window.tray": Words(
            translate("Settings", "Stay in the tray"),
            translate("Settings", "Closing the window leaves the program where it can be called."),
        ),
        "window.scheme": Words(translate("Settings", "Colours")),
        "window.language": Words(translate("Settings", "Language")),
        "window.history": Words(
            translate("Settings", "Keep questions"),
            translate("Settings", "Up in the search line brings back what you asked before."),
        ),
        "window.history_days": Words(
            translate("Settings", "Keep questions for"), unit=translate("Settings", "days")
        ),
    }


def _pace() -> dict[str, Words]:
    return {
        "pace.preset": Words(
            translate("Settings", "How much of the machine"),
            translate("Settings", "Quiet works when nobody does; full never holds back."),
        ),
        "pace.active": Words(translate("Settings", "While you use the machine")),
        "pace.battery": Words(translate("Settings", "On battery")),
        "pace.low_charge": Words(translate("Settings", "When the battery is low")),
        "pace.hot": Words(translate("Settings", "When the machine is hot")),
        "pace.metered": Words(translate("Settings", "On a metered network")),
        "pace.engaged": Words(
            translate("Settings", "In a game or presentation, or with “do not disturb”")
        ),
        "pace.idle_minutes": Words(
            translate("Settings", "Nobody uses the machine after"),
            unit=translate("Settings", "min"),
        ),
        "pace.low_percent": Words(
            translate("Settings", "The battery is low below"), unit=translate("Settings", "%")
        ),
        "pace.hot_celsius": Words(
            translate("Settings", "The machine is hot above"), unit=translate("Settings", "°C")
        ),
        "pace.gentle_percent": Words(
            translate("Settings", "Processor at most, when gentle"),
            unit=translate("Settings", "%"),
        ),
    }


def _limits() -> dict[str, Words]:
    return {
        "limits.cpu_percent": Words(
            translate("Settings", "Processor"),
            translate("Settings", "Of all cores together, at full speed too."),
            translate("Settings", "%"),
        ),
        "limits.memory_bytes": Words(
            translate("Settings", "Memory"),
            translate("Settings", "Engine and readers together, beside the model and its graph."),
            translate("Settings", "MB"),
            MB,
        ),
        "limits.disk_bytes": Words(
            translate("Settings", "Size of the library"),
            translate("Settings", "0 is no limit."),
            translate("Settings", "MB"),
            MB,
        ),
        "limits.disk_free_bytes": Words(
            translate("Settings", "Disk space left free"),
            unit=translate("Settings", "MB"),
            scale=MB,
        ),
        "limits.graph_bytes": Words(
            translate("Settings", "Memory of the graph"),
            translate("Settings", "0 is no limit."),
            translate("Settings", "MB"),
            MB,
        ),
    }


def _model() -> dict[str, Words]:
    return {
        "embed.model": Words(
            translate("Settings", "Model"),
            translate("Settings", "Better chosen in “Models…”, which tells what it takes."),
        ),
        "search.rerank": Words(
            translate("Settings", "Model that re-ranks answers"),
            translate("Settings", "Empty is none. Better chosen in “Models…”."),
        ),
        "embed.dimension": Words(
            translate("Settings", "Dimensions"),
            translate("Settings", "0 is the model's own. Fewer take less room, and find less."),
        ),
        "embed.runtime": Words(
            translate("Settings", "What computes"),
            translate("Settings", "“auto” is the fastest here that keeps the vectors."),
        ),
        "embed.precision": Words(translate("Settings", "Precision")),
        "embed.threads": Words(
            translate("Settings", "Threads"), translate("Settings", "0 is one a core.")
        ),
        "embed.idle_seconds": Words(
            translate("Settings", "Leave memory after"), unit=translate("Settings", "s")
        ),
        "embed.python": Words(
            translate("Settings", "Interpreter for the graphics card"),
            translate("Settings", "Of an environment with onnxruntime-gpu; empty is our own."),
        ),
        "embed.allow_cpu": Words(
            translate("Settings", "The processor may take the graphics card's place")
        ),
        "embed.gpu_bytes": Words(
            translate("Settings", "Memory of the graphics card"),
            translate("Settings", "0 is all of it."),
            translate("Settings", "MB"),
            MB,
        ),
    }


def _reading() -> dict[str, Words]:
    return {
        "extract.workers": Words(
            translate("Settings", "Readers at work"),
            translate("Settings", "0 is one a core, two at most."),
        ),
        "extract.timeout_seconds": Words(
            translate("Settings", "Longest time for one file"), unit=translate("Settings", "s")
        ),
        "extract.memory_bytes": Words(
            translate("Settings", "Most memory for one file"),
            unit=translate("Settings", "MB"),
            scale=MB,
        ),
        "extract.max_characters": Words(
            translate("Settings", "Most characters of one file"),
            translate("Settings", "What comes after them is not found."),
        ),
        "extract.ocr": Words(
            translate("Settings", "Look for letters in pictures and scans"),
            translate("Settings", "Needs the extra “ocr”; a page takes some seconds."),
        ),
        "extract.ocr_seconds": Words(
            translate("Settings", "Longest time for one picture or scan"),
            unit=translate("Settings", "s"),
        ),
        "extract.ocr_memory_bytes": Words(
            translate("Settings", "Most memory for one picture or scan"),
            unit=translate("Settings", "MB"),
            scale=MB,
        ),
    }


def _engine() -> dict[str, Words]:
    return {
        "engine.rescan_minutes": Words(
            translate("Settings", "Look through all folders every"),
            translate("Settings", "Besides being told of changes; 0 is never."),
            translate("Settings", "min"),
        ),
        "engine.idle_exit_seconds": Words(
            translate("Settings", "End the engine without windows after"),
            translate("Settings", "0 is never. Changes are found at the next start."),
            translate("Settings", "s"),
        ),
        "engine.port": Words(
            translate("Settings", "Port on this machine"), translate("Settings", "0 is any.")
        ),
    }


_LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
"""Each calls itself by its own name, for whoever does not read the language that is set."""


def choice(name: str, value: str) -> str:
    """What a value of a setting is called; `name` is the setting's."""
    if name == "window.language":
        return {"": translate("Settings", "As the system"), **_LANGUAGES}.get(value, value)
    known = {
        "": translate("Settings", "As the preset says"),
        "system": translate("Settings", "As the system"),
        "light": translate("Settings", "Light"),
        "dark": translate("Settings", "Dark"),
        "quiet": translate("Settings", "Quiet"),
        "balanced": translate("Settings", "Balanced"),
        "full": translate("Settings", "Full"),
        "gentle": translate("Settings", "Gentle"),
        "off": translate("Settings", "Off"),
        "on": translate("Settings", "On"),
        "idle": translate("Settings", "When nobody needs the machine"),
        "auto": translate("Settings", "Automatic"),
        "session": translate("Settings", "Until the program ends"),
        "days": translate("Settings", "For some days"),
    }
    return known.get(value, value)
