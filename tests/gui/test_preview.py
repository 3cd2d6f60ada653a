"""Looking into files beside the results: keys, pages, passages, marks, and what goes wrong."""

import itertools
import time
from dataclasses import replace

import pytest
from fake_engine import make_hit
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Mark, PassageHit, Place
from jinasearch.core.preview import Box, Form, Preview, Span, Style
from jinasearch.gui.preview.lines import lines_of
from jinasearch.gui.theme import DARK, LIGHT


@pytest.fixture
def window(parts):
    return parts.window


def png(width: int = 200, height: int = 300) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray

    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


def page(request, **more) -> Preview:
    return Preview(
        Form.PICTURE,
        kind="pdf",
        text="page text",
        picture=png(),
        page=request.page or 2,
        pages=3,
        **more,
    )


def search(qtbot, window, text="lease"):
    QTest.keyClicks(window.line, text)
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)


def asked(engine) -> list[dict]:
    return engine.bodies("POST /v1/preview")


def test_of_an_archive_that_is_not_opened_is_told_how_it_is(qtbot, window, engine):
    engine.errors["POST /v1/preview"] = JinasearchError(Code.FILE_ARCHIVE_CLOSED, "Closed")
    search(qtbot, window)
    told = window.preview.empty.detail
    qtbot.waitUntil(lambda: "the rules do not open them" in told.text())
    assert "Rules…" in told.text()


def test_the_chosen_file_is_looked_into(qtbot, window, engine):
    search(qtbot, window)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "What is in file 1.")
    assert window.preview.name.text() == "file1.txt"
    assert asked(engine)[-1]["text"] == "lease"
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "What is in file 2.")
    assert window.focusWidget() is window.line


def test_the_same_answer_with_other_scores_is_not_looked_into_again(qtbot, window, engine):
    def answer(request):
        better = tuple(replace(hit, score=9.0, by_meaning=True) for hit in engine.hits)
        hits = engine.hits if request.mode == "keywords" else better
        return replace(engine._answer(request), hits=hits)

    engine.answer = answer
    search(qtbot, window)
    qtbot.waitUntil(lambda: window.results.view.hits()[0].score == 9.0)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "What is in file 1.")
    before = len(asked(engine))
    qtbot.wait(500)
    room = asked(engine)[before - 1]["pixels"]
    later = asked(engine)[before:]  # a window that has just come up may find more room
    assert all(body["pixels"] > 1.25 * room for body in later), asked(engine)
    assert window.preview.text.isVisible()
    assert window.preview.current() is not None


def test_a_choice_that_comes_back_at_once_is_shown_again(qtbot, window, engine):
    search(qtbot, window)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "What is in file 1.")
    qtbot.waitUntil(lambda: not window.session._busy)
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    QTest.keyClick(window.line, Qt.Key.Key_Up)
    qtbot.wait(500)
    assert window.preview.text.isVisible()
    assert window.preview.current() is not None


def test_holding_a_key_down_asks_once_it_rests(qtbot, window, engine):
    engine.hits = tuple(make_hit(number) for number in range(1, 30))
    search(qtbot, window)
    qtbot.waitUntil(lambda: len(asked(engine)) > 0)
    before = len(asked(engine))
    for _ in range(20):
        QTest.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "What is in file 21.")
    assert len(asked(engine)) - before < 10


def test_the_space_bar_in_the_list_and_a_key_anywhere_show_and_hide_it(qtbot, window, engine):
    search(qtbot, window)
    assert window.preview.isVisible()
    window.results.view.setFocus()
    QTest.keyClick(window.results.view, Qt.Key.Key_Space)
    assert not window.preview.isVisible()
    qtbot.wait(150)
    before = len(asked(engine))
    QTest.keyClick(window.results.view, Qt.Key.Key_Down)
    qtbot.wait(200)
    assert len(asked(engine)) == before, "nobody looks, so nothing is asked for"
    QTest.keyClick(window.line, Qt.Key.Key_F4)
    assert window.preview.isVisible()
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "What is in file 2.")
    QTest.keyClicks(window.line, " x")
    assert window.line.text() == "lease x"


def test_pages_are_turned_by_key_and_button(qtbot, window, engine):
    engine.look = page
    search(qtbot, window)
    qtbot.waitUntil(lambda: window.preview.page.text() == "Page 2 of 3")
    alt = Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window.line, Qt.Key.Key_PageDown, alt)
    qtbot.waitUntil(lambda: window.preview.page.text() == "Page 3 of 3")
    assert not window.preview.page_after.isEnabled()
    QTest.mouseClick(window.preview.page_before, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.preview.page.text() == "Page 2 of 3")


