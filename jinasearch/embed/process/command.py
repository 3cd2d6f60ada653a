"""How the embed process is started: by this program, or by another environment's interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDS = (
    "msgspec",
    "numpy",
    "onnxruntime-gpu",
    "platformdirs",
    "psutil",
    "tokenizers",
    "tomlkit",
)
"""Packages that another environment must have; `test_command.py` compares."""

LACKING = 78
"""The exit code of an environment that lacks one of them: EX_CONFIG of sysexits.h."""

_START = """
import sys
sys.path.append(sys.argv[1])  # last: the environment's own packages come first
try:
    import jinasearch.embed.load
    from jinasearch.embed.process.child import main
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit({lacking})
sys.exit(main())
"""


def embed_command(own: Sequence[str], python: str) -> list[str]:
    """The command line of the embed process.

    Args:
        own: how this program is started.
        python: another environment's interpreter; empty for this program's own.
    """
    if not python:
        return [*own, "_embed"]
    root = Path(__file__).resolve().parents[3]
    return [python, "-c", _START.format(lacking=LACKING), str(root)]
