"""What is in the log, and who can read it."""

import logging
import os

import pytest

from jinasearch.core import logs


@pytest.fixture
def log(tmp_path):
    root, ours = logging.getLogger(), logging.getLogger("jinasearch")
    before = (list(root.handlers), root.level, ours.level)
    path = tmp_path / "engine.log"
    mask = os.umask(0o022)
    yield path
    os.umask(mask)
    for handler in list(root.handlers):
        if handler not in before[0]:
            root.removeHandler(handler)
            handler.close()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_addresses_that_a_package_asks_are_not_logged_and_none_with_what_signs_it(log):
    logs.to_file(log)
    url = "https://hub.example/model.onnx?X-Amz-Signature=5ec2e7&Expires=1"
    logging.getLogger("httpx").info("HTTP Request: GET %s", url)
    logging.getLogger("hub").warning("'timeout' thrown while requesting GET %s again", url)
    error = OSError(f"no answer from {url}")
    logging.getLogger("jinasearch.embed").error("failed", exc_info=error)
    logging.getLogger("jinasearch.engine").info("engine started")
    text = log.read_text()
    assert "HTTP Request" not in text
    assert "5ec2e7" not in text
    assert "GET https://hub.example/model.onnx?… again" in text
    assert "engine started" in text


def test_a_fresh_file_after_a_rotation_is_for_its_user_alone_too(log):
    log.touch(mode=0o644)
    logs.to_file(log)
    for _ in range(3):
        logging.getLogger("jinasearch").info("x" * 600_000)
    files = list(log.parent.iterdir())
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
