"""Checks and a backup as the engine tells of them."""

from __future__ import annotations

from jinasearch.core.models import Finding
from jinasearch.engine.protocol import Findings, ImportedFolder, ImportPlan

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
        ),
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
