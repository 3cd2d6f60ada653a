"""Questions to the services on a Linux desktop's message buses.

Through jeepney: pure Python, kept, and there anyway as a part of keyring. No service is started
by being asked.
"""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING, Literal

from jeepney import DBusAddress, MessageFlag, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jeepney.io.blocking import DBusConnection

_log = logging.getLogger(__name__)

_ANSWER_SECONDS = 0.5
_AGAIN_SECONDS = 60.0
"""How long a bus that is not there, or a service that hangs, is left alone."""


class Bus:
    """One bus, connected when first asked. Used by one thread."""

    def __init__(self, name: Literal["SESSION", "SYSTEM"]) -> None:
        self._name = name
        self._connection: DBusConnection | None = None
        self._failed: dict[str, float] = {}

    def ask(
        self,
        service: str,
        path: str,
        interface: str,
        method: str,
        signature: str = "",
        body: Sequence[object] = (),
    ) -> tuple[object, ...] | None:
        """What the service answers; None if it is not there, refuses, or takes too long."""
        if self._lately_failed("") or self._lately_failed(service):
            return None
        try:
            if self._connection is None:
                self._connection = open_dbus_connection(bus=self._name)
            address = DBusAddress(path, bus_name=service, interface=interface)
            message = new_method_call(address, method, signature or None, tuple(body))
            message.header.flags |= MessageFlag.no_auto_start
            reply = self._connection.send_and_get_reply(message, timeout=_ANSWER_SECONDS)
        except (OSError, KeyError, ValueError, RuntimeError, EOFError, StopIteration) as error:
            # A bus that is gone, a slow service (TimeoutError is an OSError), or no bus at all.
            slow = isinstance(error, TimeoutError)
            self._failed[service if slow else ""] = time.monotonic() + _AGAIN_SECONDS
            self.close()
            return None
        if reply.header.message_type is not MessageType.method_return:
            return None
        return tuple(reply.body)

    def get(self, service: str, path: str, interface: str, name: str) -> object | None:
        """A property's value; None as for `ask`."""
        reply = self.ask(
            service, path, "org.freedesktop.DBus.Properties", "Get", "ss", (interface, name)
        )
        match reply:
            case ((str(), value),):
                return value
        return None

    def close(self) -> None:
        """Let go of the bus; the next question connects again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()

    def _lately_failed(self, what: str) -> bool:
        return time.monotonic() < self._failed.get(what, 0.0)
