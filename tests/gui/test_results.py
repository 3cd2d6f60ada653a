"""The result list: updates without jumping, marks, texts, and what a screen reader says."""

import html
from dataclasses import replace

import pytest
from fake_engine import make_hit
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from jinasearch.core.models import Folded, Likeness, Mark, PassageHit, Place
from jinasearch.gui import formatting, snippets
from jinasearch.gui.icons import Icons, kind_icon
from jinasearch.gui.passage_layout import PassageLayouts
from jinasearch.gui.results_delegate import ResultsDelegate
from jinasearch.gui.results_model import HIT_ROLE, ResultsModel, file_data, spoken
from jinasearch.gui.search_window.results_view import ResultsView
from jinasearch.gui.theme import DARK, LIGHT, Theme


def tip_of(model, index) -> str:
    """The tooltip as it is read: it is HTML in which the text stands escaped."""
    tip = model.data(index, Qt.ItemDataRole.ToolTipRole)
    return html.unescape(tip.removeprefix("<qt>").removesuffix("</qt>").replace("<br>", "\n"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(1, 12), unique=True), max_size=6))
def test_any_list_becomes_any_other_and_rows_that_stay_are_kept(lists):
    model = ResultsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for numbers in lists:
        before = {
            model.data(model.index(row), HIT_ROLE).file: QPersistentModelIndex(model.index(row))
            for row in range(model.rowCount())
        }
        model.set_hits([make_hit(number) for number in numbers])
        rows = [model.data(model.index(row), HIT_ROLE).file for row in range(model.rowCount())]
        assert rows == numbers
        for number, index in before.items():
            assert index.isValid() == (number in numbers)
            if index.isValid():
                assert numbers[index.row()] == number
    del tester


@pytest.fixture
def view(qapp, qtbot):
    theme = Theme(qapp)
    made = ResultsView(theme, Icons(theme))
    qtbot.addWidget(made)
    made.resize(500, 240)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_first_row_is_chosen_until_the_user_chooses(view):
    view.set_hits([make_hit(1), make_hit(2)], fresh=True)
    assert view.chosen().file == 1
    view.set_hits([make_hit(2), make_hit(1)], fresh=False)
    assert view.chosen().file == 2


def test_the_users_choice_goes_with_its_file(view):
    view.set_hits([make_hit(1), make_hit(2), make_hit(3)], fresh=True)
    view.move_by(Qt.Key.Key_Down)
    assert view.chosen().file == 2
    view.set_hits([make_hit(9), make_hit(3), make_hit(1), make_hit(2)], fresh=False)
    assert view.chosen().file == 2
    view.set_hits([make_hit(5)], fresh=True)
    assert view.chosen().file == 5


def test_a_choice_that_is_gone_falls_back_to_the_first(view):
    view.set_hits([make_hit(1), make_hit(2)], fresh=True)
    view.move_by(Qt.Key.Key_Down)
    view.set_hits([make_hit(1), make_hit(3)], fresh=False)
    assert view.chosen().file == 1


def test_what_is_in_sight_stays_in_sight(view):
    view.set_hits([make_hit(n) for n in range(1, 40)], fresh=True)
    bar = view.verticalScrollBar()
    bar.setValue(700)
    index = view.indexAt(view.viewport().rect().topLeft())
    number, top = index.data(HIT_ROLE).file, view.visualRect(index).top()
    view.set_hits([make_hit(n) for n in (90, 91, 92, *range(1, 40))], fresh=False)
    index = view.indexAt(view.viewport().rect().topLeft())
    assert (index.data(HIT_ROLE).file, view.visualRect(index).top()) == (number, top)
    view.set_hits([make_hit(n) for n in range(1, 40)], fresh=True)
    assert bar.value() == 0


def test_a_chosen_row_stays_in_sight_when_room_is_taken(qtbot, view):
    view.set_hits([make_hit(n) for n in range(1, 40)], fresh=True)
    view.resize(500, 500)
    while view.visualRect(view.currentIndex()).bottom() < 400:
        view.move_by(Qt.Key.Key_Down)
    view.resize(500, view.visualRect(view.currentIndex()).top() + 20)
    row = view.visualRect(view.currentIndex())
    assert view.viewport().rect().contains(row)


