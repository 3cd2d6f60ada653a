"""The engine speaks in codes and numbers; here they become sentences in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QObject

from jinasearch.core.errors import Code
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.models import Activity, Likeness, Restraint, Speed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import (
        Coverage,
        Finding,
        Folded,
        Folder,
        Pace,
        Place,
        Progress,
        Status,
    )

translate = QCoreApplication.translate
_BETWEEN_HEADINGS = " › "


def number(value: int) -> str:
    """A whole number with the language's separators."""
    return QLocale().toString(value)


def percent(done: int, total: int) -> str:
    """A share, rounded down so that "100 %" means all."""
    share = 100 if total <= 0 or done >= total else done * 100 // total
    return translate("texts", "{share} %").format(share=share)


class _Counts(QObject):
    # lupdate takes plurals from `tr` of a class alone, not from `translate`.

    def files(self, count: int) -> str:
        return self.tr("%Ln files", "", count)

    def folders(self, count: int) -> str:
        return self.tr("%Ln folders", "", count)

    def passages(self, count: int) -> str:
        return self.tr("%Ln passages", "", count)

    def copies(self, count: int) -> str:
        return self.tr("%Ln copies", "", count)

    def versions(self, count: int) -> str:
        return self.tr("%Ln versions", "", count)


def count_of_files(count: int) -> str:
    """Such as "1,204 files"."""
    return _Counts().files(count)


def count_of_folders(count: int) -> str:
    """Such as "3 folders"."""
    return _Counts().folders(count)


def count_of_passages(count: int) -> str:
    """Such as "1 passage"."""
    return _Counts().passages(count)


def count_of_copies(count: int) -> str:
    """Such as "2 copies"."""
    return _Counts().copies(count)


def folded(others: Sequence[Folded]) -> str:
    """How many files stand behind one, such as "2 copies, 1 version"; empty if there are none."""
    versions = sum(other.likeness is Likeness.VERSION for other in others)
    copies = len(others) - versions
    parts = [_Counts().copies(copies) if copies else ""]
    parts.append(_Counts().versions(versions) if versions else "")
    return ", ".join(part for part in parts if part)


def likeness(of: Likeness) -> str:
    """In what way a file is the same as another."""
    return {
        Likeness.COPY: translate("texts", "copy"),
        Likeness.NEAR_COPY: translate("texts", "nearly a copy"),
        Likeness.VERSION: translate("texts", "version"),
    }[of]


def date(seconds: float) -> str:
    """A file's date, short: the time today, day and month this year, else with the year."""
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    now = QDateTime.currentDateTime()
    locale = QLocale()
    if when.date() == now.date():
        return locale.toString(when.time(), QLocale.FormatType.ShortFormat)
    if when.date().year() == now.date().year():
        return locale.toString(when.date(), translate("texts", "d MMM"))
    return locale.toString(when.date(), translate("texts", "d MMM yyyy"))


def moment(seconds: float) -> str:
    """Date and time, short."""
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)


def place(at: Place) -> str:
    """Where a passage stands, such as "page 3" or "inside plan.docx"; empty if nothing is known."""
    parts = [_spot(at)]
    if at.member is not None:
        parts.append(translate("texts", "inside {name}").format(name=" ".join(at.member.split())))
    return translate("texts", ", ", "between places").join(filter(None, parts))


def heading(of: str, at: Place) -> str:
    """The headings above a passage on one line, without the file's name that its place tells."""
    parts = " ".join(of.split()).split(_BETWEEN_HEADINGS)
    inside = " ".join((at.member or "").split())
    for start in range(len(parts) if inside else 0):
        for end in range(start + 1, len(parts) + 1):
            if "/".join(parts[start:end]) == inside:
                return _BETWEEN_HEADINGS.join(parts[:start] + parts[end:])
    return _BETWEEN_HEADINGS.join(parts)


def _spot(at: Place) -> str:  # noqa: PLR0911 - one line a sort of place
    if at.page is not None:
        return translate("texts", "page {number}").format(number=at.page)
    if at.slide is not None:
        return translate("texts", "slide {number}").format(number=at.slide)
    if at.sheet is not None:
        if at.row is not None:
            return translate("texts", "sheet {name}, row {number}").format(
                name=at.sheet, number=at.row
            )
        return translate("texts", "sheet {name}").format(name=at.sheet)
    if at.cell is not None:
        return translate("texts", "cell {number}").format(number=at.cell)
    if at.mail is not None:
        return translate("texts", "mail {number}").format(number=at.mail)
    if at.row is not None:
        return translate("texts", "row {number}").format(number=at.row)
    if at.line is not None:
        return translate("texts", "line {number}").format(number=at.line)
    return ""


