"""The key of a server: from the environment, else from the system's keyring. Never in a file.

A key in the keyring belongs to a model's name and the server's host together, so that it never
goes to another host than the one it was given for; one in the environment belongs to the name.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "jinasearch"


def variable(name: str) -> str:
    """The environment variable that holds the key of the model called `name`."""
    return "JINASEARCH_KEY_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def from_environment(name: str) -> str:
    """The key in the environment, empty if there is none."""
    return check(os.environ.get(variable(name), ""))


def find(name: str, host: str) -> str:
    """The key to send to `host`.

    Raises JinasearchError(REMOTE_FAILED) if it is in neither place.
    """
    if key := from_environment(name):
        return key
    try:
        key = _keyring().get_password(_SERVICE, _user(name, host)) or ""
    except Exception as error:  # each keyring has errors of its own
        raise _no_key(name, f"The keyring cannot be read ({type(error).__name__}).") from error
    if not key:
        raise _no_key(name, "It is not in the keyring any more.")
    return key


def keep(name: str, host: str, key: str) -> None:
    """Put the key into the keyring.

    Raises JinasearchError(NO_PERMISSION) where there is none, or none that opens.
    """
    try:
        _keyring().set_password(_SERVICE, _user(name, host), key)
    except Exception as error:  # each keyring has errors of its own
        raise JinasearchError(
            Code.NO_PERMISSION,
            f"The key cannot be kept: no keyring takes it ({type(error).__name__})",
            f"Start the engine with the key in the environment variable {variable(name)} instead.",
        ) from error


def forget(name: str, host: str) -> None:
    """Remove the key from the keyring, if it is there."""
    with contextlib.suppress(Exception):  # without a keyring there is nothing to forget
        _keyring().delete_password(_SERVICE, _user(name, host))


def check(key: str) -> str:
    """The key without blanks around it. Raises JinasearchError(BAD_REQUEST) if it is none."""
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise JinasearchError(
            Code.BAD_REQUEST, "This is no key", "Give its characters alone, in one line."
        )
    return key


def _user(name: str, host: str) -> str:
    return f"{name} at {host}"


def _keyring() -> KeyringBackend:
    # Imported late: it looks for what the desktop has, and few models need a key.
    from keyring import get_keyring  # noqa: PLC0415

    return get_keyring()


def _no_key(name: str, why: str) -> JinasearchError:
    return JinasearchError(
        Code.REMOTE_FAILED,
        f"The key for the model {name} is not there",
        f"{why} Start the engine with it in the environment variable {variable(name)}, or add the"
        " model again.",
    )
