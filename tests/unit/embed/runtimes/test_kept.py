"""Forms of models that are made once: found again, made anew when due, and not left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jinasearch.embed.models.catalog import describe
from jinasearch.embed.runtimes.kept import kept

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def model(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "model.onnx"
    path.write_bytes(b"model")
    return path


def make(model: Path, maker: str = "1", text: str = "form") -> Path:
    return kept("form", maker, model, describe("starter"), lambda f: _write(f, text))


def _write(folder: Path, text: str) -> None:
    (folder / "file").write_text(text)


def folders(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "cache" / "form").iterdir()]


def test_it_is_made_once(model):
    first = make(model)
    again = kept("form", "1", model, describe("starter"), lambda _: pytest.fail("made again"))
    assert again == first


def test_another_maker_takes_its_place(model, tmp_path):
    old, new = make(model), make(model, "2", "other")
    assert old != new
    assert folders(tmp_path) == [new.name]
    assert (new / "file").read_text() == "other"


def test_another_file_in_its_place_takes_its_place(model, tmp_path):
    make(model)
    model.write_bytes(b"another model")
    new = make(model)
    assert folders(tmp_path) == [new.name]


def test_another_models_form_stays(model, tmp_path):
    other = model.with_name("other.onnx")
    other.write_bytes(b"model")
    both = {make(model).name, make(other).name}
    assert set(folders(tmp_path)) == both


def test_what_fails_leaves_nothing(model, tmp_path):
    with pytest.raises(ZeroDivisionError):
        kept("form", "1", model, describe("starter"), lambda _: 1 / 0)
    assert folders(tmp_path) == []
