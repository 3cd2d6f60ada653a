"""Who reads which kind of file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.models import ARCHIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.extract.outline import Outline
    from jinasearch.extract.source import Source


def reader_of(kind: str) -> Callable[[Source], Outline]:  # noqa: C901, PLR0911, PLR0912 - one a reader
    """The function that reads files of this kind, loaded when first asked for."""
    if kind == "html":
        from jinasearch.extract.html import read_html  # noqa: PLC0415

        return read_html
    if kind == "code":
        from jinasearch.extract.code import read_code  # noqa: PLC0415

        return read_code
    if kind == "notebook":
        from jinasearch.extract.notebook import read_notebook  # noqa: PLC0415

        return read_notebook
    if kind == "epub":
        from jinasearch.extract.epub import read_epub  # noqa: PLC0415

        return read_epub
    if kind in ("odt", "ods", "odp"):
        from jinasearch.extract.opendocument import read_opendocument  # noqa: PLC0415

        return read_opendocument
    if kind == "docx":
        from jinasearch.extract.docx import read_docx  # noqa: PLC0415

        return read_docx
    if kind == "doc":
        from jinasearch.extract.doc import read_doc  # noqa: PLC0415

        return read_doc
    if kind == "msg":
        from jinasearch.extract.msg import read_msg  # noqa: PLC0415

        return read_msg
    if kind == "ppt":
        from jinasearch.extract.ppt import read_ppt  # noqa: PLC0415

        return read_ppt
    if kind == "xlsx":
        from jinasearch.extract.xlsx import read_xlsx  # noqa: PLC0415

        return read_xlsx
    if kind in ("eml", "mbox"):
        from jinasearch.extract import mail  # noqa: PLC0415

        return mail.read_mail if kind == "eml" else mail.read_mailbox
    if kind == "rtf":
        from jinasearch.extract.rtf import read_rtf  # noqa: PLC0415

        return read_rtf
    if kind in ("xls", "xlsb"):
        from jinasearch.extract.xls import read_xls  # noqa: PLC0415

        return read_xls
    if kind == "pdf":
        from jinasearch.extract.pdf import read_pdf  # noqa: PLC0415

        return read_pdf
    if kind == "pptx":
        from jinasearch.extract.documents import read_presentation  # noqa: PLC0415

        return read_presentation
    if kind in ("png", "jpeg", "gif", "tiff", "webp", "bmp"):
        from jinasearch.extract.ocr import read_picture  # noqa: PLC0415

        return read_picture
    if kind in ARCHIVES:
        from jinasearch.extract.archive import read_archive  # noqa: PLC0415

        return read_archive
    from jinasearch.extract import data, markup, text  # noqa: PLC0415

    return {
        "rst": markup.read_rst,
        "org": markup.read_org,
        "asciidoc": markup.read_asciidoc,
        "latex": markup.read_latex,
        "xml": markup.read_xml,
        "json": data.read_json,
        "yaml": data.read_yaml,
        "toml": data.read_settings,
        "ini": data.read_settings,
        "markdown": text.read_markdown,
        "csv": text.read_table,
        "tsv": text.read_table,
    }.get(kind, text.read_text)
