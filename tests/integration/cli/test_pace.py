"""The pace on the command line."""

import datetime as dt

from jinasearch.cli.pace import _until_tomorrow

from .conftest import Commands


def test_until_tomorrow_is_six_in_the_morning():
    zone = dt.timezone(dt.timedelta())
    for hour in (0, 5, 12, 23):
        now = dt.datetime(2026, 3, 5, hour, 30, tzinfo=zone).astimezone()
        then = now + dt.timedelta(seconds=_until_tomorrow(now))
        then = then.astimezone()
        assert (then.hour, then.minute) == (6, 0)
        assert then.date() == now.date() + dt.timedelta(days=1)


def test_pauses_presets_and_haste(cli: Commands):
    answers = cli.run_all(
        [
            ["pace"],
            ["pace", "quiet"],
            ["pause", "--until-tomorrow"],
            ["pace", "--json"],
            ["pace", "--now", "--json"],
            ["pause", "--minutes", "5", "--until-tomorrow"],
            ["pace", "reckless"],
            ["pace", "balanced", "--no-now"],
        ]
    )
    at_first, quiet, paused, held, hurried, both, unknown, balanced = answers
    assert at_first.text.startswith("balanced, ")
    assert "memory beside model and graph" in at_first.text
    assert quiet.text.startswith("quiet, ")
    assert paused.text.startswith("Paused until 06:00 on ")
    assert held.json()["paused"] is True
    assert held.json()["pace"]["preset"] == "quiet"
    assert hurried.json()["paused"] is False
    assert (both.code, unknown.code) == (2, 2)
    assert balanced.text.startswith("balanced, ")


def test_a_preview_changes_nothing(cli: Commands):
    (folder,) = cli.json("folders", "list")["folders"]
    asked = ["folders", "rules", folder["id"], "--exclude", "*.txt", "--without", "code"]
    people, programs, after, bad = cli.run_all(
        [
            [*asked, "--preview"],
            [*asked, "--preview", "--json"],
            ["folders", "rules", folder["id"], "--json"],
            ["folders", "rules", folder["id"], "--preview", "--exclude", "!"],
        ]
    )
    assert "would go" in people.text
    told = programs.json()
    assert told["newly_out"] > 0
    assert all(path.endswith(".txt") for path in told["leaving"])
    assert after.json()["rules"] == folder["rules"]
    assert bad.code == 3
    assert "This is no pattern: !" in bad.complaint


def test_start_with_the_session(cli: Commands):
    on, status, off, again = cli.run_all(
        [
            ["autostart", "on"],
            ["autostart"],
            ["autostart", "off"],
            ["autostart", "status", "--json"],
        ]
    )
    place = cli.running.environment["XDG_CONFIG_HOME"] + "/autostart/jinasearch.desktop"
    assert on.text == status.text == f"Starts with your session: {place}\n"
    assert off.text == "Does not start by itself.\n"
    assert again.json() == {"on": False, "place": place}
