"""Picks what this process is: a worker, a command, the window, or the prompt without a screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

COMMANDS = frozenset(
    {
        "ask",
        "autostart",
        "doctor",
        "engine",
        "eval",
        "files",
        "folders",
        "index",
        "library",
        "models",
        "pace",
        "pause",
        "resume",
        "search",
        "settings",
        "show",
        "similar",
        "status",
        "toggle",
        "window",
        "why",
    }
)


def main() -> int:
    """Run the program; returns its exit code."""
    # ONNX Runtime 1.32 reports to its makers unless this is set. Children inherit it.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    arguments = sys.argv[1:]
    first = arguments[0] if arguments else ""
    if first == "_extract":
        from jinasearch.extract import worker  # noqa: PLC0415

        sys.argv[1:2] = []
        worker.main()
        return 0
    if first == "_embed":
        from jinasearch.embed.process import child  # noqa: PLC0415

        sys.argv[1:2] = []
        child.main()
        return 0
    if first == "_export":
        from jinasearch.embed.export.child import main as export  # noqa: PLC0415

        sys.argv[1:2] = []
        return export()
    if arguments == ["toggle"] and _toggled():
        return 0
    if first not in COMMANDS and not first.startswith("-"):
        if all(map(os.path.lexists, arguments)):
            return open_window(arguments)
        arguments = ["window", *arguments]  # it tells what is wrong with them
    return command(arguments)


def command(arguments: list[str]) -> int:
    """Run a command line."""
    from jinasearch.cli.context import Programs  # noqa: PLC0415
    from jinasearch.cli.main import run  # noqa: PLC0415

    return run(arguments, Programs(open_window, be_engine, has_screen))


def be_engine(library: Path, config: Path) -> None:
    """Run the engine in this process."""
    # Products this small only lose by it: numpy's threads wait for each other on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from jinasearch.engine.process import serve  # noqa: PLC0415

    serve(library, config)


def open_window(folders: list[str], start: str = "window") -> int:
    """Open the window on `folders`; where there is no screen, the prompt.

    `start` is what shows first: `window`, `hidden` or `quick`.
    """
    if not has_screen():
        return command(["ask", *folders])
    from jinasearch.gui import app  # noqa: PLC0415
    from jinasearch.gui.program import Start  # noqa: PLC0415

    return app.run([str(Path(folder).absolute()) for folder in folders], Start(start))


def _toggled() -> bool:
    """Tell an open window, without loading what a window takes: a key was pressed for it."""
    from jinasearch.core import wake  # noqa: PLC0415
    from jinasearch.core.paths import library_dir  # noqa: PLC0415

    return wake.send(library_dir(), wake.Wake((), toggle=True))


def has_screen() -> bool:
    """Whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
