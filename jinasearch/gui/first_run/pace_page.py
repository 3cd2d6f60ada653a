"""When to work? Three presets, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup

from jinasearch.gui.first_run.page import Option, Page
from jinasearch.gui.texts import translate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from jinasearch.core.settings import Value
    from jinasearch.engine.protocol import SettingsReply

_PRESET = "pace.preset"


class PacePage(Page):
    """What is chosen here is a change of settings."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            translate("FirstRun", "When should it work?"),
            translate("FirstRun", "Reading comes first and takes minutes, learning takes hours."),
            parent,
        )
        self._options = {
            "quiet": Option(
                translate("FirstRun", "Only when nobody uses the machine"),
                translate("FirstRun", "Waits on battery and while you work."),
                self,
            ),
            "balanced": Option(
                translate("FirstRun", "Always, but gently while you work"),
                translate("FirstRun", "Slower on battery, fast when the machine is idle."),
                self,
            ),
            "full": Option(
                translate("FirstRun", "As fast as it can"),
                translate("FirstRun", "You may hear the fan."),
                self,
            ),
        }
        group = QButtonGroup(self)
        for option in self._options.values():
            group.addButton(option.button)
            self.column.addWidget(option)
        self._options["balanced"].button.setChecked(True)
        self.column.addStretch(1)

    def show_settings(self, reply: SettingsReply) -> None:
        """Begin with what is set."""
        for entry in reply.entries:
            if entry.name == _PRESET and entry.value in self._options:
                self._options[str(entry.value)].button.setChecked(True)

    def changes(self) -> dict[str, Value | None]:
        """What to set."""
        chosen = [name for name, option in self._options.items() if option.button.isChecked()]
        return {_PRESET: chosen[0]} if chosen else {}
