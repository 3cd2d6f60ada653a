import dataclasses

import msgspec
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Hit, Mark, PassageHit, Place, Status
from jinasearch.engine import api, protocol
from jinasearch.engine.protocol import Call, Mode, SearchReply, SearchRequest


def test_a_reply_comes_back_as_it_was_sent():
    hit = Hit(
        1, "file:///a%FF.txt", "/a\ufffd.txt", "a\ufffd.txt", "/", "text", "", 3, 1.5, 0.5,
        by_keywords=True, by_meaning=False,
        passages=(PassageHit("中文 text", (Mark(0, 2),), "A › B", Place(page=3)),),
    )  # fmt: skip
    reply = SearchReply("q", Mode.HYBRID, (hit,))
    call = protocol.search(SearchRequest("q"))
    assert call.decoded(200, protocol.encode(reply)) == reply


def test_an_error_comes_back_as_it_was_raised():
    error = JinasearchError(Code.DISK_FULL, "The disk is full", "Free some.", "/x")
    body = protocol.encode(protocol.failure_of(error))
    with pytest.raises(JinasearchError) as raised:
        protocol.status().decoded(507, body)
    assert vars(raised.value) == vars(error)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"never-heard-of","title":"x"}'])
def test_an_answer_that_is_none_of_ours_is_an_engine_failure(body):
    with pytest.raises(JinasearchError) as raised:
        protocol.status().decoded(500, body)
    assert raised.value.code == Code.ENGINE_FAILED


def test_a_wrong_type_in_an_answer_is_an_engine_failure():
    with pytest.raises(JinasearchError) as raised:
        protocol.status().decoded(200, b'{"paused":"maybe"}')
    assert raised.value.code == Code.ENGINE_FAILED


def test_events():
    event = protocol.Event("status", status=Status(revision=7))
    assert protocol.decode_event(protocol.encode(event)) == event


def test_every_call_names_a_reply_that_can_be_decoded():
    calls = [
        protocol.hello(), protocol.folders(), protocol.models(), protocol.check(), protocol.stop(),
    ]  # fmt: skip
    for call in calls:
        assert isinstance(call, Call)
        assert dataclasses.is_dataclass(call.reply)
        msgspec.json.Decoder(call.reply)


@pytest.mark.parametrize(
    ("code", "status"),
    [(Code.INTERNAL, 500), (Code.ENGINE_UNREACHABLE, 503), (Code.BAD_REQUEST, 400)],
)
def test_an_errors_status_says_whose_fault_it_is(code, status):
    assert api._report_error(JinasearchError(code, "")).status_code == status
