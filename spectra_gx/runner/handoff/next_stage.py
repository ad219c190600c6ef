"""The next stage's tables: created without rows once this stage is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from spectra_gx.contract.model import StageContract, Table
from spectra_gx.errors import SchemaMismatchError
from spectra_gx.warehouse.arrow_types import arrow_schema

if TYPE_CHECKING:
    from spectra_gx.warehouse.warehouse import Warehouse

Contracts = Mapping[str, StageContract]


def next_stage(contract: StageContract, contracts: Contracts) -> StageContract | None:
    """Return the contract of the stage that this one hands off to, if the project has it."""
    return contracts.get(contract.handoff.to) if contract.handoff else None


def initialise(
    warehouse: Warehouse, contract: StageContract, contracts: Contracts
) -> tuple[str, ...]:
    """Create the next stage's tables without rows; return those that did not exist.

    Raises:
        SchemaMismatchError: One exists with another schema.
    """
    following = next_stage(contract, contracts)
    if following is None:
        return ()
    new = [table.name for table in _in_warehouse(following) if not warehouse.exists(table.name)]
    initialise_tables(warehouse, following)
    return tuple(new)


def initialise_tables(warehouse: Warehouse, contract: StageContract) -> tuple[str, ...]:
    """Create every table of a stage that belongs in the warehouse; return their names.

    Raises:
        SchemaMismatchError: One exists with another schema.
    """
    tables = _in_warehouse(contract)
    for table in tables:
        warehouse.create_empty(table.name, arrow_schema(_columns(table)))
    return tuple(table.name for table in tables)


def refuse_other_schemas(
    warehouse: Warehouse, contract: StageContract, contracts: Contracts
) -> None:
    """Find out before anything is built that the next stage's tables could not be initialised.

    Raises:
        SchemaMismatchError: One exists with another schema; names each difference.
    """
    following = next_stage(contract, contracts)
    if following is None:
        return
    for table in _in_warehouse(following):
        differences = warehouse.differences(table.name, _columns(table))
        if differences:
            raise SchemaMismatchError(
                f"table `{table.name}` of the next stage has another schema: "
                f"{'; '.join(differences)}; drop it, or change the contract of `{following.name}`"
            )


def _in_warehouse(contract: StageContract) -> list[Table]:
    """Return the tables that are ours to create; those with a location are not."""
    return [table for table in contract.tables if table.location is None]


def _columns(table: Table) -> dict[str, str]:
    return {column.name: column.type for column in table.columns}
