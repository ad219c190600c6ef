"""Find the quarantined rows that a release does not publish, whatever the contract says of them.

A released row goes through what its batch would go through: rows that delete others, that were
replaced or deleted since, or that later batches build again, are no rows of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.errors import WarehouseError
from spectra_gx.runner.building.sql_values import fill_in, literal, run_literals
from spectra_gx.runner.outcome_text import rows_text
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.publishing.later_batches import later_batches
from spectra_gx.warehouse.publishing.options import PublishMode
from spectra_gx.warehouse.publishing.row_places import places_where, places_with_key
from spectra_gx.warehouse.publishing.row_sql import condition_holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from deltalake import DeltaTable

    from spectra_gx.contract.model import Table
    from spectra_gx.runner.ports import ActivityLog
    from spectra_gx.warehouse.publishing.later_batches import LaterBatches
    from spectra_gx.warehouse.publishing.options import PublishOptions
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class KeptRows:
    """Rows that stay in quarantine for one reason."""

    reason: str
    """`replaced`, `deletes`, `deleted`, `later` or `future`."""

    rows: int
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {"reason": self.reason, "rows": self.rows, "message": self.message}


@dataclass(frozen=True)
class TableHistory:
    """A published table, how rows get into it, and what became of it since a run."""

    table: Table
    options: PublishOptions
    head: DeltaTable
    since: LaterBatches

    @classmethod
    def read(
        cls, table: Table, options: PublishOptions, head: DeltaTable, run: str
    ) -> TableHistory:
        """Read what the table's commits say of the time since a run."""
        return cls(table, options, head, later_batches(head, run, options.publish))

    @property
    def unreadable(self) -> str:
        """Begins the message of an error about the quarantined rows."""
        return f"the rows of `{self.table.name}` in quarantine cannot be read"

    @property
    def is_replaced_by_key(self) -> bool:
        """Return whether keys tell released rows from those of a later batch with all rows."""
        return self.options.publish is PublishMode.REPLACE and bool(self.table.primary_key)

    def notes(self, log: ActivityLog) -> tuple[str, ...]:
        """Return what somebody who releases rows should know, though it keeps none of them."""
        notes = []
        if self.is_replaced_by_key and self.since.replaced:
            notes.append(
                f"{self.since.replaced[0][0]} has replaced the table since these rows were built; "
                "they are released because it has no row with their keys"
            )
        name = self.table.name
        deleted = sum(
            row["rows_deleted"] or 0
            for row in (log.runs("checkpoint") if self.options.delete_where else ())
            if row["execution_id"] in self.since.execution_ids and row["table_name"] == name
        )
        if deleted:
            notes.append(
                f"later batches of `{name}` had {rows_text(deleted)} that delete; if one of them "
                "was for the key of a released row that had not been published, delete it again"
            )
        return tuple(notes)


def find_kept_rows(
    history: TableHistory, rows: DeltaTable, warehouse: Warehouse, now: datetime
) -> Iterator[tuple[KeptRows, list[int]]]:
    """Yield what stays in quarantine and why, with the places of the rows, each of them once.

    Args:
        history: Of the table that they belong to.
        rows: The quarantined rows, each with its `PLACE`.
        warehouse: Where earlier versions of the table are.
        now: The release's clock.

    Raises:
        WarehouseError: The rows cannot be read.
    """
    known: set[int] = set()
    for reason, message, found in _reasons(history, rows, warehouse, now):
        places = [place for place in found if place not in known]
        if places:
            known |= {*places}
            yield KeptRows(reason, len(places), f"{rows_text(len(places))} {message}"), places


def _reasons(
    history: TableHistory, rows: DeltaTable, warehouse: Warehouse, now: datetime
) -> Iterator[tuple[str, str, list[int]]]:
    options, since = history.options, history.since

    def meeting(condition: str) -> list[int]:
        return places_where(rows, condition, history.unreadable)

    for batch, condition in () if history.is_replaced_by_key else since.replaced:
        yield (
            "replaced",
            f"would be among those that {batch} has replaced since: what it built counts",
            meeting(condition_holds(condition)),
        )
    if options.publish is PublishMode.MERGE and options.delete_where is not None:
        values = run_literals(now, now.date(), None, None)
        yield (
            "deletes",
            f"would delete, by `delete_where`, `{options.delete_where}`; a release only adds rows",
            meeting(condition_holds(fill_in(options.delete_where, values))),
        )
    yield "deleted", "with a key that has been deleted since", _deleted(history, rows, warehouse)
    yield from _by_watermark(history, meeting, now)


def _by_watermark(
    history: TableHistory, meeting: Callable[[str], list[int]], now: datetime
) -> Iterator[tuple[str, str, list[int]]]:
    """Yield the rows that later batches build again, and those from the future."""
    options, own = history.options, history.since.own
    column = history.table.column(options.watermark or "")
    if column is None:
        return
    quoted = quote_name(column.name)
    mark = own.watermark if own is not None else None
    if mark is not None and mark.column == column.name:
        before = mark.python  # without a value, the next batch begins with all there is
        message = f"with a later `{column.name}`, the watermark, than their batch left"
        yield (
            "later",
            f"{message} behind: later batches build them again",
            meeting("true" if before is None else f"{quoted} > {literal(before, mark.type)}"),
        )
    limit = {"date": now.date(), "timestamp": now}.get(column.type)
    if limit is not None and not options.allow_future:
        yield (
            "future",
            f'with a later `{column.name}`, the watermark, than the clock; see `future="allow"`',
            meeting(f"{quoted} > {literal(limit, column.type)}"),
        )


def _deleted(history: TableHistory, rows: DeltaTable, warehouse: Warehouse) -> list[int]:
    """Return the rows whose key the table had after their batch, and has no longer."""
    name, key, version = history.table.name, history.table.primary_key, history.since.version
    if history.options.publish is not PublishMode.MERGE or version is None:
        return []
    try:
        after = warehouse.open(name, version)
        if not {*key} <= columns_of(after).keys() & columns_of(history.head).keys():
            return []
        was, now = (
            places_with_key(rows, table, key, history.unreadable) for table in (after, history.head)
        )
    except WarehouseError:
        return []  # files of that version are gone
    return sorted({*was} - {*now})
