"""Logging: to one rotating file in the library's folder, never a file's text or a query.

Of other people's packages only warnings are kept, and of an address nothing behind its `?`: what
they ask may be signed.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import TextIOWrapper

_OURS = "jinasearch"
_QUERY = re.compile(r"(\bhttps?://[^\s?]+\?)\S+")
_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"


def to_file(path: Path, level: int = logging.INFO) -> None:
    """Send all logging to `path` (1 MB, two old ones kept), readable by its user alone."""
    handler = _PrivateFile(
        path, maxBytes=1_000_000, backupCount=2, encoding="utf-8", errors="backslashreplace"
    )
    _install(handler, level)


def to_stderr(level: int = logging.WARNING) -> None:
    """Send all logging to standard error, for commands and worker processes."""
    _install(logging.StreamHandler(sys.stderr), level)


def _install(handler: logging.Handler, level: int) -> None:
    handler.setFormatter(_Formatter(_FORMAT))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger(_OURS).setLevel(level)


class _PrivateFile(logging.handlers.RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        Path(self.baseFilename).chmod(0o600)
        return stream


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _QUERY.sub(r"\1…", super().format(record))
