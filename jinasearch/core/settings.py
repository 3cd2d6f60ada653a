"""The settings file: typed, in TOML, the same for the window and the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
import tomlkit

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import changing, is_full, write_atomically
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Value = bool | int | float | str
"""What a setting can be."""

_BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_Count = Annotated[int, msgspec.Meta(ge=0)]
_Positive = Annotated[int, msgspec.Meta(gt=0)]
_Memory = Annotated[int, msgspec.Meta(ge=300_000_000)]
"""With less, the engine alone would stand still."""
_Duration = Annotated[float, msgspec.Meta(ge=0)]
_Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
_Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]
_Speed = Literal["", "full", "gentle", "off"]


@dataclass(frozen=True, slots=True)
class EmbedSettings:
    """Which model makes the vectors. `dimension` 0 means the model's own.

    `model` is a name of the catalogue or the path of a model's folder. `threads` 0 means one per
    physical core. `idle_seconds` is how long an unused model stays in memory.

    `runtime` and `precision` are what computes, and in what numbers; `auto` means the fastest that
    keeps the vectors (cosine of 0.999 at least); those of `int8` have a space of their own.
    For `cuda`, `python` is the interpreter of an environment with onnxruntime-gpu (empty means the
    program's own), `allow_cpu` lets the processor do what the card cannot, and `gpu_bytes` is the
    card's memory to use at most, 0 all of it.
    """

    model: str = "starter"
    dimension: _Count = 0
    threads: _Count = 0
    idle_seconds: _Duration = 300.0
    runtime: Literal["auto", "onnx", "openvino", "cuda"] = "auto"
    precision: Literal["auto", "fp32", "bf16", "fp16", "int8"] = "auto"
    python: str = ""
    allow_cpu: bool = False
    gpu_bytes: _Count = 0


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How answers come about. `rerank` is the model that orders the first files of an answer anew:
    a name of the catalogue or the path of a model's folder; empty is none.
    """

    rerank: str = ""


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    """Limits of the processes that open files. `workers` 0 means one per core, at most two.

    `ocr` is when pictures and scans are looked at for letters: `off`, `on` (when all else is read),
    or only when the machine is `idle`; it needs the extra of that name. `ocr_seconds` and
    `ocr_memory_bytes` are its limits, for one file.
    """

    workers: _Count = 0
    timeout_seconds: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    memory_bytes: _Positive = 1_500_000_000
    max_characters: _Positive = 2_000_000
    ocr: Literal["off", "on", "idle"] = "idle"
    ocr_seconds: Annotated[float, msgspec.Meta(gt=0)] = 600.0
    ocr_memory_bytes: _Positive = 4_000_000_000


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`idle_exit_seconds` 0 keeps the engine running without clients.

    `rescan_minutes` is how often folders are looked through besides being watched; 0 is never.
    """

    port: _Port = 0
    idle_exit_seconds: _Duration = 0.0
    rescan_minutes: _Duration = 60.0


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """How the window looks, and how it is called.

    `hotkey` shows the small window from anywhere, in the form `Ctrl+Alt+Space`; empty is none.
    With `tray` the program stays in the tray when its window is closed, where there is a tray.
    `language` empty follows the system. `history` is how long questions are
    kept: not at all, until the program ends, or for `history_days`.
    """

    hotkey: str = "Ctrl+Alt+Space"
    tray: bool = True
    scheme: Literal["system", "light", "dark"] = "system"
    language: Literal["", "en", "zh_CN"] = ""
    history: Literal["off", "session", "days"] = "days"
    history_days: _Positive = 30


@dataclass(frozen=True, slots=True)
class PaceSettings:
    """How much of the machine the work takes, and when: `quiet`, `balanced` or `full`.

    The speeds say what a situation makes of it, where that differs from the preset (empty): `full`,
    `gentle` (at most `gentle_percent` of the processor, half of its cores, one file at a time) or
    `off` (only what was just changed).
    `active` is while somebody uses the machine, which is idle after `idle_minutes` without a key
    pressed; `engaged` is a game, a presentation or "do not disturb". `low_charge` counts below
    `low_percent` of the battery, `hot` above `hot_celsius` of the processor.
    """

    preset: Literal["quiet", "balanced", "full"] = "balanced"
    active: _Speed = ""
    battery: _Speed = ""
    low_charge: _Speed = ""
    hot: _Speed = ""
    metered: _Speed = ""
    engaged: _Speed = ""
    idle_minutes: _Duration = 3.0
    low_percent: _Percent = 30
    hot_celsius: _Positive = 90
    gentle_percent: _Percent = 40


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """Ceilings. `cpu_percent` is of all cores together, at full speed too.

    `memory_bytes` is what engine and readers hold together, without the model and the graph.
    `disk_bytes` is the largest size of the library without copies put aside, 0 for none;
    `disk_free_bytes` of its disk are left to others, but never more than a fiftieth of it.
    """

    cpu_percent: _Percent = 100
    memory_bytes: _Memory = 1_000_000_000
    disk_bytes: _Count = 0
    disk_free_bytes: _Count = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, with their defaults."""

    embed: EmbedSettings = field(default_factory=EmbedSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    extract: ExtractSettings = field(default_factory=ExtractSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    pace: PaceSettings = field(default_factory=PaceSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting: `section.key`, what it is now and what it is by default.

    `kind` is `bool`, `int`, `float` or `text`; a text with `choices` is one of them.
    """

    name: str
    kind: str
    value: Value
    default: Value
    choices: tuple[str, ...] = ()


def entries(settings: Settings) -> tuple[Entry, ...]:
    """All settings, in the order of the file's sections."""
    found = []
    for section in fields(Settings):
        now, default = getattr(settings, section.name), getattr(Settings(), section.name)
        types = get_type_hints(type(now), include_extras=False)
        for key in fields(now):
            kind = types[key.name]
            choices = get_args(kind) if get_origin(kind) is Literal else ()
            found.append(
                Entry(
                    f"{section.name}.{key.name}",
                    "text" if choices or kind is str else kind.__name__,
                    getattr(now, key.name),
                    getattr(default, key.name),
                    choices,
                )
            )
    return tuple(found)


def load(path: Path) -> Settings:
    """Read the settings file; a missing one gives the defaults.

    Raises:
        JinasearchError(SETTINGS_INVALID): not TOML, or a value of the wrong type.
    """
    try:
        data = path.read_bytes()
        text = data.decode()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise _invalid(path, error.strerror or "it cannot be read") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _invalid(path, f"line {line} is not UTF-8") from error
    try:
        settings = msgspec.toml.decode(text, type=Settings, strict=True)
    except msgspec.MsgspecError as error:
        raise _invalid(path, _line_of(text, str(error)) + str(error)) from error
    unknown = _unknown(msgspec.toml.decode(text))
    if unknown:
        detail = f"there is no setting - at `$.{unknown}`"
        raise _invalid(path, _line_of(text, detail) + detail)
    return settings


def update(path: Path, section: str, **values: Any) -> Settings:  # noqa: ANN401 - any TOML value
    """Change some values of one section, keeping the user's comments, and return the result."""
    return change(path, {f"{section}.{key}": value for key, value in values.items()})


def change(
    path: Path,
    values: Mapping[str, Value | None],
    check: Callable[[Settings, Settings], None] = lambda _before, _after: None,
) -> Settings:
    """Change settings by their names, keeping the user's comments; None goes back to the default.

    `check` is asked before they are written, with all settings before and after; it may raise.

    Raises:
        JinasearchError(BAD_REQUEST): there is no such setting, or it cannot have that value.
        JinasearchError(SETTINGS_INVALID): the file cannot be read.
        JinasearchError(DISK_FULL, SETTINGS_UNWRITABLE): it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with changing(path):
            before = _before(path, values)
            changed = _changed(before, values)
            check(before, changed)
            write_atomically(path, _text_with(path, values).encode())
    except OSError as error:
        raise unwritten(path, error) from error
    return changed


def _before(path: Path, values: Mapping[str, Value | None]) -> Settings:
    """What the file says; where a mistake in it is what is changed, what it says without that."""
    try:
        return load(path)
    except JinasearchError as error:
        try:
            text = _text_with(path, dict.fromkeys(values))
            mended = msgspec.toml.decode(text, type=Settings, strict=True)
        except (OSError, ValueError, AttributeError, TypeError):
            raise error from None
        if _unknown(msgspec.toml.decode(text)):
            raise
        return mended


def _text_with(path: Path, values: Mapping[str, Value | None]) -> str:
    document = (
        tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    )
    for name, value in values.items():
        section, _, key = name.partition(".")
        if value is not None:
            document.setdefault(section, tomlkit.table())[key] = value
        elif key in document.get(section, {}):
            del document[section][key]
    return tomlkit.dumps(document)


def _changed(settings: Settings, values: Mapping[str, Value | None]) -> Settings:
    known = {entry.name: entry for entry in entries(settings)}
    data: dict[str, dict[str, Value]] = msgspec.to_builtins(settings)
    for name, value in values.items():
        if name not in known:
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"There is no setting {name}",
                "`jinasearch settings list` shows all.",
            )
        section, _, key = name.partition(".")
        data[section][key] = known[name].default if value is None else value
    try:
        return msgspec.convert(data, Settings, strict=True)
    except msgspec.ValidationError as error:
        raise JinasearchError(Code.BAD_REQUEST, *_refusal(str(error), known)) from error


def _refusal(detail: str, known: Mapping[str, Entry]) -> tuple[str, str]:
    """What msgspec says of a value, in the user's words: title and message."""
    place = re.search(r"at `\$\.([\w.]+)`", detail)
    entry = known.get(place[1]) if place is not None else None
    if entry is None:
        return f"A setting cannot have this value: {detail}", ""
    title = f"{entry.name} cannot have this value"
    if entry.choices:
        one_of = " or ".join(choice or '""' for choice in entry.choices)
        return title, f"Give {one_of}."
    bound = re.match(r"Expected `\w+` (>=|<=|>|<) ([\d.]+)", detail)
    if bound is not None:
        number = bound[2].removesuffix(".0")
        return title, f"It has to be {_BOUNDS[bound[1]]} {number}."
    kinds = {"bool": "true or false", "int": "a whole number", "float": "a number"}
    return title, f"It has to be {kinds.get(entry.kind, 'a text')}."


def _unknown(given: dict[str, Any]) -> str:
    """The first section or key that means nothing, most likely a slip of the pen."""
    defaults = Settings()
    for name, values in given.items():
        section = getattr(defaults, name, None)
        if section is None:
            return name
        known = {key.name for key in fields(section)}
        for key in values:
            if key not in known:
                return f"{name}.{key}"
    return ""


def _line_of(text: str, detail: str) -> str:
    """`line 3: ` for the key that a message of msgspec ends with, where it can be found.

    For what is not TOML at all the message tells the line itself.
    """
    found = re.search(r"at `\$\.(\w+)(?:\.(\w+))?", detail)
    if found is None:
        return ""
    section, key = found.groups()
    inside = not key
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*[\"']?(\w+)", line):
            inside = header[1] == section
        if inside and re.match(rf"\s*\[*\s*[\"']?{key or section}\b", line):
            return f"line {number}: "
    return ""


def _invalid(path: Path, detail: str) -> JinasearchError:
    return JinasearchError(
        Code.SETTINGS_INVALID,
        f"The settings file cannot be used: {detail}",
        "Correct the line, or delete the file to go back to the defaults.",
        shown(path),
    )


def unwritten(path: Path, error: OSError) -> JinasearchError:
    """What is told when the settings file cannot be written."""
    return JinasearchError(
        Code.DISK_FULL if is_full(error) else Code.SETTINGS_UNWRITABLE,
        f"The settings file cannot be written: {error.strerror or 'another program has it'}",
        "The settings are as before. Make room, or give yourself the right to write there.",
        shown(path),
    )
