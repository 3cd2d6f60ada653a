"""Opens files for a worker that may not: the reader of a file can read that file and no other.

On Linux a worker is two processes. This one opens what it is asked for and hands the descriptor
on; it never looks into a file. The other gave up its rights before it saw the first byte.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from jinasearch.core.cloud import Clouds
from jinasearch.core.errors import JinasearchError
from jinasearch.core.paths import from_uri
from jinasearch.extract.protocol import Failure, Request
from jinasearch.extract.source import open_regular, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNAL_OF_PARENTS_DEATH = 1
_LONGEST = 1 << 17
"""Bytes of a message: a path has 4,096 at most, each at most three in its address."""


class Opened(msgspec.Struct, frozen=True):
    """A request, and why its file could not be opened. The descriptor travels beside it."""

    request: Request
    failure: Failure | None = None


def divide(requests: BinaryIO, replies: BinaryIO) -> Iterator[tuple[Opened, int | None]]:
    """Become two processes; returns in the reader, with what the opener will hand it.

    The opener goes on until its input ends or the reader does, and takes the other with it.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    opener = os.getpid()
    reader = os.fork()
    if reader:
        theirs.close()
        replies.close()  # so that it ends with the reader
        threading.Thread(target=_share_fate, args=(reader,), name="fate", daemon=True).start()
        _serve(requests, ours)
        os._exit(0)
    ctypes.CDLL(None).prctl(_SIGNAL_OF_PARENTS_DEATH, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != opener:
        os._exit(0)
    ours.close()
    requests.close()
    return _opened(theirs)


def _opened(opener: socket.socket) -> Iterator[tuple[Opened, int | None]]:
    while True:
        message, descriptors, _, _ = socket.recv_fds(opener, _LONGEST, 1)
        if not message:
            os._exit(0)
        yield msgspec.json.decode(message, type=Opened), next(iter(descriptors), None)


def _serve(requests: BinaryIO, reader: socket.socket) -> None:
    clouds = Clouds()
    for line in requests:
        request = msgspec.json.decode(line, type=Request)
        failure, descriptors = None, []
        try:
            descriptors = [_open(request, clouds)]
        except JinasearchError as error:
            failure = Failure(error.code, error.title, error.message, error.path)
        try:
            message = msgspec.json.encode(Opened(request, failure))
            socket.send_fds(reader, [message], descriptors)
        except OSError:  # the reader has ended: its fate is shared
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _open(request: Request, clouds: Clouds) -> int:
    path = from_uri(request.uri)
    try:
        return open_regular(path, None if request.limits.online else clouds)
    except OSError as error:
        raise unreadable(path, error) from error


def _share_fate(reader: int) -> None:
    """End as the reader ended; a signal is told as shells tell it."""
    code = os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1])
    os._exit(code if code >= 0 else 128 - code)
