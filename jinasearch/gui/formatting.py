"""Numbers, dates, sizes and times as the user's language writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QObject

if TYPE_CHECKING:
    from jinasearch.core.models import Progress

translate = QCoreApplication.translate


_SEEN = dict.fromkeys((*range(32), 127), "\ufffd") | dict.fromkeys((10, 13), "↵") | {9: "→"}
"""What control characters are shown as. (Few fonts have Unicode's own pictures of them.)"""


def one_line(name: str) -> str:
    """A file's name or path with every character of it in sight, as many as before."""
    return name.translate(_SEEN)


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


def count_of_versions(count: int) -> str:
    """Such as "1 version"."""
    return _Counts().versions(count)


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
