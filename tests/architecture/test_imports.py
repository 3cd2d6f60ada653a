"""The house's rules about who may import whom, and what loading a part may bring along."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_import_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def loaded_by(module: str) -> set[str]:
    """Top-level packages in memory after `module` was imported in a fresh interpreter."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


RUNTIMES = {"onnxruntime", "openvino", "torch"}
FOREIGN_PARSERS = {"kreuzberg", "selectolax"}


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("jinasearch.engine.protocol", {"PySide6", "httpx", "fastapi", "numpy"}),
        ("jinasearch.engine.engine", RUNTIMES | FOREIGN_PARSERS | {"PySide6"}),
        ("jinasearch.engine.api", RUNTIMES | FOREIGN_PARSERS | {"PySide6"}),
        ("jinasearch.engine.client", RUNTIMES | {"PySide6", "fastapi", "numpy", "apsw"}),
        ("jinasearch.extract.worker", RUNTIMES | {"PySide6", "apsw", "httpx", "fastapi"}),
        ("jinasearch.embed.process.embedding", {"PySide6", "apsw", "fastapi"}),
        # The window starts in a second and a half: nothing heavy on its way.
        ("jinasearch.gui.app", RUNTIMES | {"httpx", "fastapi", "numpy", "apsw", "hnswlib"}),
    ],
)
def test_loading_a_part_brings_nothing_heavy(module, unwanted):
    brought = loaded_by(module) & unwanted
    assert not brought, f"importing {module} loads {sorted(brought)}"
