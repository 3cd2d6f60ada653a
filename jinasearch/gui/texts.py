"""The engine speaks in codes and numbers; here they become sentences in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.models import Activity, Likeness, Restraint, Speed
from jinasearch.core.paths import from_uri, shown
from jinasearch.gui import formatting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import (
        Coverage,
        Finding,
        Folded,
        Folder,
        Pace,
        Place,
        Status,
    )

translate = QCoreApplication.translate
_BETWEEN_HEADINGS = " › "


def folded(others: Sequence[Folded]) -> str:
    """How many files stand behind one, such as "2 copies, 1 version"; empty if there are none."""
    versions = sum(other.likeness is Likeness.VERSION for other in others)
    copies = len(others) - versions
    parts = [formatting.count_of_copies(copies) if copies else ""]
    parts.append(formatting.count_of_versions(versions) if versions else "")
    return ", ".join(part for part in parts if part)


def likeness(of: Likeness) -> str:
    """In what way a file is the same as another."""
    return {
        Likeness.COPY: translate("texts", "copy"),
        Likeness.NEAR_COPY: translate("texts", "nearly a copy"),
        Likeness.VERSION: translate("texts", "version"),
    }[of]


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


def meaning_share(coverage: Coverage) -> str:
    """How much of what there is can be found by meaning, such as "43 %".

    Passages are counted; of files that have not been read yet none is known, so the share of
    files that have been read goes in as a factor.
    """
    read = coverage.files - coverage.unread
    return formatting.percent(coverage.passages_embedded * read, coverage.passages * coverage.files)


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
    if status.trying:
        return trying()
    return activity(Activity.PAUSED if status.paused else status.activity)


def trying() -> str:
    """That models are measured or proven, and all else rests so long."""
    return translate("texts", "Models are being tried; other work rests meanwhile")


def paused_until(seconds: float) -> str:
    """Such as "Paused until 14:30"."""
    return translate("texts", "Paused until {time}").format(time=formatting.date(seconds))


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


def _both(first: str, second: str) -> str:
    """Two sentences, one after the other; Chinese has no space between them."""
    return translate("texts", "{first} {second}").format(first=first, second=second)


def why_nothing(note: str, coverage: Coverage) -> str:  # noqa: PLR0911 - one line a note
    """Why hits may be missing, from a reply's note and coverage; empty if nothing explains it."""
    found_by = translate(
        "texts", "So far {keywords} of {files} files can be found by words, {meaning} by meaning."
    ).format(
        keywords=formatting.number(coverage.keywords),
        files=formatting.number(coverage.keywords + coverage.unread),
        meaning=meaning_share(coverage),
    )
    match note:
        case "still-indexing" if not coverage.unread:
            return translate(
                "texts",
                "All that can be read is found by words, {meaning} of it by meaning so far.",
            ).format(meaning=meaning_share(coverage))
        case "still-indexing":
            return _both(translate("texts", "Not all of your files are read yet."), found_by)
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
        case "library-damaged":
            return translate("texts", "The library is damaged; not all of it can be found.")
        case "library-made-anew":
            anew = translate("texts", "The library was damaged; your files are being read again.")
            return _both(anew, found_by)
    if coverage.unread:
        return found_by
    return ""


def drives_away(folder: Folder) -> list[str]:
    """The places within a folder that a drive has left."""
    return [shown(from_uri(uri)) for uri in folder.drives_away]


def folder_tip(folder: Folder) -> str:
    """A folder's path, and what of it is not there."""
    away = translate("texts", "not connected: {path}; what was read from it is kept")
    lines = [away.format(path=path) for path in drives_away(folder)]
    if folder.gone:
        lines = [
            translate(
                "texts",
                "It was deleted, moved or renamed. Removing it here deletes what is kept of it.",
            )
        ]
    return "\n".join([folder.path, *lines])


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
        what=what, step=formatting.number(work.step), steps=formatting.number(work.steps)
    )


def starting(work: LibraryWork | None) -> str:
    """What an engine is at that does not answer yet."""
    return translate("texts", "Starting the engine…") if work is None else library_work(work)


def where_it_stays(host: str) -> str:
    """Whether anything leaves this machine: the texts do if the model is another's."""
    if not host:
        return translate("texts", "Everything stays on this machine.")
    return translate(
        "texts", "The texts of your files and your questions go to {name}, as you chose."
    ).format(name=host)


def proof(findings: Sequence[Finding]) -> str:
    """Whether a model has proven itself."""
    if all(finding.ok for finding in findings):
        return translate("texts", "The model does what it should.")
    return translate("texts", "The model does not do what it should.")
