"""The entries that start the program with the session."""

import configparser
import plistlib
import shlex

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.machine.autostart import LaunchAgent, XdgAutostart, autostart

COMMAND = ["/opt/my programs/python", "-m", "jinasearch", "--library", '/home/a"d$a/`100%`\\x']


def test_on_and_off(tmp_path):
    entry = XdgAutostart(tmp_path / "autostart")
    assert not entry.on
    entry.set(COMMAND)
    assert entry.on
    assert entry.place == str(tmp_path / "autostart" / "jinasearch.desktop")
    entry.set(())
    assert not entry.on
    assert not list((tmp_path / "autostart").iterdir())
    entry.set(())  # nothing to do is no error


def test_the_command_survives_the_entry_s_two_escapes(tmp_path):
    entry = XdgAutostart(tmp_path)
    entry.set(COMMAND)
    parser = configparser.RawConfigParser()
    parser.optionxform = str
    parser.read(tmp_path / "jinasearch.desktop")
    section = parser["Desktop Entry"]
    assert section["Type"] == "Application"
    as_string = section["Exec"].replace("\\\\", "\\")
    # A shell's double quotes escape the same four characters.
    assert [word.replace("%%", "%") for word in shlex.split(as_string)][:4] == COMMAND[:4]
    assert as_string.replace("%%", "%").endswith(' "/home/a\\"d\\$a/\\`100%\\`\\\\x"')


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled = false"])
def test_a_desktop_s_settings_can_switch_it_off(tmp_path, line):
    entry = XdgAutostart(tmp_path)
    entry.set(COMMAND)
    path = tmp_path / "jinasearch.desktop"
    path.write_text(path.read_text().replace("X-GNOME-Autostart-enabled=true", line))
    assert not entry.on
    entry.set(COMMAND)
    assert entry.on


def test_a_launch_agent(tmp_path):
    entry = LaunchAgent(tmp_path / "LaunchAgents")
    assert not entry.on
    entry.set(COMMAND)
    assert entry.on
    (path,) = (tmp_path / "LaunchAgents").iterdir()
    found = plistlib.loads(path.read_bytes())
    assert found["ProgramArguments"] == COMMAND
    assert found["RunAtLoad"] is True
    path.write_bytes(b"no list")
    assert not entry.on
    entry.set(())
    assert not path.exists()


def test_where_nothing_can_be_written_it_says_where(tmp_path):
    (tmp_path / "autostart").write_text("a file in the way")
    with pytest.raises(JinasearchError) as caught:
        XdgAutostart(tmp_path / "autostart").set(COMMAND)
    assert caught.value.code == Code.NO_PERMISSION
    assert caught.value.path


def test_the_user_s_own_folder_for_settings_counts(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    autostart().set(COMMAND)
    assert (tmp_path / "autostart" / "jinasearch.desktop").exists()
