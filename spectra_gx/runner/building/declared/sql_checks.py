"""Check the SQL of builders as a run would: that of SQL files, and literals in functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.model import ExtraColumns
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query
from spectra_gx.contract.sql.placeholders import placeholders_in, zone_literals
from spectra_gx.runner.building.sql_values import VALUES, fill_in_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import Place, StageContract, Table
    from spectra_gx.contract.sql.guard import Readable
    from spectra_gx.runner.building.declared.declarations import (
        DeclaredBuilder,
        TableRead,
        Written,
    )
    from spectra_gx.warehouse.publishing.options import PublishOptions


class SqlChecks:
    """What is wrong with the SQL of one stage's builders."""

    def __init__(
        self, contract: StageContract, contracts: Mapping[str, StageContract], readable: Readable
    ) -> None:
        """Take the stage, the project's contracts, and what the stage may read."""
        self._contract = contract
        self._readable = readable
        producers = [contract, *(contracts.get(need.stage) for need in contract.consumes)]
        self._tables = {
            table.name: table for one in producers if one is not None for table in one.tables
        }

    def problems(
        self, builder: DeclaredBuilder, table: Table, options: PublishOptions
    ) -> Iterator[tuple[Place, str]]:
        """Yield each problem of a builder's SQL, and where it is."""
        column = None if options.watermark is None else table.column(options.watermark)
        watermark = None if column is None else column.type
        if builder.select is not None:
            what = f"the SELECT of `{table.name}`"
            yield from self._query(what, builder.select, builder.place, table, watermark)
        for query in builder.queries:
            known = {*self._readable, *VALUES}
            if known >= {*placeholders_in(query.value)}:  # others are reported by name
                yield from self._query(
                    "this SELECT is refused", query.value, query.place, table, watermark
                )
        for read in builder.reads:
            yield from self._read(read)
        own = {one.name: one.sensitive for one in table.columns}
        for condition in builder.slices:
            yield from _condition(condition, table.name, own)

    def _query(
        self, what: str, select: str, place: Place, table: Table, watermark: str | None
    ) -> Iterator[tuple[Place, str]]:
        if "watermark" in placeholders_in(select) and watermark is None:
            yield place, "`{watermark}` needs the option `watermark`; name its column there"
            return
        text = zone_literals(fill_in_samples(select, watermark))
        try:
            guard_query(text, table=table.name, tables=self._readable)
        except SqlRefused as refused:
            yield place, f"{what}: {refused}"

    def _read(self, read: TableRead) -> Iterator[tuple[Place, str]]:
        """Check columns and condition of a read, if all columns of the table are known."""
        table = self._tables.get(read.table.value)
        if table is None or table.extra_columns is not ExtraColumns.FAIL:
            return
        known = {column.name: column.sensitive for column in table.columns}
        if read.columns is not None:
            for name in read.columns.value:
                if name not in known:
                    hint = did_you_mean(name, known) or ""
                    message = f"table `{table.name}` has no column {quote(name)}{hint}"
                    yield read.columns.place, message
        if read.where is not None:
            yield from _condition(read.where, table.name, known)


def _condition(
    condition: Written, table: str, columns: Mapping[str, bool]
) -> Iterator[tuple[Place, str]]:
    try:
        guard_condition(zone_literals(condition.value), table=table, columns=columns)
    except SqlRefused as refused:
        yield condition.place, f"the condition on `{table}` is refused: {refused}"
