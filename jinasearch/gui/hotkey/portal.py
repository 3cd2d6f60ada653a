"""A global key under Wayland: the portal `org.freedesktop.portal.GlobalShortcuts`.

The desktop asks the user which key to give, and keeps that choice. jeepney speaks D-Bus here, as
QtDBus for Python cannot build the nested types that the portal wants; its socket is watched by
Qt, so that nothing waits.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication

from jinasearch.gui.hotkey.hotkey import Bound, Hotkey
from jinasearch.gui.hotkey.keys import Chord, chord_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeySequence

_PORTAL = DBusAddress(
    "/org/freedesktop/portal/desktop",
    bus_name="org.freedesktop.portal.Desktop",
    interface="org.freedesktop.portal.GlobalShortcuts",
)
_REGISTRY = DBusAddress(
    _PORTAL.object_path,
    bus_name=_PORTAL.bus_name,
    interface="org.freedesktop.host.portal.Registry",
)
_REQUEST = "org.freedesktop.portal.Request"
_SESSION = "org.freedesktop.portal.Session"
_ID = "toggle"
_TOKEN = "jinasearch"  # noqa: S105 - a handle's name
_CONNECT_SECONDS = 0.5


class PortalHotkey(Hotkey):
    """One session with the portal. It tells of the key as the desktop gave it, by `changed`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus: Any = None  # a DBusConnection of jeepney, which has no types
        self._notifier: QSocketNotifier | None = None
        self._session = ""
        self._handle = ""
        self._registering = 0
        self._wanted: Chord | None = None
        self._asked = 0

    def bind(self, keys: QKeySequence) -> Bound:
        """See `Hotkey.bind`. The key is the one proposed; the user may choose another."""
        self.close()
        if keys.isEmpty():
            return Bound.OFF
        self._wanted = chord_of(keys)
        if self._wanted is None:
            return Bound.UNUSABLE
        if not self._connect():
            return Bound.UNSUPPORTED
        # Some desktops give keys only to a program that they know by its desktop file; others have
        # not heard of this, so whatever they answer is no matter.
        name = QGuiApplication.desktopFileName()
        self._registering = self._call(_REGISTRY, "Register", "sa{sv}", (name, {}))
        handle = self._next_handle()
        self._call(
            _PORTAL,
            "CreateSession",
            "a{sv}",
            ({"handle_token": ("s", handle), "session_handle_token": ("s", _TOKEN)},),
        )
        return Bound.ASKED

    def close(self) -> None:
        """End the session: the desktop forgets the key until the next."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._bus is not None:
            with contextlib.suppress(OSError):
                self._bus.close()
            self._bus = None
        self._session = ""

    def _connect(self) -> bool:
        try:
            bus = open_dbus_connection("SESSION")
            for rule in (
                MatchRule(type="signal", interface=_REQUEST, member="Response"),
                MatchRule(type="signal", interface=_PORTAL.interface, member="Activated"),
                MatchRule(type="signal", interface=_SESSION, member="Closed"),
            ):
                bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=_CONNECT_SECONDS)
        except Exception:  # noqa: BLE001 - no bus, a broken address, a refusal: all mean no portal
            return False
        self._bus = bus
        self._notifier = QSocketNotifier(bus.sock.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        return True

    def _next_handle(self) -> str:
        self._asked += 1
        self._handle = f"{_TOKEN}{os.getpid()}_{self._asked}"
        return self._handle

    def _call(
        self, address: DBusAddress, method: str, signature: str, body: tuple[Any, ...]
    ) -> int:
        """Send a call, without waiting; returns its serial, 0 if there is no bus any more."""
        if self._bus is None:
            return 0
        serial: int = next(self._bus.outgoing_serial)
        with contextlib.suppress(OSError):  # the bus is gone, which reading from it tells
            self._bus.send(new_method_call(address, method, signature, body), serial=serial)
        return serial

    def _on_readable(self) -> None:
        bus = self._bus
        while bus is not None and bus is self._bus:
            try:
                message = bus.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, ConnectionError):
                self.close()
                self.changed.emit(Bound.UNSUPPORTED)
                return
            self._on_message(message)

    def _on_message(self, message: Message) -> None:
        kind = message.header.message_type
        fields = message.header.fields
        if kind is MessageType.error:  # no portal, or one that does not know such keys
            if fields.get(HeaderFields.reply_serial) != self._registering:
                self.changed.emit(Bound.UNSUPPORTED)
        elif kind is MessageType.signal:
            self._on_signal(message)

    def _on_signal(self, message: Message) -> None:
        path = str(message.header.fields.get(HeaderFields.path, ""))
        match message.body:
            case (int(response), dict(results)) if path.endswith(f"/{self._handle}"):
                self._on_response(response, results)
            case (dict(),) if path == self._session:  # the desktop has ended it
                self._session = ""
                self.changed.emit(Bound.OFF)
            case (str(session), str(shortcut), *_) if session == self._session:
                if shortcut == _ID:
                    self.pressed.emit()

    def _on_response(self, response: int, results: dict[str, tuple[str, Any]]) -> None:
        if response != 0:
            self.changed.emit(Bound.OFF)  # the user said no
        elif "session_handle" in results and not self._session:
            self._session = str(results["session_handle"][1])
            self._bind_shortcut()
        elif "shortcuts" in results:
            self.changed.emit(Bound.YES if results["shortcuts"][1] else Bound.OFF)

    def _bind_shortcut(self) -> None:
        chord = self._wanted
        if chord is None:
            return
        shortcut = {
            "description": ("s", self.tr("Search with jinasearch")),
            "preferred_trigger": ("s", trigger(chord)),
        }
        self._call(
            _PORTAL,
            "BindShortcuts",
            "oa(sa{sv})sa{sv}",
            (self._session, [(_ID, shortcut)], "", {"handle_token": ("s", self._next_handle())}),
        )


def trigger(chord: Chord) -> str:
    """The chord in the form of the XDG shortcuts specification, such as `CTRL+ALT+space`."""
    pairs = ((chord.control, "CTRL"), (chord.alt, "ALT"), (chord.shift, "SHIFT"))
    held = [name for down, name in (*pairs, (chord.meta, "LOGO")) if down]
    return "+".join([*held, chord.keysym])
