import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.search import dates

BERLIN_TODAY = datetime(2024, 11, 14)  # noqa: DTZ001 - by the clock on the wall
NOW = datetime(2024, 3, 14, 15, 9, tzinfo=timezone(timedelta(hours=8)))  # a Thursday


def read(text):
    span = dates.read(text, NOW)
    return span and (f"{span.start:%Y-%m-%d}", f"{span.end:%Y-%m-%d}")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2024-03-14", "2024-03-15"),
        ("Yesterday", "2024-03-13", "2024-03-14"),
        ("昨天", "2024-03-13", "2024-03-14"),
        ("this week", "2024-03-11", "2024-03-18"),
        ("last week", "2024-03-04", "2024-03-11"),
        ("上周", "2024-03-04", "2024-03-11"),
        ("last_week", "2024-03-04", "2024-03-11"),
        ("past week", "2024-03-07", "2024-03-15"),
        ("last 30 days", "2024-02-13", "2024-03-15"),
        ("最近7天", "2024-03-07", "2024-03-15"),
        ("last month", "2024-02-01", "2024-03-01"),
        ("上个月", "2024-02-01", "2024-03-01"),
        ("最近三天", "2024-03-11", "2024-03-15"),
        ("最近一周", "2024-03-07", "2024-03-15"),
        ("最近两个星期", "2024-02-29", "2024-03-15"),
        ("最近十二天", "2024-03-02", "2024-03-15"),
        ("最近十天", "2024-03-04", "2024-03-15"),
        ("最近二十三天", "2024-02-20", "2024-03-15"),
        ("三天前", "2024-03-11", "2024-03-12"),
        ("二十天前", "2024-02-23", "2024-02-24"),
        ("上星期", "2024-03-04", "2024-03-11"),
        ("星期一", "2024-03-11", "2024-03-12"),
        ("周日", "2024-03-10", "2024-03-11"),
        ("上周一", "2024-03-04", "2024-03-05"),
        ("上个星期天", "2024-03-10", "2024-03-11"),
        ("前年", "2022-01-01", "2023-01-01"),
        ("大前天", "2024-03-11", "2024-03-12"),
        ("本月", "2024-03-01", "2024-04-01"),
        ("去年", "2023-01-01", "2024-01-01"),
        ("2 weeks ago", "2024-02-26", "2024-03-04"),
        ("3 days ago", "2024-03-11", "2024-03-12"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-03", "2024-03-01", "2024-04-01"),
        ("2024年3月", "2024-03-01", "2024-04-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("29.2.2024", "2024-02-29", "2024-03-01"),
        ("2023-q4", "2023-10-01", "2024-01-01"),
        ("december", "2023-12-01", "2024-01-01"),
        ("mar 2023", "2023-03-01", "2023-04-01"),
        ("5 may 2023", "2023-05-05", "2023-05-06"),
        ("May 5, 2023", "2023-05-05", "2023-05-06"),
        ("monday", "2024-03-11", "2024-03-12"),
        ("thursday", "2024-03-14", "2024-03-15"),
        ("2023..2024-02", "2023-01-01", "2024-03-01"),
        ("yesterday..", "2024-03-13", "9999-12-30"),
    ],
)
def test_spans(text, start, end):
    assert read(text) == (start, end)


@pytest.mark.parametrize(
    "text", ["", "..", "foo", "31 feb 2023", "2024-13", "9999 years ago", "foo..2024", "1999-0-0"]
)
def test_what_is_no_date(text):
    assert read(text) is None


def test_a_month_back_from_its_last_day():
    now = datetime(2024, 3, 31, tzinfo=timezone.utc)  # noqa: UP017
    assert dates.read("past month", now).start.date().isoformat() == "2024-02-29"


@given(st.text(alphabet="0123456789 .-adeklmnopstwy年月天前", max_size=14))
def test_no_text_is_an_error(text):
    dates.read(text, NOW)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be set")
def test_a_day_is_that_of_its_own_season(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        span = dates.read("2024-07-01", BERLIN_TODAY)
        assert dates.seconds(span.start) == datetime(2024, 6, 30, 22, tzinfo=UTC).timestamp()
        longest = dates.read("2024-10-27", BERLIN_TODAY)
        assert dates.seconds(longest.end) - dates.seconds(longest.start) == 25 * 3600
        ever = dates.read("2024..", BERLIN_TODAY)
        assert dates.seconds(ever.end) > dates.seconds(longest.end)
    finally:
        monkeypatch.undo()
        time.tzset()
