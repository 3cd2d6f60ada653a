"""Logging: to one rotating file in the library's folder, never a file's text or a query."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"


def to_file(path: Path, level: int = logging.INFO) -> None:
    """Send all logging to `path` (1 MB, two old ones kept), readable by its user alone."""
    path.touch(mode=0o600, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=1_000_000, backupCount=2, encoding="utf-8", errors="backslashreplace"
    )
    _install(handler, level)


def to_stderr(level: int = logging.WARNING) -> None:
    """Send all logging to standard error, for commands and worker processes."""
    _install(logging.StreamHandler(sys.stderr), level)


def _install(handler: logging.Handler, level: int) -> None:
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
