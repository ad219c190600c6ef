"""Quarantine tables: rows that broke critical rules when their table was published.

A quarantine table is append-only but for rows that are released or removed. It is the one place
with the original values of sensitive columns beside the table itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.display import DisplayedResult, Rows
from spectra_gx.errors import SchemaMismatchError
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.delta import reads, schemas, writes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    import pyarrow as pa
    from deltalake import DeltaTable

    from spectra_gx.warehouse.warehouse import Warehouse

SCHEMA = "quarantine"
BATCH_COLUMN = "quarantine_batch_id"


def quarantine_table(stage: str, table: str) -> str:
    """Return the name of a table's quarantine table."""
    return f"{SCHEMA}.{stage}_{table.split('.')[1]}"


RELEASING = "~"
"""Separates the run's and the release's execution id on rows that are being released."""


@dataclass(frozen=True, repr=False)
class QuarantineEntry(DisplayedResult):
    """The rows of one table that one run quarantined."""

    table: str
    quarantine_table: str
    execution_id: str
    quarantined_at: datetime
    """UTC."""

    rows: int
    rules: Mapping[str, int]
    """Rule id → how many of the rows break it, the most first."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        facts = {**asdict(self), "rules": dict(self.rules)}
        return {**facts, "quarantined_at": self.quarantined_at.isoformat()}

    def _headline(self) -> str:
        return f"{self.table}: {self.rows:,} rows quarantined by {self.execution_id}"

    def _rows(self) -> Rows:
        return ("rule", "rows"), [*self.rules.items()]


class Quarantine:
    """The quarantine tables of a stage."""

    def __init__(self, warehouse: Warehouse, stage: str) -> None:
        self._warehouse = warehouse
        self._stage = stage

    def name(self, table: str) -> str:
        """Return the name of a table's quarantine table."""
        return quarantine_table(self._stage, table)

    def append(self, table: str, rows: DeltaTable, execution_id: str) -> None:
        """Store a run's rows in one commit; nothing happens when they are stored already.

        Raises:
            SchemaMismatchError: A column had another type when rows were quarantined before.
            WarehouseError: Nothing was stored.
        """
        name = self.name(table)
        columns = schemas.columns_of(rows)
        self._warehouse.fence.check()
        if not self._warehouse.exists(name):
            self._warehouse.create_empty(name, arrow_schema(columns))
        stored = self._warehouse.open(name)
        appended = stored.transaction_version(execution_id) or 0
        if appended and self._has_rows(stored, execution_id):
            return
        _refuse_other_types(name, schemas.columns_of(stored), columns)
        writes.write_stream(
            stored,
            self._warehouse.place(name),
            name,
            columns,
            reads.stream(rows, "SELECT * FROM t"),
            execution_id=execution_id,
            append=True,
            transaction=(execution_id, appended + 1),
        )

    @staticmethod
    def _has_rows(stored: DeltaTable, execution_id: str) -> bool:
        """Return whether a run's rows are there: they may have been removed since."""
        met = f"execution_id = {quote_text(execution_id)}"
        return bool(reads.query(stored, f"SELECT 1 FROM t WHERE {met} LIMIT 1").num_rows)

    def batches(self, table: str, since: datetime) -> list[str]:
        """Return the batches whose rows were quarantined since an instant, oldest first.

        Rows that an older version quarantined have no batch.
        """
        name = self.name(table)
        stored = self._warehouse.open(name) if self._warehouse.exists(name) else None
        if stored is None or BATCH_COLUMN not in schemas.columns_of(stored):
            return []
        rows = reads.query(
            stored,
            f"SELECT {BATCH_COLUMN} AS batch FROM t WHERE {BATCH_COLUMN} IS NOT NULL "
            f"AND quarantined_at >= timestamp '{since.isoformat()}' "
            f"GROUP BY {BATCH_COLUMN} ORDER BY min(quarantined_at)",
        )
        ids: list[str] = rows.column("batch").to_pylist()
        return ids

    def remove_batch(self, table: str, batch_id: str) -> None:
        """Remove a batch's rows: their table does not have it.

        Raises:
            WarehouseError: They could not be removed.
        """
        name = self.name(table)
        self._warehouse.fence.check()
        stored = self._warehouse.open(name) if self._warehouse.exists(name) else None
        if stored is not None and BATCH_COLUMN in schemas.columns_of(stored):
            writes.delete_rows(stored, name, BATCH_COLUMN, batch_id)

    def remove_run(self, table: str, execution_id: str) -> None:
        """Remove a run's rows: their table was not published.

        Raises:
            WarehouseError: They could not be removed.
        """
        name = self.name(table)
        self._warehouse.fence.check()
        if self._warehouse.exists(name):
            writes.delete_rows(self._warehouse.open(name), name, "execution_id", execution_id)

    # -- reading ----------------------------------------------------------------------------------

    def entries(self, table: str) -> list[QuarantineEntry]:
        """Return what is in quarantine of a table, the newest run first."""
        name = self.name(table)
        if not self._warehouse.exists(name):
            return []
        stored = self._warehouse.open(name)
        runs = reads.query(
            stored,
            "SELECT execution_id, max(quarantined_at) AS at, count(*) AS n FROM t "
            "GROUP BY execution_id ORDER BY at DESC, execution_id DESC",
        )
        broken = reads.query(
            stored,
            "SELECT execution_id, rule, count(*) AS n FROM "
            "(SELECT execution_id, unnest(rule_ids) AS rule FROM t) AS r "
            "GROUP BY execution_id, rule ORDER BY n DESC, rule",
        ).to_pylist()
        return [
            QuarantineEntry(
                table=table,
                quarantine_table=name,
                execution_id=run["execution_id"],
                quarantined_at=run["at"],
                rows=run["n"],
                rules={
                    rule["rule"]: rule["n"]
                    for rule in broken
                    if rule["execution_id"] == run["execution_id"]
                },
            )
            for run in runs.to_pylist()
        ]

    def rows(
        self, table: str, *, run: str | None = None, rule: str | None = None, last: int
    ) -> list[dict[str, Any]]:
        """Return the newest rows in quarantine of a table, originals and all."""
        name = self.name(table)
        if not self._warehouse.exists(name):
            return []
        met = [] if run is None else [f"execution_id = {quote_text(run)}"]
        met += [] if rule is None else [f"array_has(rule_ids, {quote_text(rule)})"]
        rows: list[dict[str, Any]] = reads.query(
            self._warehouse.open(name),
            f"SELECT * FROM t WHERE {' AND '.join(met) or 'true'} "
            f"ORDER BY quarantined_at DESC, execution_id DESC LIMIT {last:d}",
        ).to_pylist()
        return rows

    # -- releasing --------------------------------------------------------------------------------

    def open(self, table: str) -> DeltaTable:
        """Return a pinned handle on a table's quarantine table.

        Raises:
            TableNotFoundError: None of its rows were ever quarantined.
        """
        return self._warehouse.open(self.name(table))

    def mark_releasing(
        self, table: str, stored: DeltaTable, leaving: Iterable[pa.Array], way: str
    ) -> None:
        """Write another execution id on rows that are about to leave, in one commit.

        Args:
            table: The table they belong to.
            stored: The handle on its quarantine table.
            leaving: Which rows leave, for each part that `delta.stream` yields of the handle.
            way: The execution id: the run's and the release's, joined by `RELEASING`.
        """
        writes.write_stream(
            stored,
            self._warehouse.place(self.name(table)),
            self.name(table),
            schemas.columns_of(stored),
            (
                _renamed(part, chosen, way)
                for part, chosen in zip(
                    reads.stream(stored, "SELECT * FROM t"), leaving, strict=True
                )
            ),
            execution_id=way.split(RELEASING)[1],
        )

    def settle_releases(self, table: str) -> None:
        """Finish or undo the releases that died.

        Rows that were being released are removed if they had been published, else kept.
        """
        for entry in self.entries(table):
            run, way, release = entry.execution_id.partition(RELEASING)
            if not way:
                continue
            arrived = self._warehouse.open(table).transaction_version(release) is not None
            if arrived:
                self.remove_run(table, entry.execution_id)
            else:
                name = self.name(table)
                writes.update_text(self.open(table), name, "execution_id", entry.execution_id, run)


def _renamed(part: pa.Table, chosen: pa.Array, execution_id: str) -> pa.Table:
    place = part.schema.get_field_index("execution_id")
    renamed = pc.if_else(chosen, execution_id, part.column(place))
    return part.set_column(place, part.schema.field(place), renamed)


def _refuse_other_types(name: str, stored: Mapping[str, str], columns: Mapping[str, str]) -> None:
    changed = [
        column for column in columns if stored.get(column, columns[column]) != columns[column]
    ]
    if changed:
        column = changed[0]
        raise SchemaMismatchError(
            f"column `{column}` is `{columns[column]}`, but `{stored[column]}` in `{name}`, where "
            "rows were quarantined before; release them or move that table away, then run again"
        )
