import threading

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.settings import Settings, change, entries, load, update


def test_a_missing_file_gives_the_defaults(tmp_path):
    assert load(tmp_path / "none.toml") == Settings()


def test_a_change_keeps_the_users_comments(tmp_path):
    path = tmp_path / "deep" / "settings.toml"
    path.parent.mkdir()
    path.write_text("# mine\n[embed]\nthreads = 2 # two\n")
    changed = update(path, "embed", model="jina-v5-nano")
    assert changed.embed.model == "jina-v5-nano"
    assert changed.embed.threads == 2
    assert load(path) == changed
    assert "# mine" in path.read_text()
    assert "# two" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ["[embed", "[embed]\nthreads = 'two'\n", "[extract]\ntimeout_seconds = []\n", "\x00"]
)
def test_a_broken_file_is_named_and_left_alone(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    for act in (lambda: load(path), lambda: update(path, "embed", idle_seconds=1.0)):
        with pytest.raises(JinasearchError) as raised:
            act()
        assert raised.value.code == Code.SETTINGS_INVALID
        assert raised.value.path == str(path)
    assert path.read_text() == text


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(JinasearchError):
        load(path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# threads\n[extract]\nworkers = 1\n\n[embed]\nmodel = 'x'\nthreads = 'two'\n", 7),
        ("[engine]\nport = 70000\n[embed]\nthreads = 1\n", 2),
        ("\nembed = 3\n", 2),
        ('[embed]\nmodel = "x\nthreads = 1\n', 2),
        ("[embed]\nmodel = 'x'\n[embd]\nthreads = 1\n", 3),
        ("[embed]\nmodel = 'x'\ntreads = 1\n", 3),
    ],
)
def test_the_line_of_a_mistake_is_told(tmp_path, text, line):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(JinasearchError, match=rf"line {line}\b"):
        load(path)


def test_the_line_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_bytes(b"[embed]\nmodel = 'caf\xe9'\n")
    with pytest.raises(JinasearchError, match="line 2 is not UTF-8"):
        load(path)


def test_every_setting_is_an_entry():
    names = {entry.name: entry for entry in entries(Settings())}
    assert names["window.scheme"].choices == ("system", "light", "dark")
    assert names["embed.allow_cpu"].kind == "bool"
    assert names["embed.idle_seconds"].kind == "float"
    assert all(entry.value == entry.default for entry in names.values())


def test_changes_by_name_keep_what_the_user_wrote(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("# mine\n[embed]\nthreads = 2 # two\nidle_seconds = 5.0\n")
    changed = change(path, {"embed.threads": None, "window.scheme": "dark"})
    assert (changed.embed.threads, changed.window.scheme) == (0, "dark")
    assert load(path) == changed
    assert path.read_text() == (
        '# mine\n[embed]\nidle_seconds = 5.0\n\n[window]\nscheme = "dark"\n'
    )


@pytest.mark.parametrize(
    "values", [{"embed.nothing": 1}, {"nothing": 1}, {"embed.threads": -1}, {"window.tray": "yes"}]
)
def test_changes_that_cannot_be_change_nothing(tmp_path, values):
    path = tmp_path / "settings.toml"
    with pytest.raises(JinasearchError) as raised:
        change(path, {"embed.idle_seconds": 1.0, **values})
    assert raised.value.code == Code.BAD_REQUEST
    assert not path.exists()


def test_changes_from_many_threads_are_all_kept(tmp_path):
    path = tmp_path / "settings.toml"
    names = ("embed.threads", "window.history_days", "pace.low_percent", "limits.cpu_percent")
    failed = []

    def act(name: str) -> None:
        try:
            for value in range(1, 11):
                change(path, {name: value})
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=act, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    values = {entry.name: entry.value for entry in entries(load(path))}
    assert [values[name] for name in names] == [10] * 4


def test_a_file_that_is_a_link_is_changed_where_it_lies(tmp_path):
    target = tmp_path / "mine.toml"
    target.write_text("# mine\n")
    path = tmp_path / "settings.toml"
    path.symlink_to(target)
    change(path, {"embed.threads": 3})
    assert path.is_symlink()
    assert target.read_text() == "# mine\n\n[embed]\nthreads = 3\n"


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    path = tmp_path / "settings.toml"
    path.symlink_to(tmp_path / "gone" / "settings.toml")
    with pytest.raises(JinasearchError) as raised:
        change(path, {"embed.threads": 3})
    assert raised.value.code == Code.SETTINGS_UNWRITABLE
    assert raised.value.path == str(path)
