"""Hold back tables that fail, and check the others beside their published versions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.checks.rule_reads import tables_read
from spectra_gx.contract.model import OnFailure
from spectra_gx.runner.publishing.partial_publish import Selection, select_tables
from spectra_gx.validation.results import Status
from spectra_gx.validation.snapshot.pinning import with_tables_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.publishing.partial_publish import Needs
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.warehouse.staging import Staging


def hold_back_tables(
    outcome: StageOutcome,
    contract: StageContract,
    staging: Staging,
    published: Snapshot,
    take_staged: Callable[[], Snapshot],
    needs: Needs,
    check: Callable[[Snapshot, AbstractSet[str]], StageOutcome],
) -> Selection:
    """Return which of the built tables are published, and what was found; by default all.

    Args:
        outcome: Of the stage with every built table as it will be.
        contract: The stage; its `on_failure` decides.
        staging: What the run has built.
        published: Every table as it is published.
        take_staged: Pins every built table as it will be.
        needs: What tables were built of.
        check: Checks tables in a snapshot.
    """
    passed = outcome.result.verdict is Status.PASSED
    if passed or contract.on_failure is not OnFailure.CONTINUE:
        return Selection(staging.tables, (), outcome)
    staged = take_staged()
    reads = {rule.id: frozenset(tables_read(rule, staged.readable)) for rule in contract.rules()}
    selection = select_tables(
        staging.tables,
        lambda held, tables: check(with_tables_of(staged, published, held), tables),
        outcome,
        reads,
        needs,
    )
    quarantined = {name: staging.quarantined.get(name, 0) for name in selection.published}
    return replace(selection, outcome=selection.outcome.with_quarantined(quarantined))
