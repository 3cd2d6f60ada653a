"""One error type that a user can act on: what happened, to which file, what to do."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What went wrong, for programs: the window translates by it, the command line exits by it."""

    BAD_REQUEST = "bad-request"
    NOT_FOUND = "not-found"
    EXISTS = "exists"
    FOLDER_KNOWN = "folder-known"
    ALREADY_RUNNING = "already-running"
    NO_PERMISSION = "no-permission"
    UNAUTHORIZED = "unauthorized"
    DISK_FULL = "disk-full"
    LIBRARY_DAMAGED = "library-damaged"
    LIBRARY_MENDED = "library-mended"
    LIBRARY_BUSY = "library-busy"
    LIBRARY_NEWER = "library-newer"
    NOT_A_LIBRARY = "not-a-library"
    NETWORK_FILE_SYSTEM = "network-file-system"
    GRAPH_DAMAGED = "graph-damaged"
    ENGINE_UNREACHABLE = "engine-unreachable"
    ENGINE_NEWER = "engine-newer"
    ENGINE_FAILED = "engine-failed"
    ENGINE_STOPPED = "engine-stopped"
    PORT_IN_USE = "port-in-use"
    MODEL_MISSING = "model-missing"
    MODEL_DAMAGED = "model-damaged"
    MODEL_UNSUITABLE = "model-unsuitable"
    MODEL_DIMENSION = "model-dimension"
    MODEL_CONSENT = "model-consent"
    RUNTIME_MISSING = "runtime-missing"
    DOWNLOAD_FAILED = "download-failed"
    EMBED_FAILED = "embed-failed"
    REMOTE_FAILED = "remote-failed"
    REMOTE_CONSENT = "remote-consent"
    REMOTE_UNENCRYPTED = "remote-unencrypted"
    FILE_GONE = "file-gone"
    DRIVE_AWAY = "drive-away"
    NO_PROGRAM = "no-program"
    NO_FILE_MANAGER = "no-file-manager"
    FILE_UNREADABLE = "file-unreadable"
    FILE_ENCRYPTED = "file-encrypted"
    FILE_TOO_LARGE = "file-too-large"
    FILE_TIMED_OUT = "file-timed-out"
    FILE_CRASHED_READER = "file-crashed-reader"
    FILE_OUT_OF_MEMORY = "file-out-of-memory"
    FILE_KIND_UNKNOWN = "file-kind-unknown"
    FILE_ONLINE_ONLY = "file-online-only"
    FILE_NEEDS_OCR = "file-needs-ocr"
    FILE_ARCHIVE_CLOSED = "file-archive-closed"
    WATCH_LIMIT = "watch-limit"
    SUPERSEDED = "superseded"
    SETTINGS_INVALID = "settings-invalid"
    SETTINGS_UNWRITABLE = "settings-unwritable"
    INTERNAL = "internal"


class JinasearchError(Exception):
    """An error that is told to the user.

    `title` says what happened in one line, `message` what to do about it, `path` names the file
    or folder it is about (display form), empty if there is none.
    """

    def __init__(self, code: Code, title: str, message: str = "", path: str = "") -> None:
        super().__init__(title)
        self.code = code
        self.title = title
        self.message = message
        self.path = path

    def is_like(self, other: JinasearchError | None) -> bool:
        """Whether another error tells the user the same."""
        return other is not None and (self.code, self.title, self.message, self.path) == (
            other.code, other.title, other.message, other.path,
        )  # fmt: skip

    def __str__(self) -> str:
        where = f" ({self.path})" if self.path else ""
        what_to_do = f" {self.message}" if self.message else ""
        return f"{self.title}{where}.{what_to_do}"
