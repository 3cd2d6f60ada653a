"""The parent's end of the pipes to one embed process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from concurrent.futures import Future
from typing import IO, TYPE_CHECKING, cast

import psutil

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.process import wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.embed.encoder import Stop

Reply = tuple[wire.Header, bytes]

_KILLED = tuple(-number for number in (getattr(signal, "SIGKILL", 0), signal.SIGTERM) if number)


class ChildDied(Exception):  # noqa: N818 - the process's end, which the caller may answer
    """The embed process ended before it answered."""


class Connection:
    """One running embed process; thread-safe. It is never reused after its process has ended."""

    def __init__(self, command: Sequence[str], threads: int) -> None:
        """Start the process. Raises JinasearchError(EMBED_FAILED) if that is not possible."""
        environment = os.environ | {
            "RAYON_NUM_THREADS": str(threads),  # the tokenizer's threads, else one per core
            "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false",
        }
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise JinasearchError(
                Code.EMBED_FAILED,
                "The model's process cannot be started",
                f"The system says: {error.strerror}.",
                command[0],
            ) from error
        # Pipes were asked for, so they are there.
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._writing = threading.Lock()
        self._waiting: dict[int, Future[Reply]] = {}
        self._state = threading.Lock()
        self._last_id = 0
        self._over = False
        self._given_up = False
        self._reader = threading.Thread(target=self._read, name="embed-replies", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether the process can still be asked."""
        return not self._over

    @property
    def exit_code(self) -> int | None:
        """What the process ended with; None while it runs."""
        return self._process.returncode

    @property
    def killed(self) -> bool:
        """Whether it was ended from without, by the system or the user: no fault of the model's.
        Told where there are signals."""
        return not self._given_up and self.exit_code in _KILLED

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def memory_bytes(self) -> int:
        """Memory that the process really holds; 0 if it has ended."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def tell(self, request: wire.Header) -> None:
        """Send a request whose answer nobody waits for."""
        with contextlib.suppress(OSError, ValueError), self._writing:  # it ends: nothing to tell
            wire.write(self._stdin, {"id": 0, **request})

    def ask(self, request: wire.Header, seconds: float, stop: Stop | None = None) -> Reply:
        """Send a request and wait for its answer, which is `cancelled` if `stop` comes before it.

        Raises:
            ChildDied: the process ended, or gave no answer in time and was ended for it.
        """
        answer: Future[Reply] = Future()
        with self._state:
            if self._over:
                raise ChildDied
            self._last_id += 1
            number = self._last_id
            self._waiting[number] = answer
        try:
            with self._writing:
                wire.write(self._stdin, {"id": number, **request})
            if stop is not None:
                stop.on_request(lambda: self.tell({"op": "cancel", "of": number}))
            return answer.result(seconds)
        except TimeoutError as error:
            self._given_up = True
            self.end()
            raise ChildDied from error
        except (OSError, ValueError) as error:
            self.end()  # the pipe broke, or was closed: `alive` must tell it from here on
            raise ChildDied from error
        finally:
            if stop is not None:
                stop.on_request(None)
            with self._state:
                self._waiting.pop(number, None)

    def end(self) -> None:
        """Kill the process and wait for its end: it holds nothing that needs saving."""
        self._process.kill()
        self._reader.join()

    def _read(self) -> None:
        try:
            while (frame := wire.read(self._stdout)) is not None:
                with self._state:
                    answer = self._waiting.pop(frame[0].get("id", 0), None)
                if answer is not None:
                    answer.set_result(frame)
        except ValueError:
            self._process.kill()  # it talks nonsense, so it cannot be asked again
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        self._process.wait()
        with self._state:
            self._over = True
            lost = list(self._waiting.values())
            self._waiting.clear()
        for answer in lost:
            answer.set_exception(ChildDied())
        for stream in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                stream.close()
