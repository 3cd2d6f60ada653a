"""The real window on a virtual screen, used with keys and mouse; files open in a noted program."""

import json
import sys
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from screen import opened

from tiny_reranker import lay_down


def show(desk, *folders):
    return opened(desk.screen, desk.environment, *folders, heartbeat=None)


def test_a_question_finds_and_opens_a_file_and_changes_show(desk):
    program = desk.program
    program.write("bread.md", "# Bread\n\nMix flour, water and yeast, then bake the loaf.")
    program.write("sea.txt", "The albatross glides over the sea.")
    with show(desk, program.home) as window:
        window.seconds_to_show()
        desk.window = window
        program.until(lambda: program.names_now("yeast") == ["bread.md"], "the first files")
        window.type("yeast")
        desk.press_until_opened(lambda: desk.key("Return"), "bread.md")
        window.type("albatross")
        desk.press_until_opened(desk.double_click_first, "sea.txt")
        # The question stands while the folder changes under it.
        window.type("cormorant")
        program.write("new.txt", "A cormorant dries its wings.")
        desk.press_until_opened(lambda: desk.key("Return"), "new.txt")
        (program.home / "new.txt").rename(program.home / "renamed.txt")
        desk.press_until_opened(lambda: desk.key("Return"), "renamed.txt")
        window.end()
        assert window.process.returncode == 0
    program.pids.add(program.address()["pid"])


def test_the_answer_that_a_model_puts_first_is_opened(desk, tmp_path):
    program = desk.program
    question = "how do birds fly over a storm"
    texts = {
        "birds.md": "How do birds fly? Birds fly over water and over land: how, is told here.",
        "answer.md": "Before a storm the terns leave the coast.",
    }
    for name, text in texts.items():
        program.write(name, text)
    program.index()
    program.settle()
    program.json("models", "rerank", str(lay_down(tmp_path / "model", ["storm"])))
    first = program.json("search", question, "--no-rerank")["hits"][0]
    assert first["name"] == "birds.md"
    with show(desk) as window:
        window.seconds_to_show()
        desk.window = window
        window.type(question)
        desk.press_until_opened(lambda: desk.key("Return"), "answer.md")
        window.end()
    program.pids.add(program.address()["pid"])


def test_the_window_is_killed_and_the_engine_goes_on(desk):
    program = desk.program
    program.write("a.txt", "albatross")
    with show(desk, program.home) as window:
        window.seconds_to_show()
        program.until(lambda: program.names_now("albatross") == ["a.txt"], "the file")
        window.kill()
    engine = psutil.Process(program.address()["pid"])
    program.pids.add(engine.pid)
    assert engine.is_running()
    program.write("b.txt", "cormorant")
    program.until(lambda: program.names_now("cormorant") == ["b.txt"], "the next file")


def test_the_engine_is_killed_and_the_window_brings_it_back(desk):
    program = desk.program
    program.write("a.txt", "albatross")
    with show(desk, program.home) as window:
        window.seconds_to_show()
        desk.window = window
        program.until(lambda: program.names_now("albatross") == ["a.txt"], "the file")
        first = program.address()["pid"]
        psutil.Process(first).kill()
        program.until(
            lambda: (address := program.address()) is not None and address["pid"] != first,
            "another engine",
        )
        program.pids.add(program.address()["pid"])
        window.type("albatross")
        desk.press_until_opened(lambda: desk.key("Return"), "a.txt")
        window.end()


def test_settings_with_an_error_are_told_and_the_window_stays(desk):
    program = desk.program
    program.settings.parent.mkdir()
    program.settings.write_text("[engine]\nport = 'many'\n")
    with show(desk, program.home) as window:
        window.seconds_to_show()
        # Mended while the window is open: it finds its engine by itself.
        program.settings.write_text("")
        program.until(lambda: program.names_now("x") == [] and program.address(), "an engine")
        assert window.process.poll() is None
        window.end()
    program.pids.add(json.loads((program.library / "engine.json").read_text())["pid"])


def test_a_second_start_hands_its_folder_to_the_open_window(desk):
    program = desk.program
    program.write("a.txt", "albatross")
    other = program.home.parent / "other"
    other.mkdir()
    (other / "b.txt").write_text("cormorant")
    with show(desk, program.home) as window:
        window.seconds_to_show()
        program.until(lambda: program.names_now("albatross") == ["a.txt"], "the file")
        program.pids.add(program.address()["pid"])
        with show(desk, other) as second:
            assert second.process.wait(30) == 0
        program.until(lambda: program.names_now("cormorant") == ["b.txt"], "the second's folder")
        assert window.process.poll() is None
        window.end()
