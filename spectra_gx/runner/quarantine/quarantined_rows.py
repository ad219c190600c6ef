"""Rows in quarantine: how many there are, and their values that are not sensitive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.table_storage import QUARANTINE_COLUMNS
from spectra_gx.errors import UsageError
from spectra_gx.validation.redaction import hide_unless, plain
from spectra_gx.warehouse.quarantine_tables import Quarantine, QuarantineEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.warehouse.warehouse import Warehouse


def quarantine_entries(
    warehouse: Warehouse, contracts: Iterable[StageContract]
) -> list[QuarantineEntry]:
    """Return what is in quarantine of all tables that the contracts declare."""
    return [
        entry
        for contract in contracts
        for table in contract.tables
        for entry in Quarantine(warehouse, contract.name).entries(table.name)
    ]


def visible_rows(
    warehouse: Warehouse,
    contract: StageContract,
    table: Table,
    *,
    run: str | None,
    rule: str | None,
    last: int,
) -> list[dict[str, Any]]:
    """Return rows in quarantine, JSON-ready; only declared columns that are not sensitive show.

    Arguments as for `Quarantine.rows`.

    Raises:
        UsageError: The table has no such rule, and never had rows quarantined for it.
    """
    quarantine = Quarantine(warehouse, contract.name)
    rows = quarantine.rows(table.name, run=run, rule=rule, last=last)
    if rule is not None and not rows:
        _refuse_unknown(table, rule, quarantine.entries(table.name))
    declared = {column.name for column in table.columns}
    shown = (declared - table.sensitive_columns) | QUARANTINE_COLUMNS.keys()
    return [plain(hide_unless(shown, row)) for row in rows]


def _refuse_unknown(table: Table, rule: str, entries: Sequence[QuarantineEntry]) -> None:
    rules = {one.id for one in table.rules}.union(*(one.rules for one in entries))
    if rule not in rules:
        hint = did_you_mean(rule, rules) or "; `spectra-gx quarantine list` names rules that count"
        raise UsageError(f"table `{table.name}` has no rule `{rule}`{hint}")


def declared_table(
    contracts: Mapping[str, StageContract], name: str
) -> tuple[StageContract, Table]:
    """Return a table and the contract that declares it.

    Raises:
        UsageError: None does.
    """
    for contract in contracts.values():
        table = contract.table(name)
        if table is not None:
            return contract, table
    known = ", ".join(
        f"`{table.name}`" for contract in contracts.values() for table in contract.tables
    )
    raise UsageError(f"no contract declares a table `{name}`; there are {known}")
