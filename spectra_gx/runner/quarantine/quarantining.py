"""Publishing without the rows that break critical rules: setting them aside, and judging again."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.errors import WarehouseError
from spectra_gx.validation.results import Status
from spectra_gx.validation.run.row_split import split_rows
from spectra_gx.validation.snapshot.pinning import pin_again
from spectra_gx.warehouse.delta.commits import written_by
from spectra_gx.warehouse.quarantine_tables import Quarantine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.validation.snapshot.clock import RunClock
    from spectra_gx.validation.snapshot.pinning import Contracts
    from spectra_gx.warehouse.staging import Staging
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)

_ROUNDS = 5
"""How often rows are set aside at most: rows without their parents follow these a round later."""


def check_good_rows(
    judgement: StageOutcome,
    contract: StageContract,
    snapshot: Snapshot,
    staging: Staging,
    clock: RunClock,
    judge_again: Callable[[Snapshot], StageOutcome],
) -> StageOutcome:
    """Return the judgement of the good rows; that of all where the good ones do not pass either.

    Staging then holds the rows that are judged.

    Args:
        judgement: The judgement of all rows.
        contract: The stage.
        snapshot: What was judged.
        staging: What the run has built.
        clock: The run.
        judge_again: Judges another snapshot.
    """
    whole = judgement
    for _ in range(_ROUNDS):
        if judgement.result.verdict is not Status.FAILED:
            break
        split = _split(judgement, contract, snapshot, staging, clock)
        if not split:
            break
        again = {name: pin_again(snapshot.tables[name], staging.open(name)) for name in split}
        snapshot = replace(snapshot, tables={**snapshot.tables, **again})
        judgement = judge_again(snapshot)
    if judgement.result.verdict is Status.PASSED:
        return judgement.with_quarantined(staging.quarantined)
    staging.restore()
    return whole


def _split(
    judgement: StageOutcome,
    contract: StageContract,
    snapshot: Snapshot,
    staging: Staging,
    clock: RunClock,
) -> list[str]:
    """Set rows aside that break critical rules; return the tables that have lost some."""
    split = []
    for result in judgement.result.tables:
        table = contract.table(result.table)
        if table is None or not table.quarantine or table.name not in staging.tables:
            continue
        apart = split_rows(table, result, snapshot, clock)
        if apart is not None:
            staging.split(table.name, apart.good(), apart.bad())
            split.append(table.name)
    return split


def discard_rows_of_dead_runs(
    warehouse: Warehouse, contracts: Contracts, dead_runs: Sequence[str]
) -> None:
    """Take back what dead runs set aside from tables that they had not published yet."""
    for contract in contracts.values() if dead_runs else ():
        quarantine = Quarantine(warehouse, contract.name)
        for table in contract.tables:
            for run in dead_runs if table.quarantine else ():
                try:
                    published = warehouse.exists(table.name) and written_by(
                        warehouse.open(table.name), run
                    )
                    if not published:
                        quarantine.take_back(table.name, run)
                except WarehouseError as error:
                    logger.warning(
                        "what the dead run `%s` set aside from `%s` was not taken back: %s",
                        run,
                        table.name,
                        error,
                    )