def colors_in(widget) -> set[str]:
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(0, image.height(), 2)
    }


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_marks_are_painted_in_both_schemes(qapp, view, colors):
    theme = Theme(qapp)
    theme.use(colors)
    view.setItemDelegate(type(view.itemDelegate())(theme, Icons(theme), view))
    hit = make_hit(1)
    plain = replace(hit, passages=(PassageHit(hit.passages[0].text),))
    view.set_hits([plain], fresh=True)
    view.selectionModel().select(view.model().index(0), QItemSelectionModel.SelectionFlag.Clear)
    assert colors.mark not in colors_in(view)
    view.set_hits([hit], fresh=True)
    assert colors.mark in colors_in(view)
    theme.use(LIGHT)


@pytest.mark.parametrize(
    "text",
    ["", " \n\t ", "🔑" * 500, "租房合同" * 300, "x" * 5000, "a\ufffdb\u202eabc", "e\u0301" * 400],
)
def test_odd_texts_are_painted(view, text):
    marks = (Mark(0, 3), Mark(max(0, len(text) - 2), len(text) + 9))
    hit = make_hit(
        1, passages=(PassageHit(text, marks, text, Place(page=1)),), title=text, name_marks=marks
    )
    view.set_hits([hit], fresh=True)
    view.resize(130, 200)
    assert not view.grab().isNull()


@pytest.mark.parametrize("words", [*range(1, 24), 60, 300])
@pytest.mark.parametrize("word", ["lease", "租房合同", "🔑🔑"])
def test_a_measured_row_has_as_many_lines_as_are_laid_out(qapp, word, words):
    passage = PassageHit(" ".join([word] * words), (Mark(0, len(word)),), "", Place())
    layouts = PassageLayouts(Theme(qapp))
    measured = [layouts.lines(passage, qapp.font(), width) for width in range(120, 700, 29)]
    laid = [layouts.laid(passage, qapp.font(), width).lines for width in range(120, 700, 29)]
    assert measured == laid


@pytest.mark.parametrize("width", range(150, 600, 15))
def test_what_is_cut_off_ends_in_an_ellipsis_however_much_is_marked(qapp, width):
    text = "the tenant may end this agreement with three months' notice " * 9
    passage = PassageHit(text, (Mark(10, 300),), "", Place())
    laid = PassageLayouts(Theme(qapp)).laid(passage, qapp.font(), width)
    last = laid.layout.lineAt(laid.layout.lineCount() - 1)
    assert laid.layout.text().endswith("…")
    assert last.textStart() + last.textLength() == len(laid.layout.text())


def test_a_screen_reader_hears_name_folder_place_and_passage(qapp):
    model = ResultsModel()
    model.set_hits([make_hit(3, "lease.pdf")])
    said = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "lease.pdf, in /home/ada, line 3, Passage of file 3."


def test_files_leave_with_every_byte_of_their_names(qapp):
    hit = make_hit(1, uri="file:///home/ada/caf%E9%20x.txt")
    data = file_data([hit])
    assert bytes(data.data("text/uri-list").data()) == b"file:///home/ada/caf%E9%20x.txt\r\n"
    assert data.text() == "file:///home/ada/caf%E9%20x.txt"  # a path that could not be pasted


def test_every_character_of_a_name_is_seen():
    assert formatting.one_line("two\nlines\x7f\t.txt") == "two↵lines\ufffd→.txt"


def test_a_list_of_what_passes_filters_says_no_reason(qapp):
    hit = make_hit(1, by_keywords=False)
    assert ResultsDelegate._reason(hit) == ""
    assert ResultsDelegate._reason(replace(hit, by_keywords=True)) == "words"


def test_kinds_have_icons():
    for kind, icon in {"PDF": "pdf", ".docx": "document", "zzz": "text", "eml": "mail"}.items():
        assert kind_icon(kind) == icon


marked_texts = st.text(max_size=300).flatmap(
    lambda text: st.tuples(
        st.just(text),
        st.lists(
            st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
            .map(sorted)
            .map(lambda pair: Mark(*pair)),
            max_size=4,
        ).map(tuple),
    )
)


@given(marked_texts)
def test_joining_lines_keeps_what_is_marked(given_text):
    text, marks = given_text
    line, moved = snippets.single_line(text, marks)
    wanted = ["".join(text[m.start : m.end].split()) for m in marks]
    got = ["".join(line[m.start : m.end].split()) for m in moved]
    assert got == [mark for mark, keep in zip(wanted, wanted, strict=True) if keep] or all(
        mark in wanted for mark in got
    )
    assert "\n" not in line
    assert all(0 <= m.start < m.end <= len(line) for m in moved)


