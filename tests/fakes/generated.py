"""Tables generated for a contract in a folder, and what a check finds of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.generate.asked_breaks import read_breaks
from spectra_gx.generate.generation import Written, generate_tables
from spectra_gx.generate.target import placed
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import take_snapshot
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.results import RuleResult

AT = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)


def generate(
    contract: StageContract, folder: Path, *breaks: str, rows: int = 60, seed: int = 1
) -> Written:
    """Generate the tables of a contract into a folder."""
    contract = placed(contract)[0]
    asked = read_breaks(breaks, contract)
    others = {contract.name: contract}
    return generate_tables(
        contract, others, Warehouse(folder), asked, seed=seed, rows=rows, as_of=AT
    )


def checked(contract: StageContract, folder: Path) -> dict[str, RuleResult]:
    """Check generated tables, in this process; return each rule's result by its id."""
    contract = placed(contract)[0]
    contracts, warehouse = {contract.name: contract}, Warehouse(folder)
    job = ValidationJob(
        contract,
        contracts,
        warehouse,
        take_snapshot(warehouse, contract, contracts),
        RunClock(AT, "generate_20261129_013000_000000", historical=True),
        contract.tables,
        replace(DATAFUSION, parallel=False),
    )
    return {rule.id: rule for rule in validate_stage(job).result.all_rules()}


def not_passed(found: dict[str, RuleResult]) -> dict[str, int | None]:
    """Return the rules that did not pass → how many rows break them."""
    return {rule.id: rule.unexpected for rule in found.values() if rule.status != "passed"}


def stored(folder: Path, table: str) -> pa.Table:
    """Return a generated Delta table, its rows in order."""
    warehouse = Warehouse(folder)
    rows = warehouse.read(warehouse.open(table))
    return rows.sort_by([(name, "ascending") for name in rows.column_names[:1]])
