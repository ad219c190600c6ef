"""The activity log: every run of a stage, append-only, one Delta commit a run."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, Transaction, write_deltalake
from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.errors import ActivityLogError, WarehouseError
from spectra_gx.warehouse.delta import error_translation, reads, schemas, writes
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS, LOG_SCHEMA, RECORD_TYPES, log_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from deltalake import DeltaTable

    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)

_KEPT = "interval 30 days"
"""How long Delta keeps the log's own commit files; the rows stay for good."""

_RECORDED = 1
"""Version of the Delta transaction, named after the run, that its commit carries."""

_ATTEMPTS = 8
_LONGEST = 120.0
"""Seconds after which no further attempt begins."""

_NEWEST = "max.recorded_at"
"""Where the log of a table has the largest value in a file, perhaps cut to milliseconds."""

_STEP = timedelta(milliseconds=1)

_RANK = " ".join(f"WHEN '{kind}' THEN {rank}" for rank, kind in enumerate(RECORD_TYPES))
_ORDER = (
    "recorded_at {0}, execution_id {0}, "
    f"CASE record_type {_RANK} END {{0}}, table_name {{0}}, entity_name {{0}}"
)
"""Total but for activities of one run and one entity; {0} is ASC or DESC."""


class DeltaActivityLog:
    """A stage's log at `Tables/log/<stage>log`; satisfies the runner's `ActivityLog`."""

    def __init__(self, warehouse: Warehouse, stage: str, *, compact_after: int = 200) -> None:
        """Name the log; it is created with its first run.

        `compact_after` is the number of files, one a run, that are merged into one.
        """
        self.name = f"log.{stage}log"
        self.uri = warehouse.table_uri(self.name)
        self._warehouse = warehouse
        self._compact_after = compact_after

    def append(
        self, execution_id: str, rows: Sequence[Mapping[str, Any]], *, of_run: bool = True
    ) -> None:
        """Record a run's rows in one commit; a run already recorded is left alone.

        Args:
            execution_id: The run, or the activity that is of no run.
            rows: Its rows.
            of_run: Whether it is a run.

        Raises:
            ActivityLogError: A row is not of the log's shape, or the log cannot be written;
                nothing was stored.
        """
        data = log_rows(execution_id, rows, of_run=of_run)
        try:
            self._begin()
            _attempts()(self._append, execution_id, data)
        except WarehouseError as error:
            if self._is_recorded(execution_id):
                return
            raise ActivityLogError(
                f"run `{execution_id}` could not be recorded: {error}", retryable=error.retryable
            ) from None
        self._maintain()

    def runs(
        self, record_type: str | None = None, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Return the stored rows, oldest first: all, or the newest `limit` of one record type.

        Times are UTC; a column that an older version did not write is None.

        Raises:
            WarehouseError: The log cannot be read.
        """
        where = {} if record_type is None else {"record_type": record_type}
        return self._newest(where, limit)[::-1]

    def exists(self) -> bool:
        """Return whether a run has begun it."""
        return self._warehouse.exists(self.name)

    def forget(self, execution_ids: Collection[str]) -> None:
        """Remove all rows of runs, in one commit.

        Raises:
            WarehouseError: Nothing was removed.
        """
        gone = pa.array(list(execution_ids), pa.string())

        def kept(rows: pa.Table) -> pa.Table:
            return rows.filter(pc.invert(pc.is_in(rows["execution_id"], gone)))

        self.rewrite(kept, by="retention")

    def rewrite(self, change: Callable[[pa.Table], pa.Table | None], *, by: str) -> int | None:
        """Replace all rows by what `change` makes of them, in one commit; return its version.

        As when it is compacted, a run that is recorded meanwhile stays. Nothing is written where
        `change` returns None.

        Raises:
            WarehouseError: Nothing was written.
        """
        return _attempts()(self._rewrite, change, by)

    def _rewrite(self, change: Callable[[pa.Table], pa.Table | None], by: str) -> int | None:
        table, place = self._warehouse.open(self.name), self._warehouse.place(self.name)
        rows = change(reads.read(table))
        if rows is None:
            return None
        return writes.replace(table, place, self.name, rows, execution_id=by)

    def restore(self, rows: pa.Table) -> None:
        """Add rows of runs that the log lacks, as they once were stored, in one commit.

        Raises:
            WarehouseError: Nothing was stored.
        """
        self._begin()
        runs = rows.column("execution_id").unique().to_pylist()
        with error_translation.translate_errors(f"the log at `{self.uri}` cannot be written"):
            write_deltalake(
                self._warehouse.open(self.name),
                rows,
                mode="append",
                schema_mode="merge",
                commit_properties=CommitProperties(
                    custom_metadata={"execution_id": "restore"},
                    app_transactions=[Transaction(run, _RECORDED) for run in runs],
                ),
            )

    def _begin(self) -> None:
        if not self._warehouse.exists(self.name):
            self._warehouse.create_empty(
                self.name, LOG_SCHEMA, {"delta.logRetentionDuration": _KEPT}
            )

    def _newest(self, where: Mapping[str, str], limit: int | None) -> list[dict[str, Any]]:
        if not self._warehouse.exists(self.name):
            return []
        table = self._warehouse.open(self.name)
        stored = schemas.columns_of(table)
        known = ", ".join(column.name for column in LOG_COLUMNS if column.name in stored)
        met = " AND ".join(f"{column} = {quote_text(value)}" for column, value in where.items())
        rows = reads.query(
            table,
            f"SELECT {known} FROM t WHERE {met or 'true'} ORDER BY {_ORDER.format('DESC')}"
            + ("" if limit is None else f" LIMIT {limit:d}"),
        )
        return [{name: row.get(name) for name in LOG_SCHEMA.names} for row in rows.to_pylist()]

    def _append(self, execution_id: str, data: pa.Table) -> None:
        table = self._warehouse.open(self.name)
        if _has_run(table, execution_id):
            return
        _refuse_other_types(schemas.columns_of(table))
        with error_translation.translate_errors(f"the log at `{self.uri}` cannot be written"):
            # Through the very handle that was queried: a run recorded since is then a conflict.
            write_deltalake(
                table,
                _after(_newest_instant(table), data),
                mode="append",
                # A log begun by an older version gains its missing columns; a newer one's stay.
                schema_mode="merge",
                commit_properties=CommitProperties(
                    custom_metadata={"execution_id": execution_id},
                    app_transactions=[Transaction(execution_id, _RECORDED)],
                ),
            )

    def _is_recorded(self, execution_id: str) -> bool:
        """Return whether a run is recorded although that reported an error; False if unknown."""
        with suppress(WarehouseError):
            return _has_run(self._warehouse.open(self.name), execution_id)
        return False

    def _maintain(self) -> None:
        """Merge the log's small files now and then; a run never fails for it.

        By overwriting the log with its own rows, not with `optimize.compact()`: two compactions at
        once both succeed and double every row. Of two overwrites one is refused, a run appended
        meanwhile stays, and a run that appends just after is refused and tries again.
        """
        try:
            table = self._warehouse.open(self.name)
            with error_translation.translate_errors(f"the log at `{self.uri}` cannot be compacted"):
                if len(table.file_uris()) < self._compact_after:
                    return
                rows = reads.read(table)
                writes.replace(
                    table,
                    self._warehouse.place(self.name),
                    self.name,
                    rows,
                    execution_id=f"compaction_{uuid4().hex}",
                )
                table.vacuum(dry_run=False)
        except WarehouseError as error:
            # Losing the race means that another run has just done it.
            level = logging.DEBUG if error.retryable else logging.WARNING
            logger.log(level, "the log was not compacted, the next run tries again: %s", error)


def _attempts() -> Retrying:
    """Return attempts at one commit, beside those of others."""
    return Retrying(
        retry=retry_if_exception(_is_retryable),
        stop=stop_after_attempt(_ATTEMPTS) | stop_after_delay(_LONGEST),
        wait=wait_random_exponential(multiplier=0.1),
        reraise=True,
    )


def _is_retryable(error: BaseException) -> bool:
    return isinstance(error, WarehouseError) and error.retryable


def _has_run(table: DeltaTable, execution_id: str) -> bool:
    return (table.transaction_version(execution_id) or 0) >= _RECORDED


def _newest_instant(table: DeltaTable) -> datetime | None:
    """Return when the newest run of a log was recorded, by the log's own facts about its files."""
    files = pa.table(table.get_add_actions(flatten=True))
    if _NEWEST not in files.column_names:
        return None
    found: datetime | None = pc.max(files[_NEWEST]).as_py()
    return None if found is None else found.replace(tzinfo=UTC)


def _after(newest: datetime | None, data: pa.Table) -> pa.Table:
    """Return a run's rows, not recorded before those that the log has already.

    The clock of the machine that recorded them may be ahead of this one's, and the order of runs
    says which is the latest.
    """
    column = data.schema.get_field_index("recorded_at")
    if newest is None or pc.min(data[column]).as_py() >= newest + _STEP:
        return data
    instants = pa.array([newest + _STEP] * data.num_rows, data.schema.field(column).type)
    return data.set_column(column, data.schema.field(column), instants)


def _refuse_other_types(stored: Mapping[str, str]) -> None:
    wanted = {column.name: column.type for column in LOG_COLUMNS}
    wrong = [name for name, text in wanted.items() if stored.get(name, text) != text]
    if wrong:
        raise WarehouseError(
            f"column `{wrong[0]}` of the log is `{stored[wrong[0]]}`, not `{wanted[wrong[0]]}`; "
            "move the table away, and the next run begins a new log"
        )
