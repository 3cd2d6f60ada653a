"""The process that opens files: one request a line in, one reply a line out.

It ends when its input does. Whatever a library prints goes to standard error, so that it cannot
break the protocol.
"""

from __future__ import annotations

import hashlib
import os
import queue
import signal
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, shown
from jinasearch.core.settings import ExtractSettings
from jinasearch.extract import kinds, registry
from jinasearch.extract.chunker import cut
from jinasearch.extract.outline import limited
from jinasearch.extract.preview.show import show
from jinasearch.extract.protocol import Failure, Ready, Reply, Request, Stat
from jinasearch.extract.sandbox import limits, opener
from jinasearch.extract.sandbox.allowance import Allowance
from jinasearch.extract.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinasearch.core.models import Document

_GRACE_SECONDS = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve requests until the input ends. The last argument is `ExtractSettings` as JSON."""
    settings = msgspec.json.decode((arguments or sys.argv)[-1], type=ExtractSettings)
    requests, replies = _take_over_pipes()
    limits.step_back()
    if sys.platform == "linux":
        opened = opener.divide(requests, replies)
        ready = Ready(os.getpid(), limits.restrain(settings.memory_bytes))
    else:
        ready = Ready(os.getpid(), limits.restrain(settings.memory_bytes))
        opened = _unopened(requests)
    _say(replies, ready)
    for request, descriptor in opened:
        _set_alarm(request.request.limits.seconds + _GRACE_SECONDS)
        reply = answer(request.request, request.failure, descriptor)
        _set_alarm(0)
        _say(replies, reply)
    return 0


def answer(
    request: Request, failure: Failure | None = None, descriptor: int | None = None
) -> Reply:
    """Read the file that is asked for, and may be open. Every failure becomes an error reply."""
    if failure is not None:
        return Reply(request.id, error=failure)
    path = from_uri(request.uri)
    try:
        with Source(path, request.limits, descriptor) as source:
            within = request.view is not None and request.view.place.member is not None
            if request.limits.archives or within:  # what was read of one is shown of it
                source.allowance = Allowance(request.limits.seconds)
            if request.view is not None:
                return Reply(request.id, preview=show(source, request.view))
            document = read(source, request.limits.seconds if request.limits.ocr else 0.0)
            return Reply(request.id, document, stat=Stat(source.size, source.mtime_ns))
    except JinasearchError as error:
        return _failed(request, error.code, error.title, error.message, error.path)
    except MemoryError:
        return _failed(
            request,
            Code.FILE_OUT_OF_MEMORY,
            "Reading the file needs more memory than is allowed",
            "Raise extract.memory_bytes in the settings, or exclude the file.",
            shown(path),
        )
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - Rust panics are no Exception
        print(f"reader failed: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return _failed(
            request,
            Code.FILE_UNREADABLE,
            "The file could not be understood by its reader",
            "Try to open it with its own program; it may be damaged.",
            shown(path),
        )


def read(source: Source, ocr_seconds: float = 0.0) -> Document:
    """The document in an open file; pictures are looked at if there are seconds for it.

    Raises:
        JinasearchError: FILE_KIND_UNKNOWN, or what the kind's reader raises.
    """
    source.kind = kinds.kind_of(source)
    if source.kind == kinds.UNKNOWN:
        raise JinasearchError(
            Code.FILE_KIND_UNKNOWN,
            "The file holds no text that can be read",
            "It is found by its name.",
            shown(source.path),
        )
    outline = registry.reader_of(source.kind)(source)
    if outline.pictures and ocr_seconds:
        from jinasearch.extract.readers import ocr  # noqa: PLC0415 - large, and seldom needed

        outline = ocr.recognized(source, outline, ocr_seconds)
    document = cut(limited(outline, source.max_characters))
    if not outline.pictures:
        return document
    return replace(document, scan=hashlib.sha256(source.data()).hexdigest())


def _failed(request: Request, code: Code, title: str, message: str, path: str) -> Reply:
    return Reply(request.id, error=Failure(code, title, message, path))


def _take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _unopened(requests: BinaryIO) -> Iterator[tuple[opener.Opened, None]]:
    """Requests whose files this process opens itself."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), name="input", daemon=True).start()
    while True:
        yield opener.Opened(msgspec.json.decode(waiting.get(), type=Request)), None


def _listen(requests: BinaryIO, waiting: queue.SimpleQueue[bytes]) -> None:
    for line in requests:
        waiting.put(line)
    # The engine is gone: nobody waits for what is in hand.
    os._exit(0)


def _say(replies: BinaryIO, message: Ready | Reply) -> None:
    replies.write(msgspec.json.encode(message) + b"\n")
    replies.flush()


def _set_alarm(seconds: float) -> None:
    """End this process after `seconds` even if a reader holds the interpreter; 0: never.

    The pool ends a slow worker sooner; this is for the worker whose pool was killed.
    """
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    sys.exit(main())