def test_the_passages_of_a_file_are_walked(qtbot, window, engine):
    passages = tuple(
        PassageHit(f"passage {n}", (), "", Place(page=n), id=n * 10) for n in (3, 7, 9)
    )
    engine.hits = (make_hit(1, passages=passages), make_hit(2))
    search(qtbot, window)
    qtbot.waitUntil(lambda: bool(asked(engine)) and asked(engine)[-1]["passage"] == 30)
    assert window.preview.place.text() == "page 3"
    QTest.keyClick(window.line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: asked(engine)[-1]["passage"] == 70)
    assert window.preview.place.text() == "page 7"
    assert window.results.view.chosen().file == 1
    QTest.mouseClick(window.preview.passage_after, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: asked(engine)[-1]["passage"] == 90)
    assert not window.preview.passage_after.isEnabled()


def test_a_pdf_is_opened_at_the_page_of_the_passage(qtbot, window, engine, parts):
    engine.hits = (make_hit(1, kind="pdf", passages=(PassageHit("x", place=Place(page=7)),)),)
    search(qtbot, window)
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert parts.opener.pages == [7]


@pytest.mark.parametrize(
    ("kind", "line"), [("md", 41), ("code", 41), ("notebook", None), ("docx", None)]
)
def test_a_text_is_opened_at_the_line_of_the_passage(qtbot, window, engine, parts, kind, line):
    engine.hits = (make_hit(1, kind=kind, passages=(PassageHit("x", place=Place(line=41)),)),)
    search(qtbot, window)
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert (parts.opener.pages, parts.opener.lines) == ([None], [line])


def test_why_the_file_itself_is_not_shown_is_told(qtbot, window, engine):
    engine.look = lambda request: Preview(
        Form.PROSE, text="the stored text", problem=Code.FILE_CRASHED_READER
    )
    search(qtbot, window)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "the stored text")
    assert "Crashed its reader" in window.preview.note.text()
    engine.errors["POST /v1/preview"] = JinasearchError(Code.FILE_KIND_UNKNOWN, "No")
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.waitUntil(window.preview.empty.isVisible)
    qtbot.waitUntil(lambda: "no preview" in window.preview.empty.headline.text())


def test_a_broken_picture_is_told(qtbot, window, engine):
    engine.look = lambda request: Preview(Form.PICTURE, picture=b"\x89PNG broken", kind="pdf")
    search(qtbot, window)
    qtbot.waitUntil(lambda: "no preview" in window.preview.empty.headline.text())


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_boxes_are_painted_where_they_lie(qtbot, window, parts, engine, colors):
    parts.theme.use(colors)
    box = Box(0.25, 0.5, 0.5, 0.1)
    engine.look = lambda request: page(request, word_boxes=(box,))
    search(qtbot, window)
    qtbot.waitUntil(window.preview.picture.isVisible)
    view = window.preview.picture
    sheet = view.sheet()
    image = view.viewport().grab().toImage()

    def color_at(across: float, down: float) -> str:
        ratio = image.devicePixelRatio()
        point = QPoint(
            round((sheet.left() + across * sheet.width()) * ratio),
            round((sheet.top() + down * sheet.height()) * ratio),
        )
        return image.pixelColor(point).name()

    assert color_at(0.5, 0.55) == LIGHT.mark
    assert color_at(0.5, 0.45) == "#ffffff"
    parts.theme.use(LIGHT)


def test_text_is_marked_and_styled_in_the_right_place(qtbot, window, engine):
    text = "🔑 Title\nsome 🔑 bold words here\nlast"
    bold = text.index("bold")
    engine.look = lambda request: Preview(
        Form.PROSE,
        text=text,
        spans=(Span(0, 7, Style.HEADING1), Span(bold, bold + 4, Style.BOLD)),
        words=(Mark(text.index("words"), text.index("words") + 5),),
        passage=(Mark(text.index("some"), text.index("last") - 1),),
    )
    search(qtbot, window)
    view = window.preview.text
    qtbot.waitUntil(lambda: view.toPlainText() == text)
    selected = [selection.cursor.selectedText() for selection in view.extraSelections()]
    assert selected == ["some 🔑 bold words here", "words"]
    block = view.document().findBlockByNumber(1)
    (range_,) = [r for r in block.layout().formats() if r.format.fontWeight() > 500]
    assert block.text()[range_.start - 1 : range_.start + 3] == "bold"  # Python counts one less


