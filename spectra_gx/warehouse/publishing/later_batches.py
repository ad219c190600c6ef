"""What became of a table's rows since one of its batches was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.warehouse.delta.commits import commit_infos
from spectra_gx.warehouse.publishing.batches import Batch, BatchCommit, batch_commit
from spectra_gx.warehouse.publishing.options import PublishMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import DeltaTable

ALL_ROWS = "true"
"""The condition that every row meets."""


@dataclass(frozen=True)
class LaterBatches:
    """The commits of a table after that of one run."""

    version: int | None
    """The version that the run published; None where its commit has expired."""

    own: BatchCommit | None
    """What that commit says; None where it has expired, or an earlier version made it."""

    replaced: tuple[tuple[str, str], ...]
    """Each later batch that replaced rows, and a condition that these met, the newest first."""

    execution_ids: frozenset[str]
    """The runs that made the later commits."""


def later_batches(head: DeltaTable, execution_id: str, mode: PublishMode) -> LaterBatches:
    """Return what was committed after a run published a table.

    Args:
        head: A handle on the table.
        execution_id: The run.
        mode: How the table is published now; commits of earlier versions do not say it.
    """
    replaced: list[tuple[str, str]] = []
    runs: set[str] = set()
    for version, info in commit_infos(head):
        commit = batch_commit(version, info)
        if info.get("execution_id") == execution_id:
            return LaterBatches(version, commit, tuple(replaced), frozenset(runs))
        condition = _replaced(head, commit, info, mode)
        if condition is not None:
            replaced.append((_name(version, commit, info), condition))
        runs.add(str(info.get("execution_id")))
    return LaterBatches(None, None, tuple(replaced), frozenset(runs))


def _replaced(
    head: DeltaTable, commit: BatchCommit | None, info: Mapping[str, Any], mode: PublishMode
) -> str | None:
    """Return a condition that the rows which a commit replaced have met; None if it replaced none.

    A batch that was taken back has replaced none.
    """
    overwrites = (info.get("operationParameters") or {}).get("mode") == "Overwrite"
    if commit is None:
        return ALL_ROWS if overwrites else None
    batch = Batch(commit.batch_id, commit.execution_id, "")
    if commit.rolled_back or not batch.is_published(head):
        return None
    if commit.mode is PublishMode.REPLACE_WHERE:
        return commit.replace_where or ALL_ROWS
    if commit.mode is not None:
        return ALL_ROWS if commit.mode is PublishMode.REPLACE else None
    return ALL_ROWS if overwrites or mode is PublishMode.REPLACE_WHERE else None


def _name(version: int, commit: BatchCommit | None, info: Mapping[str, Any]) -> str:
    if commit is not None:
        return f"batch `{commit.batch_id}`"
    run = info.get("execution_id")
    return f"run `{run}`" if run else f"the commit of version {version}"
