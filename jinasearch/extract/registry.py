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
        from jinasearch.extract.readers.html import read_html  # noqa: PLC0415

        return read_html
    if kind == "code":
        from jinasearch.extract.readers.code import read_code  # noqa: PLC0415

        return read_code
    if kind == "notebook":
        from jinasearch.extract.readers.notebook import read_notebook  # noqa: PLC0415

        return read_notebook
    if kind == "epub":
        from jinasearch.extract.readers.epub import read_epub  # noqa: PLC0415

        return read_epub
    if kind in ("odt", "ods", "odp"):
        from jinasearch.extract.readers.opendocument import read_opendocument  # noqa: PLC0415

        return read_opendocument
    if kind == "docx":
        from jinasearch.extract.readers.docx import read_docx  # noqa: PLC0415

        return read_docx
    if kind == "doc":
        from jinasearch.extract.readers.doc import read_doc  # noqa: PLC0415

        return read_doc
    if kind == "msg":
        from jinasearch.extract.readers.msg import read_msg  # noqa: PLC0415

        return read_msg
    if kind == "ppt":
        from jinasearch.extract.readers.ppt import read_ppt  # noqa: PLC0415

        return read_ppt
    if kind == "xlsx":
        from jinasearch.extract.readers.xlsx import read_xlsx  # noqa: PLC0415

        return read_xlsx
    if kind in ("eml", "mbox"):
        from jinasearch.extract.readers import mail  # noqa: PLC0415

        return mail.read_mail if kind == "eml" else mail.read_mailbox
    if kind == "rtf":
        from jinasearch.extract.readers.rtf import read_rtf  # noqa: PLC0415

        return read_rtf
    if kind in ("xls", "xlsb"):
        from jinasearch.extract.readers.xls import read_xls  # noqa: PLC0415

        return read_xls
    if kind == "pdf":
        from jinasearch.extract.readers.pdf import read_pdf  # noqa: PLC0415

        return read_pdf
    if kind == "pptx":
        from jinasearch.extract.readers.pptx import read_presentation  # noqa: PLC0415

        return read_presentation
    if kind in ("png", "jpeg", "gif", "tiff", "webp", "bmp"):
        from jinasearch.extract.readers.ocr import read_picture  # noqa: PLC0415

        return read_picture
    if kind in ARCHIVES:
        from jinasearch.extract.readers.archive import read_archive  # noqa: PLC0415

        return read_archive
    from jinasearch.extract.readers import data, markup, text  # noqa: PLC0415

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
