"""Creates a project folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError
from spectra_gx.scaffold.new_project import write_project

if TYPE_CHECKING:
    from spectra_gx.sources.source_system import SourceSystem


def create_project(folder: str | Path, system: str | None) -> Path:
    """Write a new project; return its folder. Arguments as for `Project.new`."""
    root = Path(folder).resolve()
    write_project(root, None if system is None else _find_system(system))
    return root


def _find_system(name: str) -> SourceSystem:
    from spectra_gx.contract.excerpts import did_you_mean
    from spectra_gx.sources.registry import find_system, known_systems

    system = find_system(name)
    if system is None:
        known = known_systems()
        raise UsageError(
            f"there is no source system `{name}`{did_you_mean(name, known)}; known: "
            f"{', '.join(f'`{one}`' for one in known)}; another needs the package that reads it"
        )
    return system
