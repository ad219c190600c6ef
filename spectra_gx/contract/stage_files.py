"""Where a project keeps what builds the tables of a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "stages"
SQL = ".sql"


def module_path(root: Path, stage: str) -> Path:
    """Return where the functions of a stage are, or would be."""
    return root / FOLDER / f"{stage}.py"


def sql_paths(root: Path, stage: str) -> list[Path]:
    """Return the SQL files of a stage, by name."""
    return sorted((root / FOLDER / stage).glob(f"*{SQL}"))


def has_builders(root: Path, stage: str) -> bool:
    """Return whether a project has something that builds a stage."""
    return module_path(root, stage).is_file() or any(sql_paths(root, stage))
