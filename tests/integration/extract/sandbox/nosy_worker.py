"""A worker whose reader tries what it must not do; what came of it is the document's title."""

import errno
import os
import socket
import sys
import threading
from pathlib import Path, PurePath

from jinasearch.core.models import Document
from jinasearch.extract import worker

OUTSIDE = Path(os.environ.get("NOSY_FOLDER", "."))


def _fork():
    if os.fork() == 0:
        os._exit(0)


def _signal():
    os.kill(int(os.environ["NOSY_PID"]), 0)


def _attribute():
    os.setxattr(OUTSIDE / "other.txt", "user.a", b"b")


def _thread():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


_DEEDS = {
    "connect": lambda source: socket.create_connection(
        ("127.0.0.1", int(source.data())), timeout=5
    ).close(),
    "local": lambda source: socket.socket(socket.AF_UNIX),
    "datagram": lambda source: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "write": lambda source: (OUTSIDE / "new.txt").write_text("new"),
    "append": lambda source: (OUTSIDE / "other.txt").open("a"),
    "truncate": lambda source: os.truncate(OUTSIDE / "other.txt", 0),
    "remove": lambda source: (OUTSIDE / "other.txt").unlink(),
    "rename": lambda source: (OUTSIDE / "other.txt").rename(OUTSIDE / "moved.txt"),
    "folder": lambda source: (OUTSIDE / "folder").mkdir(),
    "mode": lambda source: (OUTSIDE / "other.txt").chmod(0o777),
    "mode-in-hand": lambda source: os.fchmod(source._fd, 0o777),
    "time": lambda source: os.utime(OUTSIDE / "other.txt", (1, 1)),
    "attribute": lambda source: _attribute(),
    "read": lambda source: (OUTSIDE / "other.txt").read_text(),
    "reread": lambda source: Path(source.path).read_text(),
    "list": lambda source: list(OUTSIDE.iterdir()),
    "password": lambda source: Path("/etc/passwd").read_text(),
    "memory": lambda source: Path(f"/proc/{os.environ['NOSY_PID']}/environ").read_bytes(),
    "fork": lambda source: _fork(),
    "execute": lambda source: os.execv("/bin/true", ["true"]),
    "signal": lambda source: _signal(),
    "library": lambda source: __import__("sqlite3"),
    "null": lambda source: Path(os.devnull).read_bytes(),
    "thread": lambda source: _thread(),
    "random": lambda source: Path("/dev/urandom").open("rb").close(),
    "descriptors": lambda source: [os.open(os.devnull, os.O_RDONLY) for _ in range(400)],
}


def _read(source, ocr_seconds):
    deed = PurePath(source.path).name.partition(".")[0]
    try:
        _DEEDS[deed](source)
    except OSError as error:
        return Document("text", title=errno.errorcode.get(error.errno, str(error)))
    return Document("text", title="done")


worker.read = _read

if __name__ == "__main__":
    sys.exit(worker.main())
