"""Stands for the desktop's portal on a bus of its own, in a process of its own.

It speaks `org.freedesktop.portal.GlobalShortcuts` by its published description and is strict about
it: what is not as described is answered by an error. `grant`, `deny` and `lack` (no such
interface) are what it does; lines on standard input, `press`, `other` and `close`, are what the
user or the desktop does. It prints the calls that it took, as JSON.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html
"""

from __future__ import annotations

import contextlib
import json
import re
import select
import sys
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.portal.Desktop"
DESKTOP = "/org/freedesktop/portal/desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
ELEMENT = re.compile(r"[A-Za-z0-9_]+")


class RefusedError(Exception):
    """The name of a D-Bus error."""


class Portal:
    def __init__(self, does: str) -> None:
        self.does = does
        self.bus: Any = open_dbus_connection("SESSION")
        self.bus.send_and_get_reply(message_bus.RequestName(NAME))
        self.session = ""
        self.client = ""
        say("ready")

    def run(self) -> None:
        while True:
            readable, _, _ = select.select([self.bus.sock, sys.stdin], [], [])
            if sys.stdin in readable:
                line = sys.stdin.readline()
                if not line:
                    return
                self.act(line.strip())
            with contextlib.suppress(TimeoutError):
                while True:
                    self.take(self.bus.receive(timeout=0))

    def act(self, line: str) -> None:
        if line == "close":
            address = DBusAddress(self.session, interface="org.freedesktop.portal.Session")
            self.signal(address, "Closed", "a{sv}", ({},))
        else:
            address = DBusAddress(DESKTOP, interface=SHORTCUTS)
            shortcut = "toggle" if line == "press" else "another"
            body = (self.session, shortcut, 1234, {})
            self.signal(address, "Activated", "osta{sv}", body)

    def take(self, message: Message) -> None:
        if message.header.message_type is not MessageType.method_call:
            return
        fields = message.header.fields
        member = fields[HeaderFields.member]
        self.client = fields[HeaderFields.sender]
        say(member, message.body)
        try:
            self.answer(message, fields, member)
        except RefusedError as refused:
            self.bus.send(new_error(message, str(refused), "s", (f"Not for {member}",)))

    def answer(self, message: Message, fields: dict[HeaderFields, Any], member: str) -> None:
        if fields.get(HeaderFields.interface) != SHORTCUTS or self.does == "lack":
            raise RefusedError("org.freedesktop.DBus.Error.UnknownMethod")
        signature = fields.get(HeaderFields.signature)
        wanted = {"CreateSession": "a{sv}", "BindShortcuts": "oa(sa{sv})sa{sv}"}.get(member)
        if signature != wanted or fields[HeaderFields.path] != DESKTOP:
            raise RefusedError("org.freedesktop.DBus.Error.InvalidArgs")
        options = message.body[-1]
        handle = self.path("request", options["handle_token"])
        if member == "CreateSession":
            self.session = self.path("session", options["session_handle_token"])
            results = {"session_handle": ("s", self.session)}
        else:
            results = self.bound(message.body)
        self.bus.send(new_method_return(message, "o", (handle,)))
        denied = self.does == "deny" and member == "BindShortcuts"
        address = DBusAddress(handle, interface="org.freedesktop.portal.Request")
        body = (1, {}) if denied else (0, results)
        self.signal(address, "Response", "ua{sv}", body)

    def bound(self, body: tuple[Any, ...]) -> dict[str, Any]:
        session, shortcuts, _window, _options = body
        if session != self.session:
            raise RefusedError("org.freedesktop.DBus.Error.AccessDenied")
        given = [
            (name, {"description": told["description"], "trigger_description": ("s", "Meta+J")})
            for name, told in shortcuts
        ]
        return {"shortcuts": ("a(sa{sv})", given)}

    def path(self, sort: str, token: tuple[str, str]) -> str:
        kind, element = token
        if kind != "s" or not ELEMENT.fullmatch(element):
            raise RefusedError("org.freedesktop.DBus.Error.InvalidArgs")
        sender = self.client.removeprefix(":").replace(".", "_")
        return f"{DESKTOP}/{sort}/{sender}/{element}"

    def signal(self, address: DBusAddress, name: str, signature: str, body: tuple) -> None:
        message = new_signal(address, name, signature, body)
        message.header.fields[HeaderFields.destination] = self.client
        self.bus.send(message)


def say(what: str, body: object = None) -> None:
    print(json.dumps([what, body]), flush=True)


if __name__ == "__main__":
    Portal(sys.argv[1]).run()
