"""Nothing leaves the machine, nothing of files or questions is logged, what is removed is gone."""

import ipaddress
import re
import subprocess

import pytest

ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
SECRETS = ("zanzibarite", "quokkasaurus", "mirabellenkuchen", "verschlusssache")


def test_nothing_outside_loopback_is_tried(program, needs, tmp_path):
    needs("strace")
    trace = tmp_path / "trace"
    program.write("a.md", "# Bread\n\nMix flour and yeast. See https://example.org/recipe.")
    program.write(
        "b.html", '<html><body><img src="http://example.org/x.png">albatross</body></html>'
    )
    tracer = (
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=bind,connect,sendto,sendmsg,sendmmsg",
        "-o",
        trace,
    )
    probe = subprocess.run([*tracer, "true"], check=False, capture_output=True)
    if probe.returncode != 0:
        pytest.skip("tracing is not allowed here")
    # The engine is started under the tracer by the first command, and followed to its end.
    tracing = subprocess.Popen(
        [*map(str, tracer), *program.command("index", "--meaning", program.home)],
        env=program.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    engine = program.until(program.address, "the engine")["pid"]
    program.settle()
    assert program.names("albatross") == ["b.html"]
    assert program.names("how to bake", "meaning")
    program.json("models", "list")
    program.json("doctor")
    program.run("engine", "stop")
    tracing.wait(60)  # until the last process under it has ended
    lines = trace.read_text(errors="replace").splitlines()
    reached = {first or second for line in lines for first, second in ADDRESS.findall(line)}
    assert [line for line in lines if line.startswith(f"{engine} ") and "bind(" in line], (
        "the trace did not follow the engine"
    )
    assert reached
    assert [a for a in reached if not ipaddress.ip_address(a).is_loopback] == []


def test_it_works_without_a_network(program, needs):
    needs("unshare", "ip")
    namespace = [
        "unshare",
        "--net",
        "--map-root-user",
        "bash",
        "-c",
        'ip link set lo up && "$@"',
        "-",
    ]
    if subprocess.run([*namespace, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("network namespaces are not allowed here")
    program.write("a.md", "# Bread\n\nMix flour and yeast, then bake the loaf.")
    program.write("b.md", "# Ships\n\nThe harbour is full of sails.")
    # One shell, so that all commands are in the same namespace as the engine.
    index = program.command("index", "--meaning", program.home)
    search = program.command("search", "--json", "--mode", "meaning", "something for the oven")
    stop = program.command("engine", "stop")
    script = " && ".join(" ".join(f"'{part}'" for part in line) for line in (index, search, stop))
    result = subprocess.run(
        [*namespace, "bash", "-c", script],
        env=program.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.index("a.md") < result.stdout.index("b.md")


def test_no_text_of_a_file_or_question_is_in_a_log(program):
    program.write("fine.txt", f"The {SECRETS[0]} lies in the drawer.")
    program.write("broken.pdf", f"%PDF-1.4\n({SECRETS[1]}) Tj\nstartxref\n99999\n%%EOF")
    program.write("broken.docx", f"PK\x03\x04 {SECRETS[1]} word/document.xml")
    program.write("broken.ipynb", f'{{"cells": [{{"source": "{SECRETS[1]}"')
    program.run("index", program.home)
    program.settle()
    # Questions, also such as the full text's own syntax would stumble over.
    for question in (SECRETS[2], f'"{SECRETS[2]}', f"({SECRETS[2]} OR", f"{SECRETS[2]}* NEAR/"):
        for mode in ("keywords", "meaning", "hybrid"):
            said = program.run("search", "--mode", mode, "--", question)
            assert SECRETS[2] not in said.stderr
    program.run("index", program.home / SECRETS[3])
    program.run("engine", "stop")
    logs = [path for path in program.library.rglob("*") if ".log" in path.name]
    assert logs
    for log in logs:
        text = log.read_text(errors="replace").lower()
        assert text
        assert [secret for secret in SECRETS[:3] if secret in text] == []
        assert log.stat().st_mode & 0o077 == 0


def test_what_is_removed_is_gone_from_the_disk(program):
    path = program.write("secret.txt", f"The {SECRETS[0]} lies in the drawer. " * 50)
    program.write("other.txt", "albatross over the sea")
    program.index()
    program.settle()
    assert SECRETS[0].encode() in on_disk(program)
    path.unlink()
    program.until(lambda: program.names(SECRETS[0]) == [], "the deletion")
    program.run("engine", "stop")
    assert SECRETS[0].encode() not in on_disk(program)
    assert b"albatross" in on_disk(program)


def test_a_removed_folder_is_gone_from_the_disk(program):
    program.write("secret.txt", f"The {SECRETS[0]} lies in the drawer. " * 50)
    program.index()
    program.settle()
    assert program.run("folders", "remove", "--yes", program.home).returncode == 0
    program.run("engine", "stop")
    assert SECRETS[0].encode() not in on_disk(program)


def on_disk(program) -> bytes:
    """Every byte of the library's files."""
    files = sorted(path for path in program.library.rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files)
