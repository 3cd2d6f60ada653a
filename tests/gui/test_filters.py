"""The filter bar: counts, chips, what is typed, hints, examples; and weak matches behind a row."""

from dataclasses import replace
from datetime import datetime

import pytest
from fake_engine import make_hit
from PySide6.QtCore import QDate, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QPushButton, QWidget

from jinasearch.core.models import Coverage, Folded, Likeness
from jinasearch.core.questions import Facet, Facets, Field, Filter, Hint, Sort
from jinasearch.gui import filter_texts
from jinasearch.gui.search_window.date_range_dialog import DateRangeDialog
from jinasearch.gui.search_window.flow_layout import FlowLayout
from jinasearch.search import dates

PDF, MAIL = Filter(Field.TYPE, "pdf"), Filter(Field.TYPE, "mail")
WEEK, YEAR = Filter(Field.DATE, "past week"), Filter(Field.DATE, "past year")
FACETS = Facets(
    types=(Facet(PDF, 12), Facet(MAIL, 3)),
    folders=(Facet(Filter(Field.IN, "/home/ada/R&D"), 4),),
    times=(Facet(WEEK, 2), Facet(YEAR, 1200)),
)


@pytest.fixture
def window(parts, engine):
    engine.facets = FACETS
    return parts.window


def search(qtbot, window, text="lease"):
    QTest.keyClicks(window.line, text)
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() > 0)
    qtbot.waitUntil(window.filters.buttons["types"].isEnabled)


def choose(window, name: str, number: int) -> None:
    """Choose an entry of a menu of the bar, as it would be filled for the user."""
    menu = window.filters.buttons[name].menu()
    menu.aboutToShow.emit()
    menu.actions()[number].trigger()


def asked(engine) -> list[dict]:
    return engine.bodies("POST /v1/search")[-1]["filters"]


def chips(window) -> list[str]:
    return [chip.text() for chip in window.filters.chips()]


def test_the_bar_shows_with_a_question_alone(qtbot, window):
    assert not window.filters.isVisible()
    search(qtbot, window)
    assert window.filters.isVisible()
    QTest.keyClick(window.line, Qt.Key.Key_Escape)
    assert not window.filters.isVisible()


def test_menus_tell_counts_and_choosing_limits_the_question(qtbot, window, engine):
    search(qtbot, window)
    menu = window.filters.buttons["types"].menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["PDF\t12", "Mail\t3"]
    choose(window, "types", 0)
    qtbot.waitUntil(lambda: [each["value"] for each in asked(engine)] == ["pdf"])
    choose(window, "types", 1)
    qtbot.waitUntil(lambda: [each["value"] for each in asked(engine)] == ["pdf", "mail"])
    assert chips(window) == ["PDF", "Mail"]
    choose(window, "types", 0)
    qtbot.waitUntil(lambda: [each["value"] for each in asked(engine)] == ["mail"])


def test_one_span_of_time_takes_the_place_of_another(qtbot, window, engine):
    search(qtbot, window)
    choose(window, "times", 0)
    choose(window, "times", 1)
    qtbot.waitUntil(lambda: [each["value"] for each in asked(engine)] == ["past year"])
    menu = window.filters.buttons["times"].menu()
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["Past year\t1,200"]
    assert menu.actions()[-1].text() == "All"
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: asked(engine) == [])


def test_a_chip_takes_its_filter_away(qtbot, window, engine):
    search(qtbot, window)
    choose(window, "types", 0)
    (chip,) = window.filters.chips()
    assert chip.accessibleName() == "Take away the filter PDF"
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: asked(engine) == [])
    assert chips(window) == []


def test_what_is_typed_is_a_chip_that_cuts_it_out_of_the_text(qtbot, window, engine):
    engine.typed = (Filter(Field.TYPE, "mail", negated=True, start=6, end=16),)
    QTest.keyClicks(window.line, "lease -type:mail now")
    qtbot.waitUntil(lambda: chips(window) == ["not Mail"])
    window.filters.chips()[0].click()
    assert window.line.text() == "lease now"


def test_hints_are_told_and_taken_up(qtbot, window, engine):
    engine.hint = Hint("bad-type", "type:pfd", "type:pdf")
    QTest.keyClicks(window.line, "lease type:pfd")
    qtbot.waitUntil(window.filters.hint.isVisible)
    assert window.filters.hint.text() == "“type:pfd” is no type of file that is known."
    window.filters.suggestion.click()
    assert window.line.text() == "lease type:pdf"


