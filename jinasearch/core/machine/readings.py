"""What can be told of a machine's state and its user, the same on every system."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Readings:
    """The machine at one moment. What a machine cannot tell is None, or False.

    `charge`: of the battery, per cent. `hottest`: the processor's hottest sensor, °C.
    `idle_seconds`: since the user last touched key or mouse. `engaged`: a game, a presentation or
    "do not disturb". `power_saver`: the user has asked the system to save power.
    """

    on_battery: bool = False
    charge: float | None = None
    hottest: float | None = None
    idle_seconds: float | None = None
    metered: bool = False
    engaged: bool = False
    power_saver: bool = False


class Machine(Protocol):
    """What one system can do. Nothing here raises: what does not work is not known, or not done."""

    def read(self) -> Readings:
        """Look at everything once; takes milliseconds, a second where a service hangs."""

    def foreground_seconds(self) -> float:
        """Processor time since the start that work of normal priority took, in seconds; ours too
        where the system does not tell the two apart."""

    @property
    def counts_us(self) -> bool:
        """Whether our own work, which is of low priority, is in `foreground_seconds`."""

    def step_back(self, processes: Sequence[int], *, gentle: bool) -> None:
        """Give processes half of the cores and the lowest priority, or all of them again."""

    def close(self) -> None:
        """Let go of what was connected; `read()` connects again."""


def this_machine() -> Machine:
    """The system that this runs on."""
    if sys.platform == "win32":
        from jinasearch.core.machine.windows import Windows  # noqa: PLC0415 - of one system

        return Windows()
    if sys.platform == "darwin":
        from jinasearch.core.machine.macos import MacOS  # noqa: PLC0415

        return MacOS()
    from jinasearch.core.machine.linux import Linux  # noqa: PLC0415

    return Linux()
