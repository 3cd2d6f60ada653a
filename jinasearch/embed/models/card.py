"""What a model's card, the `README.md` of its folder on the hub, says of its licence."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from jinasearch.core.files import open_regular

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 1 << 16
_HEAD = re.compile(r"\A---\s*\n(.*?)\n---", re.DOTALL)
_LINE = r"^{key}:[ \t]*[\"']?([^\"'\n#]{{1,200}})"


def licence(card: Path) -> tuple[str, str]:
    """The licence's name and where it can be read; empty where the card does not tell.

    A licence that the hub has no name for stands as `license: other` with `license_name`, see
    https://huggingface.co/docs/hub/repositories-licenses.
    """
    try:
        with os.fdopen(open_regular(card), "rb") as stream:
            text = stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return "", ""
    head = _HEAD.match(text.replace("\r\n", "\n"))
    if head is None:
        return "", ""
    name = _value(head[1], "license")
    if name in ("", "other"):
        name = _value(head[1], "license_name") or name
    link = _value(head[1], "license_link")
    return name, link if link.startswith("https://") else ""


def _value(head: str, key: str) -> str:
    found = re.search(_LINE.format(key=key), head, re.MULTILINE)
    return found[1].strip() if found else ""
