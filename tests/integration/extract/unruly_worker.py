"""A worker whose reader misbehaves in the way that the file's name says."""

import ctypes
import os
import signal
import socket
import sys
import time
from pathlib import PurePath

from jinasearch.core.models import Confinement, Document
from jinasearch.extract import worker


def _spin(source):
    while True:
        pass


def _print(source):
    print("this must not reach the pipe")
    os.write(1, b"nor this\n")


def _panic(source):
    raise type("PanicException", (BaseException,), {})("boom")


def _recurse(source):
    return _recurse(source) + 1


_DEEDS = {
    "abort": lambda source: os.abort(),
    "segfault": lambda source: ctypes.string_at(0),
    "exit": lambda source: os._exit(3),
    "killed": lambda source: os.kill(os.getpid(), signal.SIGKILL),
    "gobble": lambda source: "x" * (4 << 30),
    "sleep": lambda source: time.sleep(600),
    "chatter": lambda source: sys.stderr.write("x" * 3_000_000),
    "connect": lambda source: socket.create_connection(
        ("127.0.0.1", int(source.data())), timeout=5
    ).close(),
    "spin": _spin,
    "print": _print,
    "panic": _panic,
    "recurse": _recurse,
}


def _read(source, ocr_seconds):
    deed = PurePath(source.path).name.partition(".")[0]
    if deed in _DEEDS:
        _DEEDS[deed](source)
    return Document("text", title=deed)


worker.read = _read
if "unlimited" in sys.argv:
    worker.limits.restrain = lambda memory_bytes: Confinement()

if __name__ == "__main__":
    sys.exit(worker.main())
