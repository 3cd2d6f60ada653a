import pytest

from jinasearch.core.language import code_of, guess, known, of_text


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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The dog and the cat are not in the house.", "en"),
        ("Der Hund und die Katze sind nicht im Haus.", "de"),
        ("这只猫不在家里，它很饿。", "zh"),
        ("猫は家にいません。とてもお腹が空いています。", "ja"),
        ("고양이는 집에 없고 배가 고프다.", "ko"),
        ("Кошка и собака не дома, потому что они гуляют.", "ru"),
        ("INV-0113 4711", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(text, code):
    assert of_text(text) == code


def test_every_language_can_be_named():
    assert {code_of(name) for name in ("de", "German", "deutsch", "德语")} == {"de"}
    assert code_of("klingon") == ""
