"""Which folders a library may be in."""

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_folder import make_private


def mode(folder) -> int:
    return folder.stat().st_mode & 0o777


@pytest.mark.parametrize("names", [["thesis.doc"], [".git"], ["library.txt", "history.json"]])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, names):
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    for name in names:
        (folder / name).write_text("mine")
    with pytest.raises(JinasearchError) as raised:
        make_private(folder)
    assert raised.value.code == Code.NOT_A_LIBRARY
    assert raised.value.path == str(folder)
    assert "--library" in raised.value.message
    assert mode(folder) == 0o755
    assert {path.name for path in folder.iterdir()} == set(names)


@pytest.mark.parametrize(
    "names",
    [[], [".DS_Store"], ["window.socket"], ["library.db", "thesis.doc"], ["engine.lock", "graph"]],
)
def test_an_empty_one_or_a_library_becomes_its_users_alone(tmp_path, names):
    folder = tmp_path / "library"
    folder.mkdir(mode=0o755)
    for name in names:
        (folder / name).touch()
    make_private(folder)
    assert mode(folder) == 0o700


def test_one_that_is_not_there_is_made(tmp_path):
    make_private(tmp_path / "deep" / "library")
    assert mode(tmp_path / "deep" / "library") == 0o700


def test_where_there_can_be_no_folder_that_is_told(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "library"):
        with pytest.raises(JinasearchError) as raised:
            make_private(folder)
        assert raised.value.code == Code.BAD_REQUEST
