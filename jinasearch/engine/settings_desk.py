"""What clients ask about settings: list, change, go back to the defaults. What an editor changes
in the file is used too.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jinasearch.core import settings as settings_file
from jinasearch.core.errors import JinasearchError
from jinasearch.core.paths import shown
from jinasearch.engine import protocol
from jinasearch.index.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from jinasearch.core.settings import Settings, Value

_AT_START = frozenset({"engine.port", "engine.idle_exit_seconds", "extract.workers"})
"""The engine looks at these when it starts; all others are used at once."""
_LOOK_SECONDS = 10.0
_WRITTEN_SECONDS = 1.0
"""A file that stays as it is for so long is written to its end."""

_Stamp = tuple[int, int, int] | None


class SettingsDesk:
    """The facade for settings. Thread-safe.

    Args:
        config: the settings file.
        settings: what it said at the start.
        apply: by section, who uses its settings from now on.
        on_change: called after a change.
        check: by section, who is asked before a change is written, with its settings before and
            after it; what that raises refuses the change.
        on_trouble: told of a file that cannot be used; None when it is right again.
    """

    def __init__(
        self,
        config: Path,
        settings: Settings,
        apply: Mapping[str, Sequence[Callable[[Any], None]]],
        on_change: Callable[[], None],
        on_trouble: Callable[[JinasearchError | None], None],
        check: Mapping[str, Callable[[Any, Any], None]] | None = None,
    ) -> None:
        self._config = config
        self._started_with = settings
        self._in_use = settings
        self._apply = apply
        self._check = check or {}
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._lock = threading.Lock()
        self._failed: dict[str, JinasearchError] = {}  # by section, guarded by the lock
        self._seen: _Stamp | str = "nothing yet"
        self._ended = threading.Event()
        guard = Guard("Looking at the settings stopped", on_trouble, self._ended.wait)
        self._looker = threading.Thread(
            target=lambda: guard.run(self._step), name="settings", daemon=True
        )

    def start(self) -> None:
        """Begin to look whether an editor has changed the file."""
        self._looker.start()

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        if self._looker.is_alive():
            self._looker.join(5)

    def listed(self) -> protocol.SettingsReply:
        """All settings, as the file has them now.

        Raises:
            JinasearchError(SETTINGS_INVALID): the file cannot be read.
        """
        return self._reply(settings_file.load(self._config))

    def change(self, request: protocol.ChangeSettings) -> protocol.SettingsReply:
        """Change some, and use them.

        Raises:
            JinasearchError(BAD_REQUEST): there is no such setting, or it cannot have that value;
                nothing was changed.
            JinasearchError: what refuses it is what `check` raises; nothing was changed.
            JinasearchError: what the part that they are for raises; the file has them all the same.
        """
        return self._reply(self.set(request.values))

    def set(self, values: Mapping[str, Value | None]) -> Settings:
        """The same, for the engine's own parts."""
        with self._lock:
            after = settings_file.change(self._config, values, self._refuse)
            before = self._in_use
            changed = self._use(after)
            self._tell()
            for section in changed:
                if section in self._failed and not self._was_wrong(section, before):
                    raise self._failed[section]
        return after

    def _was_wrong(self, section: str, before: Settings) -> bool:
        """Whether a section could not be used before a change either: no news of that change."""
        check = self._check.get(section)
        if check is None:
            return False
        try:
            check(getattr(settings_file.Settings(), section), getattr(before, section))
        except JinasearchError:
            return True
        return False

    def _refuse(self, before: Settings, after: Settings) -> None:
        for section, check in self._check.items():
            check(getattr(before, section), getattr(after, section))

    def look(self) -> None:
        """Use what was changed in the file, unless it may not be written to its end yet."""
        stamp = self._stamp()
        if stamp == self._seen or self._ended.wait(_WRITTEN_SECONDS) or stamp != self._stamp():
            return
        with self._lock:
            try:
                self._use(settings_file.load(self._config))
            except JinasearchError as error:
                self._on_trouble(error)
            else:
                self._tell()
        self._seen = stamp

    def _tell(self) -> None:
        self._on_trouble(next(iter(self._failed.values()), None))

    def _step(self) -> bool:
        if self._ended.wait(_LOOK_SECONDS):
            return False
        self.look()
        return True

    def _stamp(self) -> _Stamp:
        """Tells one state of the file from another; None if there is none."""
        try:
            found = self._config.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _use(self, after: Settings) -> list[str]:
        """Have every part use what is new to it, also if one of them cannot: `_failed` has the
        first error of a section, until that is another. Returns the sections that are."""
        before, self._in_use = self._in_use, after
        if before == after:
            return []
        changed = [name for name in self._apply if getattr(before, name) != getattr(after, name)]
        for section in changed:
            self._failed.pop(section, None)
            for use in self._apply[section]:
                try:
                    use(getattr(after, section))
                except JinasearchError as error:
                    self._failed.setdefault(section, error)
        self._on_change()
        return changed

    def _reply(self, settings: Settings) -> protocol.SettingsReply:
        entries = settings_file.entries(settings)
        started = {entry.name: entry.value for entry in settings_file.entries(self._started_with)}
        return protocol.SettingsReply(
            entries,
            shown(self._config),
            tuple(e.name for e in entries if e.name in _AT_START and e.value != started[e.name]),
        )
