"""What a worker shows of a file: picks who draws or sets it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import ARCHIVES
from jinasearch.core.paths import shown
from jinasearch.extract import kinds
from jinasearch.extract.preview import AS_TEXT

if TYPE_CHECKING:
    from jinasearch.core.preview import Preview, View
    from jinasearch.extract.source import Source


def show(source: Source, view: View) -> Preview:
    """A preview of an open file.

    Raises:
        JinasearchError: FILE_KIND_UNKNOWN, FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    source.kind = kinds.kind_of(source)
    if view.place.member is not None and source.kind in ARCHIVES:
        from jinasearch.extract.preview.member import member_of  # noqa: PLC0415

        source = member_of(source, view.place.member) or source
    preview = _of_kind(source, view)
    if preview is None:
        raise JinasearchError(
            Code.FILE_KIND_UNKNOWN,
            "There is no preview of files of this kind",
            "Open it with its own program.",
            shown(source.path),
        )
    return replace(preview, kind=source.kind)


def _of_kind(source: Source, view: View) -> Preview | None:
    if source.kind == "pdf":
        from jinasearch.extract.preview.pictures import show_pdf  # noqa: PLC0415

        return show_pdf(source, view)
    if source.kind in ("html", "markdown", "eml", "mbox"):
        from jinasearch.extract.preview import markdown, prose  # noqa: PLC0415

        setter = {"html": prose.show_page, "markdown": markdown.show_markdown}
        return setter.get(source.kind, prose.show_mail)(source, view)
    if source.kind in AS_TEXT:
        return None
    if kinds.is_text(source.head()):
        from jinasearch.extract.preview.code import show_text  # noqa: PLC0415

        return show_text(source, view)
    from jinasearch.extract.preview.pictures import show_picture  # noqa: PLC0415

    return show_picture(source, view)
