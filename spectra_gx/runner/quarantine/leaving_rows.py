"""The rows of one run in quarantine, and which of them are to be released."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.table_storage import QUARANTINE_COLUMNS
from spectra_gx.errors import SchemaMismatchError, UsageError
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.delta import reads, schemas, writes
from spectra_gx.warehouse.publishing.batches import COMMIT_INFO
from spectra_gx.warehouse.publishing.row_places import PLACE
from spectra_gx.warehouse.quarantine_tables import RELEASING, Quarantine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deltalake import DeltaTable

    from spectra_gx.validation.metrics.failing_rows import RowMask
    from spectra_gx.warehouse.warehouse import Warehouse


class LeavingRows:
    """The rows of one run in quarantine, and which of them are to be released."""

    def __init__(self, quarantine: Quarantine, published: DeltaTable, table: str, run: str) -> None:
        self.published = published
        self.columns = schemas.columns_of(published)
        self._quarantine = quarantine
        self._table = table
        self._run = run
        self._quarantined = quarantine.open(table)
        self._quarantined_types = schemas.columns_of(self._quarantined)
        count = sum(pc.sum(chosen).as_py() or 0 for _, chosen in self._of_run())
        if count == 0:
            raise no_rows(table, run)
        self.leaving: RowMask = np.ones(count, dtype=np.bool_)
        self._refuse_lost_columns()

    def table(self) -> Iterator[pa.Table]:
        """Yield the table as it would be: its published rows, and those that leave quarantine."""
        return chain(self._published_rows(), self._leaving_rows())

    def numbered(self) -> Iterator[pa.Table]:
        """Yield the same, each row that leaves with its place among those of the run."""
        for part in self._published_rows():
            yield part.append_column(PLACE, pa.nulls(part.num_rows, pa.int64()))
        yield from self.numbered_alone()

    def numbered_alone(self) -> Iterator[pa.Table]:
        """Yield the rows that leave, each with its place."""
        places = np.flatnonzero(self.leaving)
        for part in self._leaving_rows():
            here, places = places[: part.num_rows], places[part.num_rows :]
            yield part.append_column(PLACE, pa.array(here, pa.int64()))

    def release(self, warehouse: Warehouse, release: str) -> int:
        """Move the rows that leave into the table; return its new version.

        They are marked first and removed last, so that after a crash it is known where they are.
        """
        way = f"{self._run}{RELEASING}{release}"
        self._quarantine.mark_releasing(self._table, self._quarantined, self._chosen(), way)
        token = warehouse.fence.token
        warehouse.fence.check()
        version = writes.write_stream(
            self.published,
            warehouse.place(self._table),
            self._table,
            self.columns,
            self._on_their_way(way),
            execution_id=release,
            append=True,
            transaction=(release, 1),
            rebase=False,
            about={} if token is None else {COMMIT_INFO: {"lock_token": token}},
        )
        self._quarantine.remove_run(self._table, way)
        return version

    def _published_rows(self) -> Iterator[pa.Table]:
        return reads.stream(self.published, "SELECT * FROM t")

    def _of_run(self) -> Iterator[tuple[pa.Table, pa.ChunkedArray]]:
        for part in reads.stream(self._quarantined, "SELECT * FROM t"):
            yield part, pc.equal(part.column("execution_id"), self._run)

    def _chosen(self) -> Iterator[pa.Array]:
        """Yield which rows of each part leave."""
        start = 0
        for _, chosen in self._of_run():
            leaves = np.array(chosen.to_pylist(), dtype=np.bool_)
            count = int(leaves.sum())
            leaves[leaves] = self.leaving[start : start + count]
            start += count
            yield pa.array(leaves)

    def _leaving_rows(self) -> Iterator[pa.Table]:
        for (part, _), leaves in zip(self._of_run(), self._chosen(), strict=True):
            yield self._shaped(part.filter(leaves))

    def _on_their_way(self, way: str) -> Iterator[pa.Table]:
        for part in reads.stream(self._quarantine.open(self._table), "SELECT * FROM t"):
            yield self._shaped(part.filter(pc.equal(part.column("execution_id"), way)))

    def _shaped(self, rows: pa.Table) -> pa.Table:
        """Return rows with the table's columns; those that came later are null."""
        types = arrow_schema(self.columns)
        columns = [
            rows.column(field.name).cast(field.type)
            if self._quarantined_types.get(field.name) == self.columns[field.name]
            else pa.nulls(rows.num_rows, field.type)
            for field in types
        ]
        return pa.table(columns, schema=types)

    def _refuse_lost_columns(self) -> None:
        """Refuse to release rows that would lose a value or change its type.

        Raises:
            SchemaMismatchError: Names the first column.
        """
        for name, type_text in self._quarantined_types.items():
            if name in QUARANTINE_COLUMNS or self.columns.get(name) == type_text:
                continue
            if self._has_values(name):
                now = f"`{self.columns[name]}` now" if name in self.columns else "not there now"
                raise SchemaMismatchError(
                    f"column `{name}` of the rows in quarantine is `{type_text}`, and {now} in "
                    f"`{self._table}`; release them under a contract that has it"
                )

    def _has_values(self, column: str) -> bool:
        """Return whether one of the rows has a value in a column."""
        return any(
            part.filter(chosen).column(column).is_valid().to_numpy().any()
            for part, chosen in self._of_run()
        )


def no_rows(table: str, run: str) -> UsageError:
    """Return the error of a run none of whose rows is in quarantine."""
    return UsageError(
        f"no rows of `{table}` that run `{run}` quarantined are left; "
        "`spectra-gx quarantine list` names those that are"
    )
