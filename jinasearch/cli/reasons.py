"""Why files are left, in words, by the codes that the engine gives."""

from __future__ import annotations

from jinasearch.core.errors import Code

WORDS = {
    Code.FILE_UNREADABLE: "damaged, or not what its name says",
    Code.FILE_ENCRYPTED: "locked with a password",
    Code.FILE_TOO_LARGE: "larger than the limit of its folder",
    Code.FILE_TIMED_OUT: "took too long to read",
    Code.FILE_CRASHED_READER: "crashed its reader",
    Code.FILE_OUT_OF_MEMORY: "needs too much memory",
    Code.FILE_KIND_UNKNOWN: "holds no text that can be read",
    Code.NO_PERMISSION: "may not be read",
    Code.INTERNAL: "the program made a mistake",
    "hidden": "hidden",
    "ignored-by-gitignore": "a .gitignore names it",
    "ignored-by-jinasearchignore": "a .jinasearchignore names it",
    "excluded-by-type": "your rules leave out its type",
    "excluded-by-pattern": "your rules leave it out",
    "default-exclusion": "made by a program, half written, or a secret",
    "too-large": "larger than the limit of its folder",
    "library": "the library does not index itself",
    "outside-folder": "a link that leads out of its folder",
    "not-a-regular-file": "no regular file",
    "folder-of-its-own": "belongs to a folder that is indexed by itself",
    Code.FILE_ONLINE_ONLY: "in the cloud only, not on this machine",
    Code.FILE_ARCHIVE_CLOSED: "an archive, and the rules do not open archives",
    Code.FILE_NEEDS_OCR: "a picture or scan, not looked at for letters yet",
    "text-truncated": "its end was not read, the text is too long",
}

REMEDIES = {
    Code.FILE_ONLINE_ONLY: "`jinasearch folders rules FOLDER --online` fetches such files.",
    Code.FILE_ARCHIVE_CLOSED: "`jinasearch folders rules FOLDER --archives` opens them.",
    Code.FILE_NEEDS_OCR: "It needs the extra `ocr` (.venv/bin/pip install -e '.[ocr]') and its"
    " time: `jinasearch status` says what it waits for, `extract.ocr` in the settings is when.",
    "hidden": "`jinasearch folders rules FOLDER --hidden` takes hidden files in.",
    "ignored-by-gitignore": "`jinasearch folders rules FOLDER --no-gitignore`, or an `--include`"
    " pattern, takes it in.",
    "ignored-by-jinasearchignore": "Change that file, or give an `--include` pattern.",
    "excluded-by-type": "`jinasearch folders rules FOLDER --without TYPE` changes the types.",
    "excluded-by-pattern": "`jinasearch folders rules FOLDER` shows your patterns.",
    "default-exclusion": "`jinasearch folders rules FOLDER --include PATTERN` takes it in.",
    "too-large": "`jinasearch folders rules FOLDER --max-bytes N` raises the limit.",
    Code.FILE_TOO_LARGE: "`jinasearch folders rules FOLDER --max-bytes N` raises the limit.",
    Code.FILE_ENCRYPTED: "Save a copy without the password to have its text found.",
    Code.FILE_UNREADABLE: "Open it with its own program, save it anew, then `files --retry`.",
    Code.FILE_TIMED_OUT: "Raise extract.timeout_seconds in the settings, then `files --retry`.",
    Code.FILE_OUT_OF_MEMORY: "Raise extract.memory_bytes in the settings, then `files --retry`.",
    Code.NO_PERMISSION: "Give yourself the right to read it, then `files --retry`.",
    "text-truncated": "Raise extract.max_characters in the settings, then `files --retry FILE`.",
}


def words(code: str) -> str:
    """A reason in words; the code itself if it is unknown."""
    return WORDS.get(code, code)
