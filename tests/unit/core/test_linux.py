"""The Linux machine against a /sys that we made, and a message bus with services of our own."""

import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("of Linux", allow_module_level=True)

from jeepney import MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from jinasearch.core.machine.linux import Linux

NOBODY = {"PATH": ""}


@pytest.fixture
def sys_folder(tmp_path, monkeypatch):
    """No bus is there unless a test makes one."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    return tmp_path / "sys"


def put(folder, **files):
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(f"{text}\n")


def battery(sys_folder, *, status, capacity, mains):
    supplies = sys_folder / "class" / "power_supply"
    put(supplies / "AC", type="Mains", online=int(mains))
    put(supplies / "BAT0", type="Battery", status=status, capacity=capacity)
    put(supplies / "hidpp", type="Battery", scope="Device", status="Discharging", capacity=3)


def test_nothing_is_known_of_a_machine_that_tells_nothing(sys_folder):
    found = Linux(sys_folder, NOBODY).read()
    assert not found.on_battery
    assert (found.charge, found.hottest, found.idle_seconds) == (None, None, None)
    assert (found.metered, found.engaged, found.power_saver) == (False, False, False)


@pytest.mark.parametrize(
    ("status", "mains", "expected"),
    [("Discharging", False, True), ("Charging", True, False), ("Discharging", True, False)],
)
def test_battery_and_mains(sys_folder, status, mains, expected):
    battery(sys_folder, status=status, capacity=41, mains=mains)
    found = Linux(sys_folder, NOBODY).read()
    assert (found.on_battery, found.charge) == (expected, 41)


def test_a_mouse_s_battery_is_none(sys_folder):
    put(
        sys_folder / "class" / "power_supply" / "hidpp",
        type="Battery", scope="Device", status="Discharging", capacity=3,
    )  # fmt: skip
    found = Linux(sys_folder, NOBODY).read()
    assert (found.on_battery, found.charge) == (False, None)


def test_the_hottest_sensor_of_the_processor(sys_folder):
    put(sys_folder / "class" / "hwmon" / "hwmon0", name="nvme", temp1_input=99000)
    put(
        sys_folder / "class" / "hwmon" / "hwmon1",
        name="coretemp", temp1_input=71000, temp2_input=83500, temp3_input="broken",
    )  # fmt: skip
    assert Linux(sys_folder, NOBODY).read().hottest == 83.5


def test_a_thermal_zone_where_there_is_no_sensor(sys_folder):
    put(sys_folder / "class" / "thermal" / "thermal_zone0", type="cpu-thermal", temp=52000)
    assert Linux(sys_folder, NOBODY).read().hottest == 52


def test_work_of_normal_priority_is_counted(sys_folder):
    machine = Linux(sys_folder, NOBODY)
    before = machine.foreground_seconds()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        pass
    assert machine.foreground_seconds() > before


def test_a_process_steps_back_with_all_its_threads_and_comes_forward_again(sys_folder):
    cores = os.sched_getaffinity(0)
    program = "import threading as t; [t.Thread(target=input).start() for _ in 'ab']; input()"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )

    def allowed():
        names = [path.name for path in Path(f"/proc/{process.pid}/task").iterdir()]
        return [os.sched_getaffinity(int(name)) for name in names]

    try:
        until(lambda: len(allowed()) == 3)
        machine = Linux(sys_folder, NOBODY)
        machine.step_back([process.pid, 2**22 + 1], gentle=True)
        assert {len(found) for found in allowed()} == {max(1, len(cores) // 2)}
        machine.step_back([process.pid], gentle=False)
        assert all(found == cores for found in allowed())
    finally:
        process.kill()
        process.communicate()


def test_an_x_server_tells_when_it_was_last_touched(sys_folder):
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("needs Xvfb")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(writing), "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as stream:
            display = f":{stream.readline().strip()}"
        machine = Linux(sys_folder, {"DISPLAY": display})
        time.sleep(0.3)
        first = machine.read().idle_seconds
        assert first is not None
        time.sleep(0.2)
        assert machine.read().idle_seconds > first
        wayland = {"DISPLAY": display, "WAYLAND_DISPLAY": "wayland-0"}
        assert Linux(sys_folder, wayland).read().idle_seconds is None
        process.kill()
        process.wait()
        assert machine.read().idle_seconds is None  # and it did not take us along
    finally:
        process.kill()
        process.wait()


# The desktop's services, on a bus of the test's own


def serve(names, answers, ready):
    """Be these services: `answers` by (member, or interface and property)."""
    connection = open_dbus_connection("SESSION")
    for name in names:
        connection.send_and_get_reply(message_bus.RequestName(name))
    ready.set()
    while True:
        message = connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        member = message.header.fields[3]
        key = tuple(message.body) if member == "Get" else (member, *message.body)
        if key == ("GetIdletime",) and answers.get("slow"):
            continue
        if key in answers:
            signature, value = answers[key]
            connection.send(new_method_return(message, signature, (value,)))
        else:
            connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))


@pytest.fixture
def desktop(sys_folder, monkeypatch):
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("needs dbus-daemon")
    bus = subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    address = bus.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    started = []
    machines = []

    def make(names, answers):
        context = multiprocessing.get_context("fork")
        ready = context.Event()
        process = context.Process(target=serve, args=(names, answers, ready), daemon=True)
        process.start()
        started.append(process)
        assert ready.wait(10)
        machines.append(Linux(sys_folder, NOBODY))
        return machines[-1]

    yield make
    for machine in machines:
        machine.close()
    for process in started:
        process.kill()
        process.join()
    bus.kill()
    bus.wait()
    bus.stdout.close()


LOGIND = "org.freedesktop.login1"
SESSION = "org.freedesktop.login1.Session"
MUTTER = "org.gnome.Mutter.IdleMonitor"
NETWORK = "org.freedesktop.NetworkManager"
GAMEMODE = "com.feralinteractive.GameMode"
NOTIFY = "org.freedesktop.Notifications"
MANAGER = "org.gnome.SessionManager"
PROFILES = "net.hadess.PowerProfiles"


def test_gnome_tells_idle_time(desktop):
    machine = desktop([MUTTER], {("GetIdletime",): ("t", 4200)})
    assert machine.read().idle_seconds == 4.2


def test_a_locked_screen_is_idle(desktop):
    answers = {("GetIdletime",): ("t", 10), (SESSION, "LockedHint"): ("v", ("b", True))}
    assert desktop([MUTTER, LOGIND], answers).read().idle_seconds == float("inf")


def test_logind_s_hint_is_not_believed_until_it_was_seen_set(desktop):
    machine = desktop([LOGIND], {(SESSION, "IdleHint"): ("v", ("b", False))})
    assert machine.read().idle_seconds is None  # many desktops never set it


def test_logind_tells_since_when(desktop):
    since = int((time.time() - 600) * 1e6)
    answers = {
        (SESSION, "IdleHint"): ("v", ("b", True)),
        (SESSION, "IdleSinceHint"): ("v", ("t", since)),
    }
    found = desktop([LOGIND], answers).read().idle_seconds
    assert 600 <= found < 660


@pytest.mark.parametrize(("value", "expected"), [(1, True), (3, True), (2, False), (0, False)])
def test_a_metered_network(desktop, value, expected):
    machine = desktop([NETWORK], {(NETWORK, "Metered"): ("v", ("u", value))})
    assert machine.read().metered is expected


@pytest.mark.parametrize(
    ("name", "key", "answer"),
    [
        (GAMEMODE, (GAMEMODE, "ClientCount"), ("v", ("i", 1))),
        (NOTIFY, (NOTIFY, "Inhibited"), ("v", ("b", True))),
        (MANAGER, ("IsInhibited", 8), ("b", True)),
    ],
)
def test_a_game_quiet_time_or_a_presentation(desktop, name, key, answer):
    assert desktop([name], {key: answer}).read().engaged


def test_no_game_no_presentation(desktop):
    answers = {
        (GAMEMODE, "ClientCount"): ("v", ("i", 0)),
        (NOTIFY, "Inhibited"): ("v", ("b", False)),
        ("IsInhibited", 8): ("b", False),
    }
    assert not desktop([GAMEMODE, NOTIFY, MANAGER], answers).read().engaged


def test_the_power_saver(desktop):
    answers = {(PROFILES, "ActiveProfile"): ("v", ("s", "power-saver"))}
    assert desktop([PROFILES], answers).read().power_saver


def test_a_service_that_hangs_is_asked_once_and_left_alone(desktop):
    machine = desktop([MUTTER, NOTIFY], {"slow": True, (NOTIFY, "Inhibited"): ("v", ("b", True))})
    assert machine.read().idle_seconds is None
    machine.close()
    assert (
        machine._session.ask(MUTTER, f"/{MUTTER.replace('.', '/')}/Core", MUTTER, "GetIdletime")
        is None
    )
    assert machine._session._connection is None
    assert machine.read().engaged  # others on the same bus still answer


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
