"""Results of all sorts, as the gallery shows them."""

import time

from fake_engine import make_hit

from jinasearch.core.models import Folded, Hit, Likeness, Mark, PassageHit, Place

DAY = 86400.0


def marked(text: str) -> tuple[str, tuple[Mark, ...]]:
    """`*stars*` around what is marked."""
    plain, marks = "", []
    for number, piece in enumerate(text.split("*")):
        if number % 2:
            marks.append(Mark(len(plain), len(plain) + len(piece)))
        plain += piece
    return plain, tuple(marks)


def sample(number: int, name: str, folder: str, kind: str, text: str, place: Place, **more) -> Hit:
    plain, marks = marked(text)
    heading = more.pop("heading", "")
    return make_hit(
        number,
        name,
        folder=folder,
        kind=kind,
        mtime=time.time() - more.pop("age", number * 3.3) * DAY,
        passages=(PassageHit(plain, marks, heading, place),) if text else (),
        **more,
    )


HITS = (
    sample(
        1,
        "Rental agreement 2024.pdf",
        "/home/ada/Documents/Flat",
        "pdf",
        "The tenant may end this agreement with *three months' notice* to the end of a month. The "
        "*notice* must be given in writing and reach the landlord before the third working day; "
        "what arrives later counts for the following month.",
        Place(page=3),
        age=0.1,
        by_meaning=True,
        exact=True,
        title="Residential lease, Elm Street 12",
        heading="§ 9 Ending the agreement",
    ),
    sample(
        2,
        "Letter to landlord.docx",
        "/home/ada/Documents/Letters",
        "docx",
        "I hereby give *notice* on the flat and ask you to confirm the date by which I must have "
        "moved out.",
        Place(line=4),
        by_meaning=True,
        folded=(
            Folded(21, "", "/home/ada/Backup/Letter.docx", "", 1, 1.0, Likeness.COPY),
            Folded(22, "", "/home/ada/Letter_v2.docx", "", 1, 1.0, Likeness.VERSION),
        ),
    ),
    sample(
        3,
        "moving-plan.md",
        "/home/ada/Notes",
        "md",
        "- tell the electricity company two weeks before\n- change of address at the town hall\n- "
        "hand over keys, meter readings, deposit back within six months",
        Place(line=12),
        by_keywords=False,
        by_meaning=True,
        heading="Checklist",
    ),
    sample(
        4,
        "budget.xlsx",
        "/home/ada/Documents",
        "xlsx",
        "Rent | 1,140 | *notice* period until 30 September | deposit 3,420",
        Place(sheet="2024", row=17),
    ),
    sample(
        5,
        "租房合同.docx",
        "/home/ada/Documents/中文",
        "docx",
        "承租人须提前三十天以书面形式*通知*出租人解除合同，押金在房屋验收后七个工作日内退还。"
        "如有损坏，出租人可从押金中扣除相应的维修费用，并出具清单。",
        Place(page=2),
        by_meaning=True,
        age=400,
    ),
    sample(
        6,
        "lease_reminder.py",
        "/home/ada/Projects/home-scripts/src/very/deeply/nested/package/of"
        "/modules/that/nobody/reads",
        "python",
        "def days_until_*notice*(end: date) -> int:\n    return (end - MONTHS_3).days",
        Place(line=41),
        age=90,
    ),
    sample(
        7,
        "Re: handing over the flat.eml",
        "/home/ada/Mail",
        "eml",
        "We could meet on the 28th; bring all keys, please. 🔑 The new tenants would like to "
        "take over the kitchen.",
        Place(line=9),
        by_keywords=False,
        by_meaning=True,
    ),
    sample(
        10,
        "Old letters.zip",
        "/home/ada/Archive",
        "zip",
        "With this letter I give *notice* on the garage at the end of the quarter.",
        Place(member="2019/garage/Notice on the garage.docx"),
        heading="2019/garage/Notice on the garage.docx › Garage",
        age=2000,
    ),
    sample(8, "house-rules.html", "/home/ada/Downloads", "html", "", Place()),
    sample(
        9,
        "tenants-association.pptx",
        "/home/ada/Downloads",
        "pptx",
        "Deposits and *notice* periods at a glance",
        Place(slide=5),
        certain=False,
    ),
)
