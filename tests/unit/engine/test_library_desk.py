"""Where a backup may be written, and what of its settings is taken over."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from jinasearch.core import settings as settings_file
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import to_uri
from jinasearch.engine import protocol
from jinasearch.engine.library_desk import LibraryDesk
from jinasearch.store import soundness
from jinasearch.store.database import Library

if TYPE_CHECKING:
    from pathlib import Path

MINE = "/usr/bin/python3"


@pytest.fixture
def config(tmp_path) -> Path:
    return tmp_path / "config" / "settings.toml"


@pytest.fixture
def desk(tmp_path, config):
    library = Library(tmp_path / "library")
    yield LibraryDesk(
        library, SimpleNamespace(serving=None), config, lambda: ((), ()), lambda: None
    )
    library.close()


def backup_with(tmp_path: Path, settings: str) -> str:
    library = Library(tmp_path / "elsewhere")
    library.export(tmp_path / "kept.jinasearch", settings, "1")
    library.close()
    return to_uri(tmp_path / "kept.jinasearch")


def set_to(config: Path, text: str) -> None:
    config.parent.mkdir(exist_ok=True)
    config.write_text(text)


@pytest.mark.parametrize("mine", ["", MINE])
@pytest.mark.parametrize(
    "theirs",
    [
        '[embed]\npython = "/tmp/evil"\nthreads = 3\n',
        'embed.python = "/tmp/evil"\nembed.threads = 3\n',
        'embed = {python = "/tmp/evil", threads = 3}\n',
    ],
)
def test_no_program_is_taken_over_from_a_backup(tmp_path, desk, config, theirs, mine):
    set_to(config, f'[embed]\npython = "{mine}"\n')
    desk.take_in(protocol.Import(backup_with(tmp_path, theirs)))
    taken = settings_file.load(config).embed
    assert (taken.python, taken.threads) == (mine, 3)


def test_settings_before_are_kept_every_time(tmp_path, desk, config):
    set_to(config, "[embed]\nthreads = 1\n")
    uri = backup_with(tmp_path, "[embed]\nthreads = 2\n")
    for _ in range(2):
        desk.take_in(protocol.Import(uri))
    kept = [settings_file.load(path).embed.threads for path in config.parent.glob("*.before-*")]
    assert sorted(kept) == [1, 2]


def test_settings_that_are_a_link_stay_one(tmp_path, desk, config):
    set_to(config, "")
    config.rename(tmp_path / "mine.toml")
    config.symlink_to(tmp_path / "mine.toml")
    desk.take_in(protocol.Import(backup_with(tmp_path, "[embed]\nthreads = 2\n")))
    assert config.is_symlink()
    assert settings_file.load(tmp_path / "mine.toml").embed.threads == 2


def test_settings_that_cannot_be_written_are_told(tmp_path, desk, config):
    config.parent.mkdir()
    config.symlink_to(tmp_path / "gone" / "mine.toml")
    with pytest.raises(JinasearchError) as caught:
        desk.take_in(protocol.Import(backup_with(tmp_path, "[embed]\nthreads = 2\n")))
    assert caught.value.code == Code.SETTINGS_UNWRITABLE


def test_settings_that_mean_nothing_here_leave_nothing_behind(tmp_path, desk, config):
    set_to(config, "")
    desk.take_in(protocol.Import(backup_with(tmp_path, "[embed]\nunknown = 2\n")))
    assert list(config.parent.iterdir()) == [config]


def refused(desk, path: Path, **options: bool) -> Code:
    with pytest.raises(JinasearchError) as caught:
        desk.export(protocol.Export(to_uri(path), **options))
    return caught.value.code


@pytest.mark.parametrize("place", ["library/library.db", "library/graph/a", "alias/library.db"])
def test_a_backup_is_never_written_among_the_librarys_files(tmp_path, desk, place):
    (tmp_path / "alias").symlink_to(tmp_path / "library")
    live = tmp_path / "library" / "library.db"
    before = live.stat().st_ino
    assert refused(desk, tmp_path / place, replace=True) is Code.BAD_REQUEST
    assert live.stat().st_ino == before


def test_a_backup_may_be_among_the_backups_and_is_replaced_when_asked(tmp_path, desk):
    (tmp_path / "library" / "backups").mkdir()
    for target in (tmp_path / "library" / "backups" / "a.jinasearch", tmp_path / "b.jinasearch"):
        desk.export(protocol.Export(to_uri(target)))
        assert refused(desk, target) is Code.EXISTS
        desk.export(protocol.Export(to_uri(target), replace=True))


def test_a_check_that_the_engines_end_cuts_short_is_no_damage(desk, monkeypatch):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
    monkeypatch.setattr(soundness, "database", lambda connection: connection.execute(endless).get)
    ending = threading.Timer(0.2, desk.end)
    ending.start()
    with pytest.raises(JinasearchError) as caught:
        desk.check()
    ending.join()
    assert caught.value.code == Code.ENGINE_UNREACHABLE
    assert desk._library.health.damage is None
    assert desk.work is None


def test_a_backup_that_the_engines_end_cuts_short_leaves_nothing(tmp_path, desk):
    desk.end()
    with pytest.raises(JinasearchError) as caught:
        desk.export(protocol.Export(to_uri(tmp_path / "b.jinasearch")))
    assert caught.value.code == Code.ENGINE_UNREACHABLE
    assert [path.name for path in tmp_path.iterdir()] == ["library"]
