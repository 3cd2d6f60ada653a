"""What of a passage fits into two lines, with its marks; free of fonts, so it can be tested."""

from __future__ import annotations

from jinasearch.core.models import Mark

ELLIPSIS = "…"


def single_line(text: str, marks: tuple[Mark, ...]) -> tuple[str, tuple[Mark, ...]]:
    """Runs of white space become one space, the marks moved along."""
    if " ".join(text.split()) == text:
        end = len(text)
        inside = tuple(Mark(max(mark.start, 0), min(mark.end, end)) for mark in marks)
        return text, tuple(mark for mark in inside if mark.start < mark.end)
    out: list[str] = []
    at: list[int] = []
    for character in text:
        at.append(len(out))
        if not character.isspace():
            out.append(character)
        elif out and out[-1] != " ":
            out.append(" ")
    at.append(len(out))
    end = len(text)
    moved = tuple(
        Mark(at[min(max(mark.start, 0), end)], at[min(max(mark.end, 0), end)]) for mark in marks
    )
    return "".join(out), tuple(mark for mark in moved if mark.start < mark.end)


def window(text: str, marks: tuple[Mark, ...], budget: int) -> tuple[str, tuple[Mark, ...]]:
    """Begin late enough that the first mark is seen within `budget` characters.

    What is cut off in front is replaced by an ellipsis, at a word's border where there is one
    near. The end is left: the painter elides it.
    """
    first = min((mark.start for mark in marks), default=0)
    if first < budget * 2 // 3 or len(text) <= budget:
        return text, marks
    start = max(0, first - budget // 4)
    space = text.find(" ", start, first)
    if space != -1:
        start = space + 1
    shift = len(ELLIPSIS) - start
    moved = tuple(
        Mark(max(mark.start, start) + shift, mark.end + shift) for mark in marks if mark.end > start
    )
    return ELLIPSIS + text[start:], moved


def cut(text: str, marks: tuple[Mark, ...], length: int) -> tuple[str, tuple[Mark, ...]]:
    """The beginning of a text, with the marks that lie in it."""
    if len(text) <= length:
        return text, marks
    inside = (mark for mark in marks if mark.start < length)
    return text[:length], tuple(Mark(mark.start, min(mark.end, length)) for mark in inside)


def utf16(text: str, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Marks in the units that Qt counts in: characters beyond the BMP are two."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return marks

    def units(upto: int) -> int:
        return len(text[:upto].encode("utf-16-le", "surrogatepass")) // 2

    return tuple(Mark(units(mark.start), units(mark.end)) for mark in marks)
