"""Whether a model makes the vectors that it should: golden figures, form against form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.models import Finding
from jinasearch.embed.models.catalog import PLANETS, RED_PLANET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from jinasearch.core.models import ModelInUse
    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.embed.process.embedding import EmbedProcess
    from jinasearch.embed.process.reranking import RerankProcess

_UNIT = 1e-3
_BATCH_COSINE = 0.9999
FORM_COSINE = 0.999
"""What the vectors of two forms of a model have in common at least."""
FORM_NEIGHBOURS = 0.95
"""And the share of their ten nearest passages."""
_TEN = 10
_FEW_PAIRS, _QUESTION_CHARACTERS = 8, 60
_SCORE_OFF = 1e-3
_MARS = next(text for text in PLANETS if text.startswith("Mars"))
_AGAIN = "Download the model again; if it still fails, choose another one."


def is_plain(form: ModelInUse) -> bool:
    """Whether this form is the one that others are compared with: ONNX Runtime on the CPU, as
    exported."""
    return form.provider == "ONNX Runtime, CPU"


def verify(
    process: EmbedProcess, description: ModelDescription, texts: Sequence[str]
) -> list[Finding]:
    """What can be said of a model by itself.

    Raises:
        JinasearchError: it cannot be loaded.
    """
    few = texts[:32]
    together = process.encode_documents(few)
    alone = np.concatenate([process.encode_documents([text]) for text in few])
    lengths = np.abs(np.linalg.norm(together, axis=1) - 1).max()
    agreement = float((together * alone).sum(axis=1).min())
    findings = [
        Finding(
            "vectors", bool(lengths < _UNIT), f"{together.shape[1]} dimensions, length 1", _AGAIN
        ),
        Finding(
            "alone and in a batch",
            agreement >= _BATCH_COSINE,
            f"least cosine {agreement:.6f} over {len(few)} passages",
            _AGAIN,
        ),
    ]
    golden = description.golden
    if golden is not None:
        query = process.encode_query(golden.query)
        cosines = process.encode_documents(golden.documents) @ query
        off = float(np.abs(cosines - np.array(golden.cosines)).max())
        told = ", ".join(f"{cosine:.4f}" for cosine in cosines)
        findings.append(
            Finding(
                "golden figures",
                off <= golden.tolerance,
                f"{told}; at most {off:.4f} from its maker's",
                _AGAIN,
            )
        )
    return [f if not f.ok else Finding(f.name, f.ok, f.detail) for f in findings]


def verify_reranker(process: RerankProcess, texts: Sequence[str]) -> list[Finding]:
    """The same of a model that re-ranks.

    Raises:
        JinasearchError: it cannot be loaded.
    """
    few = texts[:_FEW_PAIRS]
    question = few[0][:_QUESTION_CHARACTERS] if few else RED_PLANET
    together = process.scores(question, few) if few else np.zeros(0, np.float32)
    alone = np.array([process.scores(question, [text])[0] for text in few], np.float32)
    off = float(np.abs(together - alone).max()) if few else 0.0
    planets = process.scores(RED_PLANET, PLANETS)
    told = ", ".join(f"{score:.4f}" for score in planets)
    findings = [
        Finding(
            "alone and in a batch",
            off <= _SCORE_OFF,
            f"at most {off:.6f} apart over {len(few)} passages",
            _AGAIN,
        ),
        Finding(
            "the answer before what is near it",
            int(planets.argmax()) == PLANETS.index(_MARS),
            f"scores {told}",
            _AGAIN,
        ),
    ]
    return [f if not f.ok else Finding(f.name, f.ok, f.detail) for f in findings]


def compare(fast: EmbedProcess, plain: EmbedProcess, texts: Sequence[str]) -> list[Finding]:
    """A fast form of a model against its plain one, on real passages."""
    one, other = fast.encode_documents(texts), plain.encode_documents(texts)
    cosines = (one * other).sum(axis=1)
    lowest, fifth, middle = np.percentile(cosines, (0, 5, 50))
    same = neighbours_shared(one, other)
    setting = 'precision = "auto"' if fast.info.precision == "int8" else 'runtime = "onnx"'
    remedy = f"Set `{setting}` under [embed]."
    return [
        Finding(
            f"{fast.info.provider}, {fast.info.precision} against plain",
            bool(lowest >= FORM_COSINE),
            f"cosine: least {lowest:.6f}, 5 % {fifth:.6f}, median {middle:.6f}"
            f" over {len(texts)} passages",
            "" if lowest >= FORM_COSINE else remedy,
        ),
        Finding(
            "ten nearest neighbours",
            same >= FORM_NEIGHBOURS,
            f"{100 * same:.1f} % the same",
            "" if same >= FORM_NEIGHBOURS else remedy,
        ),
    ]


def neighbours_shared(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The share, 0 to 1, of the ten nearest neighbours that two sets of vectors (n, d) agree on."""
    count = min(_TEN, len(one) - 1)
    if count < 1:
        return 1.0
    sets = []
    for vectors in (one, other):
        scores = vectors @ vectors.T
        np.fill_diagonal(scores, -np.inf)
        sets.append(np.argsort(-scores, axis=1)[:, :count])
    shared = [len(set(a.tolist()) & set(b.tolist())) for a, b in zip(sets[0], sets[1], strict=True)]
    return sum(shared) / (count * len(shared))
