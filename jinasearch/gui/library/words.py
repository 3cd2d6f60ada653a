"""What is said of the library as a whole: findings of a check, and what a backup holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from jinasearch.core.errors import Code
from jinasearch.core.kept_copy import KeptWhy
from jinasearch.gui import error_words, formatting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.kept_copy import KeptCopy
    from jinasearch.core.models import Finding
    from jinasearch.engine.protocol import Findings, ImportPlan

translate = QCoreApplication.translate


def error(told: JinasearchError) -> str:
    """What failed, where, and what to do about it."""
    headline = error_words.headline(told.code, told.title)
    if told.path and told.path not in headline:
        headline = f"{headline}: {told.path}"
    return "\n".join(filter(None, (headline, error_words.advice(told.code, told.message))))


def findings(found: Findings) -> str:
    """A verdict, and a line for each thing that was looked at; what is wrong comes first."""
    wrong = [finding for finding in found.findings if not (finding.ok or finding.mended)]
    mended = [finding for finding in found.findings if finding.mended]
    sound = [finding for finding in found.findings if finding.ok]
    if wrong:
        verdict = translate("library", "Something is not sound.")
    elif mended:
        verdict = translate("library", "Something was not sound and has been mended.")
    else:
        verdict = translate("library", "Everything is sound.")
    lines = [verdict, *map(_wrong, wrong), *map(_mended, mended)]
    if sound:
        names = translate("library", ", ", "between names").join(_name(f) for f in sound)
        lines.append("✓ " + translate("library", "Sound: {names}").format(names=names))
    return "\n".join(lines)


def contents(plan: ImportPlan) -> str:
    """What a backup, or a library that was kept, holds."""
    if not plan.version:
        return translate("library", "Last changed {date}: {files}, {count} vectors.").format(
            date=formatting.date(plan.made),
            files=formatting.count_of_files(plan.files),
            count=formatting.number(plan.vectors),
        )
    return translate(
        "library", "Made {date} by version {version}: {files}, {count} vectors."
    ).format(
        date=formatting.date(plan.made),
        version=plan.version,
        files=formatting.count_of_files(plan.files),
        count=formatting.number(plan.vectors),
    )


def _wrong(finding: Finding) -> str:
    remedy = error_words.advice(finding.code, finding.remedy if error_words.as_the_engine() else "")
    if finding.name in _names():
        remedy = translate("library", "“Repair” makes anew what is wrong.")
    return "\n    ".join(filter(None, (f"✗ {_name(finding)}", _detail(finding), remedy)))


def _mended(finding: Finding) -> str:
    line = translate("library", "Mended: {name}").format(name=_name(finding))
    return "\n    ".join(filter(None, (f"✓ {line}", _detail(finding))))


def _name(finding: Finding) -> str:
    """In the user's language: by its name, or by the code of the error that it tells of."""
    return _names().get(finding.name) or error_words.headline(finding.code, finding.name)


def _detail(finding: Finding) -> str:
    """The engine's own words in its language; in others what its numbers say, and paths."""
    if error_words.as_the_engine():
        return finding.detail
    wording = _details().get((finding.name, len(finding.numbers)))
    if wording is not None:
        return wording.format(*map(formatting.number, finding.numbers))
    if finding.name == "database" and not finding.ok:
        return translate("library", "The database says: {text}").format(text=finding.detail)
    of_a_path = finding.code and finding.code != Code.LIBRARY_DAMAGED
    return finding.detail if of_a_path else ""


def _details() -> dict[tuple[str, int], str]:
    """What findings say, by their name and how many numbers they hold."""
    return {
        ("vectors without text", 1): translate("library", "{0} found"),
        ("text without vectors", 1): translate("library", "{0} passages of finished files"),
        ("rows", 3): translate(
            "library", "{0} texts and {1} vectors that cannot be, {2} files outside of their folder"
        ),
        ("graph", 3): translate("library", "{0} vectors, {1} missing, {2} too many"),
    }


def kept_why(why: KeptWhy) -> str:
    """What a copy is that was put aside."""
    return {
        KeptWhy.DAMAGED: translate("library", "A damaged library"),
        KeptWhy.BEFORE_IMPORT: translate("library", "The library before a backup was restored"),
        KeptWhy.BEFORE_UPDATE: translate("library", "The library before an update"),
    }[why]


def can_be_restored(copy: KeptCopy) -> bool:
    """Whether there is anything to bring back."""
    return copy.why is not KeptWhy.DAMAGED


def kept(copies: Sequence[KeptCopy]) -> str:
    """What is kept, in one line."""
    if not copies:
        return translate("library", "Nothing is kept.")
    size = formatting.size(sum(copy.bytes for copy in copies))
    return translate("library", "Kept: {count}, {size}. They hold the text of your files.").format(
        count=formatting.count_of_copies(len(copies)), size=size
    )


def _names() -> dict[str, str]:
    """The engine's names of what a check looks at."""
    return {
        "database": translate("library", "database"),
        "full text": translate("library", "words"),
        "file names": translate("library", "names of files"),
        "titles": translate("library", "titles"),
        "vectors": translate("library", "vectors"),
        "vectors without text": translate("library", "no vector without its text"),
        "text without vectors": translate("library", "no text without its vectors"),
        "rows": translate("library", "what the rows say"),
        "graph": translate("library", "search graph"),
        "Some of what the library held was damaged": translate(
            "library", "some of what the library held"
        ),
        "The library's database was damaged and has been made anew": translate(
            "library", "the database, which has been made anew"
        ),
        "The search graph was damaged and has been rebuilt": translate(
            "library", "the search graph, which has been rebuilt"
        ),
    }
