from __future__ import annotations

import base64
import io
import zipfile
from email.message import EmailMessage

import pytest

_JAPANESE = "このメールはテスト用のメールです。"
_KOREAN = "우리는 하나님을 믿습니다."


def _mail(body: str = "Hello there", subject: str = "Greetings") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Änne <anne@example.org>"
    message["To"] = "bob@example.org"
    message["Subject"] = subject
    message.set_content(body)
    return message


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


def test_main_headers_and_text(document_of):
    document = document_of("a.eml", _mail(subject="Grüße").as_bytes())
    assert (document.title, document.author) == ("Grüße", "Änne <anne@example.org>")
    assert _text(document) == (
        "Subject: Grüße\nFrom: Änne <anne@example.org>\nTo: bob@example.org\n\nHello there"
    )


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (_JAPANESE, "iso-2022-jp"),
        (_JAPANESE, "shift_jis"),
        (_KOREAN, "euc-kr"),
        (_KOREAN, "ks_c_5601-1987"),
        ("Съешь же ещё", "koi8-r"),
        ("łódź", "no-such-charset"),
    ],
)
def test_texts_in_old_encodings(document_of, body, charset):
    encoding = {"ks_c_5601-1987": "euc-kr", "no-such-charset": "utf-8"}.get(charset, charset)
    head = f'From: a@b.org\nContent-Type: text/plain; charset="{charset}"\n\n'
    assert body in _text(document_of("a.eml", head.encode() + body.encode(encoding)))


def test_a_subject_in_raw_bytes(document_of):
    data = b"From: a@b.org\nSubject: Gr\xc3\xbc\xc3\x9fe\n\ntext"
    assert document_of("a.eml", data).title == "Grüße"


def test_html_says_only_what_plain_text_does_not(document_of):
    message = _mail("Hello there,\nold friend.")
    message.add_alternative(
        "<title>Greetings</title><p>Hello there, old friend.</p><p>Only here.</p>", subtype="html"
    )
    text = _text(document_of("a.eml", message.as_bytes()))
    assert text.count("old friend") == 1
    assert text.endswith("Only here.")


def test_html_alone(document_of):
    message = _mail()
    message.set_content("<style>x{}</style><p>Good <b>day</b></p>", subtype="html")
    assert _text(document_of("a.eml", message.as_bytes())).endswith("Good day")


def test_a_mail_without_an_empty_line_after_its_headers(document_of):
    text = _text(document_of("a.eml", b"From: a@b.org\nTo: c@d.org\nthe body begins at once\n"))
    assert "the body begins at once" in text


def test_attachments_are_read_by_their_own_readers(document_of):
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
        archive.writestr(
            "content.xml",
            '<o xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
            "<draw:page><text:p>A slide</text:p></draw:page></o>",
        )
    message = _mail()
    message.add_attachment("# Top\nfrom Markdown", filename="Notizen ü.md")
    message.add_attachment(
        book.getvalue(), maintype="application", subtype="octet-stream", filename="talk.odp"
    )
    message.add_attachment(b"\0\1\2\3", maintype="image", subtype="png", filename="photo.png")
    document = document_of("a.eml", message.as_bytes())
    assert [passage.heading for passage in document.passages] == [
        "",
        "Notizen ü.md › Top",
        "talk.odp › A slide",
    ]
    assert "Attachments: Notizen ü.md, talk.odp, photo.png" in document.passages[0].text
    assert document.passages[2].place.slide is None


def test_mails_within_mails_are_followed_only_so_far(document_of):
    message = _mail("innermost")
    for depth in range(7):
        outer = _mail(f"level {depth}")
        outer.add_attachment(message)
        message = outer
    text = _text(document_of("a.eml", message.as_bytes()))
    assert "level 6" in text
    assert "level 2" in text
    assert "innermost" not in text


def test_an_attached_mail_in_base64(document_of):
    inner = base64.encodebytes(_mail("deep inside").as_bytes())
    data = (
        b"From: a@b.org\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        + inner
    )
    assert "deep inside" in _text(document_of("a.eml", data))


def test_a_broken_attachment_harms_nothing(document_of):
    message = _mail()
    message.add_attachment(
        b"%PDF-1.7 rubbish", maintype="application", subtype="pdf", filename="broken.pdf"
    )
    (passage,) = document_of("a.eml", message.as_bytes()).passages
    assert passage.text.endswith("Attachments: broken.pdf\n\nHello there")


def test_a_multipart_without_its_boundary_is_text(document_of):
    data = b'From: a@b.org\nContent-Type: multipart/mixed; boundary="x"\n\nno parts at all\n'
    assert "no parts at all" in _text(document_of("a.eml", data))


def test_each_mail_of_a_mailbox_has_its_place(document_of):
    data = b"".join(
        b"From bob@example.org Mon Jun 01 10:00:00 2009\n"
        + _mail(f"Body {n}\n>From here on", f"Subject {n}").as_bytes()
        + b"\n"
        for n in (1, 2, 3)
    )
    for name in ("a.mbox", "Inbox", "a.txt"):
        document = document_of(name, data)
        assert document.kind == "mbox"
        assert [(p.place.mail, p.heading) for p in document.passages] == [
            (n, f"Subject {n}") for n in (1, 2, 3)
        ]
        assert document.passages[1].text.endswith("Body 2\nFrom here on")


def test_remarks_in_unusual_headers_are_text_and_marks_of_machines_are_not(document_of):
    message = _mail()
    message["X-Note"] = "Please cite this collection in full"
    message["X-Spam-Report"] = "this was found to be good"
    message["X-Id"] = "8a7b6c5d"
    text = _text(document_of("a.eml", message.as_bytes()))
    assert "X-Note: Please cite this collection in full" in text
    assert "X-Spam" not in text
    assert "X-Id" not in text


def test_a_mailbox_ends_at_the_limit(outline_of):
    data = b"".join(
        b"From - Mon Jun 01 10:00:00 2009\nSubject: s\n\n" + b"x" * 900 + b"\n" for _ in range(50)
    )
    assert len(outline_of("a.mbox", data, 2_000).text) < 4_000
