"""Reads spans of time as people type them: `2024-03`, `last week`, `3 days ago`, `昨天`.

A grammar of our own: dateparser takes half a second to load and reads single moments only, not the
spans that these words mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jinasearch.core.questions import YEARS

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_UNITS = {"day": "day", "week": "week", "month": "month", "year": "year", "d": "day", "w": "week",
          "m": "month", "y": "year", "天": "day", "日": "day", "周": "week", "星期": "week",
          "礼拜": "week", "个星期": "week", "个礼拜": "week", "个月": "month",
          "年": "year"}  # fmt: skip
_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`, in local time."""

    start: datetime
    end: datetime


def read(text: str, now: datetime) -> Span | None:
    """The span that the whole of `text` means at `now` (local time); None if it is none.

    Weeks begin on Monday. `last week` is the week before this one, `past week` the seven days up
    to now. Two spans joined by `..` reach from the one's start to the other's end.
    """
    words = " ".join(text.lower().replace("_", " ").split())
    first, dots, last = words.partition("..")
    try:
        if not dots:
            return _single(words, now)
        beginning = _single(first.strip(), now) if first.strip() else None
        ending = _single(last.strip(), now) if last.strip() else None
        if (first.strip() and not beginning) or (last.strip() and not ending):
            return None
        if not beginning and not ending:
            return None
        if beginning and ending and ending.end <= beginning.start:
            beginning, ending = ending, beginning
        return Span(
            beginning.start if beginning else datetime(1, 1, 3, tzinfo=now.tzinfo),
            ending.end if ending else datetime(9999, 12, 30, tzinfo=now.tzinfo),
        )
    except (ValueError, OverflowError):  # the 31st of February, a billion days ago
        return None


def local_now() -> datetime:
    """The time by the clock on the wall, without a zone: days are told by it, and are now and then
    an hour longer or shorter."""
    return datetime.now()  # noqa: DTZ005


def seconds(at: datetime) -> float:
    """Seconds since 1970, UTC, of a moment in local time, by the rules of its own day."""
    try:
        return at.timestamp()
    except (OverflowError, OSError, ValueError):  # the far past and future, before 1970 on Windows
        return at.replace(tzinfo=UTC).timestamp()


def _single(words: str, now: datetime) -> Span | None:
    for pattern, meaning in _GRAMMAR:
        found = pattern.fullmatch(words)
        if found:
            return meaning(now, *found.groups())
    return None


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _unit(start: datetime, unit: str, count: int = 1) -> datetime:
    """`start` moved by `count` units."""
    if unit in ("day", "week"):
        return start + count * (_DAY if unit == "day" else 7 * _DAY)
    months = start.year * 12 + start.month - 1 + count * (12 if unit == "year" else 1)
    return _clipped(start, months // 12, months % 12 + 1)


def _clipped(at: datetime, year: int, month: int) -> datetime:
    """`at` in another month, on its last day where that is shorter."""
    for day in range(at.day, 27, -1):
        try:
            return at.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month)


def _beginning(now: datetime, unit: str) -> datetime:
    day = _midnight(now)
    if unit == "week":
        return day - day.weekday() * _DAY
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _calendar(now: datetime, which: str, unit: str) -> Span:
    unit = _UNITS[unit]
    back = {"this": 0, "last": -1, "previous": -1, "本": 0, "今": 0, "这": 0, "上": -1, "去": -1,
            "前": -2}  # fmt: skip
    start = _unit(_beginning(now, unit), unit, back[which])
    return Span(start, _unit(start, unit))


def _rolling(now: datetime, count: str | None, unit: str) -> Span:
    """Up to now: `past week`, `last 30 days`."""
    start = _unit(_midnight(now), _UNITS[unit], -_count(count or "1"))
    return Span(start, _midnight(now) + _DAY)


def _ago(now: datetime, count: str, unit: str) -> Span:
    unit = _UNITS[unit]
    start = _beginning(_unit(now, unit, -_count(count)), unit)
    return Span(start, _unit(start, unit))