def places(at: Sequence[Place]) -> str:
    """Where the best passage stands, and the others behind it: "page 3, also page 7"."""
    told = list(dict.fromkeys(filter(None, map(place, at))))
    if len(told) < 2:
        return "".join(told)
    others = translate("texts", ", ", "between places").join(told[1:])
    return translate("texts", "{place}, also {others}").format(place=told[0], others=others)


def time_left(seconds: float | None) -> str:
    """Such as "3 min left", coarse enough not to flicker; empty if unknown."""
    if seconds is None:
        return ""
    if seconds < 5:
        return translate("texts", "a few seconds left")
    coarse = round(seconds / 5) * 5 if seconds < 90 else seconds
    return translate("texts", "{time} left").format(time=duration(coarse))


def duration(seconds: float) -> str:
    """Such as "3 min", coarse."""
    if seconds < 90:
        return translate("texts", "{seconds} s").format(seconds=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 100:
        return translate("texts", "{minutes} min").format(minutes=minutes)
    hours = round(seconds / 3600, 1 if seconds < 36000 else None)
    if hours < 48:
        return translate("texts", "{hours} h").format(hours=QLocale().toString(hours))
    return translate("texts", "{days} days").format(days=round(seconds / 86400))


def size(count: int) -> str:
    """Such as "2.4 GB"."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def rate(per_second: float) -> str:
    """Such as "412 per second"."""
    if per_second <= 0:
        return ""
    shown = f"{per_second:.1f}" if per_second < 10 else number(round(per_second))
    return translate("texts", "{rate} per second").format(rate=shown)


def progress(done_of_total: str, work: Progress) -> str:
    """One line of progress: how much, how fast, how long still."""
    parts = [
        done_of_total.format(done=number(work.done), total=number(work.total)),
        rate(work.rate),
        time_left(work.seconds_left),
    ]
    return "  ·  ".join(part for part in parts if part)


def meaning_share(coverage: Coverage) -> str:
    """How much of what there is can be found by meaning, such as "43 %".

    Passages are counted; of files that have not been read yet none is known, so the share of
    files that have been read goes in as a factor.
    """
    read = min(coverage.keywords + coverage.failed + coverage.skipped, coverage.files)
    return percent(coverage.passages_embedded * read, coverage.passages * coverage.files)


def activity(now: Activity) -> str:
    """What the engine is doing, as a word or two."""
    return {
        Activity.IDLE: translate("texts", "Up to date"),
        Activity.SCANNING: translate("texts", "Looking for files"),
        Activity.READING: translate("texts", "Reading files"),
        Activity.EMBEDDING: translate("texts", "Learning what files mean"),
        Activity.PAUSED: translate("texts", "Paused"),
        Activity.WAITING: translate("texts", "Waiting"),
        Activity.PROBLEM: translate("texts", "Something is wrong"),
    }[now]


def state(status: Status) -> str:
    """What the engine is doing, as a headline."""
    return activity(Activity.PAUSED if status.paused else status.activity)


def paused_until(seconds: float) -> str:
    """Such as "Paused until 14:30"."""
    return translate("texts", "Paused until {time}").format(time=date(seconds))


def pace(now: Pace) -> str:
    """Why the work does not go at full speed, such as "Waiting: on battery"; empty if it does."""
    if now.hurried:
        return translate("texts", "at full speed, as you asked")
    if now.speed is Speed.FULL:
        return ""
    why = restraint(now.reason)
    if now.speed is Speed.OFF:
        return translate("texts", "Waiting: {reason}").format(reason=why)
    return translate("texts", "gently: {reason}").format(reason=why)


def restraint(reason: str) -> str:
    """What holds the work back, in a few words."""
    known: dict[str, str] = {
        Restraint.USER_ACTIVE: translate("texts", "you use the machine"),
        Restraint.OTHERS_BUSY: translate("texts", "other programs are busy"),
        Restraint.ON_BATTERY: translate("texts", "on battery"),
        Restraint.POWER_SAVER: translate("texts", "the system saves power"),
        Restraint.LOW_CHARGE: translate("texts", "the battery is low"),
        Restraint.HOT: translate("texts", "the processor is hot"),
        Restraint.METERED: translate("texts", "the network is metered"),
        Restraint.ENGAGED: translate("texts", "a game, a presentation or “do not disturb”"),
        Restraint.LIBRARY_FULL: translate("texts", "the library may not grow any more"),
        Restraint.DISK_LOW: translate("texts", "little room is left on the disk"),
    }
    return known.get(reason, reason)


def why_nothing(note: str, coverage: Coverage) -> str:  # noqa: PLR0911 - one line a note
    """Why hits may be missing, from a reply's note and coverage; empty if nothing explains it."""
    found_by = translate(
        "texts", "So far {keywords} of {files} files can be found by words, {meaning} by meaning."
    ).format(
        keywords=number(coverage.keywords),
        files=number(coverage.files),
        meaning=meaning_share(coverage),
    )
    match note:
        case "still-indexing":
            return translate("texts", "Your files are still being read.") + " " + found_by
        case "meaning-waking":
            return translate("texts", "The model is waking up; meaning joins in a moment.")
        case "meaning-unavailable":
            return translate("texts", "The model cannot be used now, so only words are compared.")
        case "language-unknown-to-model":
            return translate(
                "texts", "The model does not know this language, so only words are compared."
            )
        case "nothing-indexed":
            return translate("texts", "No file has been read yet.")
    if coverage.files and coverage.keywords < coverage.files:
        return found_by
    return ""


def with_drives_away(folder: Folder) -> str:
    """A folder's path, and a line for each drive within it that is not there."""
    away = translate("texts", "not connected: {path}; what was read from it is kept")
    return "\n".join([folder.path, *(away.format(path=path) for path in folder.drives_away)])


def sends_to(host: str) -> str:
    """That the model is no matter of this machine alone."""
    return translate("texts", "texts go to {name}").format(name=host)


def library_work(work: LibraryWork) -> str:
    """What is done to the whole library, such as "The library is being checked (step 2 of 7)…"."""
    what = {
        Work.CHECKING: translate("texts", "The library is being checked"),
        Work.MENDING: translate("texts", "The library is being mended"),
        Work.UPDATING: translate("texts", "The library is being brought up to date"),
        Work.BACKING_UP: translate("texts", "The backup is being written"),
        Work.TAKING_IN: translate("texts", "The backup is being brought back"),
    }[work.work]
    if work.steps <= 1:
        return translate("texts", "{what}…").format(what=what)
    return translate("texts", "{what} (step {step} of {steps})…").format(
        what=what, step=number(work.step), steps=number(work.steps)
    )


def starting(work: LibraryWork | None) -> str:
    """What an engine is at that does not answer yet."""
    return translate("texts", "Starting the engine…") if work is None else library_work(work)


def as_the_engine() -> bool:
    """Whether the user's language is the engine's own, English."""
    return QLocale().language() in (QLocale.Language.English, QLocale.Language.C)


def where_it_stays(host: str) -> str:
    """Whether anything leaves this machine: the texts do if the model is another's."""
    if not host:
        return translate("texts", "Everything stays on this machine.")
    return translate(
        "texts", "The texts of your files and your questions go to {name}, as you chose."
    ).format(name=host)


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


def proof(findings: Sequence[Finding]) -> str:
    """Whether a model has proven itself."""
    if all(finding.ok for finding in findings):
        return translate("texts", "The model does what it should.")
    return translate("texts", "The model does not do what it should.")


def reason(code: str) -> str:
    """Why a file was left, for a table: a few words, or the code itself if it is unknown."""
    return _headlines().get(code) or _rules().get(code, code)


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


def _headlines() -> dict[str, str]:
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
        Code.MODEL_CONSENT: translate("errors", "The model's licence was not accepted"),
        Code.RUNTIME_MISSING: translate("errors", "The model cannot run in the way chosen"),
        Code.DOWNLOAD_FAILED: translate("errors", "The download failed"),
        Code.EMBED_FAILED: translate("errors", "The model failed"),
        Code.REMOTE_FAILED: translate("errors", "The server that runs the model gives no vectors"),
        Code.REMOTE_CONSENT: translate("errors", "Nobody agreed that texts leave this machine"),
        Code.REMOTE_UNENCRYPTED: translate("errors", "The connection would not be encrypted"),
        Code.FILE_GONE: translate("errors", "The file is not there any more"),
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
    return {
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
        Code.NO_PROGRAM: translate(
            "errors", "Choose a program for its kind in your desktop's settings."
        ),
        Code.NO_FILE_MANAGER: translate("errors", "Copy the path instead: Ctrl+Shift+C."),
        Code.NO_PERMISSION: translate("errors", "Change its permissions, or leave it out."),
        Code.WATCH_LIMIT: translate(
            "errors", "Changes are found by looking from time to time instead."
        ),
    }
