"""Who reads which kind of file."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jinasearch.core.models import ARCHIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.extract.outline import Outline
    from jinasearch.extract.source import Source

_READERS = {
    **dict.fromkeys(ARCHIVES, "archive:read_archive"),
    **dict.fromkeys(("odt", "ods", "odp"), "opendocument:read_opendocument"),
    **dict.fromkeys(("png", "jpeg", "gif", "tiff", "webp", "bmp"), "ocr:read_picture"),
    **dict.fromkeys(("toml", "ini"), "data:read_settings"),
    **dict.fromkeys(("csv", "tsv"), "text:read_table"),
    **dict.fromkeys(("xls", "xlsb"), "xls:read_xls"),
    "asciidoc": "markup:read_asciidoc",
    "code": "code:read_code",
    "doc": "doc:read_doc",
    "docx": "docx:read_docx",
    "eml": "mail:read_mail",
    "epub": "epub:read_epub",
    "html": "html:read_html",
    "json": "data:read_json",
    "latex": "markup:read_latex",
    "markdown": "text:read_markdown",
    "mbox": "mail:read_mailbox",
    "msg": "msg:read_msg",
    "notebook": "notebook:read_notebook",
    "org": "markup:read_org",
    "pdf": "pdf:read_pdf",
    "ppt": "ppt:read_ppt",
    "pptx": "pptx:read_presentation",
    "rst": "markup:read_rst",
    "rtf": "rtf:read_rtf",
    "xlsx": "xlsx:read_xlsx",
    "xml": "markup:read_xml",
    "yaml": "data:read_yaml",
}
"""Module in `readers` and function, by kind; all others are text."""


def reader_of(kind: str) -> Callable[[Source], Outline]:
    """The function that reads files of this kind, loaded when first asked for."""
    module, name = _READERS.get(kind, "text:read_text").split(":")
    reader: Callable[[Source], Outline] = getattr(
        import_module(f"jinasearch.extract.readers.{module}"), name
    )
    return reader
