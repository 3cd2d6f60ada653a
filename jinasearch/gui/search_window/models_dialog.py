"""The models: what each is and knows, how fast it is here, which one is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui import formatting, texts
from jinasearch.gui.dialog_size import fitting
from jinasearch.gui.elided_label import plain_tip
from jinasearch.gui.theme import GAP, scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinasearch.core.models import ModelSpeed
    from jinasearch.engine.protocol import ModelEntry

_DOWNLOADING = "downloading"
_READY = "ready"
_RERANK = "rerank"


class ModelsDialog(QDialog):
    """Signals: `use_wanted(str, int)` with name and dimension, and with a name `rerank_wanted`
    (empty: not any more), `download_wanted`, `remove_wanted`, `stop_wanted`, `verify_wanted`,
    `forget_wanted`; `bench_wanted`, `folder_wanted`.
    """

    use_wanted = Signal(str, int)
    rerank_wanted = Signal(str)
    remove_wanted = Signal(str)
    download_wanted = Signal(str)
    stop_wanted = Signal(str)
    verify_wanted = Signal(str)
    forget_wanted = Signal(str)
    bench_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, ModelEntry] = {}
        self._speeds: Mapping[str, ModelSpeed] = {}
        self._recommended = ""
        self._busy = False
        self._said = ""
        self.setWindowTitle(self.tr("Models"))
        self.setAccessibleName(self.windowTitle())
        told = QLabel(
            self.tr(
                "A model turns text into meaning. A larger one understands more and takes longer. "
                "While another one is made ready, the present one goes on answering. "
                "A model that re-ranks may read the first 30 answers once more and order them anew."
            ),
            self,
        )
        told.setObjectName("quiet")
        told.setWordWrap(True)
        self.table = self._table()
        self.table.currentItemChanged.connect(self._on_chosen)
        self.detail = QLabel(self)
        self.detail.setWordWrap(True)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setMinimumHeight(4 * self.detail.fontMetrics().height())
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.dimension = QComboBox(self)
        self.dimension.setAccessibleName(self.tr("Dimensions"))
        self._size = QLabel(self.tr("Dimensions"), self)
        self._size.setBuddy(self.dimension)
        self._size.setFont(scaled(self._size.font(), 0.95, bold=True))
        self.use = self._button(self.tr("Use this model"))
        self.use.clicked.connect(self._use)
        self.download = self._button(self.tr("Download…"))
        self.download.clicked.connect(self._download)
        self.remove = self._button(self.tr("Delete…"))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.chosen()))
        self.verify = self._button(self.tr("Verify"))
        self.verify.clicked.connect(lambda: self.verify_wanted.emit(self.chosen()))
        self.forget = self._button(self.tr("Remove from list"))
        self.forget.clicked.connect(lambda: self.forget_wanted.emit(self.chosen()))
        self.bench = self._button(self.tr("Measure all"))
        self.bench.clicked.connect(self.bench_wanted)
        self.folder = self._button(self.tr("From a folder…"))
        self.folder.clicked.connect(self.folder_wanted)
        self._lay_out(told)
        self._show_chosen()

    def _lay_out(self, told: QLabel) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget in (
            *(self._size, self.dimension, self.use),
            *(self.download, self.verify, self.remove, self.forget),
        ):
            row.addWidget(widget)
        row.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self.folder)
        foot.addWidget(self.bench)
        foot.addWidget(buttons, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GAP, 2 * GAP, 3 * GAP, 2 * GAP)
        column.setSpacing(GAP)
        column.addWidget(told)
        column.addWidget(self.table, 1)
        column.addWidget(self.detail)
        column.addLayout(row)
        column.addSpacing(GAP)
        column.addLayout(foot)
        self.resize(fitting(self, 820, 480))

    def chosen(self) -> str:
        """The name of the chosen model; empty if none is."""
        item = self.table.currentItem()
        return "" if item is None else str(item.data(0, Qt.ItemDataRole.UserRole))

    def show_models(self, entries: tuple[ModelEntry, ...], choose: str = "") -> None:
        """Fill the table; the choice stays unless another one is named."""
        chosen = (
            choose or self.chosen() or next((entry.name for entry in entries if entry.in_use), "")
        )
        if chosen != self.chosen():
            self._said = ""
        self._entries = {entry.name: entry for entry in entries}
        with QSignalBlocker(self.table):  # nobody chooses here
            self.table.clear()
            for entry in entries:
                item = self._row(entry)
                self.table.addTopLevelItem(item)
                if entry.name == chosen:
                    self.table.setCurrentItem(item)
        self._show_chosen()

    def tell(self, text: str) -> None:
        """What came of the last wish. It stays until there is another, or another model is chosen;
        empty shows the model again."""
        self._said = text
        self._show_chosen()

    def show_speeds(self, speeds: Mapping[str, ModelSpeed], recommended: str) -> None:
        """What was measured."""
        self._speeds = speeds
        self._recommended = recommended
        self.show_models(tuple(self._entries.values()))

    def set_busy(self, text: str) -> None:
        """A measurement or proof is under way, as `text` says; empty when it is over."""
        self._busy = bool(text)
        self.tell("")
        if text:
            self.detail.setText(text)

    def _table(self) -> QTreeWidget:
        table = QTreeWidget(self)
        table.setAccessibleName(self.windowTitle())
        table.setHeaderLabels(
            [
                self.tr("Model"),
                self.tr("Languages"),
                self.tr("Size"),
                self.tr("Speed here"),
                self.tr("State"),
            ]
        )
        table.setRootIsDecorated(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return table

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        return button

    def _row(self, entry: ModelEntry) -> QTreeWidgetItem:
        speed = self._speeds.get(entry.name)
        title = entry.title
        if entry.name == self._recommended:
            title += " · " + self.tr("recommended here")
        item = QTreeWidgetItem(
            [
                title,
                self.tr("many") if "*" in entry.languages else " ".join(entry.languages),
                formatting.size(entry.bytes) if entry.bytes else "–",
                "–" if speed is None else self._speed(speed),
                self._state(entry),
            ]
        )
        item.setData(0, Qt.ItemDataRole.UserRole, entry.name)
        item.setToolTip(0, plain_tip(entry.name))
        if entry.in_use:
            item.setFont(0, scaled(self.table.font(), 1.0, bold=True))
        return item

    def _speed(self, speed: ModelSpeed) -> str:
        if speed.problem:
            return self.tr("failed")
        return self.tr("{rate} passages/s").format(rate=f"{speed.passages_per_second:.0f}")

    def _state(self, entry: ModelEntry) -> str:
        if entry.in_use and (entry.task != _RERANK or entry.state == _READY):
            return self.tr("re-ranks") if entry.task == _RERANK else self.tr("in use")
        if entry.state == _DOWNLOADING:
            share = formatting.percent(entry.downloaded_bytes, entry.bytes)
            return self.tr("downloading, {share}").format(share=share)
        return {
            _READY: self.tr("ready"),
            "missing": self.tr("not here"),
            "damaged": self.tr("damaged"),
        }.get(entry.state, entry.state)

    def _on_chosen(self) -> None:
        self._said = ""
        self._show_chosen()

    def _show_chosen(self) -> None:
        entry = self._entries.get(self.chosen())
        free = not self._busy
        self.bench.setEnabled(free)
        ready = entry is not None and entry.state == _READY
        reranks = entry is not None and entry.task == _RERANK and entry.in_use
        self.use.setEnabled(free and (ready or reranks))
        self.use.setText(self._use_text(entry))
        self.use.setAccessibleName(self.use.text())
        self.verify.setEnabled(ready and free)
        fetched = entry is not None and bool(entry.licence) and not _of_a_folder(entry)
        self.download.setVisible(fetched and not ready)
        self.forget.setVisible(entry is not None and _of_a_folder(entry))
        self.forget.setEnabled(entry is not None and not entry.in_use and free)
        downloading = entry is not None and entry.state == _DOWNLOADING
        self.download.setText(self.tr("Stop download") if downloading else self.tr("Download…"))
        self.download.setAccessibleName(self.download.text())
        self.remove.setVisible(entry is not None and entry.removable)
        self._show_dimensions(entry)
        if free or self._said:
            self.detail.setText(self._said or ("" if entry is None else self._told(entry)))

    def _use_text(self, entry: ModelEntry | None) -> str:
        if entry is None or entry.task != _RERANK:
            return self.tr("Use this model")
        return self.tr("Do not re-rank") if entry.in_use else self.tr("Re-rank with it")

    def _show_dimensions(self, entry: ModelEntry | None) -> None:
        sizes = () if entry is None else tuple(sorted(entry.dimensions, reverse=True))
        here = tuple(self.dimension.itemData(row) for row in range(self.dimension.count()))
        if sizes != here:
            self.dimension.clear()
            for size in sizes:
                self.dimension.addItem(formatting.number(size), size)
        for widget in (self._size, self.dimension):
            widget.setVisible(entry is None or entry.task != _RERANK)
        self.dimension.setEnabled(len(sizes) > 1 and not self._busy)

    def _told(self, entry: ModelEntry) -> str:
        lines = []
        if _of_a_folder(entry):
            lines.append(entry.folder)
            if not entry.licence:
                lines.append(self.tr("Its files name no licence: see where the model is from."))
        if entry.licence:
            lines.append(
                self.tr("Licence: {name}").format(name=entry.licence) + "  " + entry.licence_uri
            )
        if entry.server:
            lines.append(texts.sends_to(entry.sends_to or entry.server))
        speed = self._speeds.get(entry.name)
        if speed is not None and not speed.problem:
            library = self.tr("this library: {time}").format(
                time=formatting.duration(speed.seconds_for_library)
            )
            parts = [
                *([] if entry.task == _RERANK else [library]),
                self.tr("a question: {count} ms").format(count=f"{speed.query_ms:.0f}"),
                self.tr("memory: {size}").format(size=formatting.size(speed.memory_bytes)),
                f"{speed.provider}, {speed.precision}",
            ]
            lines.append(" · ".join(parts))
        elif speed is not None:
            lines.append(speed.problem)
        return "\n".join(lines)

    def _use(self) -> None:
        entry = self._entries[self.chosen()]
        if entry.task == _RERANK:
            self.rerank_wanted.emit("" if entry.in_use else entry.name)
        else:
            self.use_wanted.emit(entry.name, int(self.dimension.currentData() or 0))

    def _download(self) -> None:
        entry = self._entries[self.chosen()]
        if entry.state == _DOWNLOADING:
            self.stop_wanted.emit(entry.name)
        else:
            self.download_wanted.emit(entry.name)


def _of_a_folder(entry: ModelEntry) -> bool:
    """Whether the model is known by the folder it lies in, which the user chose."""
    return bool(entry.folder) and entry.folder == entry.name
