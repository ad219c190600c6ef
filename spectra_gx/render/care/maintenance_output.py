"""Render what maintenance does as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.display import counted
from spectra_gx.warehouse.maintenance.results import ActionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.warehouse.maintenance.results import (
        KeptVersions,
        MaintenanceAction,
        MaintenanceResult,
    )

_WIDTH = 10
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_STEP = 1000


def maintenance_text(result: MaintenanceResult) -> str:
    """Return a line for each part, the versions that stay, and what it comes to."""
    return "\n".join(_lines(result))


def _lines(result: MaintenanceResult) -> Iterator[str]:
    for action in result.actions:
        yield f"{_verb(action):<{_WIDTH}}{action.target}: {_what(action)}"
    for table in result.kept:
        if len(table.versions) > 1:
            yield f"{'keep':<{_WIDTH}}{table.table}: {_kept(table)}"
    for name, why in result.left_alone.items():
        yield f"{'leave':<{_WIDTH}}{name}: {why}"
    yield _summary(result)


def _verb(action: MaintenanceAction) -> str:
    if action.error is not None:
        return "error"
    return "merge" if action.kind is ActionKind.COMPACTION else "delete"


def _what(action: MaintenanceAction) -> str:
    if action.error is not None:
        return action.error
    if not action.files:
        return counted(action.rows, "row")
    files = f"{counted(len(action.files), 'file')}, {size_text(action.size)}"
    return {
        ActionKind.COMPACTION: files,
        ActionKind.VERSIONS: f"{files}, of versions that nothing needs",
        ActionKind.DOCS: f"{files}, pages and results of old runs",
        ActionKind.STAGING: f"{files}, left by a dead run",
    }.get(action.kind, files)


def _kept(table: KeptVersions) -> str:
    """Return the versions by what names them, ranges of them shortened."""
    reasons = dict.fromkeys(reason for why in table.versions.values() for reason in why)
    named = {
        reason: [version for version, why in table.versions.items() if reason in why]
        for reason in reasons
    }
    return "versions " + ", ".join(
        f"{ranges_text(versions)} ({reason})" for reason, versions in named.items()
    )


def ranges_text(versions: Sequence[int]) -> str:
    """Return numbers with runs of them shortened: `1-3, 7`."""
    parts: list[tuple[int, int]] = []
    for version in versions:
        if parts and parts[-1][1] == version - 1:
            parts[-1] = parts[-1][0], version
        else:
            parts.append((version, version))
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in parts)


def _summary(result: MaintenanceResult) -> str:
    files = f"{counted(result.deleted_files, 'file')}, {size_text(result.freed)}"
    if result.applied:
        return f"deleted {files}"
    if not result.actions:
        return "nothing to merge or delete"
    return f"nothing was changed; `--apply` deletes {files}"


def size_text(size: int) -> str:
    """Return bytes in the unit that people read."""
    amount, unit = float(size), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{size:,} bytes" if unit == 0 else f"{amount:.1f} {_UNITS[unit]}"
