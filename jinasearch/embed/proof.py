"""A fast form of a model is used only after it has proved itself against the plain one, once.

What was found is kept, for the model's revision and the form that was tried.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from jinasearch.core.files import write_atomically
from jinasearch.core.paths import cache_dir
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.sample_texts import documentation
from jinasearch.embed.verify import FORM_COSINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jinasearch.embed.encoder import Encoder

_log = logging.getLogger(__name__)

_EXACT = 0.99999
_PASSAGES, _FEW = 32, 7
_SCRIPTS = (
    "公司的员工休假制度：每年十五天，未休完的可以顺延到次年三月。",
    "図書館は月曜日が休みで、本は二週間まで借りられます。",
    "Договор аренды можно расторгнуть с уведомлением за три месяца.",
    "🔑 keys → landlord, 28th, 17:00",
    "a",
)


def proven(fast: Encoder, plain: Callable[[], Encoder], form: str, *, exact: bool = False) -> bool:
    """Whether the vectors of `fast` agree with those of `plain()`, to a cosine of 0.999, or of
    0.99999 where they should be the same but for rounding (`exact`), which fewer texts tell.

    `form` names the fast form with its version; together with the model's revision it is the key
    under which the answer is kept.
    """
    description = fast.description
    key = f"{description.name}/{description.revision}/{form}"
    known = _known()
    if key not in known:
        known[key] = _least_cosine(fast, plain(), _texts(_FEW if exact else _PASSAGES))
        _log.info("%s against the plain form: least cosine %.6f", key, known[key])
        _keep(known)
    return known[key] >= (_EXACT if exact else FORM_COSINE)


def _least_cosine(fast: Encoder, plain: Encoder, texts: Sequence[str]) -> float:
    one = fast.encode(texts, Prompt.DOCUMENT)
    other = plain.encode(texts, Prompt.DOCUMENT)
    return float(np.min(np.sum(one * other, axis=1)))


def _texts(passages: int) -> list[str]:
    return [*_SCRIPTS, *documentation(passages)]


def _known() -> dict[str, float]:
    try:
        return msgspec.json.decode(_record().read_bytes(), type=dict[str, float])
    except (OSError, msgspec.MsgspecError):
        return {}


def _keep(known: dict[str, float]) -> None:
    # Without a place to keep it, it is proved again at the next start.
    with contextlib.suppress(OSError):
        _record().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(_record(), msgspec.json.encode(known))


def _record() -> Path:
    return cache_dir() / "proofs.json"
