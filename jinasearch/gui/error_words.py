"""Errors in the user's language: what went wrong, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from jinasearch.core.errors import Code, JinasearchError

translate = QCoreApplication.translate


def as_the_engine() -> bool:
    """Whether the user's language is the engine's own, English."""
    return QLocale().language() in (QLocale.Language.English, QLocale.Language.C)


def headline(code: str, title: str) -> str:
    """One line that says what went wrong.

    The engine writes plain English and knows the details, so in English its own words stand; in
    other languages the code is translated.
    """
    if not title or not as_the_engine():
        return _headlines().get(code) or title or code
    return title


def advice(code: str, message: str) -> str:
    """What to do about it, in the user's language where it is known."""
    if not message or not as_the_engine():
        return _advice().get(code) or message
    return message


def error(told: JinasearchError) -> str:
    """What went wrong, with which file, and what to do: a line each."""
    lines = (headline(told.code, told.title), told.path, advice(told.code, told.message))
    return "\n".join(line for line in lines if line)


def reason(code: str) -> str:
    """Why a file was left, for a table: a few words, or the code itself if it is unknown."""
    return _headlines().get(code) or _rules().get(code, code)


def _headlines() -> dict[str, str]:
    """What each code says went wrong."""
    return {
        Code.BAD_REQUEST: translate("errors", "That cannot be done"),
        Code.NOT_FOUND: translate("errors", "Not found"),
        Code.EXISTS: translate("errors", "There is such a file already"),
        Code.FOLDER_KNOWN: translate("errors", "This is indexed already, under another name"),
        Code.ALREADY_RUNNING: translate("errors", "The same is running already"),
        Code.NO_PERMISSION: translate("errors", "No permission to read it"),
        Code.UNAUTHORIZED: translate("errors", "The engine did not accept the window"),
        Code.DISK_FULL: translate("errors", "The disk is full"),
        Code.LIBRARY_DAMAGED: translate("errors", "The library is damaged"),
        Code.LIBRARY_MENDED: translate("errors", "Some of the library was damaged; it is mended"),
        Code.LIBRARY_BUSY: translate("errors", "The library is in use by another program"),
        Code.LIBRARY_NEWER: translate("errors", "The library was made by a newer version"),
        Code.NETWORK_FILE_SYSTEM: translate("errors", "The library lies on a network drive"),
        Code.NOT_A_LIBRARY: translate("errors", "The library's folder holds something else"),
        Code.GRAPH_DAMAGED: translate("errors", "The search graph is damaged and is made anew"),
        Code.ENGINE_UNREACHABLE: translate("errors", "The engine does not answer"),
        Code.ENGINE_NEWER: translate("errors", "A newer engine is running"),
        Code.ENGINE_FAILED: translate("errors", "The engine failed"),
        Code.ENGINE_STOPPED: translate("errors", "The engine was stopped"),
        Code.PORT_IN_USE: translate("errors", "The port is in use"),
        Code.MODEL_MISSING: translate("errors", "The model is not on this machine"),
        Code.MODEL_DAMAGED: translate("errors", "The model's files are damaged"),
        Code.MODEL_UNSUITABLE: translate("errors", "The model cannot be used"),
        Code.MODEL_DIMENSION: translate("errors", "The model has no vectors of this dimension"),
        Code.MODEL_CONSENT: translate("errors", "The model's licence was not accepted"),
        Code.RUNTIME_MISSING: translate("errors", "The model cannot run in the way chosen"),
        Code.DOWNLOAD_FAILED: translate("errors", "The download failed"),
        Code.EMBED_FAILED: translate("errors", "The model failed"),
        Code.REMOTE_FAILED: translate("errors", "The server that runs the model gives no vectors"),
        Code.REMOTE_CONSENT: translate("errors", "Nobody agreed that texts leave this machine"),
        Code.REMOTE_UNENCRYPTED: translate("errors", "The connection would not be encrypted"),
        Code.FILE_GONE: translate("errors", "The file is not there any more"),
        Code.DRIVE_AWAY: translate("errors", "Its drive is not connected"),
        Code.NO_PROGRAM: translate("errors", "No program opened the file"),
        Code.NO_FILE_MANAGER: translate("errors", "No file manager was found"),
        Code.FILE_UNREADABLE: translate("errors", "Cannot be read"),
        Code.FILE_ENCRYPTED: translate("errors", "Protected by a password"),
        Code.FILE_TOO_LARGE: translate("errors", "Too large"),
        Code.FILE_TIMED_OUT: translate("errors", "Took too long to read"),
        Code.FILE_CRASHED_READER: translate("errors", "Crashed its reader"),
        Code.FILE_OUT_OF_MEMORY: translate("errors", "Needs too much memory"),
        Code.FILE_KIND_UNKNOWN: translate("errors", "Of a kind that is not known"),
        Code.FILE_NEEDS_OCR: translate("errors", "A picture or scan, not looked at yet"),
        Code.FILE_ARCHIVE_CLOSED: translate("errors", "An archive; the rules do not open them"),
        Code.FILE_ONLINE_ONLY: translate("errors", "In the cloud only, not on this machine"),
        Code.WATCH_LIMIT: translate("errors", "The system watches no more folders"),
        Code.SUPERSEDED: translate("errors", "A newer question took its place"),
        Code.SETTINGS_INVALID: translate("errors", "The settings file cannot be used"),
        Code.SETTINGS_UNWRITABLE: translate("errors", "The settings file cannot be written"),
        Code.INTERNAL: translate("errors", "Something went wrong in the program"),
    }


