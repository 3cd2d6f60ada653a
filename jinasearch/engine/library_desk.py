"""What clients ask about the library as a whole: is it sound, take it elsewhere, bring one in."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from jinasearch import __version__
from jinasearch.core import settings as settings_file
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import changing, dated, write_atomically
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.paths import from_uri, shown, to_uri
from jinasearch.engine import protocol
from jinasearch.engine.lanes import ending
from jinasearch.engine.report import findings_of
from jinasearch.store import files, kept, portable, relocation
from jinasearch.store.database import CHECKS
from jinasearch.store.soundness import OutOfTime
from jinasearch.store.soundness import findings as findings_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jinasearch.core.models import Finding, Notice
    from jinasearch.engine.meanings import Meanings
    from jinasearch.store.database import Library


class LibraryDesk:
    """The facade for the library as a whole.

    Args:
        config: the settings file.
        told: the notices so far and the troubles of now.
        on_change: called when `work` has changed.
    """

    def __init__(
        self,
        library: Library,
        meanings: Meanings,
        config: Path,
        told: Callable[[], tuple[Sequence[Notice], Iterable[JinasearchError]]],
        on_change: Callable[[], None],
    ) -> None:
        self._library = library
        self._meanings = meanings
        self._config = config
        self._told = told
        self._on_change = on_change
        self._work: LibraryWork | None = None
        self._ended = False

    @property
    def work(self) -> LibraryWork | None:
        """What is being done to the library as a whole."""
        return self._work

    @contextlib.contextmanager
    def _at(self, work: Work, steps: int) -> Iterator[Callable[[int, float], None]]:
        """Tell what is being done, and with what is given how far it is."""

        def at(step: int, share: float) -> None:
            if self._ended:
                raise ending()
            before, self._work = self._work, LibraryWork(work, step, steps, share)
            if before is None or before.percent != self._work.percent or before.step != step:
                self._on_change()

        at(1, 0.0)
        try:
            yield at
        except (apsw.InterruptError, OutOfTime) as error:
            raise ending() from error
        finally:
            self._work = None
            self._on_change()

    def end(self) -> None:
        """Have a check or backup end, and begin no other: the engine ends."""
        self._ended = True
        self._library.stop_looking()

    def check(self) -> protocol.Findings:
        """Check the library, and tell what was mended since the start and what does not work."""
        meaning = self._meanings.serving
        graph: list[Finding] = []
        with self._at(Work.CHECKING, 1 + CHECKS) as at:
            if meaning is not None and self._library.health.damage is None:
                # First, for it waits until the graph is loaded, and that may bring a notice.
                graph = findings_in("graph", lambda: [meaning.check(self._library.reader())])
            found = [*self._library.check(lambda step: at(1 + step, 0.0)), *graph]
        return protocol.Findings((*found, *findings_of(*self._told())))

    def repair(self) -> protocol.Done:
        """Have everything looked at, and mended, when the engine starts again."""
        self._library.suspect()
        return protocol.Done()

    def export(self, request: protocol.Export) -> protocol.Exported:
        """Write the library to one file.

        Raises:
            JinasearchError: EXISTS if there is such a file and it may not be replaced, BAD_REQUEST
                inside the library's own folder, DISK_FULL, NO_PERMISSION.
        """
        target = _path_of(request.uri)
        folder = self._library.folder
        if _is_in(target, folder) and not _is_in(target, folder / portable.BACKUPS):
            raise JinasearchError(
                Code.BAD_REQUEST,
                "A backup cannot be written among the library's own files",
                "Choose another folder.",
                shown(target),
            )
        if os.path.lexists(target) and not request.replace:
            raise JinasearchError(
                Code.EXISTS,
                "There is such a file already",
                "Choose another name, or say that it may be replaced (--replace).",
                shown(target),
            )
        settings = self._config.read_text("utf-8") if self._config.exists() else ""
        with self._at(Work.BACKING_UP, 1) as at:
            self._library.export(target, settings, __version__, at)
        return protocol.Exported(to_uri(target), shown(target), target.stat().st_size)

    def plan_import(self, request: protocol.Import) -> protocol.ImportPlan:
        """What a file holds, and where its folders would stand."""
        found = portable.contents(_path_of(request.uri))
        here = relocation.standing(found.folders, _places_of(request))
        return protocol.ImportPlan(
            tuple(
                protocol.ImportedFolder(shown(before), shown(now), Path(now).exists())
                for before, now in zip(found.folders, here, strict=True)
            ),
            found.files,
            found.vectors,
            found.models,
            found.version,
            found.made,
            files.coverage(self._library.reader()).files,
            bool(found.settings),
        )

    def take_in(self, request: protocol.Import) -> protocol.ImportPlan:
        """Have a file take this library's place at the next start, and its settings at once."""
        plan = self.plan_import(request)
        file = _path_of(request.uri)
        with self._at(Work.TAKING_IN, portable.STAGE_STEPS) as at:
            self._library.stage(file, _places_of(request), at)
        if request.settings and plan.has_settings:
            self._take_settings(portable.contents(file).settings)
        return plan

    def kept(self) -> protocol.Kept:
        """The copies of the library that were put aside."""
        return protocol.Kept(tuple(kept.listed(self._library.folder)))

    def discard(self, request: protocol.Discard) -> protocol.Kept:
        """Delete one; see `kept.discard`."""
        kept.discard(self._library.folder, request.name)
        return self.kept()

    def _take_settings(self, text: str) -> None:
        """Settings that this version does not understand are left.

        So is the program that runs models: a file from elsewhere does not say what is run here.
        """
        with tempfile.TemporaryDirectory() as place:
            draft = Path(place, self._config.name)
            draft.write_text(text, encoding="utf-8")
            try:
                settings_file.change(draft, {"embed.python": self._program() or None})
            except JinasearchError:
                return
            taken = draft.read_bytes()
        try:
            self._config.parent.mkdir(parents=True, exist_ok=True)
            with changing(self._config):
                if self._config.exists():
                    aside = dated(self._config.parent, f"{self._config.name}.before-import")
                    write_atomically(aside, self._config.read_bytes())
                write_atomically(self._config, taken)
        except OSError as error:
            raise settings_file.unwritten(self._config, error) from error

    def _program(self) -> str:
        try:
            return settings_file.load(self._config).embed.python
        except JinasearchError:
            return ""


def _is_in(path: Path, folder: Path) -> bool:
    """Whether a path leads into a folder, under whatever name that goes."""
    for parent in Path(os.path.realpath(path.parent), path.name).parents:
        with contextlib.suppress(OSError):
            if parent.samefile(folder):
                return True
    return False


def _path_of(uri: str) -> Path:
    return Path(os.path.normpath(from_uri(uri)))


def _places_of(request: protocol.Import) -> dict[str, str]:
    return {str(_path_of(place.old)): str(_path_of(place.new)) for place in request.places}
