"""kill -9 at any moment leaves a library that opens and continues, and repeats no finished work."""

import random
import signal
import time

import psutil
import pytest

WORDS = ["river", "stone", "market", "winter", "engine", "letter", "garden", "silver", "lantern"]


FILES = 30


def fill(program, files: int = FILES, first: int = 0) -> None:
    generator = random.Random(7 + first)
    for number in range(first, first + files):
        sections = (
            f"## Part {part}\n\n" + " ".join(generator.choices(WORDS, k=60)) for part in range(4)
        )
        name = f"f{number:03}.md"
        program.write(name, f"# File {number} mark{number:03}\n\n" + "\n\n".join(sections))


def kill(process: psutil.Process) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def assert_whole(program, files: int = FILES) -> None:
    """Everything arrives, nothing twice, and the check finds nothing unsound."""
    coverage = program.settle()["coverage"]
    assert coverage["files"] == coverage["keywords"] == coverage["meaning"] == files
    assert program.names("mark000") == ["f000.md"]
    assert program.names(f"mark{files - 1:03}") == [f"f{files - 1:03}.md"]
    findings = program.json("doctor")["findings"]
    assert findings
    assert [finding for finding in findings if not finding["ok"]] == []


@pytest.mark.slow
def test_the_engine_is_killed_again_and_again(program):
    fill(program)
    program.json("index", "--no-wait", program.home)
    generator = random.Random(11)
    committed: dict = {}
    for _ in range(4):
        engine = program.engine()
        time.sleep(generator.uniform(0.05, 2.5))
        children = engine.children(recursive=True)
        kill(engine)
        # Workers end when their pipe does.
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []
        now = program.vectors() if (program.library / "library.db").exists() else {}
        assert committed.items() <= now.items(), "a committed vector was lost or made again"
        committed = now
    # A kill may have come before the folder itself was taken in.
    program.json("index", "--no-wait", program.home)
    assert_whole(program)
    assert committed.items() <= program.vectors().items()


def test_workers_are_killed(program):
    fill(program)
    program.json("index", "--no-wait", program.home)
    killed = 0
    files = FILES
    for _ in range(3):
        workers = program.until(lambda: program.children("_extract"), "a worker")
        for worker in workers:
            try:
                worker.send_signal(signal.SIGKILL)
                killed += 1
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(workers, timeout=10)
        fill(program, 10, files)  # so that there is something to read again
        files += 10
    program.until(lambda: program.names_now(f"mark{files - 1:03}"), "the last file")
    coverage = program.settle()["coverage"]
    # A file in the hand of a killed worker may be marked; all others are in.
    assert coverage["files"] == files
    assert coverage["failed"] <= killed
    program.run("files", "--retry")
    assert_whole(program, files)


def test_the_embed_process_is_killed(program):
    fill(program)
    program.json("index", "--no-wait", program.home)
    committed: dict = {}
    for _ in range(3):
        embedders = program.until(lambda: program.children("_embed"), "the embed process")
        time.sleep(0.5)
        for embedder in embedders:
            if embedder.is_running():
                embedder.send_signal(signal.SIGKILL)
        assert committed.items() <= program.vectors().items()
        committed = program.vectors()
    assert_whole(program)


def test_a_search_works_right_after_a_crash(program):
    fill(program, 10)
    program.index()
    program.settle()
    vectors = program.vectors()
    kill(program.engine())
    assert program.names("mark007") == ["f007.md"]
    assert program.names("winter garden", "meaning")
    assert_whole(program, 10)
    assert program.vectors() == vectors
