"""Where a project keeps what builds the tables of a stage."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "stages"
SQL = ".sql"
SETTINGS_FILE = "pyproject.toml"
SETTINGS_PATH = ("tool", "spectra-gx", "stages")
"""Under which each stage has a table of its own."""


def module_path(root: Path, stage: str) -> Path:
    """Return where the functions of a stage are, or would be."""
    return root / FOLDER / f"{stage}.py"


def sql_paths(root: Path, stage: str) -> list[Path]:
    """Return the SQL files of a stage, by name."""
    return sorted((root / FOLDER / stage).glob(f"*{SQL}"))


def has_builders(root: Path, stage: str) -> bool:
    """Return whether a project has something that builds a stage."""
    return (
        module_path(root, stage).is_file()
        or any(sql_paths(root, stage))
        or "command" in stage_tables(root).get(stage, {})
    )


def stage_tables(root: Path) -> dict[str, dict[str, Any]]:
    """Return stage → what pyproject.toml has for it; nothing where it cannot be read."""
    try:
        found: Any = tomllib.loads((root / SETTINGS_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    for step in SETTINGS_PATH:
        found = found.get(step) if isinstance(found, dict) else None
    stages = found.items() if isinstance(found, dict) else ()
    return {stage: table for stage, table in stages if isinstance(table, dict)}
