"""Builders that no run would ever call: of stages that have no contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.problems import Report
from spectra_gx.contract.stage_files import FOLDER, SETTINGS_FILE, SQL, stage_tables
from spectra_gx.runner.building.declared.stage_builders import find_builders
from spectra_gx.runner.building.declared.stage_settings import read_stage_settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


def find_strays(root: Path, stages: Collection[str]) -> Iterator[Report]:
    """Yield a report for each file with builders of a stage that has no contract.

    Args:
        root: The project.
        stages: Those that have one.
    """
    for name in sorted(_named(root) - {*stages}):
        hint = did_you_mean(name, stages) or f"; write `contracts/{name}.contract.yaml`"
        message = f"no contract is for stage {quote(name)}, so that nothing runs this{hint}"
        for builder in find_builders(root, name).declared:
            report = Report(builder.place.file)
            report.add(builder.place, message, "meaning")
            yield report
    for name in stage_tables(root):
        if name not in stages:
            hint = did_you_mean(name, stages) or ""
            report = Report(SETTINGS_FILE)
            place = read_stage_settings(root, name).place
            report.add(place, f"no contract is for stage {quote(name)}{hint}", "meaning")
            yield report


def _named(root: Path) -> set[str]:
    """Return the stages that files under `stages/` are named after."""
    folder = root / FOLDER
    modules = {path.stem for path in folder.glob("*.py")}
    return modules | {path.parent.name for path in folder.glob(f"*/*{SQL}")}
