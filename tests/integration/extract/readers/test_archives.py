"""Archives of others, and our own in a confined worker."""

from __future__ import annotations

import io

import py7zr
import pytest

from jinasearch.core.errors import Code, JinasearchError

_LARGE = 200_000_000


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("CPython/testtar.tar", None),
        ("apache_tika/test-documents.tar", "sample word document"),
        ("apache_tika/test-nested-tarball.tar", None),
        ("apache_tika/testZip_with_DataDescriptor2.zip", None),
        ("apache_tika/testTika4424.zip", None),
        ("apache_tika/test-documents-spanned.zip", None),
        ("apache_tika/multiple.gz", None),
        ("apache_tika/droste.zip", None),
        ("apache_tika/quine.gz", None),
    ],
)
def test_archives_of_others_are_read(worker, formats, name, phrase):
    document = worker.extract(str(formats / "evil" / name), _LARGE, archives=True).document
    assert document.passages
    assert phrase is None or any(phrase in passage.text.lower() for passage in document.passages)


def test_a_7z_archive_in_a_confined_worker(worker, tmp_path):
    path = tmp_path / "a.7z"
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w") as archive:
        archive.writestr("albatross", "a/b.txt")
    path.write_bytes(stream.getvalue())
    with pytest.raises(JinasearchError) as caught:
        worker.extract(str(path), _LARGE)
    assert caught.value.code == Code.FILE_ARCHIVE_CLOSED
    (passage,) = worker.extract(str(path), _LARGE, archives=True).document.passages
    assert (passage.place.member, passage.text) == ("a/b.txt", "albatross")
    assert list(tmp_path.iterdir()) == [path]
