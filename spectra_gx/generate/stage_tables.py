"""The tables to generate for a stage: its own, and those that its rules read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.checks.readable_tables import (
    compared_table,
    foreign_columns,
    readable_tables,
)
from spectra_gx.contract.checks.rule_reads import tables_read
from spectra_gx.contract.clocks import reads_clock
from spectra_gx.contract.model import Column, Rule, StageContract, Table
from spectra_gx.contract.rules.catalogue import kind_of
from spectra_gx.validation.snapshot.clock_limits import fill_in_clock
from spectra_gx.validation.snapshot.pinning import declared_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from spectra_gx.contract.model import Need


def tables_of(
    contract: StageContract, contracts: Mapping[str, StageContract], as_of: datetime
) -> list[Table]:
    """Return the tables to generate, with every clock in the SQL of their rules filled in."""
    owners = {table.name: one for one in contracts.values() for table in one.tables}
    owners |= dict.fromkeys(contract.table_names, contract)
    readable = readable_tables(contract, contracts)
    found: dict[str, Table] = {table.name: table for table in contract.tables}
    waiting = [name for rule in contract.rules() for name in tables_read(rule, readable)]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        owner = owners.get(name)
        table = owner.table(name) if owner is not None else _needed(contract.consumes, name)
        if table is not None:
            found[name] = table
            waiting += [other for rule in table.rules for other in _filled_from(rule)]
    return [
        _timed(table, owners.get(table.name, contract), contracts, as_of)
        for table in found.values()
    ]


def depends_on_clock(tables: Iterable[Table]) -> bool:
    """Return whether the values of tables depend on the clock."""
    return any(
        reads_clock(rule) or kind_of(rule).clocked for table in tables for rule in table.rules
    )


def _filled_from(rule: Rule) -> Iterator[str]:
    """Yield the tables that have to exist so that rows for a rule can be made."""
    foreign = foreign_columns(rule)
    if foreign is not None:
        yield foreign[0]
    if rule.kind == "rows" and (other := compared_table(rule)) is not None:
        yield other


def _timed(
    table: Table, owner: StageContract, contracts: Mapping[str, StageContract], as_of: datetime
) -> Table:
    readable = readable_tables(owner, contracts)
    if table.name not in readable or owner.table(table.name) is None:
        return table
    types = declared_types(owner, contracts)
    return fill_in_clock(table, owner.tables, readable, types, as_of)


def _needed(consumed: Iterable[Need], name: str) -> Table | None:
    """Return a table of a stage whose contract is not here, as its consumer needs it."""
    for need in consumed:
        if name in need.tables:
            columns = [_column(name, *one) for one in need.tables[name].items()]
            return Table(name, tuple(columns), ())
    return None


def _column(table: str, name: str, need: Mapping[str, object]) -> Column:
    place = f"{table}.{name}"
    type_text = str(need.get("type", "string"))
    rules = [Rule(f"{place}.type", table, "type", (name,), argument=type_text)]
    if need.get("required"):
        rules.append(Rule(f"{place}.required", table, "required", (name,), argument=True))
    return Column(name, type_text, tuple(rules))
