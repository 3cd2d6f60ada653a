from __future__ import annotations

import inspect

import pytest

from jinasearch.extract import registry
from jinasearch.extract.readers.text import read_text


@pytest.mark.parametrize("kind", sorted(registry._READERS))
def test_every_kind_has_a_reader_that_is_there(kind):
    assert list(inspect.signature(registry.reader_of(kind)).parameters) == ["source"]


def test_what_has_no_reader_of_its_own_is_text():
    assert registry.reader_of("text") is read_text
