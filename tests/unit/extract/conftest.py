from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jinasearch.extract import kinds, registry
from jinasearch.extract.chunker import cut
from jinasearch.extract.protocol import Limits
from jinasearch.extract.source import Source

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.models import Document
    from jinasearch.extract.outline import Outline


@pytest.fixture
def outline_of(tmp_path) -> Callable[..., Outline]:
    """Reads bytes as a file of the given name."""

    def read(name: str, data: bytes | str, max_characters: int = 100_000) -> Outline:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        with Source(str(path), Limits(10_000_000, max_characters)) as source:
            source.kind = kinds.kind_of(source)
            return registry.reader_of(source.kind)(source)

    return read


@pytest.fixture
def document_of(outline_of) -> Callable[..., Document]:
    """The same, cut into passages."""
    return lambda *arguments: cut(outline_of(*arguments))
