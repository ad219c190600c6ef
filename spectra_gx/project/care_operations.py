"""Care of a project's warehouse, one short method each.

What a method needs is imported when it is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.project.run_operations import RunOperations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spectra_gx.warehouse.maintenance.erasure_result import Erasure
    from spectra_gx.warehouse.maintenance.log_backup import LogBackup, LogRestore
    from spectra_gx.warehouse.maintenance.results import MaintenanceResult


@dataclass(frozen=True)
class CareOperations(RunOperations):
    """What keeps the warehouse of a project small, safe and lawful."""

    def maintain(
        self, stages: Sequence[str] = (), *, apply: bool = False, wait: float = 60.0
    ) -> MaintenanceResult:
        """Find what can be merged and deleted, and do so if that is requested.

        Small files of tables are merged. Versions of tables go that nothing names any longer: not
        the log, a replay, a rollback, rows in quarantine or a stage that consumes them. So does
        what the retention settings no longer keep, and the staging of dead runs.

        Args:
            stages: All of the project without any.
            apply: Whether anything is changed.
            wait: Seconds to wait for a run of a stage.

        Raises:
            UsageError: There is no such stage.
        """
        from spectra_gx.project.maintenance import maintain

        return maintain(self, stages, apply=apply, wait=wait)

    def erase(self, table: str, where: str, *, apply: bool = False, wait: float = 60.0) -> Erasure:
        """Find the rows of a table that meet a condition, and erase them if that is requested.

        They go from the table and all of its older versions, from its quarantine, from stored
        results and pages, and from the log, which records the erasure without a value. Versions
        with such rows can be opened no longer, whatever names them.

        Args:
            table: A table of the warehouse.
            where: A condition on its columns, as contracts write one.
            apply: Whether anything is changed.
            wait: Seconds to wait for a run of its stage.

        Raises:
            UsageError: There is no such table, or the condition is refused.
            WarehouseError: Not everything was erased; do it again.
        """
        from spectra_gx.project.erasure import erase

        return erase(self, table, where, apply=apply, wait=wait)

    def back_up_log(
        self,
        target: str | Path,
        stages: Sequence[str] = (),
        *,
        credentials: str | None = None,
    ) -> Sequence[LogBackup]:
        """Write a backup of activity logs; return what it has of each stage that has a log.

        Args:
            target: A folder, or an address of an object store.
            stages: All of the project without any.
            credentials: The name of what opens the address; the usual settings without it.

        Raises:
            UsageError: There is no such stage.
            WarehouseError: A log cannot be read, or nothing can be written there.
        """
        from spectra_gx.project.log_backups import back_up_logs

        return back_up_logs(self, str(target), stages, credentials)

    def restore_log(
        self,
        source: str | Path,
        stages: Sequence[str] = (),
        *,
        credentials: str | None = None,
        apply: bool = False,
        wait: float = 60.0,
    ) -> Sequence[LogRestore]:
        """Find the runs of a backup that activity logs lack, and add them if that is requested.

        A log that cannot be read is moved away first. Tables need no backup of this: their commits
        know their batches and their watermarks.

        Args:
            source: The folder or address that `back_up_log` wrote to.
            stages: All that the backup has without any.
            credentials: As for `back_up_log`.
            apply: Whether anything is changed.
            wait: Seconds to wait for a run of a stage.

        Raises:
            UsageError: There is no such backup, or it is damaged.
            WarehouseError: Not every run was restored.
        """
        from spectra_gx.project.log_backups import restore_logs

        return restore_logs(self, str(source), stages, credentials, apply=apply, wait=wait)
