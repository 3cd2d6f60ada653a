from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from jinasearch.extract.kinds import UNKNOWN, kind_of
from jinasearch.extract.source import Part


def _zip(*names: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", b"hello", "text"),
        ("a", b"", "text"),
        ("README", b"hello", "text"),
        ("a.md", b"# hello", "markdown"),
        ("a.MD", b"# hello", "markdown"),
        ("a.py", b"print()", "code"),
        ("a.csv", b"a,b\n1,2", "csv"),
        ("a.tsv", b"a\tb", "tsv"),
        ("a.json", b"{}", "json"),
        ("a.ipynb", b"{}", "notebook"),
        ("a.json", b'{\n "cells": [\n  {"cell_type": "code"', "notebook"),
        ("a.txt", b'{"nbformat": 4, "cells": [{"cell_type": "code"', "notebook"),
        ("a.json", b'{"cells": []}', "json"),
        ("a.toml", b"[a]", "toml"),
        ("a.conf", b"[a]", "ini"),
        ("run", b"#!/bin/sh\necho", "code"),
        ("notes", b"#! not a path", "text"),
        ("a.htm", b"hello", "html"),
        ("a", b"\n<!DOCTYPE html><html>", "html"),
        ("a.txt", b"<?xml version='1.0'?>\n<html xmlns='x'>", "html"),
        ("a", b"<?xml version='1.0'?><feed/>", "xml"),
        ("a.txt", b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        ("a.doc", b"{\\rtf1\\ansi", "rtf"),
        ("a.csv", b"<html><table><tr><td>1", "html"),
        ("a.xls", b"<html><table><tr><td>1", "html"),
        ("a.php", b"<html><?php", "code"),
        ("a", "\ufeff<html><p>x".encode("utf-16-le"), "html"),
        ("a.txt", b"see\n%PDF-1.7 for more", "text"),
        ("a", b"\xef\xbb\xbf%PDF-1.7\n", "pdf"),
        ("a", b"\x00\x01junk\n%PDF-1.7\n\xe2", "pdf"),
        ("a", b"From: a@b\nTo: c@d\nSubject: x\n y\n\nbody", "eml"),
        ("a", b"Note: a\nTo: c@d\nSubject: x\n\nbody", "text"),
        ("a", b"From: here\nwe go to: there\n", "text"),
        ("Inbox", b"From - Mon Jun 01 10:00:00 2009\nSubject: x\n", "mbox"),
        ("a", b"From now on, at 10 we\n", "text"),
        ("a", b"Return-Path: <a@b>\nFrom: a@b\nSubject: x\n\n", "eml"),
        ("a.pdf", b"no pdf at all", "text"),
        ("a.docx", _zip("[Content_Types].xml", "word/document.xml"), "docx"),
        ("a.bin", _zip("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        ("a.docx", _zip("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        ("a.docx", _zip("a/b.txt"), "zip"),
        ("a.docx", _zip("a/b.txt")[:40], "docx"),
        ("a.xlsx", _zip("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
        ("a.odt", _zip(mimetype="application/vnd.oasis.opendocument.presentation"), "odp"),
        ("a.zip", _zip("META-INF/container.xml"), "epub"),
        ("a.zip", _zip("a/b.txt"), "zip"),
        ("a.jar", _zip("a/b.class"), UNKNOWN),
        ("a.zip", _zip(mimetype="application/epub+zip"), "epub"),
        ("a", _zip(mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
        ("a.db", b"SQLite format 3\0" + bytes(100), UNKNOWN),
        ("a.txt", b"\x7fELF\x02\x01\x01\0\0\0", UNKNOWN),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "png"),
        ("a.txt", "hällo wörld, wide".encode("utf-16-le"), "text"),
    ],
)
def test_kind_by_content_first_and_name_second(name, head, kind):
    assert kind_of(Part(f"/some/{name}", head, 1000)) == kind


def test_an_archive_whose_first_file_is_a_pdf_is_an_archive():
    pdf = b"%PDF-1.4\n" + b"x" * 100
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:  # stored, not packed: its bytes stand in the head
        archive.writestr("a.pdf", pdf)
    with tarfile.open(fileobj=tarred, mode="w") as archive:
        member = tarfile.TarInfo("a.pdf")
        member.size = len(pdf)
        archive.addfile(member, io.BytesIO(pdf))
    assert kind_of(Part("/some/a.zip", zipped.getvalue(), 1000)) == "zip"
    assert kind_of(Part("/some/a.tar", tarred.getvalue(), 1000)) == "tar"
    assert kind_of(Part("/some/a", b"HTTP/1.1 200 OK\r\n\r\n" + pdf + b"\0\1", 1000)) == "pdf"
