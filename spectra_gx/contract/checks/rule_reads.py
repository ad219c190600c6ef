"""Find the tables that a rule reads beside its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.checks.readable_tables import (
    compared_table,
    foreign_columns,
    query_of_rule,
)
from spectra_gx.contract.clock_sql import without_clocks
from spectra_gx.contract.sql.guard import Readable, SqlRefused, guard_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Rule


def tables_read(rule: Rule, readable: Readable) -> Iterator[str]:
    """Yield the other tables that a rule reads; SQL that is refused reads none."""
    foreign = foreign_columns(rule)
    if foreign is not None:
        yield foreign[0]
    other = compared_table(rule)
    if other is not None:
        yield other
    query = query_of_rule(rule)
    if query is not None:
        try:
            plain = without_clocks(query)
            yield from guard_query(plain, table=rule.table, tables=readable).tables
        except SqlRefused:
            return
