"""Pictures and scans through the real recognizer, in a confined worker."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.settings import ExtractSettings
from jinasearch.extract import version

if not version.of_ocr():
    pytest.skip("the extra `ocr` is not installed", allow_module_level=True)

_LARGE = 200_000_000
_CHINESE = "本季度营业收入增长百分之十二"
_JAPANESE = "会議は来週の月曜日に開催されます"
_ENGLISH = "The albatross lands on Tuesday"
_FONTS = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    """A sheet with a line each in Chinese, Japanese and English."""
    if not _FONTS.exists():
        pytest.skip("there is no font with Chinese letters")
    font = ImageFont.truetype(str(_FONTS), 36)
    sheet = Image.new("RGB", (900, 300), "white")
    draw = ImageDraw.Draw(sheet)
    for line, text in enumerate((_CHINESE, _JAPANESE, _ENGLISH)):
        draw.text((30, 30 + 80 * line), text, font=font, fill="black")
    return sheet


@pytest.fixture(scope="module")
def read(reader):
    def read(path, **options):
        return reader.extract(str(path), _LARGE, **options).document

    return read


@pytest.fixture(scope="module")
def reader():
    from jinasearch.extract.pool import ExtractWorker

    worker = ExtractWorker(
        [sys.executable, "-m", "jinasearch.extract.worker"],
        ExtractSettings(timeout_seconds=240, memory_bytes=4_000_000_000),
    )
    yield worker
    worker.stop()


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


@pytest.fixture(scope="module")
def line(picture) -> Image.Image:
    return picture.crop((0, 180, 700, 260))


def test_chinese_japanese_and_english(read, picture, tmp_path):
    path = tmp_path / "a.png"
    picture.save(path)
    first = read(path)
    assert (first.passages, len(first.scan)) == ((), 64)
    seen = read(path, ocr=True)
    assert (seen.kind, seen.scan) == ("png", "")
    for phrase in (_CHINESE, _JAPANESE, _ENGLISH):
        assert phrase in _text(seen)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.jpg", {"quality": 60}),
        ("a.webp", {}),
        ("a.bmp", {}),
        ("a.gif", {}),
        ("a.tiff", {"compression": "tiff_lzw"}),
        ("wrong extension.txt", {"format": "PNG"}),
    ],
)
def test_pictures_of_all_kinds(read, line, tmp_path, name, options):
    path = tmp_path / name
    line.save(path, **options)
    assert _ENGLISH in _text(read(path, ocr=True))


def test_pages_are_places_and_text_that_is_there_stays(read, line, tmp_path):
    path = tmp_path / "a.tiff"
    blank = Image.new("RGB", line.size, "white")
    line.save(path, save_all=True, append_images=[blank, line])
    assert [passage.place.page for passage in read(path, ocr=True).passages] == [1, 3]
    path = tmp_path / "a.pdf"
    line.save(path, save_all=True, append_images=[blank])
    assert [passage.place.page for passage in read(path, ocr=True).passages] == [1]


def test_a_picture_on_its_side_and_letters_on_glass(read, line, tmp_path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    line.rotate(90, expand=True).save(path, exif=exif)
    assert _ENGLISH in _text(read(path, ocr=True))
    path = tmp_path / "glass.png"
    clear = Image.new("RGBA", line.size)
    clear.putalpha(line.convert("L").point(lambda value: 255 - value))
    clear.save(path)
    assert _ENGLISH in _text(read(path, ocr=True))


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("pdf/apache_tika/testOCR.pdf", "Happy New Year 2003"),
        ("pdf/ocrmypdf_OCRmyPDF/francais.pdf", "cænogénèse"),
    ],
)
def test_scans_of_others(read, formats, name, phrase):
    first = read(formats / name)
    assert (first.passages, len(first.scan)) == ((), 64)
    assert phrase in _text(read(formats / name, ocr=True))


def test_a_pdf_file_with_text_is_no_scan(read, formats):
    assert read(formats / "pdf/py-pdf_sample-files/pdflatex-4-pages.pdf").scan == ""


def test_icons_and_broken_pictures(read, picture, tmp_path):
    path = tmp_path / "icon.png"
    picture.resize((32, 32)).save(path)
    with pytest.raises(JinasearchError) as caught:
        read(path)
    assert caught.value.code == Code.FILE_KIND_UNKNOWN
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    path = tmp_path / "cut off.png"
    path.write_bytes(stream.getvalue()[:4000])
    with pytest.raises(JinasearchError) as caught:
        read(path, ocr=True)
    assert caught.value.code == Code.FILE_UNREADABLE


def test_a_picture_that_unpacks_to_gigabytes_is_refused(read, tmp_path):
    path = tmp_path / "bomb.png"
    Image.new("1", (20_000, 20_000)).save(path)
    with pytest.raises(JinasearchError) as caught:
        read(path, ocr=True)
    assert caught.value.code == Code.FILE_UNREADABLE
