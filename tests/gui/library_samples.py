"""Checks and a backup as the engine tells of them."""

from __future__ import annotations

from jinasearch.core.kept_copy import KeptCopy, KeptWhy
from jinasearch.core.models import Finding
from jinasearch.engine.protocol import Findings, ImportedFolder, ImportPlan, Kept

SOUND = Findings(
    (
        Finding("database", ok=True, detail="integrity check passed"),
        Finding("full text", ok=True, detail="agrees with the texts"),
        Finding("file names", ok=True, detail="agrees with the texts"),
        Finding("rows", ok=True, detail="0 texts and 0 vectors that cannot be"),
        Finding("graph", ok=True, detail="9000 vectors, 0 missing, 0 too many"),
    )
)
UNSOUND = Findings(
    (
        *SOUND.findings[:3],
        Finding(
            "rows",
            ok=False,
            detail="5 texts and 0 vectors that cannot be, 0 files outside of their folder",
            remedy="Run `jinasearch doctor --repair`: they are made anew.",
            numbers=(5, 0, 0),
        ),
        SOUND.findings[4],
    )
)
MENDED = Findings(
    (
        *SOUND.findings,
        Finding(
            "Some of what the library held was damaged",
            ok=False,
            detail="/home/ada/.local/share/jinasearch/library",
            remedy="It is made anew.",
            mended=True,
            code="library-mended",
        ),
    )
)
REMARKED = Findings(
    (
        *UNSOUND.findings,
        Finding("vectors without text", ok=False, detail="7 found", numbers=(7,)),
        Finding("text without vectors", ok=False, detail="7 passages", numbers=(7,)),
        Finding("graph", ok=False, detail="9 vectors, 1 missing", numbers=(9, 1, 0)),
        Finding("graph", ok=False, detail="not loaded yet", remedy="Check again later."),
        Finding("full text", ok=False, detail="it did not agree", mended=True),
        Finding("The disk is full", False, "/home/ada", "Make room.", code="disk-full"),
        Finding("The model is damaged", False, "/home/ada", "Fetch.", code="model-damaged"),
    )
)
_LIBRARY = "/home/ada/.local/share/jinasearch/library"
KEPT = Kept(
    tuple(
        KeptCopy(name, why, f"{_LIBRARY}/{place}{name}", made, size)
        for name, why, place, made, size in (
            ("before-schema-12.db", KeptWhy.BEFORE_UPDATE, "backups/", 1.7950e9, 331_000_000),
            ("before-import-1.db", KeptWhy.BEFORE_IMPORT, "backups/", 1.7945e9, 1_204_000_000),
            ("library.db.damaged-1", KeptWhy.DAMAGED, "", 1.7801e9, 298_000_000),
        )
    )
)
PLAN = ImportPlan(
    (
        ImportedFolder("/home/anna/Documents", "/home/anna/Documents", is_here=False),
        ImportedFolder("/home/anna/Notes", "/home/ada/Notes", is_here=True),
    ),
    files=19607,
    vectors=121034,
    models=("starter",),
    version="0.3.0",
    made=1.79e9,
    replaces=1204,
    has_settings=True,
)
