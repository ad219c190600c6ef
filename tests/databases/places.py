"""The databases that tests move tables into."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Place
from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.credentials.declarations import Credential
from spectra_gx.store.credentials.named_credentials import NamedCredentials
from spectra_gx.store.credentials.sources import SecretSources
from spectra_gx.store.options import LoginKind
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.snapshot.pinning import take_snapshot
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import CLOCK, outcomes
from tests.fakes.databases.duckdb_place import DuckDbPlace
from tests.fakes.databases.mariadb_place import MariaDbPlace
from tests.fakes.databases.postgresql_place import PostgresPlace
from tests.fakes.databases.servers import PASSWORD, READER
from tests.fakes.databases.sqlite_place import SqlitePlace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.results import RuleResult
    from tests.fakes.databases.place import DatabasePlace

PLACES: Mapping[str, type[DatabasePlace]] = {
    "duckdb": DuckDbPlace,
    "sqlite": SqlitePlace,
    "mariadb": MariaDbPlace,
    "postgresql": PostgresPlace,
}

LOGIN = Credential(
    "tables",
    LoginKind.DATABASE,
    {"user": READER, "password": PASSWORD},
    None,
    Place("pyproject.toml", 1, 1),
)


def moved_to(place: DatabasePlace, contract: StageContract, root: Path) -> StageContract:
    """Write the tables of a warehouse into a database; return the contract with their places.

    A table of types that the database does not have stays where it is.
    """
    warehouse = Warehouse(root)
    tables = []
    for table in contract.tables:
        address = None
        if warehouse.exists(table.name):
            address = place.put(table.name, warehouse.open(table.name).to_pyarrow_table())
        if address is not None:
            table = replace(  # noqa: PLW2901 - the same table, elsewhere
                table,
                location=address,
                credentials=place.credentials,
                format=TableFormat.DATABASE,
            )
        tables.append(table)
    return replace(contract, tables=tuple(tables))


def validated(
    contract: StageContract, root: Path, login: Credential = LOGIN
) -> dict[str, RuleResult]:
    """Return every rule's result by id, tables in databases read by the tests' reader."""
    access = StoreAccess(
        named=NamedCredentials({login.name: login}, SecretSources(root, lambda _: None))
    )
    warehouse = Warehouse(root, access)
    contracts = {contract.name: contract}
    engine = replace(DATAFUSION, parallel=False)
    with take_snapshot(warehouse, contract, contracts) as snapshot:
        return outcomes(
            validate_stage(
                ValidationJob(
                    contract, contracts, warehouse, snapshot, CLOCK, contract.tables, engine
                )
            )
        )
