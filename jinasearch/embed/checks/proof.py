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
from jinasearch.embed.checks.sample_texts import documentation
from jinasearch.embed.checks.verify import FORM_COSINE, FORM_NEIGHBOURS, neighbours_shared
from jinasearch.embed.encoder import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jinasearch.embed.encoder import Encoder

_log = logging.getLogger(__name__)

_EXACT = 0.99999
_MANY, _PASSAGES, _FEW = 200, 32, 7
_SCRIPTS = (
    "公司的员工休假制度：每年十五天，未休完的可以顺延到次年三月。",
    "図書館は月曜日が休みで、本は二週間まで借りられます。",
    "Договор аренды можно расторгнуть с уведомлением за три месяца.",
    "🔑 keys → landlord, 28th, 17:00",
    "a",
)


class Agreement(msgspec.Struct, frozen=True):
    """What the vectors of two forms of a model have in common: the least cosine of a passage's
    two, and the share of the ten nearest passages that are the same (1 where not looked at)."""

    cosine: float
    neighbours: float = 1.0

    @property
    def sound(self) -> bool:
        """Whether one may be used for the other, as `models verify` judges."""
        return self.cosine >= FORM_COSINE and self.neighbours >= FORM_NEIGHBOURS

    def __str__(self) -> str:
        return (
            f"least cosine {self.cosine:.5f},"
            f" {100 * self.neighbours:.1f} % of the ten nearest the same"
        )


def proven(fast: Encoder, plain: Callable[[], Encoder], form: str, *, exact: bool = False) -> bool:
    """Whether the vectors of `fast` agree with those of `plain()`, to a cosine of 0.999, or of
    0.99999 where they should be the same but for rounding (`exact`), which fewer texts tell.

    `form` names the fast form with its version; together with the model's revision it is the key
    under which the answer is kept.
    """
    found = _found(fast, plain, form, _FEW if exact else _PASSAGES)
    return found.cosine >= (_EXACT if exact else FORM_COSINE)


def agreement(fast: Encoder, plain: Callable[[], Encoder], form: str) -> Agreement:
    """What a form that keeps less of the weights has in common with `plain()`, on many passages,
    neighbours included; `form` and what is kept as in `proven`."""
    return _found(fast, plain, form, _MANY)


def _found(fast: Encoder, plain: Callable[[], Encoder], form: str, passages: int) -> Agreement:
    description = fast.description
    key = f"{description.name}/{description.revision}/{form}"
    known = _known()
    if key not in known:
        texts = [*_SCRIPTS, *documentation(passages)]
        one = fast.encode(texts, Prompt.DOCUMENT)
        other = plain().encode(texts, Prompt.DOCUMENT)
        cosine = float(np.min(np.sum(one * other, axis=1)))
        shared = neighbours_shared(one, other) if passages >= _MANY else 1.0
        known[key] = Agreement(cosine, shared)
        _log.info("%s against the plain form: %s", key, known[key])
        _keep(known)
    return known[key]


def _known() -> dict[str, Agreement]:
    try:
        return msgspec.json.decode(_record().read_bytes(), type=dict[str, Agreement])
    except (OSError, msgspec.MsgspecError):
        return {}


def _keep(known: dict[str, Agreement]) -> None:
    # Without a place to keep it, it is proved again at the next start.
    with contextlib.suppress(OSError):
        _record().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(_record(), msgspec.json.encode(known))


def _record() -> Path:
    return cache_dir() / "proofs.json"
