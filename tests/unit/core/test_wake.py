"""Where the open window is woken."""

import socket
import tempfile
import threading
from pathlib import Path

import pytest

from jinasearch.core import wake

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")


@pytest.fixture
def temporary():
    """A folder with a short path, as that of the system is."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def library(monkeypatch, temporary):
    """One whose path is too long for a socket, where the system names no folder for those."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    return Path("/", "deep" * 30)


def test_a_library_with_a_long_path_is_woken_in_a_folder_of_its_users_alone(library, temporary):
    name = Path(wake.socket_name(library))
    assert name == Path(wake.socket_name(library))
    assert name.parent.parent == temporary
    assert name.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("theirs", [0o777, 0o755])
def test_a_folder_that_others_made_is_not_used(library, theirs):
    name = Path(wake.socket_name(library))
    name.parent.chmod(theirs)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(name))
        listener.listen()
        listener.settimeout(1)
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        assert not wake.send(library, wake.Wake(("file:///secret",)))
        thread.join()


def answer(listener) -> None:
    try:
        other, _ = listener.accept()
    except TimeoutError:
        return
    with other:
        other.sendall(b"ok\n")
