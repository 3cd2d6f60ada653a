"""The main window: puts the parts together and carries their wishes to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch import __version__
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import FileState, Folder, Hit, Status
from jinasearch.engine import protocol
from jinasearch.gui.engine_link import FINAL, EngineLink, LinkState
from jinasearch.gui.results_model import file_data
from jinasearch.gui.search_session import SearchSession
from jinasearch.gui.search_window import actions as window_actions
from jinasearch.gui.search_window.banner import Banner
from jinasearch.gui.search_window.drops import uris_of
from jinasearch.gui.search_window.failed_files import FailedFiles
from jinasearch.gui.search_window.folder_actions import FolderActions
from jinasearch.gui.search_window.folders_panel import FoldersPanel
from jinasearch.gui.search_window.model_actions import ModelActions
from jinasearch.gui.search_window.progress_panel import ProgressPanel
from jinasearch.gui.search_window.results_area import ResultsArea
from jinasearch.gui.search_window.search_line import SearchLine
from jinasearch.gui.theme import GAP, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.engine.protocol import Event, SearchReply
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.icons import Icons
    from jinasearch.gui.opener import Opener

FOLDERS_REFRESH_MS = 1000
SIDE_WIDTH = 224


class SearchWindow(QMainWindow):
    """Never waits: everything it wants goes through `client`, every answer comes as a signal.

    Signals: `closed`, and `quit_wanted`, which ends the program even where a tray would keep it.
    """

    closed = Signal()
    quit_wanted = Signal()

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
        self._opener = opener
        self.setWindowTitle("jinasearch")
        self.setAccessibleName("jinasearch")
        self.setWindowIcon(icons.program())
        self.setAcceptDrops(True)
        self.session = SearchSession(client, self)
        self.folder_actions = FolderActions(client, self)
        self.model_actions = ModelActions(client, self)
        self.line = SearchLine(theme, icons, self)
        self.banner = Banner(icons, self)
        self.results = ResultsArea(theme, icons, self)
        self.side = FoldersPanel(theme, icons, self)
        self.bottom = ProgressPanel(theme, icons, self)
        self._area = QWidget(self)
        self._area.setAccessibleName(self.tr("Search and results"))
        self.actions_ = window_actions.make(self, self._area, theme, icons)
        self._lay_out()
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
        """Room for a dozen results at the usual font."""
        return QSize(1040, 700)

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
        middle = QVBoxLayout(self._area)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(GAP + 4)
        middle.addLayout(top)
        middle.addWidget(self.banner)
        middle.addWidget(self.results, 1)
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
        self.line.textChanged.connect(self.session.set_text)
        self.line.moved.connect(self.results.view.move_by)
        self.line.copy_wanted.connect(self._copy_path)
        self.session.answered.connect(self._on_answer)
        self.session.cleared.connect(self.results.clear)
        self.session.failed.connect(self.banner.show_error)
        self.results.add_wanted.connect(self.folder_actions.ask_folder)
        self.results.models_wanted.connect(self.model_actions.show)
        self.results.view.opened.connect(self._open)
        self.results.view.menu_wanted.connect(self._result_menu)
        self.side.chosen.connect(self.session.set_folder)
        self.side.chosen.connect(self._update_actions)
        self.side.add_wanted.connect(self.folder_actions.ask_folder)
        self.side.menu_wanted.connect(self._folder_menu)
        self.folder_actions.folders.connect(self._on_folders)
        self.folder_actions.failed.connect(self.banner.show_error)
        self.bottom.pause_wanted.connect(self._pause)
        self.bottom.failed_files_wanted.connect(self._show_failed)
        self.bottom.models_wanted.connect(self.model_actions.show)
        self.results.view.selectionModel().currentChanged.connect(self._update_actions)

    def _connect_actions(self) -> None:
        does = self.actions_
        does.add_folder.triggered.connect(self.folder_actions.ask_folder)
        does.add_files.triggered.connect(self.folder_actions.ask_files)
        does.quit.triggered.connect(self.quit_wanted)
        does.focus_search.triggered.connect(self._focus_line)
        does.clear.triggered.connect(self._clear)
        does.open.triggered.connect(self._open_chosen)
        does.show_in_folder.triggered.connect(self._show_chosen)
        does.copy_path.triggered.connect(self._copy_path)
        does.copy_file.triggered.connect(self._copy_file)
        does.side_panel.toggled.connect(self._update_side)
        does.pause.triggered.connect(lambda: self._pause(not self._status.paused))
        does.pause_hour.triggered.connect(lambda: self._pause(True, 3600.0))
        does.rescan.triggered.connect(self._rescan)
        does.failed_files.triggered.connect(self._show_failed)
        does.models.triggered.connect(self.model_actions.show)
        does.remove_folder.triggered.connect(self._remove_folder)
        does.rules.triggered.connect(self._edit_rules)
        does.about.triggered.connect(self._about)
        self._update_actions()

    def _connect_engine(self) -> None:
        self._link.state_changed.connect(self._on_link)
        self._link.received.connect(self._on_event)
        self._link.failed.connect(self._on_link_failed)

    # What the engine says

    def _on_link(self, state: LinkState) -> None:
        self.bottom.set_link(state)
        joined = state is LinkState.CONNECTED
        self.folder_actions.set_joined(joined=joined)
        if joined:
            self.banner.forget(Code.ENGINE_FAILED)
            self._client.call(
                protocol.status(), self._on_status, lambda _error: None, lane="status"
            )
            self.session.repeat()
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
        self.results.set_coverage(status.coverage)
        self.results.set_waking(waking=status.model.state == "waking")
        if status.notices != before.notices:
            self.banner.show_notices(status.notices)
        if status.coverage != before.coverage and not self._folders_timer.isActive():
            self._folders_timer.start()
        self._update_actions()

    def _on_folders(self, folders: list[Folder]) -> None:
        self._known_folders = folders
        self.side.set_folders(folders)
        self.results.set_folders(any_there=bool(folders))
        self._update_side()
        self._update_actions()

    def _on_answer(self, reply: SearchReply, fresh: bool) -> None:
        self.results.show_reply(reply, fresh=fresh)
        self._update_actions()

    # What the user wants

    def _focus_line(self) -> None:
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def _clear(self) -> None:
        self.line.clear()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _open_chosen(self) -> None:
        hit = self.results.view.chosen()
        if hit is not None:
            self._open(hit)

    def _open(self, hit: Hit) -> None:
        self._client.call(protocol.opened(hit.file), lambda _done: None, lambda _error: None)
        if not self._opener.open_file(hit.uri):
            self.banner.show_error(
                JinasearchError(
                    Code.NOT_FOUND,
                    self.tr("No program opened the file"),
                    self.tr("Choose a program for its kind in your desktop's settings."),
                    hit.path,
                )
            )

    def _show_chosen(self) -> None:
        hit = self.results.view.chosen()
        if hit is not None:
            self._opener.show_in_folder(hit.uri)

    def _copy_path(self) -> None:
        hit = self.results.view.chosen()
        if hit is not None:
            QGuiApplication.clipboard().setText(file_data([hit]).text())

    def _copy_file(self) -> None:
        hit = self.results.view.chosen()
        if hit is not None:
            QGuiApplication.clipboard().setMimeData(file_data([hit]))

    def _pause(self, paused: bool, seconds: float | None = None) -> None:
        call = protocol.pause(protocol.Pause(paused, seconds))
        self._client.call(call, self._on_status, self.banner.show_error, lane="pause")

    def _rescan(self) -> None:
        self._client.call(protocol.rescan(), lambda _done: None, self.banner.show_error)

    def _show_failed(self) -> None:
        dialog = FailedFiles(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.opened.connect(self._opener.open_file)
        dialog.retry_wanted.connect(
            lambda: self._client.call(
                protocol.retry_failed(), lambda _done: None, self.banner.show_error
            )
        )
        dialog.destroyed.connect(lambda: self._client.cancel("failed-files"))
        dialog.open()
        request = protocol.FilesRequest(FileState.FAILED)
        self._client.call(
            protocol.files(request), dialog.show_files, self.banner.show_error, lane="failed-files"
        )

    def _remove_folder(self) -> None:
        folder = self.side.current()
        if folder is not None:
            self.folder_actions.remove(folder)

    def _edit_rules(self) -> None:
        folder = self.side.current()
        if folder is not None:
            self.folder_actions.edit_rules(folder)

    def _about(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setAccessibleName(self.tr("About jinasearch"))
        box.setWindowTitle(self.tr("About jinasearch"))
        box.setIconPixmap(self.windowIcon().pixmap(64, 64))
        box.setText("jinasearch " + __version__)
        box.setInformativeText(
            self.tr("Find your files by what they mean. Everything stays on this machine.")
        )
        box.open()

    # Menus, side and the state of actions

    def _result_menu(self, at: QPoint) -> None:
        does = self.actions_
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([does.open, does.show_in_folder])
        menu.addSeparator()
        menu.addActions([does.copy_path, does.copy_file])
        menu.popup(at)

    def _folder_menu(self, folder: Folder, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Open folder"), lambda: self._opener.open_file(folder.uri))
        menu.addAction(self.tr("Rules…"), lambda: self.folder_actions.edit_rules(folder))
        menu.addSeparator()
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
        for action in (does.open, does.show_in_folder, does.copy_path, does.copy_file):
            action.setEnabled(chosen)
        for action in (does.pause, does.pause_hour, does.rescan, does.failed_files, does.models):
            action.setEnabled(joined)
        for action in (does.rules, does.remove_folder):
            action.setEnabled(joined and self.side.current() is not None)
        does.pause.setText(self.tr("&Resume") if self._status.paused else self.tr("&Pause"))

    # Qt's events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files can be dropped anywhere, but not our own results onto ourselves."""
        if event.source() is None and uris_of(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.results.welcome.set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went away."""
        self.results.welcome.set_over(False)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Index what was dropped."""
        self.results.welcome.set_over(False)
        uris = uris_of(event.mimeData())
        if uris:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.folder_actions.add(uris)

    def closeEvent(self, event: QCloseEvent) -> None:
        """What becomes of the program is not the window's to say."""
        event.accept()
        self.closed.emit()
