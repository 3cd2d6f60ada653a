"""What a worker process may do: little memory, low priority, and nothing but read what it is given.

Linux: a filter of system calls and Landlock. macOS: its sandbox; Windows: a job object (untried).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import site
import sys
import sysconfig
from pathlib import Path

from jinasearch.core.models import Confinement
from jinasearch.core.paths import resource
from jinasearch.extract.sandbox import landlock, seccomp

_OPEN_FILES = 256
_WRITTEN_BYTES = 64 << 20
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_SYSTEM = (
    "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/nix/store", "/app/lib",
    "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/fonts", "/etc/fonts",
    "/etc/localtime", "/etc/ld.so.cache", "/dev/null", "/dev/zero", "/dev/urandom",
    "/proc/meminfo", "/proc/cpuinfo",
)  # fmt: skip
_MAC_PROFILE = (
    b"(version 1)(allow default)(deny network*)(deny file-write*)(deny process-fork)"
    b"(deny process-exec*)"
)


def step_back() -> None:
    """Give way to whatever else wants the processor."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)


def restrain(memory_bytes: int) -> Confinement:
    """Bind this process for the rest of its life; returns what it cannot do any more.

    What the system does not offer is left out. Call it before any thread is started: those that
    run already stay free.
    """
    if sys.platform == "win32":
        return _confine_windows(memory_bytes)
    confine = _CONFINE.get(sys.platform)
    _limits(memory_bytes)
    return Confinement() if confine is None else confine()


def _limits(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource as limits  # noqa: PLC0415 - not on Windows

    for name, limit in (
        ("RLIMIT_AS", memory_bytes),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", _OPEN_FILES),
        ("RLIMIT_FSIZE", _WRITTEN_BYTES),
    ):
        which = getattr(limits, name, None)
        if which is None:
            continue
        _, hard = limits.getrlimit(which)
        allowed = limit if hard == limits.RLIM_INFINITY else min(limit, hard)
        with contextlib.suppress(OSError, ValueError):
            limits.setrlimit(which, (allowed, allowed))


def _confine_linux() -> Confinement:
    _idle_io()
    barred: list[str] = []
    means: list[str] = []
    spoken = landlock.restrict(_readable())
    if spoken:
        barred += ["reading", "writing"]
        means.append(f"Landlock {spoken}")
    if seccomp.restrict():
        barred += ["network", "processes", "writing"]
        means.append("seccomp")
    elif _no_network():
        barred.append("network")
        means.append("namespace")
    return Confinement(tuple(sorted(set(barred))), tuple(means))


def _readable() -> list[str]:
    """Where the interpreter and the libraries lie that readers may still load."""
    standard = sysconfig.get_paths()
    folders = [standard[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    folders += [site.getusersitepackages(), f"{sys.base_prefix}/lib"]
    folders += [str(Path(__file__).resolve().parents[2]), str(resource(""))]
    bundle = getattr(sys, "_MEIPASS", "")
    return [*folders, *([bundle] if bundle else []), *_SYSTEM]


def _no_network() -> bool:
    """Move to an empty network namespace; without privileges, through a user namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    return any(
        libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
    )


def _confine_mac() -> Confinement:
    """Through `sandbox_init(3)`, which Apple calls deprecated and all browsers use."""
    try:
        library = ctypes.CDLL("/usr/lib/libsandbox.1.dylib")
        problem = ctypes.c_char_p()
        if library.sandbox_init(_MAC_PROFILE, ctypes.c_uint64(0), ctypes.byref(problem)) != 0:
            return Confinement()
    except (OSError, AttributeError):
        return Confinement()
    return Confinement(("network", "processes"), ("sandbox",))


def _confine_windows(memory_bytes: int) -> Confinement:
    """In a job of its own, a process can start no other, and holds no more memory than is allowed.

    Through pywin32. Untried: no Windows was at hand.
    """
    try:
        import win32api  # noqa: PLC0415 - on Windows alone
        import win32job  # noqa: PLC0415

        job = win32job.CreateJobObject(None, "")
        kind = win32job.JobObjectExtendedLimitInformation
        limits = win32job.QueryInformationJobObject(job, kind)
        limits["BasicLimitInformation"]["LimitFlags"] |= (
            win32job.JOB_OBJECT_LIMIT_ACTIVE_PROCESS
            | win32job.JOB_OBJECT_LIMIT_PROCESS_MEMORY
            | win32job.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
        )
        limits["BasicLimitInformation"]["ActiveProcessLimit"] = 1
        limits["ProcessMemoryLimit"] = memory_bytes
        win32job.SetInformationJobObject(job, kind, limits)
        win32job.AssignProcessToJobObject(job, win32api.GetCurrentProcess())
    except Exception as error:  # noqa: BLE001 - pywin32 has errors of its own; then without
        print(f"no job object: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return Confinement()
    return Confinement(("processes",), ("job object",))


def _idle_io() -> None:
    import psutil  # noqa: PLC0415 - needed once

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)


_CONFINE = {"linux": _confine_linux, "darwin": _confine_mac}
