from pathlib import PureWindowsPath
from urllib.parse import unquote, urlsplit

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, resource, shown, to_uri, windows_path


@pytest.mark.parametrize("path", ["/tmp/a b.txt", "/tmp/中文?#.txt", "/tmp/caf\udce9\n.txt", "/"])
def test_a_path_survives_its_uri(path):
    assert from_uri(to_uri(path)) == path


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/tmp/x",
        "http://a/b",
        "file://server/share/x",
        "file:",
        "file:///a%00b",
        "file://[x",
        "file:///\ud800",
    ],
)
def test_what_is_no_local_file_is_refused(uri):
    with pytest.raises(JinasearchError) as raised:
        from_uri(uri)
    assert raised.value.code == Code.BAD_REQUEST


def test_undecodable_bytes_are_shown_replaced():
    assert shown("/tmp/caf\udce9") == "/tmp/caf\ufffd"


def test_resources_are_found_in_an_editable_install():
    assert resource(".").is_dir()


@pytest.mark.parametrize(
    "path",
    [r"C:\Docs\a b.txt", r"\\server\share\Docs\a#b.txt", r"\\server\share\é.txt", "C:\\"],
)
def test_a_path_of_windows_survives_its_uri(path):
    parts = urlsplit(PureWindowsPath(path).as_uri())
    assert windows_path(parts.netloc, unquote(parts.path)) == path


def test_a_share_whose_server_is_in_the_path_is_one_too():
    assert windows_path("", "//server/share/x") == r"\\server\share\x"
