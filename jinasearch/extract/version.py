"""Which readers these are: a file that others could not read is tried again by new ones."""

from __future__ import annotations

import importlib.metadata

_OWN = 4
"""Raised with every release whose readers can do more than those before."""
_LIBRARIES = ("kreuzberg", "olefile", "pypdfium2", "python-calamine", "rapidocr", "selectolax")


def version() -> str:
    """The readers and the libraries that they stand on, without starting any of them."""
    return " ".join([str(_OWN), *filter(None, map(_installed, _LIBRARIES))])


def of_ocr() -> str:
    """What looks at pictures; empty if nothing is installed that could."""
    return _installed("rapidocr")


def _installed(name: str) -> str:
    try:
        return f"{name}-{importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return ""
