"""Downloads, against a hub on loopback that behaves as badly as a network does."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Cancelled, Stop
from jinasearch.embed.models import consent, hub
from jinasearch.embed.models.catalog import ModelFile, describe
from jinasearch.embed.models.hub import Presence
from jinasearch.embed.models.layout import RECORD

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "c" * 40
LARGE = bytes(range(256)) * 4000
SMALL = b'{"a tokenizer": true}'


@pytest.fixture
def server(fake_hub, monkeypatch, tmp_path):
    fake_hub.files.update({"tokenizer.json": SMALL, "onnx/model.onnx": LARGE})
    monkeypatch.setenv("HF_ENDPOINT", fake_hub.url)
    monkeypatch.setenv("JINASEARCH_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return fake_hub


MODEL = replace(
    describe("starter"),
    name="some-model",
    hub_id="someone/some-model",
    revision="main",
    onnx_file="onnx/model.onnx",
    files=(ModelFile("tokenizer.json"), ModelFile("onnx/model.onnx")),
)
LICENSED = replace(MODEL, consent_needed=True, licence="CC-X", licence_uri="https://cc.example/x")
TOTAL = len(LARGE) + len(SMALL)


class Run(NamedTuple):
    progress: list[tuple[int, int]]
    pauses: list[float]


def download(model=MODEL, **more) -> Run:
    run = Run([], [])
    hub.download(
        model,
        progress=lambda done, total: run.progress.append((done, total)),
        pause=run.pauses.append,
        **more,
    )
    return run


def failure(code: Code, model=MODEL, **more) -> JinasearchError:
    with pytest.raises(JinasearchError) as caught:
        download(model, **more)
    assert caught.value.code is code
    return caught.value


def folder() -> Path:
    return hub._folder(MODEL)


def test_a_download(server):
    assert hub.installed(MODEL) is Presence.MISSING
    run = download()
    assert (folder() / "onnx/model.onnx").read_bytes() == LARGE
    assert (folder() / "tokenizer.json").read_bytes() == SMALL
    assert hub.installed(MODEL) is Presence.READY
    assert hub.downloaded_bytes(MODEL) == TOTAL
    assert run.progress == sorted(run.progress)
    assert run.progress[-1] == (TOTAL, TOTAL)
    assert len(run.progress) > 4
    record = json.loads((folder() / RECORD).read_text())
    assert record["revision"] == COMMIT
    assert record["files"]["onnx/model.onnx"]["sha256"] == hashlib.sha256(LARGE).hexdigest()
    assert list(folder().rglob("*.part")) == []


def test_only_what_is_described_is_asked_for_and_of_one_commit(server):
    download()
    heads = [line for line in server.asked if line.startswith("HEAD")]
    assert heads == [
        "HEAD /someone/some-model/resolve/main/tokenizer.json",
        f"HEAD /someone/some-model/resolve/{COMMIT}/onnx/model.onnx",
    ]
    assert len(server.asked) == 4
    assert not any("authorization" in {n.lower() for n in h} for h in server.headers)


def test_a_second_download_fetches_nothing(server):
    download()
    server.asked.clear()
    download()
    assert not any(line.startswith("GET") for line in server.asked)


def test_a_connection_that_breaks_is_taken_up_where_it_broke(server):
    server.cut_after = [100_000, 300_000]
    run = download()
    assert (folder() / "onnx/model.onnx").read_bytes() == LARGE
    ranges = [line.rsplit(" ", 1)[-1] for line in server.asked if "GET /cdn" in line]
    assert ranges[1:] == ["bytes=100000-", "bytes=400000-"]
    assert run.progress == sorted(run.progress)


def test_a_server_that_cannot_resume_begins_again(server):
    server.cut_after, server.resumes = [100_000], False
    download()
    assert (folder() / "onnx/model.onnx").read_bytes() == LARGE


def test_a_connection_that_brings_nothing_is_given_up_and_resumed_later(server):
    server.cut_after = [200_000, *[0] * 5]
    error = failure(Code.DOWNLOAD_FAILED)
    assert "HF_ENDPOINT" in error.message
    assert error.path == str(folder())
    assert hub.downloaded_bytes(MODEL) == 200_000 + len(SMALL)
    assert hub.installed(MODEL) is Presence.MISSING
    server.cut_after, server.asked = [], []
    run = download()
    assert server.asked[-1].endswith("bytes=200000-")
    assert run.progress[0][0] <= len(SMALL)
    assert (200_000 + len(SMALL), TOTAL) in run.progress
    assert (folder() / "onnx/model.onnx").read_bytes() == LARGE


@pytest.mark.parametrize("name", ["onnx/model.onnx", "tokenizer.json"])
def test_a_wrong_hash_is_refused_and_deleted(server, name):
    right = server.files[name]
    server.served[name] = right[:-1] + b"?"
    error = failure(Code.DOWNLOAD_FAILED)
    assert f"{name} arrived damaged" in error.title
    assert not (folder() / name).exists()
    assert list(folder().rglob("*.part")) == []
    server.served.clear()
    download()
    assert hub.installed(MODEL) is Presence.READY


def test_a_hash_that_the_catalogue_knows_counts_too(server):
    pinned = replace(MODEL, files=(ModelFile("onnx/model.onnx", sha256="0" * 64),))
    assert "arrived damaged" in failure(Code.DOWNLOAD_FAILED, pinned).title


def test_a_size_that_the_catalogue_knows_counts_too(server):
    pinned = replace(MODEL, files=(ModelFile("onnx/model.onnx", size=1),))
    assert "another onnx/model.onnx" in failure(Code.DOWNLOAD_FAILED, pinned).title
    assert not any(line.startswith("GET") for line in server.asked)


def test_a_damaged_file_is_seen_and_fetched_again(server):
    download()
    (folder() / "onnx/model.onnx").write_bytes(LARGE[:50])
    known = replace(MODEL, files=(ModelFile("onnx/model.onnx", size=len(LARGE)),))
    assert hub.installed(known) is Presence.DAMAGED
    download()
    assert hub.installed(known) is Presence.READY


def test_the_licence_comes_first(server):
    error = failure(Code.MODEL_CONSENT, LICENSED)
    assert "CC-X" in error.title
    assert "https://cc.example/x" in error.message
    assert server.asked == []
    download(LICENSED, accept_licence=True)
    assert consent.given(LICENSED)
    download(LICENSED)  # remembered
    failure(Code.MODEL_CONSENT, replace(LICENSED, licence="CC-Y"))


def test_a_stop_keeps_what_is_there(server):
    stop = Stop()
    with pytest.raises(Cancelled):
        hub.download(MODEL, progress=lambda done, _: done > 300_000 and stop.request(), stop=stop)
    kept = hub.downloaded_bytes(MODEL)
    assert 300_000 < kept < TOTAL
    download()
    assert server.asked[-1].endswith(f"bytes={kept - len(SMALL)}-")
    assert hub.installed(MODEL) is Presence.READY


def test_offline_is_respected(server, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE" in failure(Code.DOWNLOAD_FAILED).title
    assert server.asked == []


def test_no_network_says_what_to_do(server, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    error = failure(Code.DOWNLOAD_FAILED)
    assert "tokenizer.json, onnx/model.onnx of someone/some-model" in error.message
    assert error.path == str(folder())


def test_a_hub_that_is_ill(server):
    server.status = 500
    assert "status 500" in failure(Code.DOWNLOAD_FAILED).title


def test_a_file_that_the_hub_has_not(server):
    del server.files["tokenizer.json"]
    assert "status 404" in failure(Code.DOWNLOAD_FAILED).title


def test_no_room(server, monkeypatch):
    full = type("Usage", (), {"free": 10})
    monkeypatch.setattr(hub.shutil, "disk_usage", lambda _: full)
    assert f"{TOTAL:,} bytes more" in failure(Code.DISK_FULL).message


def test_a_disk_that_fills_up(server, monkeypatch):
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hub, "fetch", full)
    assert failure(Code.DISK_FULL).path == str(folder())


def test_two_downloads_at_once(server):
    folder().mkdir(parents=True)
    with hub.filelock.FileLock(folder() / ".lock"):
        assert "already" in failure(Code.DOWNLOAD_FAILED).title