def test_where_a_phrase_stands_nowhere_the_others_wait_to_be_asked_for(qtbot, window, engine):
    engine.hint = Hint("phrase-nowhere", "in Mars")
    engine.hits = tuple(replace(hit, certain=False) for hit in engine.hits)
    QTest.keyClicks(window.line, '"in Mars" lease')
    answers = window.results.answers
    qtbot.waitUntil(answers.nothing.isVisible)
    assert answers.nothing.headline.text() == "No file holds the phrase “in Mars”"
    assert answers.nothing.detail.text() == "3 files may mean the same."
    assert window.results.count.text() == "nothing certain"
    assert window.results.view.hits() == []
    window.actions_.weak.trigger()
    assert len(window.results.view.hits()) == 3
    assert not answers.nothing.isVisible()
    told = "3 files, none of them certain. No file holds the phrase “in Mars”."
    assert window.results.count.text() == told
    engine.hint = None
    window.filters.suggestion.click()
    assert window.line.text() == "in Mars lease"
    qtbot.waitUntil(lambda: window.results.count.text() == "3 files, none of them certain")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("phrase-nowhere", "No file holds a word that begins with “insuranc”."),
        ("phrase-unread", "No file that is read so far holds a word that begins with “insuranc”."),
        (
            "phrase-left-out",
            "No file that passes the filters holds a word that begins with “insuranc”.",
        ),
    ],
)
def test_where_no_word_begins_so_the_asterisk_is_taken_away(qtbot, window, engine, code, told):
    engine.hint = Hint(code, "insuranc*")
    engine.typed = (Filter(Field.NAME, "b*", start=20, end=27),)
    engine.hits = tuple(replace(hit, certain=False) for hit in engine.hits)
    window.line.setText('-a* "c d" insuranc* name:b*')
    qtbot.waitUntil(window.results.answers.nothing.isVisible)
    assert window.results.answers.nothing.headline.text() == told.rstrip(".")
    assert window.filters.suggestion.text() == "Search without the asterisk"
    window.filters.suggestion.click()
    assert window.line.text() == '-a* "c d" insuranc name:b*'


def test_of_words_with_asterisks_that_stand_apart_these_are_taken_away(qtbot, window, engine):
    engine.hint = Hint("phrases-apart", "insur*” “ass*")
    window.line.setText("insur* ass＊")
    qtbot.waitUntil(window.filters.suggestion.isVisible)
    assert filter_texts.hint(engine.hint) == "No file holds all of these: “insur*” “ass*”."
    window.filters.suggestion.click()
    assert window.line.text() == "insur ass"


def test_every_hint_has_its_words():
    codes = (
        "bad-date", "bad-size", "bad-type", "bad-language", "bad-sort", "unknown-field",
        "missing-value", "open-quote", "only-excluded", "folder-not-found", "like-not-found",
        "like-without-meaning", "phrase-nowhere", "phrase-unread", "phrase-left-out",
        "phrases-apart", "word-nowhere", "no-words",
    )  # fmt: skip
    assert [code for code in codes if "“x”" not in filter_texts.hint(Hint(code, "x"))] == []


def test_answers_are_sorted_from_the_menu_for_the_session(qtbot, window, engine):
    search(qtbot, window)
    order = window.filters.order
    assert order.text() == "Sort"
    assert window.actions_.sort.shortcut().toString() == "Alt+4"
    pick = {action.text(): action for action in order.menu().actions()}
    pick["Newest first"].trigger()
    qtbot.waitUntil(lambda: engine.bodies("POST /v1/search")[-1]["sort"] == "-date")
    qtbot.waitUntil(lambda: order.text() == "Sorted: newest first")
    QTest.keyClick(window.line, Qt.Key.Key_Escape)
    search(qtbot, window, "rent")
    assert order.text() == "Sorted: newest first"
    pick["Best first"].trigger()
    qtbot.waitUntil(lambda: engine.bodies("POST /v1/search")[-1]["sort"] == "relevance")
    assert order.text() == "Sort"


def test_at_the_end_of_the_list_the_next_answers_come(qtbot, window, engine):
    engine.answer = lambda request: replace(
        engine._answer(request),
        hits=tuple(make_hit(number) for number in range(1, min(request.limit, 130) + 1)),
        certain=130,
    )
    search(qtbot, window)
    view, count = window.results.view, window.results.count
    qtbot.waitUntil(lambda: count.text() == "the best 50 of 130 files")
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    chosen = view.chosen()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: len(view.hits()) == 130)
    assert engine.bodies("POST /v1/search")[-1]["limit"] == 200
    assert count.text() == "130 files"
    assert view.chosen() == chosen
    asked = len(engine.searches())
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    qtbot.wait(100)
    assert len(engine.searches()) == asked
    QTest.keyClicks(window.line, "s")
    qtbot.waitUntil(lambda: engine.bodies("POST /v1/search")[-1]["text"] == "leases")
    assert engine.bodies("POST /v1/search")[-1]["limit"] == 50


