"""The icon in the system's tray: the status at a glance, and the way back to every window."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from jinasearch.core.models import Activity, Status
from jinasearch.gui import formatting, texts, tray_icon
from jinasearch.gui.engine_link import EngineLink, LinkState
from jinasearch.gui.link_words import without_engine
from jinasearch.gui.tray_icon import TrayState

if TYPE_CHECKING:
    from jinasearch.gui.icons import Icons

_HOUR = 3600.0
_MORNING = time(6)
_STEPS = 20
"""Steps of the ring: the icon is drawn anew only when one is done."""
_LOOK_AGAIN_MS = 5000
"""A desktop may have its tray later than our start with the session."""


class Tray(QObject):
    """Signals: `quick_wanted`, `window_wanted`, `settings_wanted`, `quit_wanted`,
    `pause_wanted(bool, object)` with seconds or None; `there(bool)` when a tray comes or goes.
    """

    quick_wanted = Signal()
    window_wanted = Signal()
    settings_wanted = Signal()
    quit_wanted = Signal()
    pause_wanted = Signal(bool, object)
    there = Signal(bool)

    def __init__(self, link: EngineLink, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._icons = icons
        self._status = Status()
        self._shown: tuple[TrayState, int] | None = None
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()
        self.state_line = QAction(self)
        self.state_line.setEnabled(False)
        self.quick = QAction(self.tr("Quick search…"), self)
        self.window = QAction(self.tr("Open the window"), self)
        self.pause_hour = QAction(self.tr("Pause for an hour"), self)
        self.pause_until_tomorrow = QAction(self.tr("Pause until tomorrow"), self)
        self.pause = QAction(self.tr("Pause until resumed"), self)
        self.resume = QAction(self.tr("Resume"), self)
        self.settings = QAction(self.tr("Settings…"), self)
        self.quit = QAction(self.tr("Quit"), self)
        self._fill()
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        link.state_changed.connect(self._show)
        link.opening_changed.connect(self._show)
        self._wanted = False
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_AGAIN_MS)
        self._look.timeout.connect(self._appear)
        self._show()

    @property
    def is_there(self) -> bool:
        """Whether the user can see the icon."""
        return self.icon.isVisible()

    def set_wanted(self, *, wanted: bool) -> None:
        """Show the icon as soon as there is a tray, or take it away."""
        self._wanted = wanted
        if wanted:
            self._appear()
        else:
            self._look.stop()
            self._set_visible(visible=False)

    def set_status(self, status: Status) -> None:
        """Show what the engine does."""
        self._status = status
        self._show()

    def _fill(self) -> None:
        self.menu.addAction(self.state_line)
        self.menu.addSeparator()
        self.menu.addActions([self.quick, self.window])
        self.menu.addSeparator()
        self.menu.addActions([self.pause_hour, self.pause_until_tomorrow, self.pause, self.resume])
        self.menu.addSeparator()
        self.menu.addActions([self.settings, self.quit])
        self.quick.triggered.connect(self.quick_wanted)
        self.window.triggered.connect(self.window_wanted)
        self.settings.triggered.connect(self.settings_wanted)
        self.quit.triggered.connect(self.quit_wanted)
        self.pause_hour.triggered.connect(lambda: self.pause_wanted.emit(True, _HOUR))
        self.pause_until_tomorrow.triggered.connect(
            lambda: self.pause_wanted.emit(
                True, seconds_until_tomorrow(datetime.now().astimezone())
            )
        )
        self.pause.triggered.connect(lambda: self.pause_wanted.emit(True, None))
        self.resume.triggered.connect(lambda: self.pause_wanted.emit(False, None))

    def _appear(self) -> None:
        available = QSystemTrayIcon.isSystemTrayAvailable()
        self._look.start() if not available else self._look.stop()
        self._set_visible(visible=available)

    def _set_visible(self, *, visible: bool) -> None:
        if visible != self.icon.isVisible():
            self.icon.setVisible(visible)
            self.there.emit(visible)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.quick_wanted.emit()
        elif reason is QSystemTrayIcon.ActivationReason.MiddleClick:
            self.window_wanted.emit()

    def _show(self) -> None:
        joined = self._link.state is LinkState.CONNECTED
        status = self._status
        state, share = tray_icon.state_of(status), tray_icon.share_of(status)
        if self._link.state in (LinkState.FAILED, LinkState.STOPPED):
            state = TrayState.PROBLEM
        step = round(share * _STEPS) if state is TrayState.WORKING else 0
        if (state, step) != self._shown:
            self._shown = (state, step)
            self.icon.setIcon(tray_icon.icon(self._icons, state, step / _STEPS))
        told = self._told(state, share)
        self.state_line.setText(told)
        self.icon.setToolTip("jinasearch\n" + told)
        for action in (self.pause_hour, self.pause_until_tomorrow, self.pause):
            action.setVisible(not status.paused)
            action.setEnabled(joined)
        self.resume.setVisible(status.paused)
        self.resume.setEnabled(joined)

    def _told(self, state: TrayState, share: float) -> str:
        if self._link.state is not LinkState.CONNECTED:
            return without_engine(self._link.state, self._link.opening)
        if state is TrayState.WORKING:
            told = texts.activity(self._status.activity)
            return f"{told}  {formatting.percent(int(share * 1000), 1000)}"
        if self._status.paused:
            return self.tr("Paused")
        if self._status.activity is Activity.WAITING:
            return texts.pace(self._status.pace)
        return texts.activity(self._status.activity)


def seconds_until_tomorrow(now: datetime) -> float:
    """Until six o'clock of the next day, in local time."""
    morning = datetime.combine(now.date() + timedelta(days=1), _MORNING, now.tzinfo)
    return max(1.0, (morning - now).total_seconds())
