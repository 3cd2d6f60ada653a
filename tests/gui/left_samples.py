"""Files that were not read, as the gallery shows them."""

from jinasearch.core.models import FileState, Ruling
from jinasearch.engine import protocol

LEFT = protocol.Files(
    tuple(
        protocol.FileEntry(
            number, f"file:///home/ada/{path}", f"/home/ada/{path}", FileState.FAILED, reason
        )
        for number, (path, reason) in enumerate(
            (
                ("Bank/Statement 2024-03.pdf", "file-encrypted"),
                ("Bank/Statement 2024-04.pdf", "file-encrypted"),
                ("Photos/2019/Summer in the mountains/raw/IMG_20190711.dng", "file-kind-unknown"),
                ("Work/Archive/minutes-of-the-board-1998.doc", "file-unreadable"),
                ("Work/plan.pptx", "file-timed-out"),
            )
        )
    ),
    12,
    (
        protocol.ReasonCount(FileState.SKIPPED, "file-kind-unknown", 7),
        protocol.ReasonCount(FileState.FAILED, "file-encrypted", 3),
        protocol.ReasonCount(FileState.FAILED, "file-unreadable", 1),
        protocol.ReasonCount(FileState.FAILED, "file-timed-out", 1),
    ),
)
WHY = protocol.Why(
    "file:///home/ada/Projects/site/build/index.html",
    "/home/ada/Projects/site/build/index.html",
    exists=True,
    indexed_folder="/home/ada/Projects",
    ruling=Ruling(
        "ignored-by-gitignore",
        "/home/ada/Projects/site/build",
        "build/",
        "/home/ada/Projects/site/.gitignore",
    ),
)
