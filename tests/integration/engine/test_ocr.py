"""Pictures of text, from the folder to the answer."""

import os

import pytest
from PIL import Image, ImageDraw, ImageFont

from jinasearch.core.models import FileState
from jinasearch.engine import ocr_desk
from jinasearch.engine.protocol import ChangeSettings, FilesRequest
from jinasearch.extract import version

if not version.of_ocr():
    pytest.skip("the extra `ocr` is not installed", allow_module_level=True)


@pytest.fixture
def letter(bench):
    sheet = Image.new("RGB", (640, 100), "white")
    font = ImageFont.load_default(36)
    ImageDraw.Draw(sheet).text((20, 30), "The albatross has landed", font=font, fill="black")
    path = bench.home / "letter.png"
    sheet.save(path)
    return path


def _switch(bench, when):
    bench.engine.settings.change(ChangeSettings({"extract.ocr": when, "pace.preset": "full"}))


def _skipped(bench):
    found = bench.engine.files.listed(FilesRequest((FileState.SKIPPED,)))
    return [entry.reason for entry in found.files]


def test_a_picture_is_found_by_its_letters_when_it_was_looked_at(bench, letter):
    _switch(bench, "off")
    bench.index()
    told = bench.engine.status().recognition
    assert (told.when, told.installed, told.waiting) == ("off", True, 1)
    assert _skipped(bench) == ["file-needs-ocr"]
    assert bench.names("letter") == ["letter.png"]
    assert bench.names("albatross") == []
    _switch(bench, "on")
    bench.until(lambda: bench.names("albatross") == ["letter.png"], "the letters")
    assert bench.engine.status().recognition.waiting == 0
    assert _skipped(bench) == []
    # The same content is not looked at again, and what was seen stays found meanwhile.
    os.utime(letter, (1_000_000_000, 1_000_000_000))
    bench.settle()
    assert bench.names("albatross") == ["letter.png"]
    letter.unlink()
    bench.until(lambda: bench.names("letter") == [], "the end of the file")
    rows = bench.engine._library.reader().execute("SELECT count(*) FROM recognized")
    assert rows.get == 0


def test_without_the_extra_the_status_says_what_is_missing(bench, letter, monkeypatch):
    monkeypatch.setattr(version, "of_ocr", lambda: "")
    _switch(bench, "on")
    bench.stop()
    bench.start()
    bench.index()
    told = bench.engine.status().recognition
    assert (told.installed, told.waiting, told.current) == (False, 1, "")
    assert _skipped(bench) == ["file-needs-ocr"]
    assert bench.names("letter") == ["letter.png"]
    monkeypatch.undo()  # it is installed
    monkeypatch.setattr(ocr_desk, "_LOOK_SECONDS", 0.0)
    assert bench.engine.status().recognition.installed
    bench.until(lambda: bench.names("albatross") == ["letter.png"], "the letters")
