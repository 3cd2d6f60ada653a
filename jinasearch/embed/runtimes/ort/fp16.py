"""A model with numbers of 16 bits for graphics cards: made on this machine, once, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.embed.runtimes.kept import kept

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.embed.models.description import ModelDescription

_FORMAT = 1
_BESIDE = "model_fp16.onnx"
_MODEL = "model.onnx"


def in_fp16(path: Path, description: ModelDescription) -> Path:
    """The ONNX file in fp16: the maker's own beside `path`, else one made of it.

    Raises:
        ImportError: the package onnx is not installed, which the making needs.
        OSError: it cannot be written.
    """
    beside = path.with_name(_BESIDE)
    if beside.is_file():
        return beside

    def write(folder: Path) -> None:
        import onnx  # noqa: PLC0415 - large, and not needed to run a model
        from onnxruntime.transformers.float16 import (  # noqa: PLC0415
            convert_float_to_float16,
        )

        small = convert_float_to_float16(onnx.load(path), keep_io_types=True)
        onnx.save(small, folder / _MODEL, save_as_external_data=True, location=f"{_MODEL}_data")

    return kept("fp16", f"{_FORMAT}", path, description, write) / _MODEL
