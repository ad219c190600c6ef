"""Back up the activity log of a stage, and restore it where it was lost or damaged.

A backup is one Parquet file of the log's rows and one of JSON that says what is in it. Neither
needs the other files of the warehouse.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spectra_gx.display import DisplayedResult, counted
from spectra_gx.errors import UsageError, WarehouseError
from spectra_gx.warehouse.delta import reads
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.publishing.batches import batch_commits
from spectra_gx.warehouse.warehouse import FILES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.store.store import Store
    from spectra_gx.warehouse.warehouse import Warehouse

_FORMAT = 1
_DAMAGED = f"{FILES}/_damaged"
"""Where a log that cannot be read is moved: under `Tables/` it would be a table."""


@dataclass(frozen=True, repr=False)
class LogBackup(DisplayedResult):
    """What a backup of a stage's log contains."""

    stage: str
    runs: int
    rows: int
    newest_run: str | None
    sha256: str
    """Of the Parquet file."""

    format: int = _FORMAT

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return asdict(self)

    def _headline(self) -> str:
        return f"{self.stage}: {counted(self.runs, 'run')} backed up"


@dataclass(frozen=True, repr=False)
class LogRestore(DisplayedResult):
    """What restoring the log of a stage does, or would do."""

    stage: str
    runs: int
    """Runs of the backup that the log lacks."""

    kept: int
    """Runs that the log still has."""

    damaged: str | None
    """Where a log that cannot be read is moved; None where there is none."""

    unlogged: Mapping[str, Sequence[str]]
    """Table → batches that its commits have, and neither the log nor the backup."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        unlogged = {table: list(batches) for table, batches in self.unlogged.items()}
        return {**asdict(self), "unlogged": unlogged}

    def _headline(self) -> str:
        return f"{self.stage}: {counted(self.runs, 'run')} in the backup and not in the log"


def back_up_log(warehouse: Warehouse, stage: str, target: Store) -> LogBackup | None:
    """Write a backup of a stage's log; return what it has, or None where there is no log.

    Raises:
        WarehouseError: The log cannot be read, or nothing can be written there.
    """
    log = DeltaActivityLog(warehouse, stage)
    if not warehouse.exists(log.name):
        return None
    rows = reads.read(warehouse.open(log.name))
    written = BytesIO()
    pq.write_table(rows, written, compression="zstd")
    content = written.getvalue()
    runs = [row["execution_id"] for row in log.runs("run")]
    backup = LogBackup(
        stage,
        len(runs),
        rows.num_rows,
        runs[-1] if runs else None,
        hashlib.sha256(content).hexdigest(),
    )
    target.write(f"{stage}log.parquet", content)
    target.write(f"{stage}log.json", (json.dumps(backup.to_dict(), indent=1) + "\n").encode())
    return backup


def restore_log(
    warehouse: Warehouse,
    stage: str,
    tables: Iterable[str],
    source: Store,
    now: datetime,
    *,
    apply: bool,
) -> LogRestore:
    """Add the runs of a backup that a stage's log lacks; a log that cannot be read is moved away.

    Args:
        warehouse: Where the log belongs.
        stage: The stage.
        tables: Its tables, whose commits are compared with the log.
        source: Where the backup is.
        now: Names the place of a damaged log.
        apply: Whether anything is changed.

    Raises:
        UsageError: There is no such backup, or it is damaged.
        WarehouseError: Not every run was restored; what was stays.
    """
    saved = _read_backup(source, stage)
    log = DeltaActivityLog(warehouse, stage)
    known, damaged = _known_runs(warehouse, log)
    runs = saved["execution_id"]
    missing = saved.filter(pc.invert(pc.is_in(runs, pa.array(list(known), pa.string()))))
    folder = f"{_DAMAGED}/{stage}log_{now:%Y%m%d_%H%M%S_%f}" if damaged else None
    if apply:
        if folder:
            _move_away(warehouse, log.name, folder)
        if missing.num_rows:
            log.restore(missing)
    return LogRestore(
        stage,
        len(missing["execution_id"].unique()),
        len(known),
        folder and warehouse.store.uri(folder),
        _unlogged(warehouse, tables, {*known, *runs.to_pylist()}),
    )


def _read_backup(source: Store, stage: str) -> pa.Table:
    content = source.read(f"{stage}log.parquet")
    about = source.read(f"{stage}log.json")
    where = f"`{source.uri('')}`"
    if content is None or about is None:
        raise UsageError(
            f"{where} has no backup of the log of stage `{stage}`; `spectra-gx backup` writes one"
        )
    try:
        found = json.loads(about)
        sound = found["sha256"] == hashlib.sha256(content).hexdigest()
        if not sound or found["format"] != _FORMAT:
            raise ValueError
        return pq.read_table(BytesIO(content))
    except (ValueError, KeyError, TypeError, pa.ArrowException):
        raise UsageError(
            f"the backup of the log of stage `{stage}` in {where} is damaged, or was written by a "
            "newer version of spectra-gx; take another one"
        ) from None


def _known_runs(warehouse: Warehouse, log: DeltaActivityLog) -> tuple[set[str], bool]:
    """Return the runs that the log has, and whether it is damaged."""
    try:
        rows = log.runs("run")
    except WarehouseError:
        return set(), True
    if not rows and log.name.partition(".")[2] in warehouse.store.folders("Tables/log"):
        return set(), not warehouse.exists(log.name)
    return {row["execution_id"] for row in rows}, False


def _move_away(warehouse: Warehouse, name: str, folder: str) -> None:
    place, store = warehouse.place(name), warehouse.store
    for path in store.sizes(place.path):
        store.copy(f"{place.path}/{path}", f"{folder}/{path}")
    store.delete_folder(place.path)


def _unlogged(
    warehouse: Warehouse, tables: Iterable[str], known: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return table → the batches whose runs are not known, oldest first."""
    found = {}
    for name in tables:
        if not warehouse.exists(name):
            continue
        commits = batch_commits(warehouse.open(name))[::-1]
        ids = [one.batch_id for one in commits if one.execution_id not in known]
        if ids:
            found[name] = tuple(dict.fromkeys(ids))
    return found
