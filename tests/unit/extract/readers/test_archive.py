"""Archives: members are found under their paths; hostile ones cost a bounded amount."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import time
import zipfile

import py7zr
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.extract.protocol import Limits
from jinasearch.extract.sandbox import allowance
from jinasearch.extract.sandbox.allowance import Allowance
from jinasearch.extract.source import Source
from jinasearch.extract.worker import read

MEMBERS = {
    "letters/to anna.txt": b"Dear Anna, the albatross has landed.",
    "报告.md": "# 季度报告\n\n销售额增长".encode(),
    "photo.raw": b"\0\x01\x02\x03" * 100,
}


@pytest.fixture
def opened(tmp_path):
    def opened(data: bytes, name: str, max_characters=1_000_000, seconds=60.0, closed=False):
        path = tmp_path / name
        path.write_bytes(data)
        with Source(str(path), Limits(2_000_000_000, max_characters)) as source:
            if not closed:
                source.allowance = Allowance(seconds)
            return read(source)

    return opened


def zipped(members, **options) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(members) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def seven_zipped(members, password=None, **options) -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", password=password, **options) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return stream.getvalue()


def zst(data: bytes) -> bytes:
    try:
        from compression import zstd
    except ImportError:
        from backports import zstd
    return zstd.compress(data)


def texts(document):
    return {passage.place.member: (passage.heading, passage.text) for passage in document.passages}


@pytest.mark.parametrize(
    ("name", "pack", "kind"),
    [
        ("a.zip", zipped, "zip"),
        ("a.tar", tarred, "tar"),
        ("a.tgz", lambda m: gzip.compress(tarred(m)), "gz"),
        ("a.tar.bz2", lambda m: bz2.compress(tarred(m)), "bz2"),
        ("a.tar.xz", lambda m: lzma.compress(tarred(m)), "xz"),
        ("a.tar.zst", lambda m: zst(tarred(m)), "zst"),
        ("a.7z", seven_zipped, "7z"),
        ("wrong extension.txt", zipped, "zip"),
    ],
)
def test_each_member_is_found_under_its_path(opened, name, pack, kind):
    document = opened(pack(MEMBERS), name)
    found = texts(document)
    assert (document.kind, document.truncated) == (kind, False)
    assert found["letters/to anna.txt"][0] == "letters/to anna.txt"
    assert "albatross" in found["letters/to anna.txt"][1]
    assert found["报告.md"][0] == "报告.md › 季度报告"
    assert found[None][1] == "photo.raw"  # what has no text is found by its name


@pytest.mark.parametrize(
    ("name", "data"),
    [("notes.txt.gz", gzip.compress(b"albatross")), ("notes.txt.xz", lzma.compress(b"albatross"))],
)
def test_a_single_packed_file(opened, name, data):
    assert texts(opened(data, name)) == {"notes.txt": ("notes.txt", "albatross")}


def test_archives_in_archives_and_mails_in_them(opened):
    mail = b"From: a@b.c\nTo: d@e.f\nSubject: hello\nMessage-ID: <1>\n\nthe albatross\n"
    inner = zipped({"deep/a.txt": b"in the depth", "m.eml": mail})
    found = texts(opened(zipped({"inner.zip": inner}), "a.zip"))
    assert found["inner.zip/deep/a.txt"] == ("inner.zip › deep/a.txt", "in the depth")
    assert "albatross" in found["inner.zip/m.eml"][1]


def test_a_mail_with_an_archive_attached(opened):
    mail = io.BytesIO()
    mail.write(b"From: a@b.c\nTo: d@e.f\nSubject: x\nMessage-ID: <1>\nMIME-Version: 1.0\n")
    mail.write(b'Content-Type: multipart/mixed; boundary="q"\n\n--q\nContent-Type: ')
    mail.write(b"application/zip\nContent-Disposition: attachment; filename=a.zip\n")
    mail.write(b"Content-Transfer-Encoding: base64\n\n")
    import base64

    mail.write(base64.encodebytes(zipped({"b.txt": b"albatross"})) + b"--q--\n")
    assert "albatross" in texts(opened(mail.getvalue(), "m.eml"))["a.zip/b.txt"][1]
    closed = texts(opened(mail.getvalue(), "m.eml", closed=True))
    assert not any("albatross" in text for _, text in closed.values())


@pytest.mark.parametrize("data", [zipped(MEMBERS), tarred(MEMBERS), seven_zipped(MEMBERS)])
def test_archives_stay_closed_unless_wanted(opened, data):
    with pytest.raises(JinasearchError) as caught:
        opened(data, "a", closed=True)
    assert caught.value.code == Code.FILE_ARCHIVE_CLOSED


def test_programs_are_no_archives(opened):
    with pytest.raises(JinasearchError) as caught:
        opened(zipped({"a.class": b"x"}), "a.jar")
    assert caught.value.code == Code.FILE_KIND_UNKNOWN


def locked(data: bytes) -> bytes:
    """A zip archive whose members say that they are encrypted."""
    out = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := out.find(mark, start + 1)) >= 0:
            out[start + at] |= 1
    return bytes(out)


@pytest.mark.parametrize(
    "data",
    [
        locked(zipped(MEMBERS)),
        seven_zipped(MEMBERS, "secret"),
        seven_zipped(MEMBERS, "secret", header_encryption=True),
    ],
)
def test_locked_archives_are_said_to_be(opened, data):
    with pytest.raises(JinasearchError) as caught:
        opened(data, "a")
    assert caught.value.code == Code.FILE_ENCRYPTED


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_paths_that_lead_out_are_names_like_others(opened, pack, tmp_path):
    hostile = {"../../evil.txt": b"albatross", "/etc/evil.txt": b"albatross"}
    before = set(tmp_path.parent.rglob("*"))
    assert set(texts(opened(pack(hostile), "a.zip"))) == set(hostile)
    assert {path.name for path in set(tmp_path.parent.rglob("*")) - before} == {"a.zip"}


def test_links_and_devices_are_not_followed(opened):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"thing{kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    (passage,) = opened(stream.getvalue(), "a.tar").passages
    assert passage.text.split() == ["thing2", "thing1", "thing3", "thing6"]


@pytest.mark.parametrize("pack", [zipped, lambda m: gzip.compress(tarred(m)), seven_zipped])
def test_a_bomb_is_cut_off_and_says_so(opened, pack, monkeypatch):
    monkeypatch.setattr(allowance, "_BYTES", 3_000_000)
    members = {"a.txt": b"albatross", **{f"{n}.txt": b"x" * 1_000_000 for n in range(5)}}
    document = opened(pack(members), "a")
    assert document.truncated
    assert "albatross" in texts(document)["a.txt"][1]


def test_a_bomb_within_bombs_costs_no_more(opened, monkeypatch):
    monkeypatch.setattr(allowance, "_BYTES", 3_000_000)
    data = zipped({"a.txt": b"y" * 1_000_000})
    for _ in range(3):
        data = zipped({f"{n}.zip": data for n in range(20)})
    left = []
    real = Allowance.take

    def take(self, count):
        left.append(self.bytes_left)
        real(self, count)

    monkeypatch.setattr(Allowance, "take", take)
    opened(data, "a.zip")
    assert min(left) >= 0


def test_too_many_members_and_too_long_a_time_are_cut_off(opened, monkeypatch):
    members = {f"{n}.txt": b"x" for n in range(30)}
    monkeypatch.setattr(allowance, "_MEMBERS", 10)
    document = opened(zipped(members), "a.zip")
    assert document.truncated
    assert len(texts(document)) == 10
    monkeypatch.setattr(allowance, "_MEMBERS", 1000)
    monkeypatch.setattr(time, "monotonic", iter(range(0, 10_000, 20)).__next__)
    assert opened(zipped(members), "a.zip").truncated


@pytest.mark.parametrize("at", [36, 44, 52, 60])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_broken_member_hides_no_other(opened, at, method):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.txt", bytes(range(200)) + b"albatross " * 50)
        archive.writestr("b.txt", b"heron")
    data = bytearray(stream.getvalue())
    data[at] ^= 0xFF
    found = texts(opened(bytes(data), "a.zip"))
    assert "heron" in found["b.txt"][1]


@pytest.mark.parametrize("pack", [tarred, lambda m: gzip.compress(tarred(m))])
def test_what_stands_before_the_damage_is_found(opened, pack):
    noise = random.Random(1).randbytes(100_000)
    data = pack({"a.txt": b"albatross", "b.bin": noise})
    document = opened(data[: len(data) // 3], "a.tar")
    assert "albatross" in texts(document)["a.txt"][1]
    assert document.truncated


def test_a_damaged_archive_says_so(opened):
    for data in (b"PK\x03\x04" + b"\0" * 100, b"7z\xbc\xaf\x27\x1c" + b"\1" * 100):
        with pytest.raises(JinasearchError) as caught:
            opened(data, "a.zip")
        assert caught.value.code == Code.FILE_UNREADABLE


def test_names_in_the_code_page_of_a_country(opened):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("X" * 28, b"albatross")
        archive.writestr("Y" * 22, b"heron")
    names = ["二零二四年度公司财务报告文档", "项目计划书与会议纪要的"]
    data = stream.getvalue()
    for mark, name in zip((b"X" * 28, b"Y" * 22), names, strict=True):
        data = data.replace(mark, name.encode("gbk"))
    assert set(texts(opened(data, "a.zip"))) == set(names)


def test_an_empty_archive_is_read(opened):
    assert opened(zipped({}), "a.zip").passages == ()