@given(marked_texts, st.integers(10, 120))
def test_the_first_mark_is_in_sight(given_text, budget):
    text, marks = given_text
    marks = tuple(m for m in marks if m.start < m.end)
    shown, moved = snippets.window(text, marks, budget)
    assert all(0 <= m.start < m.end <= len(shown) for m in moved)
    if marks:
        assert min(m.start for m in moved) < budget
        first = min(marks, key=lambda m: m.start)
        assert any(shown[m.start : m.end] == text[first.start : first.end] for m in moved)


@given(marked_texts, st.integers(0, 120))
def test_what_is_cut_off_takes_its_marks_along(given_text, length):
    text, marks = given_text
    marks = tuple(m for m in marks if m.start < m.end)
    shown, kept = snippets.cut(text, marks, length)
    assert shown == text[:length]
    whole = [text[m.start : m.end] for m in marks if m.start < length]
    assert [w.startswith(shown[m.start : m.end]) for w, m in zip(whole, kept, strict=True)] == [
        True
    ] * len(kept)


def test_a_pointer_that_the_rows_came_to_does_not_hold_them(qtbot, view):
    view.set_hits([make_hit(1), make_hit(2)], fresh=True)
    moves = []
    view.entered.connect(moves.append)
    QTest.mouseMove(view.viewport(), QPoint(30, 30))
    qtbot.waitUntil(lambda: bool(moves))
    assert not view.touched
    QTest.mouseMove(view.viewport(), QPoint(40, 90))
    qtbot.waitUntil(lambda: view.touched)


def test_marks_count_as_qt_counts():
    text = "🔑 key 🔑 lock"
    (mark,) = snippets.utf16(text, (Mark(8, 12),))
    units = text.encode("utf-16-le")
    assert units[mark.start * 2 : mark.end * 2].decode("utf-16-le") == "lock"


def test_copies_behind_a_file_are_told():
    copies = tuple(
        Folded(number, "", f"/home/b/letter{number}.txt", f"letter{number}.txt", 1, 0.0, likeness)
        for number, likeness in ((8, Likeness.COPY), (9, Likeness.VERSION))
    )
    model = ResultsModel()
    model.set_hits([replace(make_hit(1), folded=copies), make_hit(2)])
    first, second = (model.index(row) for row in range(2))
    tip = tip_of(model, first)
    assert tip.splitlines()[1:] == ["copy: /home/b/letter8.txt", "version: /home/b/letter9.txt"]
    assert "version: /home/b/letter9.txt" in model.data(first, Qt.ItemDataRole.AccessibleTextRole)
    assert len(tip_of(model, second).splitlines()) == 1
    assert ResultsDelegate._reason(model.hit(first)).startswith("1 copy, 1 version")
    assert ResultsDelegate._reason(model.hit(second)) == "words"


def test_files_that_stand_behind_one_are_counted_and_opened(qtbot, parts, engine):
    copy, version = Likeness.COPY, Likeness.VERSION
    alike = (
        Folded(8, "file:///home/ada/a%20copy.txt", "/home/ada/a copy.txt", "", 1, 1.0, copy),
        Folded(9, "file:///home/ada/a_v2.txt", "/home/ada/a_v2.txt", "", 1, 1.0, version),
    )
    engine.hits = (make_hit(1, folded=alike),)
    window = parts.window
    window.line.setText("lease")
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() == 1)
    assert "/home/ada/a_v2.txt" in spoken(window.results.view.chosen())
    window._result_menu(QPoint(0, 0))
    menu = QApplication.activePopupWidget()
    others = next(action.menu() for action in menu.actions() if action.menu())
    assert others.title() == "1 copy, 1 version"
    others.actions()[1].trigger()
    assert parts.opener.opened == ["file:///home/ada/a_v2.txt"]
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/9/opened") == 1)
    menu.close()


def test_a_file_within_the_file_is_told(qapp):
    inside = Place(member="letters/notice.docx")
    twice = (PassageHit("a", place=inside), PassageHit("b", place=inside))
    model = ResultsModel()
    model.set_hits([make_hit(1, "old.zip", passages=twice), make_hit(2)])
    first, second = (model.index(row) for row in range(2))
    told = "inside letters/notice.docx"
    assert tip_of(model, first).splitlines() == [
        "/home/ada/old.zip", told,
    ]  # fmt: skip
    assert told in model.data(first, Qt.ItemDataRole.AccessibleTextRole)
    assert tip_of(model, second) == "/home/ada/file2.txt"
