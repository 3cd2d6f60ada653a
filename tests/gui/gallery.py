"""Writes pictures of the window with sample results into a folder, to be looked at.

    xvfb-run -a python tests/gui/gallery.py FOLDER [light|dark] [en|zh] [rtl] [large]

The size at 200 % comes from QT_SCALE_FACTOR=2; `large` is text of twice the size.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from fake_engine import FULL, FakeEngine
from left_samples import LEFT, WHY
from library_samples import KEPT, MENDED, PLAN, SOUND, UNSOUND
from model_samples import BENCH, MODELS
from parts import make_parts
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from result_samples import HITS

from documents import write_pdf
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.models import (
    Activity,
    Confinement,
    Coverage,
    Folder,
    Minute,
    ModelInUse,
    Notice,
    Place,
    Progress,
    Proposal,
    Recognition,
    Status,
)
from jinasearch.core.preview import Preview, View
from jinasearch.core.questions import Facet, Facets, Field, Filter
from jinasearch.core.settings import Settings, WindowSettings, entries
from jinasearch.engine import protocol
from jinasearch.extract.preview.show import show
from jinasearch.extract.protocol import Limits
from jinasearch.extract.source import Source
from jinasearch.gui.app import make_app, speak
from jinasearch.gui.hotkey.hotkey import Bound
from jinasearch.gui.icons import Icons
from jinasearch.gui.quick_query import frame
from jinasearch.gui.quick_query.window import QuickQuery
from jinasearch.gui.search_window.drop_overlay import Zone
from jinasearch.gui.search_window.failed_files import FailedFiles
from jinasearch.gui.settings.actions import SettingsActions
from jinasearch.gui.theme import DARK, LIGHT, scaled
from jinasearch.gui.tray import Tray

MODEL = ModelInUse("starter", "MiniLM starter", "CPU", "int8", 384, "ready")


COVERAGE = Coverage(
    files=19607,
    keywords=19607,
    cards=19607,
    meaning=4100,
    failed=12,
    skipped=31,
    passages=121034,
    passages_embedded=52044,
)
FOLDERS = [
    Folder(1, "file:///home/ada/Documents", "/home/ada/Documents", coverage=FULL),
    Folder(
        2,
        "file:///home/ada/Notes",
        "/home/ada/Notes",
        coverage=replace(FULL, files=1),
        drives_away=("file:///home/ada/Notes/usb",),
    ),
    Folder(
        3,
        "file:///home/ada/Projects",
        "/home/ada/Projects",
        coverage=replace(FULL, files=17402, keywords=9120),
    ),
    Folder(4, "file:///media/ada/Photos", "/media/ada/Photos 2019–2023 (archive)", away=True),
    Folder(5, "file:///home/ada/Old", "/home/ada/Old", away=True, gone=True),
]
BUSY = Status(
    activity=Activity.EMBEDDING,
    coverage=COVERAGE,
    keywords=Progress(12340, 19607, 412.0, 18.0),
    meaning=Progress(52044, 121034, 38.2, 1806.0),
    current=("/home/ada/Projects/thesis.tex",),
    model=MODEL,
)


FACETS = Facets(
    types=tuple(
        Facet(Filter(Field.TYPE, name), count)
        for name, count in (("document", 12), ("pdf", 7), ("mail", 3))
    ),
    folders=tuple(
        Facet(Filter(Field.IN, f"/home/ada/{name}"), count)
        for name, count in (("Documents", 14), ("Mail", 3))
    ),
    times=(Facet(Filter(Field.DATE, "past week"), 4), Facet(Filter(Field.DATE, "past year"), 20)),
)


LEASE = [
    ["Residential lease", "", "Elm Street 12, first floor"],
    ["8 Repairs", "", "The landlord keeps the building in repair."],
    [
        "9 Ending the agreement",
        "",
        "The tenant may end this agreement with three months' notice to the",
        "end of a month. The notice must be given in writing and reach the",
        "landlord before the third working day; what arrives later counts",
        "for the following month.",
        "",
        "10 Deposit",
        "",
        "The deposit is paid back within six months.",
    ],
]
NOTE = """# Moving out

