"""The main window: puts the parts together and carries their wishes to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Folder, Hit, Status
from jinasearch.engine import protocol
from jinasearch.gui.dialog_size import on_screen
from jinasearch.gui.engine_link import FINAL, EngineLink, LinkState
from jinasearch.gui.first_run.actions import FirstRunActions
from jinasearch.gui.history.walk import HistoryWalk
from jinasearch.gui.hits import Hits
from jinasearch.gui.library.actions import LibraryActions
from jinasearch.gui.preview.panel import PreviewPanel
from jinasearch.gui.preview.session import PreviewSession
from jinasearch.gui.search_session import SearchSession
from jinasearch.gui.search_window import actions as window_actions
from jinasearch.gui.search_window import dialogs, help_dialog, likeness
from jinasearch.gui.search_window.banner import Banner
from jinasearch.gui.search_window.drop_actions import DropActions
from jinasearch.gui.search_window.exclusion_actions import ExclusionActions
from jinasearch.gui.search_window.filter_bar import FilterBar
from jinasearch.gui.search_window.folder_actions import FolderActions
from jinasearch.gui.search_window.folders_panel import FoldersPanel
from jinasearch.gui.search_window.model_actions import ModelActions
from jinasearch.gui.search_window.pace_actions import PaceActions
from jinasearch.gui.search_window.progress_panel import ProgressPanel
from jinasearch.gui.search_window.result_actions import ResultActions
from jinasearch.gui.search_window.results_area import ResultsArea
from jinasearch.gui.search_window.results_split import ResultsSplit
from jinasearch.gui.search_window.scope import Scope
from jinasearch.gui.search_window.search_line import SearchLine
from jinasearch.gui.search_window.side_fold import SideFold
from jinasearch.gui.status_page.actions import StatusActions
from jinasearch.gui.theme import GAP, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
    )

    from jinasearch.engine.protocol import Event, SearchReply
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.history.history import History
    from jinasearch.gui.icons import Icons
    from jinasearch.gui.opener import Opener
    from jinasearch.gui.search_window.likeness import Liked

FOLDERS_REFRESH_MS = 1000
SIDE_WIDTH = 224


class SearchWindow(QMainWindow):
    """Never waits: everything it wants goes through `client`, every answer comes as a signal.

    Signals: `closed`, `settings_wanted`, and `quit_wanted`, which ends the program even where a
    tray would keep it.
    """

    closed = Signal()
    quit_wanted = Signal()
    settings_wanted = Signal()

    def __init__(
        self,
        client: EngineClient,
        link: EngineLink,
        theme: Theme,
        icons: Icons,
        opener: Opener,
    ) -> None:
        super().__init__()
        self._client = client
        self._link = link
        self._icons = icons
        self._theme = theme
        self.setWindowTitle("jinasearch")
        self.setAccessibleName("jinasearch")
        self.setWindowIcon(icons.program())
        self.setAcceptDrops(True)
        self.session = SearchSession(client, self, facets=True)
        self.folder_actions = FolderActions(client, self)
        self.model_actions = ModelActions(client, self)
        self.status_actions = StatusActions(client, theme, self)
        self.library_actions = LibraryActions(client, link, self)
        self.first_run = FirstRunActions(client, self)
        self.line = SearchLine(theme, icons, self)
        self.filters = FilterBar(theme, icons, self)
        self.banner = Banner(icons, self)
        self.exclusions = ExclusionActions(client, self.banner, self)
        self.exclusions.changed.connect(self.folder_actions.refresh)
        self.results = ResultsArea(theme, icons, self)
        self.drops = DropActions(theme, icons, self, self.results)
        self.previews = PreviewSession(client, "preview", self)
        self.preview = PreviewPanel(self.previews, theme, icons, self)
        self.split = ResultsSplit(self.results, self.preview, self)
        self.hits = Hits(client, opener, self)
        self.result_actions = ResultActions(
            self.hits, self.results.view.chosen, lambda: self.previews.passage, self
        )
        self.side = FoldersPanel(theme, icons, self)
        self.bottom = ProgressPanel(theme, icons, self)
        self._area = QWidget(self)
        self._area.setAccessibleName(self.tr("Search and results"))
        self.actions_ = window_actions.make(self, self._area, self.results.view, theme, icons)
        self.pace_actions = PaceActions(client, self.actions_, self)
        self._lay_out()
        self.fold = SideFold(self.actions_.side_panel, self)
        self._status = Status()
        self._known_folders: list[Folder] | None = None
        self._folders_timer = QTimer(self)
        self._folders_timer.setSingleShot(True)
        self._folders_timer.setInterval(FOLDERS_REFRESH_MS)
        self._folders_timer.timeout.connect(self.folder_actions.refresh)
        self._connect_parts()
        self._connect_actions()
        self._connect_engine()
        self.line.setFocus()

    def sizeHint(self) -> QSize:
        """Room for a dozen results at the usual font, and a page beside them, on this screen."""
        return on_screen(self, QSize(1280, 760))

    def use_history(self, history: History) -> None:
        """Remember questions here, and bring them back."""
        self.walk.use(history)
        does = self.actions_
        does.private.setChecked(history.private)
        does.private.toggled.connect(history.set_private)
        history.private_changed.connect(does.private.setChecked)
        does.clear_history.triggered.connect(lambda: dialogs.clear_history(self, history.clear))

    def add_uris(self, uris: Sequence[str]) -> None:
        """Index these folders or files, which the user named when starting: nothing is asked."""
        self.folder_actions.add_now(uris)

    def wake(self, uris: Sequence[str]) -> None:
        """A second start: come to the front, and index what it was given."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.add_uris(uris)
        self._focus_line()

    def _lay_out(self) -> None:
        toggle = QToolButton(self)
        self._toggle = toggle
        toggle.setDefaultAction(self.actions_.side_panel)
        toggle.setAccessibleName(self.tr("Folder list"))
        toggle.setIconSize(QSize(20, 20))
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(toggle)
        top.addWidget(self.line, 1)
        look = QToolButton(self)
        look.setDefaultAction(self.actions_.preview)
        look.setAccessibleName(self.tr("Preview"))
        look.setIconSize(QSize(20, 20))
        top.addWidget(look)
        middle = QVBoxLayout(self._area)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(GAP + 4)
        middle.addLayout(top)
        middle.addWidget(self.filters)
        self.filters.hide()
        middle.addWidget(self.banner)
        middle.addWidget(self.split, 1)
        self.side.setFixedWidth(SIDE_WIDTH)
        self.side.hide()
        toggle.hide()
        row = QHBoxLayout()
        row.setContentsMargins(2 * GAP, GAP, 2 * GAP, GAP + 4)
        row.setSpacing(2 * GAP)
        row.addWidget(self.side)
        row.addWidget(self._area, 1)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.bottom)
        self.setCentralWidget(centre)
        self.setMinimumSize(560, 400)

    def _connect_parts(self) -> None:
        self.line.begun.connect(self.filters.forget_likes)
        self.line.textChanged.connect(self.session.set_text)
        self.session.begun.connect(self.banner.pass_on)
        self.session.unanswered.connect(self.results.grow_old)
        self.walk = HistoryWalk(self.line, self.results.view, self)
        self.result_actions.used.connect(self.walk.remember)
        self.line.copy_wanted.connect(self.result_actions.copy_file)
        self.session.answered.connect(self._on_answer)
        self.session.cleared.connect(self.results.clear)
        self.session.cleared.connect(self.filters.rest)
        self.filters.changed.connect(self._on_filters)
        self.filters.text_wanted.connect(self.line.setText)
        self.result_actions.like_wanted.connect(self.more_like)
        self.result_actions.why_wanted.connect(
            lambda hit: dialogs.explain(self, self._client, self._theme, hit, self.session.text)
        )
        self.result_actions.unlike_wanted.connect(self._less_like)
        self.drops.index_wanted.connect(self.folder_actions.add)
        self.drops.like_wanted.connect(lambda likes: self._find_like(likes, alone=True))
        self.drops.over.connect(self.results.welcome.set_over)
        self.session.failed.connect(self.banner.show_passing)
        self.results.more_wanted.connect(self.session.more)
        self.results.add_wanted.connect(self.folder_actions.ask_folder)
        self.results.models_wanted.connect(self.model_actions.show)
        self.hits.failed.connect(self.banner.show_passing)
        self.results.view.opened.connect(self.result_actions.open)
        self.results.view.menu_wanted.connect(self._result_menu)
        self.results.view.chosen_changed.connect(self._on_chosen)
        self.results.view.look_wanted.connect(self.actions_.preview.toggle)
        self.scope = Scope(self.side, self.filters, self.session, self.results, self)
        self.side.chosen.connect(self._update_actions)
        self.side.add_wanted.connect(self.folder_actions.ask_folder)
        self.side.menu_wanted.connect(self._folder_menu)
        self.folder_actions.folders.connect(self._on_folders)
        self.folder_actions.failed.connect(self.banner.show_error)
        self.bottom.pause_wanted.connect(self.pace_actions.pause)
        self.bottom.hurry_wanted.connect(self.pace_actions.hurry)
        self.pace_actions.answered.connect(self._on_status)
        self.pace_actions.failed.connect(self.banner.show_error)
        self.bottom.failed_files_wanted.connect(self._show_failed)
        self.bottom.models_wanted.connect(self.model_actions.show)

    def _connect_actions(self) -> None:
        does = self.actions_
        does.add_folder.triggered.connect(self.folder_actions.ask_folder)
        does.add_files.triggered.connect(self.folder_actions.ask_files)
        does.quit.triggered.connect(self.quit_wanted)
        does.settings.triggered.connect(self.settings_wanted)
        does.focus_search.triggered.connect(self._focus_line)
        does.clear.triggered.connect(self._clear)
        self.result_actions.connect_actions(does, self.exclusions)
        does.preview.toggled.connect(self.split.set_wanted)
        does.next_passage.triggered.connect(lambda: self.previews.step(1))
        does.previous_passage.triggered.connect(lambda: self.previews.step(-1))
        does.next_page.triggered.connect(lambda: self.preview.turn(1))
        does.previous_page.triggered.connect(lambda: self.preview.turn(-1))
        does.more.triggered.connect(self.results.view.ask_menu)
        does.better.triggered.connect(self.results.answers.show_better)
        does.weak.triggered.connect(self.results.answers.show_more)
        for action, name in (
            (does.filter_type, "types"),
            (does.filter_folder, "folders"),
            (does.filter_time, "times"),
        ):
            action.triggered.connect(self.filters.buttons[name].showMenu)
        does.sort.triggered.connect(self.filters.order.showMenu)
        does.clear_filters.triggered.connect(self.filters.clear)
        self.preview.use_actions(
            does.previous_passage, does.next_passage, does.previous_page, does.next_page
        )
        does.side_panel.toggled.connect(self._update_side)
        does.rescan.triggered.connect(self._rescan)
        does.failed_files.triggered.connect(self._show_failed)
        does.models.triggered.connect(self.model_actions.show)
        does.first_steps.triggered.connect(self.first_run.show)
        does.status.triggered.connect(self.status_actions.show)
        does.indexed.triggered.connect(self.status_actions.ask_about_file)
        does.library.triggered.connect(self.library_actions.show)
        self.status_actions.files_wanted.connect(self._show_left)
        self.status_actions.models_wanted.connect(self.model_actions.show)
        does.remove_folder.triggered.connect(self._remove_folder)
        does.rules.triggered.connect(self._edit_rules)
        does.about.triggered.connect(lambda: dialogs.about(self, self._status.model.sends_to))
        does.help.triggered.connect(lambda: help_dialog.show(self))
        self._update_actions()

    def _connect_engine(self) -> None:
        self._link.state_changed.connect(self._on_link)
        self._link.opening_changed.connect(self.bottom.set_opening)
        self._link.received.connect(self._on_event)
        self._link.failed.connect(self._on_link_failed)

    # What the engine says

    def _on_link(self, state: LinkState) -> None:
        self.bottom.set_link(state)
        joined = state is LinkState.CONNECTED
        self.folder_actions.set_joined(joined=joined)
        if state is not LinkState.STOPPED:
            self.banner.forget(Code.ENGINE_STOPPED)
        if joined:
            self.banner.forget(Code.ENGINE_FAILED)
            self.pace_actions.joined()
            self._client.call(
                protocol.status(), self._on_status, lambda _error: None, lane="status"
            )
            self.session.repeat()
            self.previews.again()
        elif state is LinkState.STOPPED:
            stopped = JinasearchError(Code.ENGINE_STOPPED, "The engine was stopped")
            self.banner.show_error(stopped, (self.tr("Start"), self._link.again))
        self._update_actions()

    def _on_link_failed(self, error: JinasearchError) -> None:
        again = (self.tr("Try again"), self._link.again) if error.code in FINAL else None
        self.banner.show_error(error, again)

    def _on_event(self, event: Event) -> None:
        if event.status is not None:
            self._client.cancel("status")  # its answer would be older than this
            self._on_status(event.status)
        if event.notice is not None:
            self.banner.show_notice(event.notice)
        if event.kind == "changed":
            self.session.on_changed()
            if not self._folders_timer.isActive():
                self._folders_timer.start()

    def _on_status(self, status: Status) -> None:
        before, self._status = self._status, status
        self.bottom.set_status(status)
        self.pace_actions.set_status(status)
        self.status_actions.set_status(status)
        self.library_actions.set_status(status)
        self.results.set_coverage(status.coverage)
        self.results.welcome.set_host(status.model.sends_to)
        self.results.set_waking(waking=status.model.state == "waking")
        if status.away != before.away:  # what was said of files there may hold no longer
            self.banner.forget(Code.DRIVE_AWAY)
            self.banner.forget(Code.FILE_GONE)
            self.previews.again()
        if status.notices != before.notices:
            self.banner.show_notices(status.notices)
        if status.coverage != before.coverage and not self._folders_timer.isActive():
            self._folders_timer.start()
        self._update_actions()

    def _on_folders(self, folders: list[Folder]) -> None:
        self._known_folders = folders
        self.side.set_folders(folders)
        self.status_actions.set_folders(folders)
        self.drops.set_empty(empty=not folders)
        self.results.set_folders(any_there=bool(folders))
        self._update_side()
        self._update_actions()

    def _on_answer(self, reply: SearchReply, fresh: bool) -> None:
        self.filters.show_reply(reply)
        self.filters.show()
        self.results.show_reply(reply, fresh=fresh)
        self._update_actions()

    def _on_chosen(self, hit: Hit | None) -> None:
        self.previews.look(hit, self.session.text)
        self._update_actions()

    # What the user wants

    def _focus_line(self) -> None:
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def _on_filters(self) -> None:
        self.session.set_sort(self.filters.sort)
        self.session.set_filters(self.filters.filters)
        self.session.set_like(self.filters.examples, self.filters.counterexamples)
        self._update_actions()

    def more_like(self, hit: Hit) -> None:
        """Find what is like a result."""
        self._find_like([likeness.of_hit(hit)])

    def _less_like(self, hit: Hit) -> None:
        self.filters.add_likes([likeness.of_hit(hit, less=True)])

    def _find_like(self, likes: Sequence[Liked], *, alone: bool = False) -> None:
        self.line.clear()
        self.filters.add_likes(likes, alone=alone)
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _clear(self) -> None:
        if not self.line.text():
            self.filters.clear()
        self.line.clear()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _rescan(self) -> None:
        self._client.call(protocol.rescan(), lambda _done: None, self.banner.show_error)

    def _show_failed(self) -> None:
        self._show_left(0)

    def _show_left(self, folder: int) -> None:
        """Those of one folder; 0 for all."""
        show = self.banner.show_error
        dialogs.failed_files(self, self._client, self.hits, show, folder or None)

    def _remove_folder(self) -> None:
        folder = self.side.current()
        if folder is not None:
            self.folder_actions.remove(folder)

    def _edit_rules(self) -> None:
        folder = self.side.current()
        if folder is not None:
            self.folder_actions.edit_rules(folder)

    # Menus, side and the state of actions

    def _result_menu(self, at: QPoint) -> None:
        self.result_actions.menu(self.actions_, at)

    def _folder_menu(self, folder: Folder, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Open folder"), lambda: self.hits.open_uri(folder.uri))
        menu.addAction(self.tr("Rules…"), lambda: self.folder_actions.edit_rules(folder))
        menu.addSeparator()
        if folder.drives_away:
            forget = self.tr("Forget drives that are away…")
            menu.addAction(forget, lambda: self.folder_actions.forget_away(folder))
        menu.addAction(self.tr("Remove…"), lambda: self.folder_actions.remove(folder))
        menu.popup(at)

    def _update_side(self) -> None:
        any_there = bool(self._known_folders)
        self._toggle.setVisible(any_there)
        self.side.setVisible(any_there and self.actions_.side_panel.isChecked())

    def _update_actions(self, *_: object) -> None:
        does = self.actions_
        joined = self._link.state is LinkState.CONNECTED
        chosen = self.results.view.chosen() is not None
        for action in (
            does.open, does.show_in_folder, does.more, does.copy_path, does.copy_file,
            does.more_like, does.less_like, does.why,
            does.next_passage, does.previous_passage, does.next_page, does.previous_page,
        ):  # fmt: skip
            action.setEnabled(chosen)
        for action in (does.read_again, does.leave_out, does.leave_out_folder):
            action.setEnabled(chosen and joined)
        for action in (
            does.pause,
            does.pause_hour,
            does.pause_tomorrow,
            does.hurry,
            does.quiet,
            does.balanced,
            does.full,
            does.autostart,
            does.rescan,
            does.failed_files,
            does.indexed,
            does.models,
            does.settings,
        ):
            action.setEnabled(joined)
        for action in (does.rules, does.remove_folder):
            action.setEnabled(joined and self.side.current() is not None)
        does.pause.setText(self.tr("&Resume") if self._status.paused else self.tr("&Pause"))

    # Qt's events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files, folders and texts can be dropped anywhere."""
        self.drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Where it would fall."""
        self.drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went away."""
        self.drops.leave()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Use what was dropped."""
        self.drops.drop(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """What becomes of the program is not the window's to say."""
        event.accept()
        self.closed.emit()
