"""One engine a library, on a port of its own."""

import socket
import subprocess
import urllib.error
import urllib.request

import psutil


def engines(program) -> list[int]:
    """Processes that are an engine of this library."""
    found = []
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if command[-2:] == ["engine", "run"] and process.environ().get(
                "JINASEARCH_LIBRARY"
            ) == str(program.library):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_a_second_engine_is_refused(program):
    first = program.engine()
    result = program.run("engine", "run")
    assert result.returncode == 3
    assert "library-busy" in result.stderr
    assert str(program.library) in result.stderr
    assert program.engine().pid == first.pid


def test_many_starters_get_one_engine(program):
    starters = [
        subprocess.Popen(
            program.command("engine", "start"),
            env=program.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for starter in starters:
        _, said = starter.communicate(timeout=60)
        assert starter.returncode == 0, said
    program.pids.add(program.address()["pid"])
    assert engines(program) == [program.address()["pid"]]


def test_a_port_in_use_is_told(program):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        program.settings.parent.mkdir()
        program.settings.write_text(f"[engine]\nport = {port}\n")
        result = program.run("status")
        assert result.returncode == 3
        assert str(port) in result.stderr
        assert "Traceback" not in result.stderr
    assert program.run("status").returncode == 0


def test_settings_that_are_wrong_are_told(program):
    program.settings.parent.mkdir()
    program.settings.write_text("[engine]\nport = 'many'\n")
    result = program.run("status")
    assert result.returncode == 3
    assert "settings" in result.stderr.lower()
    assert str(program.settings) in result.stderr


def test_the_door_is_shut_without_the_token(program):
    program.engine()
    address = program.address()

    def status(path: str, **headers: str) -> int:
        request = urllib.request.Request(address["url"] + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    token = {"Authorization": f"Bearer {address['token']}"}
    assert status("/v1/status", **token) == 200
    assert status("/v1/status") == 401
    assert status("/v1/status", Authorization="Bearer wrong") == 401
    assert status("/v1/openapi.json") == 401
    assert status("/v1/status", **token, Host="evil.example") in (400, 401, 403, 421)
    assert status("/v1/status", **token, Origin="http://evil.example") in (400, 401, 403)


def test_the_library_is_its_users_alone(program):
    program.write("a.txt", "albatross")
    program.index()
    assert program.library.stat().st_mode & 0o777 == 0o700
    assert (program.library / "engine.json").stat().st_mode & 0o777 == 0o600