def test_an_order_that_was_typed_shows_and_gives_way_to_one_that_is_chosen(qtbot, window, engine):
    engine.typed, engine.sort = (Filter(Field.SORT, "size", start=6, end=15),), Sort.SIZE
    QTest.keyClicks(window.line, "lease sort:size")
    qtbot.waitUntil(lambda: chips(window) == ["sorted: size"])
    assert window.filters.order.text() == "Sorted: smallest first"
    pick = {action.text(): action for action in window.filters.order.menu().actions()}
    assert [text for text, action in pick.items() if action.isChecked()] == ["Smallest first"]
    pick["Path, A to Z"].trigger()
    assert window.line.text() == "lease"
    assert window.session.sort is Sort.PATH


def test_the_count_tells_how_many_there_are_and_what_stands_behind(qtbot, window, engine):
    engine.certain = 120
    search(qtbot, window)
    count = window.results.count
    qtbot.waitUntil(lambda: count.text() == f"the best {len(engine.hits)} of 120 files")
    other = Folded(9, "file:///a", "/a", "a", 1, 0.0, Likeness.COPY)
    engine.hits = (replace(engine.hits[0], folded=(other,)), *engine.hits[1:])
    engine.certain = len(engine.hits) + 1
    QTest.keyClicks(window.line, "s")
    qtbot.waitUntil(lambda: count.text() == f"{len(engine.hits)} files + 1 copy")


def test_more_like_a_file_is_asked_and_can_be_taken_back(qtbot, window, engine):
    search(qtbot, window)
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    window.actions_.more_like.trigger()
    qtbot.waitUntil(lambda: engine.bodies("POST /v1/search")[-1]["like"] != [])
    body = engine.bodies("POST /v1/search")[-1]
    assert (body["text"], body["like"][0]["file"]) == ("", 2)
    assert chips(window) == ["like: file2.txt"]
    QTest.keyClick(window.line, Qt.Key.Key_Escape)
    assert chips(window) == []
    assert window.results.page() is window.results.empty


def test_where_the_filters_leave_nothing_it_is_told(qtbot, window, engine):
    search(qtbot, window)
    engine.hits, engine.left_out = (), 7
    choose(window, "types", 0)
    qtbot.waitUntil(lambda: window.results.page() is window.results.empty)
    assert window.results.empty.detail.text() == "Without the filters, 7 files would answer."
    assert chips(window) == ["PDF"]


def test_an_empty_answer_gives_every_reason(qtbot, window, engine):
    search(qtbot, window)
    engine.hits, engine.left_out, engine.note = (), 12, "still-indexing"
    coverage = Coverage(files=100, keywords=100, passages=100, passages_embedded=43)
    engine.status = replace(engine.status, coverage=coverage)
    choose(window, "types", 0)
    qtbot.waitUntil(lambda: window.results.page() is window.results.empty)
    left_out, indexing = window.results.empty.detail.text().split("\n")
    assert "12 files" in left_out
    assert "43" in indexing


def test_names_of_folders_are_no_markup(qtbot, window, engine):
    search(qtbot, window)
    choose(window, "folders", 0)
    assert chips(window) == ["R&&D"]


def test_keys_reach_every_menu(window):
    keys = {
        action.shortcut().toString()
        for action in (
            window.actions_.filter_type,
            window.actions_.filter_folder,
            window.actions_.filter_time,
        )
    }
    assert keys == {"Alt+1", "Alt+2", "Alt+3"}


# Weak matches


def test_weak_matches_wait_behind_a_row(qtbot, window, engine):
    engine.hits = (
        make_hit(1, exact=True),
        make_hit(2),
        *(make_hit(number, certain=False) for number in (3, 4)),
    )
    search(qtbot, window)
    view = window.results.view
    assert [hit.file for hit in view.hits()] == [1, 2]
    assert window.results.answers.more.text() == "2 more, less certain"
    assert window.results.count.text() == "2 files"
    QTest.mouseClick(window.results.answers.more, Qt.MouseButton.LeftButton)
    assert [hit.file for hit in view.hits()] == [1, 2, 3, 4]
    assert not window.results.answers.more.isVisible()
    window.session.on_changed()
    qtbot.wait(1300)
    assert len(view.hits()) == 4, "what was asked for stays"


