"""Render backups of activity logs, and what they restore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.display import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.warehouse.maintenance.log_backup import LogBackup, LogRestore


def backups_text(backups: Sequence[LogBackup]) -> str:
    """Return what was backed up, a line per stage."""
    lines = [
        f"{one.stage}: {counted(one.runs, 'run')}, the newest `{one.newest_run}`" for one in backups
    ]
    return "\n".join(lines) or "there is no log to back up yet"


def backups_json(backups: Sequence[LogBackup]) -> dict[str, Any]:
    """Return the same for machines."""
    return {"backups": [one.to_dict() for one in backups]}


def restored_text(restored: Sequence[LogRestore], *, applied: bool) -> str:
    """Return what was restored, and what no backup has."""
    return "\n".join(line for one in restored for line in _lines(one, applied=applied))


def _lines(one: LogRestore, *, applied: bool) -> Iterator[str]:
    if one.damaged:
        verb = "was moved" if applied else "cannot be read and would be moved"
        yield f"{one.stage}: the log {verb} to `{one.damaged}`"
    runs = counted(one.runs, "run")
    done = f"{runs} restored" if applied else f"{runs} to restore"
    yield f"{one.stage}: {done}, {one.kept:,} in the log already"
    for table, batches in one.unlogged.items():
        ids = ", ".join(f"`{batch}`" for batch in batches)
        yield f"{one.stage}: `{table}` has {ids}, newer than the backup; run the stage to hand off"
    if not applied and (one.runs or one.damaged):
        yield "nothing was changed; `--apply` restores it"


def restored_json(restored: Sequence[LogRestore], *, applied: bool) -> dict[str, Any]:
    """Return the same for machines."""
    return {"applied": applied, "restored": [one.to_dict() for one in restored]}
