import pytest

from jinasearch.search.language import guess, known


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
        ("Wie kündige ich die Versicherung", ("en",), False),
        ("Wie kündige ich die Versicherung", ("en", "de"), True),
        ("comment résilier mon assurance", ("en",), False),
        ("cómo cancelar el seguro", ("en",), False),
        ("how do I cancel the insurance", ("en",), True),
        ("Rechnung 2024", ("en",), True),
        ("die hard", ("en",), True),
    ],
)
def test_by_script_and_function_words(text, languages, expected):
    assert known(text, languages) is expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wo ist der Vertrag mit der Bank", "de"),
        ("where is the contract with the bank", "en"),
        ("contrat de travail à durée indéterminée", "fr"),
        ("hoe zeg ik de verzekering op", "nl"),
        ("budget 2024", ""),
        ("", ""),
    ],
)
def test_function_words_tell_the_language(text, language):
    assert guess(text) == language
