"""Find what builds the tables of a stage, and report what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Place
from spectra_gx.contract.problems import Report, TooManyProblems
from spectra_gx.contract.stage_files import SQL, module_path, sql_paths
from spectra_gx.runner.building.declared.sql_files import read_sql_file
from spectra_gx.runner.building.declared.stage_modules import read_stage_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spectra_gx.runner.building.declared.declarations import DeclaredBuilder


@dataclass(frozen=True)
class StageBuilders:
    """The functions and SQL files of a stage, as they are written."""

    declared: tuple[DeclaredBuilder, ...]
    """In the order written: the module's, then SQL files by name."""

    reports: tuple[Report, ...]
    """One for each file that was read."""


def find_builders(root: Path, stage: str) -> StageBuilders:
    """Read the builders of a stage; nothing of them is run."""
    declared: list[DeclaredBuilder] = []
    reports = []
    module = module_path(root, stage)
    for path in [*([module] if module.is_file() else []), *sql_paths(root, stage)]:
        report = Report(path.relative_to(root).as_posix())
        report.family = "meaning"
        reports.append(report)
        reader = _read_module if path == module else _read_sql
        declared += reader(root, path, report)
    return StageBuilders(tuple(declared), tuple(reports))


def _read_module(root: Path, path: Path, report: Report) -> list[DeclaredBuilder]:
    return _read(root, path, report, lambda source: read_stage_module(source, report))


def _read_sql(root: Path, path: Path, report: Report) -> list[DeclaredBuilder]:
    def read(source: bytes) -> list[DeclaredBuilder]:
        found = read_sql_file(source, path.name.removesuffix(SQL), report)
        return [] if found is None else [found]

    return _read(root, path, report, read)


def _read(
    root: Path, path: Path, report: Report, read: Callable[[bytes], list[DeclaredBuilder]]
) -> list[DeclaredBuilder]:
    if not path.resolve().is_relative_to(root.resolve()):
        report.add(
            Place(report.file, 1, 1),
            "this file is a link that leads out of the project, and is not read; put it here",
        )
        return []
    try:
        return read(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        report.add(Place(report.file, 1, 1), f"this file cannot be read: {reason}")
    except TooManyProblems:
        pass
    return []
