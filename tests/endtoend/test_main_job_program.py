"""The main job, by commands: index, ask, see changes."""

import subprocess


def test_index_then_ask(program):
    program.write("recipes/bread.md", "# Bread\n\nMix flour, water and yeast, then bake the loaf.")
    program.write("work/invoice.txt", "The customer has to pay the amount within thirty days.")
    program.write("letters/中文.txt", "公司的员工休假制度：每年十五天。")
    status = program.index()
    assert status["coverage"]["files"] == 3
    assert program.names("yeast") == ["bread.md"]
    assert program.names("休假") == ["中文.txt"]
    program.settle()
    assert program.names("a dough for the oven", "meaning")[0] == "bread.md"
    assert program.names("when is the money due?", "hybrid")[0] == "invoice.txt"


def test_changes_show_while_it_runs(program):
    path = program.write("one.txt", "albatross")
    program.index()
    path.write_text("pelican")
    program.until(lambda: program.names_now("pelican") == ["one.txt"], "the change")
    assert program.names("albatross") == []
    program.write("deep/er/two.txt", "cormorant")
    program.until(lambda: program.names_now("cormorant") == ["two.txt"], "the new file")
    path.rename(program.home / "uno.txt")
    program.until(lambda: program.names_now("pelican") == ["uno.txt"], "the new name")
    (program.home / "uno.txt").unlink()
    program.until(lambda: program.names_now("pelican") == [], "the deletion")


def test_changes_show_after_it_was_off(program):
    kept = program.write("kept.txt", "albatross")
    gone = program.write("gone.txt", "pelican")
    program.index()
    program.run("engine", "stop")
    kept.rename(program.home / "moved.txt")
    gone.unlink()
    program.write("new.txt", "cormorant")
    program.engine()
    program.until(lambda: program.names_now("cormorant") == ["new.txt"], "the new file")
    program.until(lambda: program.names_now("albatross") == ["moved.txt"], "the new name")
    program.until(lambda: program.names_now("pelican") == [], "the deletion")


def test_nothing_found_is_an_exit_code(program):
    program.write("a.txt", "albatross")
    program.index()
    assert program.run("search", "--mode", "keywords", "albatross").returncode == 0
    assert program.run("search", "--mode", "keywords", "xylophone").returncode == 1


def test_without_a_screen_it_takes_questions(program):
    program.write("a.txt", "albatross over the sea")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        program.environment.pop(name, None)
    result = program.run(program.home, input="albatross\n\n")
    assert result.returncode == 0, result.stderr
    assert "a.txt" in result.stdout
    assert "albatross over the sea" in result.stdout


def test_the_engine_outlives_the_command_and_stops_when_told(program):
    program.write("a.txt", "albatross")
    program.index()
    engine = program.engine()
    assert engine.is_running()
    assert program.run("engine", "stop").returncode == 0
    engine.wait(20)
    assert program.run("engine", "status").returncode == 1
    assert program.address() is None


def test_a_folder_that_is_not_there(program):
    result = program.run("index", program.home / "nowhere")
    assert result.returncode == 2
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_reader_that_goes_away_is_no_error(program):
    program.write("a.txt", "albatross")
    program.index()
    shell = subprocess.run(
        ["bash", "-o", "pipefail", "-c", '"$@" | true', "bash", *program.command("status")],
        env=program.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in shell.stderr
