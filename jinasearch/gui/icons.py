"""Our own SVG icons, drawn in the theme's colours at any pixel density."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from jinasearch.core.paths import resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinasearch.gui.theme import Theme

_SIZES = (16, 20, 32, 40)
_PROGRAM_SIZES = (16, 32, 48, 128)

_KINDS = {
    "document": "docx doc odt rtf epub pages tex latex document fb2 wpd djvu",
    "pdf": "pdf ps",
    "text": "text txt md markdown log rst org plain adoc",
    "code": (
        "code python javascript typescript c cpp java rust go ruby php shell sql json yaml toml "
        "xml ipynb notebook css source py js ts rs sh h cs kt swift lua r"
    ),
    "web": "html htm xhtml mhtml web url",
    "sheet": "xlsx xls ods csv tsv sheet numbers xlsm",
    "slides": "pptx ppt odp slides key",
    "mail": "eml msg mbox mail",
    "image": "png jpg jpeg gif webp tiff bmp svg image heic",
    "archive": "zip tar gz 7z rar xz bz2 archive",
}
_ICON_OF_KIND = {kind: icon for icon, kinds in _KINDS.items() for kind in kinds.split()}


def kind_icon(kind: str) -> str:
    """The name of the icon that stands for a format such as `docx`."""
    return _ICON_OF_KIND.get(kind.lower().lstrip("."), "text")


class Icons:
    """Renders icons by name and keeps the pixmaps. Cleared when the theme changes."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, int, float, str], QPixmap] = {}
        theme.changed.connect(self._pixmaps.clear)

    def kind(self, name: str, size: int, ratio: float) -> QPixmap:
        """The pixmap of a kind's icon (see `kind_icon`) in that kind's colour."""
        return self.pixmap(f"kind-{name}", size, ratio, self._theme.colors.of_kind(name))

    def pixmap(self, name: str, size: int, ratio: float, color: QColor) -> QPixmap:
        """An icon `size` device-independent pixels wide, at a screen's pixel `ratio`."""
        key = (name, size, ratio, color.name())
        found = self._pixmaps.get(key)
        if found is None:
            found = _drawn(self._renderer(name, color), round(size * ratio))
            found.setDevicePixelRatio(ratio)
            self._pixmaps[key] = found
        return found

    def action(self, name: str, *, accent: bool = False) -> QIcon:
        """An icon for a button or menu; Qt itself greys it where it is disabled."""
        colors = self._theme.colors
        return self._icon(name, _SIZES, QColor(colors.accent if accent else colors.quiet))

    def on_accent(self, name: str) -> QIcon:
        """An icon for a button that is filled with the accent colour."""
        return self._icon(name, _SIZES, QColor(self._theme.colors.on_accent))

    def program(self) -> QIcon:
        """The program's icon."""
        return self._icon("jinasearch", _PROGRAM_SIZES, QColor(self._theme.colors.accent))

    def _icon(self, name: str, sizes: Iterable[int], color: QColor) -> QIcon:
        renderer = self._renderer(name, color)
        icon = QIcon()
        for size in sizes:
            icon.addPixmap(_drawn(renderer, size))
        return icon

    def _renderer(self, name: str, color: QColor) -> QSvgRenderer:
        source = self._sources.get(name)
        if source is None:
            source = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
            self._sources[name] = source
        # QtSvg does not take the colour from outside, so it is written into the text.
        return QSvgRenderer(QByteArray(source.replace("currentColor", color.name()).encode()))


def _drawn(renderer: QSvgRenderer, pixels: int) -> QPixmap:
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return pixmap
