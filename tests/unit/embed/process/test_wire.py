from __future__ import annotations

import io

import numpy as np
import pytest

from jinasearch.embed.process import wire


def frame(header: dict, payload: bytes = b"") -> bytes:
    stream = io.BytesIO()
    wire.write(stream, header, payload)
    return stream.getvalue()


def test_frames_come_back_as_sent():
    texts = ["one\ntwo", "火星 🚀", "broken \ud800", "\x00"]
    stream = io.BytesIO(frame({"texts": texts}) + frame({"id": 2}, b"\n\x00raw\n"))
    first, second = wire.read(stream), wire.read(stream)
    assert first == ({"texts": texts, "bytes": 0}, b"")
    assert second == ({"id": 2, "bytes": 6}, b"\n\x00raw\n")
    assert wire.read(stream) is None


@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_frame_that_broke_off_is_the_end(cut):
    assert wire.read(io.BytesIO(frame({"id": 2}, b"12345678")[:-cut])) is None


@pytest.mark.parametrize("line", [b"nonsense\n", b"[]\n", b'{"id": 1}\n', b'{"bytes": "1"}\n'])
def test_what_is_no_frame_is_refused(line):
    with pytest.raises(ValueError, match=r".+"):
        wire.read(io.BytesIO(line))


def test_vectors_keep_every_bit():
    vectors = np.array([[1.5, -0.1], [np.pi, 0]], dtype=np.float32)
    np.testing.assert_array_equal(wire.unpack(wire.pack(vectors), [2, 2]), vectors)
    with pytest.raises(ValueError, match="reshape"):
        wire.unpack(wire.pack(vectors), [3, 2])
