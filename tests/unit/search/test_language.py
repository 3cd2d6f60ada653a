import pytest

from jinasearch.search.language import known


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("annual report", ("en",), True),
        ("员工休假制度", ("en",), False),
        ("отпуск", ("en",), False),
        ("员工休假制度", ("*",), True),
        ("Python 日志", ("en",), True),
        ("2024-11-23", ("en",), True),
        ("휴가", ("en", "ko"), True),
    ],
)
def test_by_script(text, languages, expected):
    assert known(text, languages) is expected