def test_lines_of_a_preview():
    preview = Preview(
        Form.PROSE,
        text="\nHead\nbody",
        spans=(Span(0, 0, Style.PLACE), Span(1, 5, Style.HEADING2), Span(6, 10, Style.ITALIC)),
        words=(Mark(6, 8),),
        places=(Place(slide=4),),
    )
    shown = lines_of(preview)
    assert [line.text for line in shown.lines] == ["slide 4", "Head", "body"]
    assert [line.block for line in shown.lines] == [Style.PLACE, Style.HEADING2, None]
    assert shown.lines[2].ranges == [(0, 4, Style.ITALIC)]
    assert shown.words == [(13, 15)]


def test_selected_text_is_copied_from_the_preview(qtbot, window, engine):
    search(qtbot, window)
    view = window.preview.text
    qtbot.waitUntil(lambda: view.toPlainText() == "What is in file 1.")
    view.setFocus()
    view.selectAll()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "What is in file 1."


def test_code_has_the_numbers_of_its_lines(qtbot, window, engine):
    engine.look = lambda request: Preview(
        Form.CODE, "code", "a = 1\nb = 2", (Span(0, 1, Style.NAME),), first_line=41
    )
    search(qtbot, window)
    view = window.preview.text
    qtbot.waitUntil(lambda: view.toPlainText() == "a = 1\nb = 2")
    assert [number for number, _ in view.visible_blocks()] == [0, 1]
    assert view._numbers.isVisible()
    assert view._numbers.first == 41


def test_a_late_preview_of_another_file_is_dropped(qtbot, window, engine):
    def slow(request):
        time.sleep(0.5 if request.file == 1 else 0)
        return Preview(Form.PROSE, text=f"file {request.file}")

    engine.look = slow
    search(qtbot, window)
    qtbot.waitUntil(lambda: bool(asked(engine)))
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.preview.text.toPlainText() == "file 2")
    qtbot.wait(600)
    assert window.preview.text.toPlainText() == "file 2"


def test_there_is_room_for_it_or_it_goes(qtbot, window, engine):
    search(qtbot, window)
    assert window.split.orientation() == Qt.Orientation.Horizontal
    window.resize(700, 900)
    qtbot.waitUntil(lambda: window.split.orientation() == Qt.Orientation.Vertical)
    assert window.preview.isVisible()
    window.resize(700, 460)
    qtbot.waitUntil(lambda: not window.preview.isVisible())


# The list stays calm


def files(window) -> list[int]:
    return [hit.file for hit in window.results.view.hits()]


def test_untouched_results_are_put_in_order_when_meaning_arrives(qtbot, window, engine):
    def answer(request):
        hits = engine.hits if request.mode == "keywords" else engine.hits[::-1]
        return replace(engine._answer(request), hits=hits)

    engine.answer = answer
    search(qtbot, window)
    qtbot.waitUntil(lambda: files(window) == [3, 2, 1])
    assert not window.results.answers.better.isVisible()


def test_touched_results_stay_and_better_ones_wait(qtbot, window, engine):
    def answer(request):
        if request.mode == "keywords":
            return engine._answer(request)
        time.sleep(0.5)
        hits = (make_hit(9), *engine.hits[:0:-1], replace(engine.hits[0], title="new"))
        return replace(engine._answer(request), hits=hits)

    engine.answer = answer
    search(qtbot, window)
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.waitUntil(window.results.answers.better.isVisible)
    assert files(window) == [1, 2, 3, 9]
    assert window.results.view.hits()[0].title == "new"
    assert window.results.view.chosen().file == 2
    QTest.keyClick(window.line, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert files(window) == [9, 3, 2, 1]
    assert window.results.view.chosen().file == 9
    assert not window.results.answers.better.isVisible()


def test_a_pointer_on_its_way_to_a_row_keeps_the_rows(qtbot, window, engine):
    def answer(request):
        time.sleep(0.4 if request.mode == "hybrid" else 0)
        hits = engine.hits if request.mode == "keywords" else engine.hits[::-1]
        return replace(engine._answer(request), hits=hits)

    engine.answer = answer
    search(qtbot, window)
    view = window.results.view
    way = itertools.cycle([QPoint(30, 30), QPoint(40, 60)])

    def moves_on() -> bool:
        QTest.mouseMove(view.viewport(), next(way))  # two at once may arrive as one
        return view.touched

    qtbot.waitUntil(moves_on)
    qtbot.waitUntil(window.results.answers.better.isVisible)
    assert files(window) == [1, 2, 3]


def test_files_that_are_gone_go_even_from_touched_results(qtbot, window, engine):
    search(qtbot, window)
    qtbot.waitUntil(lambda: len(engine.searches()) == 2)
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    engine.hits = engine.hits[1:]
    window.session.on_changed()
    qtbot.waitUntil(lambda: files(window) == [2, 3], timeout=4000)
    assert not window.results.answers.better.isVisible()