def _advice() -> dict[str, str]:
    """What to do about each."""
    return {
        Code.BAD_REQUEST: translate("errors", "Change what was given, then try again."),
        Code.NOT_FOUND: translate("errors", "Ask anew: it may have been removed meanwhile."),
        Code.EXISTS: translate("errors", "Choose another name."),
        Code.UNAUTHORIZED: translate("errors", "Close the window and open it again."),
        Code.NETWORK_FILE_SYSTEM: translate(
            "errors", "Move the library to a drive of this computer."
        ),
        Code.PORT_IN_USE: translate(
            "errors", "Set `port = 0` under [engine] in the settings to take a free one."
        ),
        Code.MODEL_MISSING: translate("errors", "Download it under Index, Models…."),
        Code.MODEL_DAMAGED: translate("errors", "Remove it and download it again."),
        Code.MODEL_UNSUITABLE: translate("errors", "Choose another under Index, Models…."),
        Code.MODEL_DIMENSION: translate(
            "errors", "Choose one that it has under Index, Models…, or 0 for its own."
        ),
        Code.MODEL_CONSENT: translate("errors", "Accept the licence, or choose another model."),
        Code.RUNTIME_MISSING: translate(
            "errors", "Set the provider to automatic in the settings, or install what is missing."
        ),
        Code.DOWNLOAD_FAILED: translate(
            "errors", "Check the connection, then try again: it goes on where it ended."
        ),
        Code.EMBED_FAILED: translate("errors", "It is tried again by itself."),
        Code.REMOTE_FAILED: translate("errors", "Check that the server runs and can be reached."),
        Code.REMOTE_CONSENT: translate("errors", "Agree to it, or choose a model of this machine."),
        Code.REMOTE_UNENCRYPTED: translate("errors", "Give an address that begins with https."),
        Code.FILE_UNREADABLE: translate(
            "errors", "Open it in its program to see whether it is sound."
        ),
        Code.FILE_ENCRYPTED: translate("errors", "Save it without a password to have it read."),
        Code.FILE_TOO_LARGE: translate("errors", "Raise the largest size in the settings."),
        Code.FILE_TIMED_OUT: translate("errors", "Raise the time for a file in the settings."),
        Code.FILE_CRASHED_READER: translate("errors", "It is left until it changes."),
        Code.FILE_OUT_OF_MEMORY: translate("errors", "Raise the memory in the settings."),
        Code.FILE_KIND_UNKNOWN: translate("errors", "It is found by its name alone."),
        Code.FILE_NEEDS_OCR: translate("errors", "Switch on reading of pictures in the settings."),
        Code.FILE_ARCHIVE_CLOSED: translate("errors", "Let the folder's rules open archives."),
        Code.FILE_ONLINE_ONLY: translate("errors", "Keep it on this machine to have it read."),
        Code.FOLDER_KNOWN: translate("errors", "There is nothing to do."),
        Code.SUPERSEDED: translate("errors", "Ask anew."),
        Code.INTERNAL: translate("errors", "Try again. The log in the library's folder has more."),
        Code.ALREADY_RUNNING: translate("errors", "Wait until it is done, then try again."),
        Code.DISK_FULL: translate("errors", "Make room; work goes on by itself."),
        Code.LIBRARY_DAMAGED: translate(
            "errors", "“Repair” under Index, Library… saves what is sound; the rest is read again."
        ),
        Code.LIBRARY_MENDED: translate(
            "errors", "What is sound was kept; the rest is read again by itself."
        ),
        Code.GRAPH_DAMAGED: translate("errors", "Nothing was lost."),
        Code.LIBRARY_BUSY: translate("errors", "Close the other program, then try again."),
        Code.LIBRARY_NEWER: translate("errors", "Install the newer version of the program."),
        Code.NOT_A_LIBRARY: translate("errors", "Choose an empty one for the library."),
        Code.SETTINGS_INVALID: translate(
            "errors", "Correct the line, or delete the file to go back to the defaults."
        ),
        Code.SETTINGS_UNWRITABLE: translate(
            "errors", "The settings are as before. Give yourself the right to write there."
        ),
        Code.ENGINE_NEWER: translate("errors", "Close this window and open the newer program."),
        Code.ENGINE_UNREACHABLE: translate("errors", "It is being started again."),
        Code.ENGINE_FAILED: translate("errors", "Look into engine.log in the library's folder."),
        Code.ENGINE_STOPPED: translate(
            "errors", "Nothing is read or found until it is started again."
        ),
        Code.FILE_GONE: translate(
            "errors", "It was moved or deleted. “Look for changes now” under Index finds it anew."
        ),
        Code.DRIVE_AWAY: translate(
            "errors", "Connect it, then try again. What was read from it is kept."
        ),
        Code.NO_PROGRAM: translate(
            "errors", "Choose a program for its kind in your desktop's settings."
        ),
        Code.NO_FILE_MANAGER: translate("errors", "Copy the path instead: Ctrl+Shift+C."),
        Code.NO_PERMISSION: translate("errors", "Change its permissions, or leave it out."),
        Code.WATCH_LIMIT: translate(
            "errors", "Changes are found by looking from time to time instead."
        ),
    }


def _rules() -> dict[str, str]:
    return {
        "hidden": translate("errors", "Hidden"),
        "ignored-by-gitignore": translate("errors", "A .gitignore file names it"),
        "ignored-by-jinasearchignore": translate("errors", "A .jinasearchignore file names it"),
        "excluded-by-type": translate("errors", "The folder's rules leave out its type"),
        "excluded-by-pattern": translate("errors", "The folder's rules leave it out"),
        "default-exclusion": translate("errors", "Made by a program, half written, or a secret"),
        "too-large": translate("errors", "Too large"),
        "library": translate("errors", "The library does not index itself"),
        "outside-folder": translate("errors", "A link that leads out of its folder"),
        "not-a-regular-file": translate("errors", "No regular file"),
        "folder-of-its-own": translate("errors", "In a folder that is indexed by itself"),
        "text-truncated": translate("errors", "Too long: its end was not read"),
    }
