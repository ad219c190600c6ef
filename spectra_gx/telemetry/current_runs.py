"""Which runs and checks say how a stage is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.runner.events import RunEnded


def is_current(ended: RunEnded) -> bool:
    """Return whether the end of a run or a check says how the published tables are now.

    A preview published nothing, a backfill and a check as of another time are about the past, and a
    batch that was published before is an earlier run's. Of checks only a recorded one counts that
    checked every table: others are somebody's look at them.
    """
    run = ended.run
    if not run.parameters.is_current or run.already_published is not None:
        return False
    if ended.operation == "run":
        return True
    checked = {table.table for table in run.stage.tables} if run.stage is not None else set()
    return run.recorded and checked == {table.name for table in run.contract.tables}
