"""What is said of the library as a whole: findings of a check, and what a backup holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from jinasearch.gui import texts

if TYPE_CHECKING:
    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import Finding
    from jinasearch.engine.protocol import Findings, ImportPlan

translate = QCoreApplication.translate


def error(told: JinasearchError) -> str:
    """What failed, where, and what to do about it."""
    headline = texts.headline(told.code, told.title)
    if told.path and told.path not in headline:
        headline = f"{headline}: {told.path}"
    return "\n".join(filter(None, (headline, texts.advice(told.code, told.message))))


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
            date=texts.date(plan.made),
            files=texts.count_of_files(plan.files),
            count=texts.number(plan.vectors),
        )
    return translate(
        "library", "Made {date} by version {version}: {files}, {count} vectors."
    ).format(
        date=texts.date(plan.made),
        version=plan.version,
        files=texts.count_of_files(plan.files),
        count=texts.number(plan.vectors),
    )


def _wrong(finding: Finding) -> str:
    name = _names().get(finding.name)
    remedy = finding.remedy
    if name is not None:
        remedy = translate("library", "“Repair” makes anew what is wrong.")
    return "\n    ".join(filter(None, (f"✗ {name or finding.name}", finding.detail, remedy)))


def _mended(finding: Finding) -> str:
    line = translate("library", "Mended: {name}").format(name=_name(finding))
    return "\n    ".join(filter(None, (f"✓ {line}", finding.detail)))


def _name(finding: Finding) -> str:
    return _names().get(finding.name, finding.name)


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
