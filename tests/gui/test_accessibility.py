"""What a screen reader meets: the tree of the window, the order of the focus, what is said."""

import re
from dataclasses import replace

import pytest
from fake_engine import FULL, make_hit
from opened_windows import OPENED
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from jinasearch.core.models import (
    Activity,
    Notice,
    PassageHit,
    Place,
    Progress,
    Proposal,
    Status,
)
from jinasearch.core.preview import Form, Preview
from jinasearch.core.questions import Facet, Facets, Field, Filter
from jinasearch.core.settings import Settings, entries
from jinasearch.engine.protocol import (
    Event,
    ImportedFolder,
    ImportPlan,
    ModelEntry,
    Models,
    Proposals,
    SettingsReply,
)
from jinasearch.gui.first_run.dialog import FirstRun
from jinasearch.gui.theme import DARK, LIGHT, Colors

Role = QAccessible.Role
NAMED = {
    Role.Button, Role.ButtonMenu, Role.CheckBox, Role.RadioButton, Role.EditableText, Role.List,
    Role.ListItem, Role.MenuItem, Role.ProgressBar, Role.Link, Role.Window, Role.PopupMenu,
    Role.Graphic, Role.Tree, Role.TreeItem, Role.ComboBox, Role.PageTab,
}  # fmt: skip


@pytest.fixture
def window(qtbot, parts, engine):
    """The window with all that it can show at once."""
    engine.facets = Facets(types=(Facet(Filter(Field.TYPE, "pdf"), 2),))
    engine.hits = (
        make_hit(1, passages=(PassageHit("a", place=Place(page=1)), PassageHit("b"))),
        make_hit(2, exact=True),
        make_hit(3, certain=False),
    )
    engine.look = lambda request: Preview(Form.PROSE, text="text", page=1, pages=3, cut=True)
    window = parts.window
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)
    engine.send(
        Event(
            "status",
            Status(
                activity=Activity.EMBEDDING,
                coverage=replace(FULL, failed=2),
                keywords=Progress(1, 2),
                meaning=Progress(1, 2),
                notices=(Notice("disk-full", "The disk is full"),),
            ),
        )
    )
    qtbot.waitUntil(window.bottom.failed.isVisible)
    menu = window.filters.buttons["types"].menu()
    qtbot.waitUntil(window.filters.buttons["types"].isEnabled)
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: not window.session._busy)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "text")
    return window


def walk(interface, path=()):
    """All parts of the tree that are in sight, each with the names above it."""
    name = interface.text(QAccessible.Text.Name)
    here = (*path, f"{interface.role().name}:{name}")
    yield interface, here
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from walk(child, here)


def test_every_part_in_sight_has_a_name_and_a_role(window):
    parts = list(walk(QAccessible.queryAccessibleInterface(window)))
    assert len(parts) > 60
    roles = {interface.role() for interface, _ in parts}
    assert {Role.List, Role.ListItem, Role.EditableText, Role.ProgressBar} <= roles
    assert nameless(parts) == []
    assert tagged(parts) == []


def tagged(parts) -> list[tuple[str, ...]]:
    """Those whose description is a tooltip's HTML."""
    return [path for part, path in parts if "<" in part.text(QAccessible.Text.Description)]


def nameless(parts) -> list[tuple[str, ...]]:
    return [
        path
        for interface, path in parts
        if interface.role() in NAMED
        and not interface.text(QAccessible.Text.Name).strip()
        and not inside_a_scroll_area(interface)
    ]


@pytest.mark.parametrize("opened", OPENED)
def test_every_other_window_is_named_too(qtbot, window, parts, engine, opened):
    engine.settings = SettingsReply(entries(Settings()), "/home/ada/settings.toml")
    engine.import_plan = ImportPlan((ImportedFolder("/home/ada", "/home/ada", is_here=True),), 3)
    engine.proposals = Proposals((Proposal("file:///home/ada", "/home/ada", 3, 10),))
    engine.models = Models(
        (ModelEntry("starter", "Starter", 4, (4,), 9, ("en",), "MIT", "", 1, "ready", in_use=True),)
    )
    dialog = opened(parts, qtbot)
    for page in getattr(dialog, "pages", ()) if isinstance(dialog, FirstRun) else (None,):
        if page is not None and not page.isVisible():
            dialog.next.click()
        found = list(walk(QAccessible.queryAccessibleInterface(dialog)))
        assert len(found) > 8
        assert nameless(found) == []
        assert tagged(found) == []
        assert found[0][0].text(QAccessible.Text.Name)
    dialog.close()


def inside_a_scroll_area(interface) -> bool:
    widget = interface.object()
    return widget is not None and widget.objectName().startswith("qt_")


def test_rows_say_name_folder_place_and_passage(window):
    view = QAccessible.queryAccessibleInterface(window.results.view)
    rows = [child for child, _ in walk(view) if child.role() == Role.ListItem]
    names = [row.text(QAccessible.Text.Name) for row in rows]
    assert names[0] == "file1.txt, in /home/ada, page 1, a"
    assert names[1].endswith("exactly as typed")
    assert rows[0].state().selected


def test_the_choice_is_said_while_the_focus_stays_in_the_line(qtbot, window):
    said = []
    window.results.answers.announcer.said.connect(said.append)
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    start = "2 of 2: file2.txt, in /home/ada"
    qtbot.waitUntil(lambda: bool(said) and said[-1].startswith(start))
    assert window.focusWidget() is window.line


def test_tab_goes_through_the_window_in_the_order_of_sight(qtbot, window):
    window.line.setFocus()
    seen = []
    for _ in range(40):
        widget = window.focusWidget()
        if widget in seen:
            break
        seen.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    order = [
        window.line,
        window.filters.buttons["types"],
        window.filters.chips()[0],
        window.results.view,
        window.preview.text,
        window.preview.page_after,
        window.bottom.pause,
    ]
    places = [seen.index(widget) for widget in order]
    assert places == sorted(places)


def test_every_action_can_be_read_with_its_key(window):
    for menu in window.menuBar().actions():
        for action in menu.menu().actions():
            assert action.isSeparator() or re.sub("&", "", action.text())


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.1, https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""

    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_can_be_read(colors: Colors):
    backs = (colors.window, colors.base, colors.raised, colors.hover, colors.selected)
    pairs = [
        (text, back)
        for text in (colors.text, colors.quiet, colors.faint, colors.accent)
        for back in backs
    ]
    code = (colors.base, colors.selected)
    pairs += [(color, back) for _, color in colors.syntax for back in code]
    pairs += [
        (colors.mark_text, colors.mark),
        (LIGHT.mark_text, LIGHT.mark),
        (colors.on_accent, colors.accent),
        (colors.warn, colors.warn_back),
        (colors.bad, colors.bad_back),
    ]
    too_faint = [(*pair, round(contrast(*pair), 2)) for pair in pairs if contrast(*pair) < 4.5]
    assert too_faint == []
