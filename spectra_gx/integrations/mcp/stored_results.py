"""The newest results of a stage, from the stored ones or else the activity log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.report.history import History, add_run, no_runs, outcomes
from spectra_gx.report.page_text import since_text
from spectra_gx.report.result_store import ResultStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.report.page_data import RunData
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class StageResults:
    """What is known of a stage's runs."""

    history: History
    run: RunData | None
    """The newest run or recorded check; None where there is none."""

    @property
    def now(self) -> Mapping[str, Any] | None:
        """The summary of the newest run that says something of the published tables."""
        now: Mapping[str, Any] | None = self.history["now"]
        return now

    @property
    def since(self) -> str:
        """Since when the stage is as it is."""
        known = self.history["since"]
        return since_text(known, known["state"]) if known else ""

    def table_since(self, table: str) -> str:
        """Return since when a table has its verdict."""
        known = self.history["tables"].get(table)
        return since_text(known["since"], known["since"]["state"]) if known else ""

    def rule_state(self, rule_id: str) -> Mapping[str, Any] | None:
        """Return the history of a rule: `since`, and `outcomes` oldest first."""
        tables = self.history["tables"].values()
        groups = (self.history["rules"], *(table["rules"] for table in tables))
        known = next((group[rule_id] for group in groups if rule_id in group), None)
        return known and {"since": known["since"], "outcomes": outcomes(known)}

    def rules(self) -> Iterator[Mapping[str, Any]]:
        """Yield every rule of the newest run, the stage's own first."""
        if self.run is not None:
            yield from self.run["rules"]
            for table in self.run["tables"]:
                yield from table["rules"]


def read_results(warehouse: Warehouse, stage: str) -> StageResults:
    """Return what is known of a stage's runs.

    Raises:
        WarehouseError: The activity log cannot be read.
    """
    store = ResultStore(warehouse)
    history = store.history(stage)
    missing = None if history is None else store.missing_runs(history)
    if history is None or missing is None:
        history, missing = no_runs(stage), store.runs(stage)
    for run in missing:
        add_run(history, run)
    now = history["now"]
    if now is None:
        return StageResults(history, None)
    found = store.facts(stage, now["id"]) or next(
        (run for run in (missing or store.runs(stage)) if run["execution_id"] == now["id"]), None
    )
    return StageResults(history, found)