## Checklist

- tell the electricity company **two weeks before**
- change of address at the `town hall`
- hand over keys, meter readings, deposit back within six months

> Ask for a receipt of the keys.

1. pack the kitchen
2. paint the walls
"""


def look(folder: Path):
    """Real previews of files like those of the sample results."""
    write_pdf(folder / "lease.pdf", LEASE)
    (folder / "moving-plan.md").write_text(NOTE)
    (folder / "notice.py").write_text(Path(__file__).with_name("fake_engine.py").read_text())

    def preview(request: protocol.PreviewRequest) -> Preview:
        hit = next(hit for hit in HITS if hit.file == request.file)
        words = ("notice", "lease", "keys")
        name = {"pdf": "lease.pdf", "python": "notice.py"}.get(hit.kind, "moving-plan.md")
        text = hit.passages[0].text if hit.passages else ""
        place = hit.passages[0].place if hit.passages else Place()
        view = View(text, place, words, request.page, request.pixels)
        with Source(str(folder / name), Limits(10**9, 10**6)) as source:
            return show(source, view)

    return preview


def main() -> int:  # noqa: C901 - one picture after the other
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    scheme = sys.argv[2] if len(sys.argv) > 2 else "light"
    language = sys.argv[3] if len(sys.argv) > 3 else "en"
    if language == "zh":
        QLocale.setDefault(QLocale("zh_CN"))
    else:
        QLocale.setDefault(QLocale("en_GB"))
    app = make_app(["gallery"])
    directions = Qt.LayoutDirection
    app.setLayoutDirection(directions.RightToLeft if "rtl" in sys.argv else directions.LeftToRight)
    if "large" in sys.argv:
        app.setFont(scaled(app.font(), 2.0))
    speak(app, QLocale())
    with tempfile.TemporaryDirectory() as folder, FakeEngine(folders=False) as engine:
        engine.look = look(Path(folder))
        engine.status = Status(model=MODEL)
        parts = make_parts(app, engine)
        parts.theme.use(DARK if scheme == "dark" else LIGHT)
        window = parts.window
        window.show()

        def wait(until=lambda: False, seconds: float = 3.0) -> None:
            end = time.monotonic() + seconds
            while time.monotonic() < end and not until():
                QTest.qWait(20)
            QTest.qWait(120)

        def picture(name: str, widget=window) -> None:
            tail = "@2" if window.devicePixelRatio() > 1 else ""
            tail += "".join(f"-{word}" for word in ("rtl", "large") if word in sys.argv)
            widget.grab().save(str(out / f"{name}-{scheme}-{language}{tail}.png"))

        def looked() -> None:
            wait(seconds=0.8)  # what was looked at on the way
            seen = []
            window.previews.shown.connect(seen.append)
            window.previews.again()
            wait(lambda: bool(seen), 20)
            window.previews.shown.disconnect(seen.append)

        def join() -> None:
            wait(lambda: parts.link.state == "connected")
            parts.window.folder_actions.refresh()
            parts.client.call(protocol.status(), window._on_status, print)
            wait(seconds=0.2)

        parts.link.open()
        join()
        picture("1-welcome")
        engine.models = MODELS
        engine.bench = protocol.Bench((replace(BENCH.models[0], passages_per_second=150.0),))
        engine.proposals = protocol.Proposals(
            (
                Proposal("file:///home/ada/Documents", "/home/ada/Documents", 4312, 2_300_000_000),
                Proposal("file:///home/ada/Desktop", "/home/ada/Desktop", 38, 41_000_000),
                Proposal("file:///home/ada/Downloads", "/home/ada/Downloads", 911, 7_300_000_000),
                Proposal(
                    "file:///home/ada", "/home/ada", 61000, 88_000_000_000, False, usual=False
                ),
            )
        )
        window.first_run.show()
        wait(seconds=0.6)
        for page in ("1a-first-folders", "1b-first-model", "1c-first-pace"):
            picture(page, window.first_run.dialog)
            if page != "1c-first-pace":
                window.first_run.dialog.next.click()
            wait(seconds=0.2)
        window.first_run.dialog.reject()
        engine.folders = list(FOLDERS)
        engine.status = BUSY
        join()
        picture("2-resting")
        engine.hits = HITS
        engine.facets = FACETS
        engine.typed = (Filter(Field.TYPE, "code", negated=True, start=31, end=41),)
        window.filters.filters = (Filter(Field.DATE, "past year"),)
        window.filters.changed.emit()
        window.line.setText("how do I end my lease, notice -type:code")
        wait(lambda: window.results.view.model().rowCount() > 0)
        wait(seconds=0.3)
        looked()
        picture("3-results")
        window.results.view.move_by(Qt.Key.Key_Down)
        window.results.view.move_by(Qt.Key.Key_Down)
        looked()
        picture("3b-markdown")
        for _ in range(3):
            window.results.view.move_by(Qt.Key.Key_Down)
        looked()
        picture("3c-code")
        window.results.view.move_by(Qt.Key.Key_Up)
        engine.status = replace(
            BUSY,
            notices=(
                Notice(
                    "watch-limit",
                    "The system watches no more folders",
                    "Changes are found by looking from time to time instead. "
                    "Raise fs.inotify.max_user_watches to change that.",
                    "/home/ada/Projects",
                ),
            ),
        )
        join()
        engine.hits = HITS[1:] + HITS[:1]
        window.session.on_changed()
        wait(lambda: not window.results.answers.better.isHidden())
        wait(seconds=0.4)
        picture("4-notice")
        engine.hits = ()
        engine.note = "still-indexing"
        engine.status = replace(BUSY, coverage=replace(COVERAGE, keywords=12340))
        window.line.setText("zebra crossings")
        wait(seconds=0.5)
        join()
        picture("5-nothing")
        engine.note = ""
        engine.hits = HITS
        engine.status = Status(coverage=replace(FULL, failed=12), model=MODEL)
        window.resize(620, 520)
        window.line.setText("lease notice")
        wait(seconds=0.6)
        join()
        picture("6-narrow-idle")
        window.resize(1040, 700)
        window.folder_actions.edit_rules(FOLDERS[0])
        wait(seconds=0.2)
        picture("7-rules", window.folder_actions.dialog)
        window.folder_actions.dialog.close()
        window.folder_actions.add(["file:///home"])
        wait(seconds=0.2)
        picture("8-large", window.folder_actions.dialog)
        window.folder_actions.dialog.close()
        engine.files, engine.why = LEFT, WHY
        window.actions_.failed_files.trigger()
        left = window.findChild(FailedFiles)
        wait(lambda: left.table.topLevelItemCount() > 0)
        left.why.asked.emit(WHY.uri)
        wait(seconds=0.3)
        picture("15-left", left)
        left.close()
        engine.models = MODELS
        engine.status = replace(
            BUSY,
            coming=ModelInUse("jina-v5-small", "Jina v5 text small"),
            coming_progress=Progress(3120, 39214, 11.5, 3140.0),
        )
        join()
        picture("9-new-model")
        window.actions_.models.trigger()
        wait(lambda: window.model_actions.dialog.table.topLevelItemCount() > 0)
        window.model_actions._on_bench(BENCH)
        wait(seconds=0.2)
        picture("10-models", window.model_actions.dialog)
        table = window.model_actions.dialog.table
        table.setCurrentItem(table.topLevelItem(table.topLevelItemCount() - 1))
        wait(seconds=0.2)
        picture("10-re-ranking", window.model_actions.dialog)
        window.model_actions.dialog.close()
        engine.hits = HITS
        quick = QuickQuery(parts.client, parts.link, parts.theme, Icons(parts.theme), parts.opener)
        quick.come_up()
        wait(seconds=0.3)
        picture("11-quick", quick)
        quick.line.setText("how do I end my lease, notice -type:code")
        wait(lambda: quick.view.model().rowCount() > 0)
        wait(seconds=0.3)
        picture("12-quick-answers", quick)
        quick.actions_.preview.trigger()
        quick.view.move_by(Qt.Key.Key_Down)
        wait(lambda: quick.preview.current() is not None, 20)
        engine.hits = HITS[1:] + HITS[:1]
        quick.session.on_changed()
        wait(lambda: not quick.answers.better.isHidden())
        wait(seconds=0.4)
        picture("12b-quick-preview", quick)
        frame.set_round(quick._card, round_=False)
        quick.actions_.preview.trigger()
        wait(seconds=0.3)
        picture("12c-quick-square", quick)
        engine.hits = HITS
        quick.hide()
        tray = Tray(parts.link, Icons(parts.theme), parts.window)
        tray.set_status(BUSY)
        tray.menu.adjustSize()
        picture("17-tray-menu", tray.menu)
        window.drops.set_empty(empty=False)
        window.drops.overlay.show_over(window.results, (Zone.INDEX, Zone.LIKE))
        picture("12a-drop")
        window.drops.leave()
        engine.folders = list(FOLDERS)
        engine.status = replace(
            BUSY,
            confinement=Confinement(
                ("network", "processes", "reading", "writing"), ("Landlock 4", "seccomp")
            ),
            recognition=Recognition("idle", installed=True, waiting=212),
            library="/home/ada/.local/share/jinasearch/library",
            library_bytes=337_000_000,
            memory_bytes=361_000_000,
        )
        now = int(time.time() // 60) * 60
        engine.history = protocol.History(
            tuple(
                Minute(now - 60 * ago, max(0, (ago - 35) * 21 % 170), (59 - ago) * 37 % 90)
                for ago in range(59, -1, -1)
                if ago % 17
            )
        )
        join()
        window.actions_.status.trigger()
        wait(seconds=0.4)
        picture("16-status", window.status_actions.dialog)
        window.status_actions.dialog.why.asked.emit(WHY.uri)
        wait(seconds=0.4)
        picture("16b-status-why", window.status_actions.dialog)
        window.status_actions.dialog.close()
        library = window.library_actions
        engine.kept = KEPT
        engine.checks = [SOUND, MENDED.after(UNSOUND)]
        window.actions_.library.trigger()
        library.dialog.check.click()
        wait(library.dialog.check.isEnabled, 5)
        picture("17-library", library.dialog)
        library.dialog.check.click()
        wait(library.dialog.check.isEnabled, 5)
        picture("17b-library-mended", library.dialog)
        engine.import_plan = PLAN
        engine.status = replace(engine.status, work=LibraryWork(Work.CHECKING, 4, 7))
        engine.send(protocol.Event("status", engine.status))
        wait(library.dialog.bar.isVisible)
        picture("17c-library-at-work", library.dialog)
        engine.status = replace(engine.status, work=None)
        engine.send(protocol.Event("status", engine.status))
        wait(library.dialog.backup.isEnabled)
        library.dialog.kept.click()
        wait(lambda: library.kept.dialog.table.topLevelItemCount() == len(KEPT.copies))
        library.kept.dialog.table.setCurrentItem(library.kept.dialog.table.topLevelItem(1))
        picture("17d-library-kept", library.kept.dialog)
        library.kept.dialog.discard.click()
        wait(lambda: library.kept.question is not None)
        picture("17e-library-discard", library.kept.question)
        library.kept.question.reject()
        library.kept.dialog.close()
        library.look_into("file:///home/ada/library-2026-11-26.jinasearch")
        wait(lambda: library.question is not None)
        wait(seconds=0.2)
        picture("18-restore", library.question)
        library.question.reject()
        library.dialog.close()
        engine.settings = protocol.SettingsReply(
            entries(Settings(window=WindowSettings(scheme="dark"))),
            "/home/ada/.config/jinasearch/settings.toml",
        )
        actions = SettingsActions(parts.client, Icons(parts.theme), WindowSettings())
        actions.show_bound(Bound.YES)
        actions.show(window)
        wait(lambda: bool(actions.dialog.rows))
        picture("13-settings", actions.dialog)
        actions.dialog.line.setText("memory")
        wait(seconds=0.2)
        picture("14-settings-search", actions.dialog)
        actions.dialog.line.clear()
        actions.dialog.pages.setCurrentRow(1)
        wait(seconds=0.2)
        picture("15-settings-model", actions.dialog)
        actions.dialog.close()
        parts.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
