"""Filters, types, times and hints in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from jinasearch.core.questions import Field, Filter, Hint, Sort

translate = QCoreApplication.translate


def group(name: str) -> str:
    """A group of formats, such as "Documents"; an unknown one as it is called."""
    return {
        "document": translate("filters", "Documents"),
        "pdf": translate("filters", "PDF"),
        "text": translate("filters", "Text"),
        "code": translate("filters", "Code"),
        "web": translate("filters", "Web pages"),
        "sheet": translate("filters", "Tables"),
        "slides": translate("filters", "Slides"),
        "mail": translate("filters", "Mail"),
        "image": translate("filters", "Pictures"),
        "audio": translate("filters", "Sound"),
        "video": translate("filters", "Video"),
        "archive": translate("filters", "Archives"),
    }.get(name, name)


def value(of: Filter) -> str:
    """What a filter lets pass, short enough for a button."""
    if of.field is Field.TYPE:
        return group(of.value)
    if of.field is Field.IN:
        return of.value.rstrip("/\\").replace("\\", "/").rpartition("/")[2] or of.value
    if of.field is Field.BEFORE:
        return translate("filters", "before: {time}").format(time=time(of.value))
    if of.field is Field.AFTER:
        return translate("filters", "after: {time}").format(time=time(of.value))
    return time(of.value) if of.field is Field.DATE else of.value


def time(name: str) -> str:
    """A span of time that the filter bar offers; another as it was typed."""
    return {
        "today": translate("filters", "Today"),
        "past week": translate("filters", "Past week"),
        "past month": translate("filters", "Past month"),
        "past year": translate("filters", "Past year"),
    }.get(name, name.replace("..", " … ").strip())


def sort(of: Sort) -> str:
    """An order of answers, by what comes first."""
    return {
        Sort.RELEVANCE: translate("filters", "best first"),
        Sort.NAME: translate("filters", "name, A to Z"),
        Sort.NAME_DOWN: translate("filters", "name, Z to A"),
        Sort.DATE: translate("filters", "oldest first"),
        Sort.DATE_DOWN: translate("filters", "newest first"),
        Sort.SIZE: translate("filters", "smallest first"),
        Sort.SIZE_DOWN: translate("filters", "largest first"),
        Sort.PATH: translate("filters", "path, A to Z"),
        Sort.PATH_DOWN: translate("filters", "path, Z to A"),
    }[of]


def offered(of: Filter) -> str:
    """A filter as a menu offers it."""
    if of.field is Field.BEFORE:
        return translate("filters", "Older")
    return of.value if of.field is Field.IN else value(of)


def chip(of: Filter) -> str:
    """A filter that is in force."""
    names = {
        Field.EXT: translate("filters", "ending: {value}"),
        Field.NAME: translate("filters", "name: {value}"),
        Field.TITLE: translate("filters", "title: {value}"),
        Field.AUTHOR: translate("filters", "author: {value}"),
        Field.FROM: translate("filters", "from: {value}"),
        Field.TO: translate("filters", "to: {value}"),
        Field.SIZE: translate("filters", "size: {value}"),
        Field.LANG: translate("filters", "language: {value}"),
        Field.LIKE: translate("filters", "like: {value}"),
        Field.SORT: translate("filters", "sorted: {value}"),
    }
    text = names.get(of.field, "{value}").format(value=value(of))
    return translate("filters", "not {filter}").format(filter=text) if of.negated else text


_PHRASES = ("phrase-nowhere", "phrase-unread", "phrase-left-out", "phrases-apart")
"""What hints tell of phrases in quotes: therefore no answer is certain."""


def phrase(of: Hint | None) -> str:
    """That a phrase in quotes stands nowhere, so that no answer is certain; empty if not told."""
    return hint(of) if of is not None and of.code in _PHRASES else ""


def hint(of: Hint) -> str:
    """What could not be read as meant; empty if there is nothing to say."""
    if of.begun:
        return _of_beginnings(of)
    what = {
        "bad-date": translate("filters", "{text} is no date or span of time that is known."),
        "bad-size": translate("filters", "{text} is no size that is known."),
        "bad-type": translate("filters", "{text} is no type of file that is known."),
        "bad-language": translate("filters", "{text} is no language that is known."),
        "bad-sort": translate("filters", "{text} is no order that is known."),
        "unknown-field": translate("filters", "{text} is no filter and was searched as words."),
        "missing-value": translate("filters", "{text} needs a value after the colon."),
        "open-quote": translate("filters", "A quotation mark in {text} is not closed."),
        "only-excluded": translate("filters", "{text} leaves nothing to look for."),
        "folder-not-found": translate(
            "filters", "{text}: no folder of this name holds a file of the library."
        ),
        "like-not-found": translate("filters", "{text} is no file of the library."),
        "like-without-meaning": translate(
            "filters", "{text} needs the model, which cannot be used now."
        ),
        "phrase-nowhere": translate("filters", "No file holds the phrase {text}."),
        "phrase-unread": translate(
            "filters", "No file that is read so far holds the phrase {text}."
        ),
        "phrase-left-out": translate(
            "filters", "No file that passes the filters holds the phrase {text}."
        ),
        "phrases-apart": translate("filters", "No file holds all of these: {text}."),
        "word-nowhere": translate("filters", "{text} is in no file."),
        "no-words": translate(
            "filters", "{text} holds no word to look for: signs alone are not indexed."
        ),
    }.get(of.code, "")
    return what.format(text=f"“{of.told}”")


def _of_beginnings(of: Hint) -> str:
    what = {
        "phrase-unread": translate(
            "filters", "No file that is read so far holds a word that begins with {text}."
        ),
        "phrase-left-out": translate(
            "filters", "No file that passes the filters holds a word that begins with {text}."
        ),
    }.get(of.code, translate("filters", "No file holds a word that begins with {text}."))
    return what.format(text=f"“{of.begun}”")
