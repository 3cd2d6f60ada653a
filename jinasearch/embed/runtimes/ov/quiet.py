"""OpenVINO's package without its telemetry: import `ov` and `op` from here, never from itself.

Importing `openvino` imports its model converter, which reports the import to its maker over the
network, from a process that it forks. Neither is needed to run a model, so both are kept out.
"""

from __future__ import annotations

import sys
from typing import Any

for _unwanted in ("openvino_telemetry", "openvino.tools.ovc"):
    # None in its place makes an import fail, which the package takes for not installed.
    sys.modules.setdefault(_unwanted, None)  # type: ignore[arg-type]

import openvino as ov  # noqa: E402
from openvino import opset13  # noqa: E402

__all__ = ["op", "ov"]

op: Any = opset13
"""The operations that graphs are made of."""