def _count(written: str) -> int:
    """`12`, `十二`, `两`."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.replace("两", "二").rpartition("十")
    value = _DIGITS.find(ones) + 1 if ones else 0
    return value + (10 * (_DIGITS.find(tens) + 1 if tens else 1) if ten else 0)


def _days_back(days: int) -> Callable[[datetime], Span]:
    def span(now: datetime) -> Span:
        return Span(_midnight(now) - days * _DAY, _midnight(now) - (days - 1) * _DAY)

    return span


def _date(now: datetime, year: str, month: str | None = None, day: str | None = None) -> Span:
    start = _midnight(now).replace(year=int(year), month=int(month or 1), day=int(day or 1))
    return Span(start, _unit(start, "day" if day else "month" if month else "year"))


def _day_first(now: datetime, day: str, month: str, year: str) -> Span:
    return _date(now, year, month, day)


def _quarter(now: datetime, year: str, quarter: str) -> Span:
    start = _date(now, year, str(3 * int(quarter) - 2)).start
    return Span(start, _unit(start, "month", 3))


def _month_named(now: datetime, name: str, year: str | None) -> Span:
    """A month by its name; without a year the last one that has begun."""
    month = next(number for number, full in enumerate(_MONTHS, 1) if full.startswith(name))
    if year is None:
        year = str(now.year - (month > now.month))
    return _date(now, year, str(month))


def _day_named(now: datetime, day: str, name: str, year: str | None) -> Span:
    month = _month_named(now, name, year).start
    return _date(now, str(month.year), str(month.month), day)


def _month_first(now: datetime, name: str, day: str, year: str | None) -> Span:
    return _day_named(now, day, name, year)


def _weekday(now: datetime, name: str) -> Span:
    """The last such day, today among them."""
    wanted = next(number for number, full in enumerate(_DAYS) if full.startswith(name))
    return _days_back((now.weekday() - wanted) % 7)(now)


def _weekday_named(now: datetime, name: str) -> Span:
    return _weekday(now, _DAYS["一二三四五六日".index(name.replace("天", "日"))])


def _last_weeks(now: datetime, name: str) -> Span:
    """A day of the week before this one."""
    start = _beginning(now, "week") + ("一二三四五六日".index(name.replace("天", "日")) - 7) * _DAY
    return Span(start, start + _DAY)


_NUMBER = r"(\d{1,4})"
_CENTURIES = range(YEARS.start // 100, YEARS.stop // 100)
_YEAR = rf"((?:{'|'.join(map(str, _CENTURIES))})\d\d)"
_MONTH = "(" + "|".join([*_MONTHS, *(m[:3] for m in _MONTHS), "sept"]) + ")"
_WEEKDAY = "(" + "|".join([*_DAYS, *(d[:3] for d in _DAYS)]) + ")"
_LONG = r"(day|week|month|year)"
_ZH_NUMBER = rf"(\d{{1,4}}|两|[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}])"
_ZH_LONG = "(天|日|个?星期|个?礼拜|周|个月|年)"
_ZH_WEEK, _ZH_DAY = "(?:周|星期|礼拜)", "([一二三四五六日天])"
_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[..., Span]], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"today|今天|今日", _days_back(0)),
        (r"tomorrow|明天|明日", _days_back(-1)),
        (r"yesterday|昨天|昨日", _days_back(1)),
        (r"前天", _days_back(2)),
        (r"大前天", _days_back(3)),
        (rf"(this|last|previous) {_LONG}", _calendar),
        (r"(本|上|这)(?:个)?(周|星期|礼拜|个月)", _calendar),
        (r"(本)(?=月)月()", lambda now, which, _: _calendar(now, which, "month")),
        (r"(上)(?=月)月()", lambda now, which, _: _calendar(now, which, "month")),
        (r"(今|去|前)(年)", _calendar),
        (rf"past(?: {_NUMBER})? {_LONG}s?", _rolling),
        (rf"last {_NUMBER} {_LONG}s?", _rolling),
        (rf"{_NUMBER}([dwmy])", _rolling),
        (rf"(?:最近|过去|近){_ZH_NUMBER}{_ZH_LONG}", _rolling),
        (rf"{_NUMBER} {_LONG}s? ago", _ago),
        (rf"{_ZH_NUMBER}{_ZH_LONG}前", _ago),
        (rf"{_ZH_WEEK}{_ZH_DAY}", _weekday_named),
        (rf"上个?{_ZH_WEEK}{_ZH_DAY}", _last_weeks),
        (_YEAR, _date),
        (rf"{_YEAR}年", _date),
        (rf"{_YEAR}[-/.](\d\d?)", _date),
        (rf"{_YEAR}年(\d\d?)月", _date),
        (rf"{_YEAR}[-/.](\d\d?)[-/.](\d\d?)", _date),
        (rf"{_YEAR}年(\d\d?)月(\d\d?)[日号]?", _date),
        (rf"{_YEAR}(\d\d)(\d\d)", _date),
        (rf"(\d\d?)\.(\d\d?)\.{_YEAR}", _day_first),
        (rf"{_YEAR}[- ]?q([1-4])", _quarter),
        (rf"{_MONTH}(?: {_YEAR})?", _month_named),
        (rf"(\d\d?) {_MONTH}(?: {_YEAR})?", _day_named),
        (rf"{_MONTH} (\d\d?)(?:,? {_YEAR})?", _month_first),
        (_WEEKDAY, _weekday),
        (rf"last {_WEEKDAY}", _weekday),
    )
)
