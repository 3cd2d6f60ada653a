"""Another program on the screen: takes what is dropped on it, or gives a file to be dragged away.

drag_partner.py take NOTES         writes down, as JSON, what was dropped
drag_partner.py take-gtk NOTES     the same by GTK; run by a Python that has it
drag_partner.py give FILE          a press and a move drag this file
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TITLE = "partner"
PLACE = (1240, 300, 300, 300)
"""Left, top, width and height on the screen."""


def take_by_gtk(notes: Path) -> None:
    import gi

    gi.require_version("Gdk", "3.0")
    gi.require_version("Gtk", "3.0")
    from gi.repository import Gdk, Gtk

    def dropped(_widget, context, _x, _y, data, _info, time):
        formats = [target.name() for target in context.list_targets()]
        write(notes, formats, list(data.get_uris()), "")
        Gtk.drag_finish(context, True, False, time)

    window = Gtk.Window(title=TITLE)
    window.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
    window.drag_dest_add_uri_targets()
    window.connect("drag-data-received", dropped)
    window.move(*PLACE[:2])
    window.resize(*PLACE[2:])
    window.show_all()
    Gtk.main()


def by_qt(what: str, argument: Path) -> None:
    from PySide6.QtCore import QMimeData, Qt, QUrl
    from PySide6.QtGui import QDrag
    from PySide6.QtWidgets import QApplication, QWidget

    class Partner(QWidget):
        def dragEnterEvent(self, event):
            event.acceptProposedAction()

        def dropEvent(self, event):
            data = event.mimeData()
            urls = [bytes(url.toEncoded().data()).decode() for url in data.urls()]
            write(argument, data.formats(), urls, data.text())
            event.acceptProposedAction()

        def mouseMoveEvent(self, _event):
            if what == "give":
                data = QMimeData()
                data.setUrls([QUrl.fromLocalFile(str(argument))])
                drag = QDrag(self)
                drag.setMimeData(data)
                drag.exec(Qt.DropAction.CopyAction)

    app = QApplication([TITLE])
    partner = Partner()
    partner.setWindowTitle(TITLE)
    partner.setAcceptDrops(what == "take")
    partner.setGeometry(*PLACE)
    partner.show()
    app.exec()


def write(notes: Path, formats: list[str], urls: list[str], text: str) -> None:
    whole = notes.with_suffix(".part")
    whole.write_text(json.dumps({"formats": formats, "urls": urls, "text": text}))
    whole.rename(notes)


if __name__ == "__main__":
    if sys.argv[1] == "take-gtk":
        take_by_gtk(Path(sys.argv[2]))
    else:
        by_qt(sys.argv[1], Path(sys.argv[2]))