def test_where_nothing_is_certain_all_is_shown_and_told(qtbot, window, engine):
    engine.hits = tuple(replace(make_hit(number), certain=False) for number in (1, 2))
    search(qtbot, window)
    assert len(window.results.view.hits()) == 2
    assert window.results.count.text() == "2 files, none of them certain"
    assert not window.results.answers.more.isVisible()


# The layout


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_a_row_goes_on_in_the_next_one(qapp, qtbot, direction):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setLayoutDirection(direction)
    layout = FlowLayout(5)
    layout.setContentsMargins(0, 0, 0, 0)
    widget.setLayout(layout)
    buttons = [QPushButton(f"button {number}") for number in range(6)]
    for button in buttons:
        layout.addWidget(button)
    one = buttons[0].sizeHint()
    layout.setGeometry(QRect(0, 0, 2 * one.width() + 5, 500))
    tops = [button.y() for button in buttons]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3
    assert (buttons[0].x() < buttons[1].x()) == (direction == Qt.LayoutDirection.LeftToRight)
    assert layout.heightForWidth(2 * one.width() + 5) == 3 * one.height() + 10


def test_ctrl_k_shows_what_can_be_done_with_the_chosen_result(qtbot, window):
    QTest.keyClick(window.line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.activePopupWidget() is None
    search(qtbot, window)
    QTest.keyClick(window.line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    menu = QApplication.activePopupWidget()
    assert window.actions_.more_like in menu.actions()
    menu.close()


def test_that_there_is_no_such_folder_is_told_before_all_else(qtbot, window, engine):
    engine.hits, engine.left_out, engine.note = (), 43, "still-indexing"
    engine.hint = Hint("folder-not-found", "in:nowhere")
    QTest.keyClicks(window.line, "in:nowhere tea")
    qtbot.waitUntil(lambda: "in:nowhere" in window.results.empty.detail.text())
    told = window.results.empty.detail.text()
    assert "no folder of this name" in told
    assert "43" not in told
    assert "read" not in told


def between(window) -> DateRangeDialog:
    menu = window.filters.buttons["times"].menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "Between…").trigger()
    return window.filters.findChildren(DateRangeDialog)[-1]


def test_a_range_of_days_is_chosen_and_changed(qtbot, window, engine):
    search(qtbot, window)
    choose(window, "times", 0)
    dialog = between(window)
    first, last = (day for _, day in dialog.ends)
    assert first.date() == last.date() == QDate.currentDate()
    first.setDate(QDate(2024, 1, 2))
    last.setDate(QDate(2024, 3, 31))
    dialog.accept()
    wanted = {"field": "date", "value": "2024-01-02..2024-03-31", "negated": False}
    qtbot.waitUntil(lambda: any(each.items() >= wanted.items() for each in asked(engine)))
    assert len(asked(engine)) == 1  # in place of the week
    assert chips(window) == ["2024-01-02 … 2024-03-31"]
    dialog = between(window)
    assert dialog.range == "2024-01-02..2024-03-31"
    dialog.ends[0][0].setChecked(False)
    assert not dialog.ends[0][1].isEnabled()
    dialog.accept()
    qtbot.waitUntil(lambda: asked(engine)[0]["value"] == "..2024-03-31")
    assert between(window).range == "..2024-03-31"


def test_a_range_without_an_end_cannot_be_chosen(qtbot, window):
    search(qtbot, window)
    dialog = between(window)
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert ok.isEnabled()
    for wanted, _ in dialog.ends:
        wanted.setChecked(False)
    assert not ok.isEnabled()


@pytest.mark.parametrize("wanted", [QDate(1752, 9, 14), QDate(1899, 12, 31), QDate(2200, 1, 1)])
def test_no_day_is_chosen_that_the_search_does_not_read(qtbot, window, wanted):
    def is_read(typed: str) -> bool:
        return dates.read(typed, datetime(2026, 7, 28)) is not None  # noqa: DTZ001

    search(qtbot, window)
    dialog = between(window)
    for _, day in dialog.ends:
        day.setDate(wanted)
    assert is_read(dialog.range)
    first, last = day.minimumDate(), day.maximumDate()
    ends = (first, last, first.addDays(-1), last.addDays(1))
    told = [end.toString(Qt.DateFormat.ISODate) for end in ends]
    assert [is_read(each) for each in told] == [True, True, False, False]
