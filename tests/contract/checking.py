"""Validate hand-made tables against a contract written as YAML text, through the real engine."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import write_deltalake

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.validation.metrics.metric_batch import MetricBatch
from spectra_gx.validation.run.checkpoint import CheckpointRunner
from spectra_gx.validation.run.checkpoint_data import CheckpointInputs
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.stage import StageOutcome, validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import declared_types, take_snapshot
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes import contracts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.session import Engine
    from spectra_gx.validation.results import RuleResult
    from spectra_gx.validation.run.checkpoint_data import EarlierRows

contract_of = contracts.contract_of
CLOCK = RunClock(datetime(2026, 11, 21, tzinfo=UTC), "tests_20261121_000000_000000")


def store(
    root: Path,
    name: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    *,
    files: int = 1,
    partition_by: Sequence[str] = (),
) -> None:
    """Write a table, its rows spread over several files of two-row groups."""
    schema = arrow_schema(columns)
    folder = Path(Warehouse(root).table_uri(name))
    folder.mkdir(parents=True, exist_ok=True)
    for part in range(files):
        share = rows[part::files]
        arrays = [
            pa.array([row[index] for row in share], type=field.type)
            for index, field in enumerate(schema)
        ]
        write_deltalake(
            str(folder),
            pa.table(arrays, schema=schema),
            mode="append",
            partition_by=list(partition_by) or None,
        )


def pin(contract: StageContract, root: Path) -> Snapshot:
    """Pin the current versions of the tables of a contract."""
    return take_snapshot(Warehouse(root), contract, {contract.name: contract})


chosen = [DATAFUSION]
"""The engine in use; `--engine spark` puts another here."""


def validate(contract: StageContract, root: Path, engine: Engine | None = None) -> StageOutcome:
    """Validate the whole contract on the current tables."""
    return validate_stage(job_of(contract, root, engine=engine or chosen[0]))


def job_of(contract: StageContract, root: Path, **others: Any) -> ValidationJob:
    """Return the job of validating a contract on the current tables; `others` replace fields."""
    job = ValidationJob(
        contract,
        {contract.name: contract},
        Warehouse(root),
        pin(contract, root),
        CLOCK,
        contract.tables,
    )
    return replace(job, **others)


def validate_here(contract: StageContract, root: Path) -> StageOutcome:
    """Validate tiny tables in this process: starting others would cost more than all of them."""
    return validate(
        contract, root, replace(DATAFUSION, parallel=False) if chosen[0] is DATAFUSION else None
    )


def runner_of(contract: StageContract, root: Path, engine: Engine = DATAFUSION) -> CheckpointRunner:
    """Return the runner that `validate_stage` would use."""
    return CheckpointRunner(replace(inputs_of(contract, root), engine=engine))


def inputs_of(
    contract: StageContract, root: Path, earlier: EarlierRows | None = None
) -> CheckpointInputs:
    """Return what checkpoints over the tables of a contract are made of."""
    types = declared_types(contract, {contract.name: contract})
    return CheckpointInputs(contract, pin(contract, root), types, CLOCK, earlier or {}, DATAFUSION)


def outcomes(outcome: StageOutcome) -> dict[str, RuleResult]:
    """Return every rule's result by id; counts add up, and what is errored has a cause."""
    result = outcome.result
    found = {rule.id: rule for rule in result.all_rules()}
    assert len(found) == result.declared
    assert all((rule.cause is not None) == (rule.status == "errored") for rule in found.values())
    assert all((table.cause is not None) == (table.verdict == "errored") for table in result.tables)
    assert result.declared == sum(map(result.count, ("passed", "failed", "errored")))
    return found


def batch_of(root: Path, table: str) -> MetricBatch:
    """Return one table as the engine questions it."""
    delta = Warehouse(root).open(table)
    pinned = PinnedTable(table, delta, delta.version(), Warehouse.schema(delta))
    snapshot = Snapshot({table: pinned})
    return MetricBatch(DATAFUSION.open(snapshot), pinned.name)


FEW_DIGITS = 1e-14
"""Statistics of floating-point numbers are added up in another order by each engine."""


def is_alike(found: RuleResult, expected: RuleResult) -> bool:
    """Return whether two results are the same, but for the last digits of a float."""
    numbers = (found.observed, expected.observed)
    if all(isinstance(one, float) for one in numbers) and math.isclose(
        *numbers, rel_tol=FEW_DIGITS
    ):
        expected = replace(expected, observed=found.observed)
    return found == expected
