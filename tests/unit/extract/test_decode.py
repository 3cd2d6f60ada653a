from __future__ import annotations

import pytest

from jinasearch.extract.decode import decode, without_mark

_GERMAN = "Größe, Übermut und äußerst schöne Straßen. " * 20
_RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 20
_JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 20
_CHINESE = "本节介绍数据库的语法与其他产品的差异，并给出示例。" * 40
_KOREAN = "모든 국민은 법 앞에 평등하다. 누구든지 성별에 의하여 차별을 받지 아니한다. " * 20


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (_GERMAN, "cp1252"),
        (_GERMAN, "utf-8"),
        (_GERMAN, "utf-8-sig"),
        (_GERMAN, "utf-16"),
        (_GERMAN, "utf-16-le"),
        (_GERMAN, "utf-16-be"),
        (_GERMAN, "utf-32"),
        (_GERMAN, "utf-32-le"),
        (_GERMAN, "utf-32-be"),
        (_RUSSIAN, "cp1251"),
        (_RUSSIAN, "koi8-r"),
        (_JAPANESE, "shift_jis"),
        (_JAPANESE, "euc-jp"),
        (_JAPANESE, "iso2022_jp"),
        (_CHINESE, "gb18030"),
        (_CHINESE, "utf-16"),
        (_KOREAN, "euc-kr"),
        (_KOREAN, "iso2022_kr"),
        (_KOREAN, "johab"),
        # A sentence is little to go by.
        ("Уведомление о расторжении договора должно быть письменным.", "cp1251"),
        ("契約の解除は書面で通知しなければなりません。", "euc-jp"),
        ("契約の解除は書面で通知しなければなりません。", "shift_jis"),
        ("계약 해지는 서면으로 통지해야 합니다. 월말까지 도착해야 합니다.", "euc-kr"),
        ("解除合同的通知必须以书面形式提出，并在月底之前送达。", "gb18030"),
        ("解除合約的通知必須以書面形式提出，並在月底之前送達。", "big5"),
        ("Výpověď musí být písemná; žluťoučký kůň úpěl ďábelské ódy.", "cp1250"),
        ("Fesih bildirimi yazılı olarak yapılmalıdır; ışık, şeker, ağaç.", "cp1254"),
    ],
)
def test_text_comes_back(text, encoding):
    assert decode(text.encode(encoding)) == text


def test_a_long_text_in_an_old_encoding_comes_back_though_the_sample_ends_within_a_character():
    for extra in range(3):
        text = "x" * extra + (_CHINESE + "\n") * 40
        assert decode(text.encode("gb18030")) == text


def test_the_letters_may_come_late():
    text = "plain ascii\n" * 10_000 + _RUSSIAN
    assert decode(text.encode("cp1251")) == text


def test_line_ends_become_newlines():
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_a_text_cut_within_a_character_is_still_utf8():
    data = ("ö" * 100).encode()
    assert decode(data[:-1], cut_off=True) == "ö" * 99


def test_one_bad_byte_far_in_does_not_change_the_encoding():
    data = ("Größe " * 8000).encode() + b"\xff" + " Straße".encode()
    text = decode(data)
    assert text.startswith("Größe")
    assert text.endswith("\ufffd Straße")


def test_a_declared_encoding_is_believed():
    page = '<?xml version="1.0" encoding="iso-8859-2"?><a>Příliš žluťoučký kůň</a>'
    assert "žluťoučký" in decode(page.encode("iso-8859-2"))


def test_anything_decodes():
    for data in (b"", b"\xff", b"\x80\x81\xfe\xff" * 50, bytes(range(128, 256)) * 9):
        assert isinstance(decode(data), str)


def test_binary_with_many_zeros_is_no_wide_text():
    assert not without_mark(b"\xde\x12\x04\x95\0\0\0\0\x03\0\0\0\x1c\0\0\0" + bytes(range(64)) * 8)
    assert not without_mark(b"".join(n.to_bytes(4, "little") for n in range(1, 250)))
