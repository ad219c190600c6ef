"""Quarantine rows that break critical rules, check the others again and publish them."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.model import OnFailure
from spectra_gx.errors import WarehouseError
from spectra_gx.validation.results import Status
from spectra_gx.validation.run.row_split import split_rows
from spectra_gx.validation.snapshot.pinning import Contracts, pin_again
from spectra_gx.warehouse.delta.commits import written_by
from spectra_gx.warehouse.quarantine_tables import Quarantine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.publishing.candidate_tables import CandidateTables
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.validation.snapshot.clock import RunClock
    from spectra_gx.warehouse.staging import Staging
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)

_ROUNDS = 5
"""How often rows are quarantined at most: rows without their parents follow a round later."""


def check_good_rows(
    outcome: StageOutcome,
    contract: StageContract,
    snapshot: Snapshot,
    staging: Staging,
    clock: RunClock,
    check_again: Callable[[Snapshot], StageOutcome],
    candidates: CandidateTables,
) -> StageOutcome:
    """Return the outcome of the good rows; that of all rows where the good ones do not pass either.

    Where other tables may fail, the good rows are what counts all the same.

    Staging then has the rows that the outcome is about.

    Args:
        outcome: The outcome of all rows.
        contract: The stage.
        snapshot: What was checked.
        staging: What the run has built.
        clock: The run.
        check_again: Checks another snapshot.
        candidates: Makes staged tables what they will be.
    """
    whole = outcome
    continues = contract.on_failure is OnFailure.CONTINUE
    splittable = (Status.FAILED, Status.ERRORED) if continues else (Status.FAILED,)
    for _ in range(_ROUNDS):
        if outcome.result.verdict not in splittable:
            break
        split = _split(outcome, contract, snapshot, staging, clock, candidates)
        if not split:
            break
        snapshot = _pin_split(snapshot, split, staging, candidates)
        outcome = check_again(snapshot)
    if continues or outcome.result.verdict is Status.PASSED:
        return outcome.with_quarantined(staging.quarantined)
    staging.restore()
    return whole


def quarantine_bad_rows(
    contract: StageContract,
    snapshot: Snapshot,
    staging: Staging,
    clock: RunClock,
    check: Callable[[Snapshot], StageOutcome],
    candidates: CandidateTables,
) -> None:
    """Quarantine the rows that break critical rules, whatever else the tables break.

    Args:
        contract: The stage.
        snapshot: What was built so far, and what is published of the rest.
        staging: What the run has built.
        clock: The run.
        check: Checks the tables that are to lose such rows.
        candidates: Makes staged tables what they will be.
    """
    for _ in range(_ROUNDS):
        split = _split(check(snapshot), contract, snapshot, staging, clock, candidates)
        if not split:
            return
        snapshot = _pin_split(snapshot, split, staging, candidates)


def _pin_split(
    snapshot: Snapshot, split: Sequence[str], staging: Staging, candidates: CandidateTables
) -> Snapshot:
    again = {
        name: pin_again(snapshot.tables[name], candidates.as_it_will_be(staging, name))
        for name in split
    }
    return replace(snapshot, tables={**snapshot.tables, **again})


def _split(
    outcome: StageOutcome,
    contract: StageContract,
    snapshot: Snapshot,
    staging: Staging,
    clock: RunClock,
    candidates: CandidateTables,
) -> list[str]:
    """Quarantine rows that break critical rules; return the tables that have lost some."""
    split = []
    for result in outcome.result.tables:
        table = contract.table(result.table)
        if table is None or not table.quarantine or table.name not in staging.tables:
            continue
        # Published rows are never quarantined: the batch alone is split.
        staged = pin_again(snapshot.tables[table.name], staging.open(table.name))
        batch = replace(snapshot, tables={**snapshot.tables, table.name: staged})
        before, merge = candidates.published_before(table.name), candidates.merge(table.name)
        apart = split_rows(table, result, batch, clock, before, merge)
        if apart is not None:
            staging.split(table.name, apart.good(), apart.bad())
            split.append(table.name)
    return split


def warn_of_idle_quarantines(contract: StageContract) -> None:
    """Warn that tables which a run does not build lose no rows to quarantine."""
    idle = [f"`{table.name}`" for table in contract.tables if table.quarantine]
    if idle:
        logger.warning(
            "`quarantine` of %s does nothing: this run checks existing tables and builds none",
            ", ".join(idle),
        )


def discard_rows_of_dead_runs(
    warehouse: Warehouse, contracts: Contracts, dead_runs: Sequence[str]
) -> None:
    """Remove what dead runs quarantined of tables that they had not published yet."""
    for contract in contracts.values() if dead_runs else ():
        quarantine = Quarantine(warehouse, contract.name)
        for table in contract.tables:
            for run in dead_runs if table.quarantine else ():
                try:
                    published = warehouse.exists(table.name) and written_by(
                        warehouse.open(table.name), run
                    )
                    if not published:
                        quarantine.remove_run(table.name, run)
                except WarehouseError as error:
                    logger.warning(
                        "rows of `%s` that the dead run `%s` quarantined were not removed: %s",
                        table.name,
                        run,
                        error,
                    )
