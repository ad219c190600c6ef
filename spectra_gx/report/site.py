"""The site of data docs: updated after a run, or rebuilt from logs and stored results."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from spectra_gx.report import page_views
from spectra_gx.report.addresses import (
    DOCS,
    ICON,
    OVERVIEW,
    RUNBOOK,
    STYLESHEET,
    contract_page,
    run_page,
    runs_page,
)
from spectra_gx.report.contract_view import contract_view
from spectra_gx.report.history import KEPT_RUNS, History, add_run, no_runs, outcomes
from spectra_gx.report.html_filters import render, stylesheet
from spectra_gx.report.result_store import ResultStore
from spectra_gx.report.rule_views import rule_results
from spectra_gx.report.runbook import load_runbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.report.page_data import RunData
    from spectra_gx.warehouse.warehouse import Warehouse

_OURS = ("contracts", "runs", "tables")
"""Folders that contain only pages of ours."""


class Site:
    """The static site under `Files/docs`, with relative links only."""

    def __init__(self, warehouse: Warehouse, runbook: Path | None = None) -> None:
        """Take the warehouse; nothing is written yet.

        Args:
            warehouse: The warehouse to document.
            runbook: The project's own, in Markdown; without it the shipped one is shown.
        """
        self._store = warehouse.store
        self._results = ResultStore(warehouse)
        self._runbook = load_runbook(runbook)

    def update(self, facts: RunData, contract: StageContract, source: Path | None) -> None:
        """Write the pages that a run changes, and all pages of its stage if they are missing.

        Raises:
            WarehouseError: The history is missing and the log cannot be read.
        """
        stage = facts["stage"]
        self._results.save(facts)
        self._write_shared_files()
        history = self._results.history(stage)
        missing = None if history is None else self._results.missing_runs(history)
        if history is None or missing is None or not self._exists(runs_page(stage)):
            self.build_stage(contract, source)
        else:
            self._add(history, [*missing, facts], contract, source)
        self._write_overview()

    def _add(
        self,
        history: History,
        runs: Sequence[RunData],
        contract: StageContract,
        source: Path | None,
    ) -> None:
        """Add runs to a stage's pages, oldest first."""
        self._remember(history, runs)
        for facts in runs:
            self._write_run(facts, contract)
        self._write_stage(history, contract, source, _latest_checks(runs))

    def build(self, contracts: Sequence[tuple[StageContract, Path | None]]) -> int:
        """Rebuild all pages from the logs and stored results; return the number of runs with one.

        Raises:
            WarehouseError: A log cannot be read.
        """
        for folder in _OURS:
            self._store.delete_folder(f"{DOCS}/{folder}")
        self._write_shared_files()
        count = sum(self.build_stage(contract, source) for contract, source in contracts)
        self._write_overview()
        return count

    def show_silences(self, stage: str) -> None:
        """Show what is muted and acknowledged of a stage, where it has pages.

        Raises:
            WarehouseError: Its log cannot be read.
        """
        history = self._results.history(stage)
        if history is None or not self._exists(runs_page(stage)):
            return
        self._note_silences(history)
        self._write(runs_page(stage), "runs.html", page_views.runs(history))
        self._write_overview()

    def _note_silences(self, history: History) -> None:
        history["silences"] = self._results.silences(history["stage"], datetime.now(UTC))
        self._results.save_history(history)

    def rebuild_stage(
        self, contract: StageContract, source: Path | None, since: datetime | None = None
    ) -> None:
        """Rebuild the pages of one stage; arguments as for `build_stage`."""
        self.build_stage(contract, source, since)
        self._write_overview()

    def build_stage(
        self, contract: StageContract, source: Path | None, since: datetime | None = None
    ) -> int:
        """Rebuild the pages of a stage but for the overview; return the number of runs with one.

        Args:
            contract: The stage.
            source: The contract's file; None if unknown.
            since: Runs that started earlier get none, but for the newest.

        Raises:
            WarehouseError: A log cannot be read.
        """
        history = no_runs(contract.name, contract.version)
        history["log_version"] = self._results.log_version(contract.name)
        runs = self._results.runs(contract.name)
        if since is not None:
            fresh = [run for run in runs if datetime.fromisoformat(run["started"]) >= since]
            runs = fresh or runs[-1:]
        self._remember(history, runs)
        self._note_silences(history)
        for facts in runs[-KEPT_RUNS:]:
            self._write_run(facts, contract)
        self._write_stage(history, contract, source, _latest_checks(runs))
        return len(history["runs"])

    def _remember(self, history: History, runs: Sequence[RunData]) -> None:
        """Add runs to a history, oldest first, and remove those that are now too old."""
        stage = history["stage"]
        for execution_id in (gone for facts in runs for gone in add_run(history, facts)):
            self._results.remove(stage, execution_id)
            self._store.delete(f"{DOCS}/{run_page(stage, execution_id)}")
        self._results.save_history(history)

    def _write_stage(
        self,
        history: History,
        contract: StageContract,
        source: Path | None,
        newest: Mapping[str, RunData],
    ) -> None:
        """Write the pages of a stage that its newest runs change.

        `newest` is table → data of the run that checked it last; other tables keep their pages.
        """
        stage = contract.name
        known: dict[str, Any] = {}
        for rule, past in history["rules"].items():
            known[rule] = {"status": outcomes(past)[-1], "page": None}
        for table in contract.tables:
            past = history["tables"].get(table.name)
            facts = newest.get(table.name)
            if past is None:
                continue
            if facts is None:
                known |= rule_results(stage, table, _rules_in_history(past))
                continue
            checked = _table_data(facts, table.name)
            known |= rule_results(stage, table, checked["rules"])
            for page, content in page_views.table_pages(facts, table, checked, past):
                self._write(page, "table.html", content)
        self._write(contract_page(stage), "contract.html", contract_view(contract, source, known))
        self._write(runs_page(stage), "runs.html", page_views.runs(history))

    def _write_run(self, facts: RunData, contract: StageContract) -> None:
        declared = {table.name: table for table in contract.tables}
        page = run_page(facts["stage"], facts["execution_id"])
        shown = {
            **facts,
            "tables": [{**one, "gx": self._existing(one["gx"])} for one in facts["tables"]],
        }
        self._write(page, "run.html", page_views.run(shown, declared, self._runbook))

    def _write_overview(self) -> None:
        self._write(
            OVERVIEW, "overview.html", page_views.overview([*self._histories()], self._runbook)
        )

    def _histories(self) -> Iterator[History]:
        """Yield the history of each stage that has pages."""
        for stage in self._results.stages():
            history = self._results.history(stage)
            if history is not None and self._exists(runs_page(stage)):
                yield history

    def _existing(self, page: str | None) -> str | None:
        """Return the address of a GX report if it exists."""
        return page if page and self._exists(page) else None

    def _exists(self, page: str) -> bool:
        return self._store.exists(f"{DOCS}/{page}")

    def _write_text(self, page: str, text: str) -> None:
        self._store.write(f"{DOCS}/{page}", text.encode("utf-8", "backslashreplace"))

    def _write(self, page: str, template: str, content: Mapping[str, Any]) -> None:
        self._write_text(page, render(template, page, **content))

    def _write_shared_files(self) -> None:
        icon = files("spectra_gx.report").joinpath(ICON).read_text(encoding="utf-8")
        self._write_text(ICON, icon)
        self._write_text(STYLESHEET, stylesheet(STYLESHEET))
        self._write(RUNBOOK, "runbook.html", {"runbook": self._runbook.html})


def _latest_checks(runs: Sequence[RunData]) -> dict[str, RunData]:
    """Return table → data of the last run that checked its published state."""
    return {
        table["table"]: facts for facts in runs if not facts["aside"] for table in facts["tables"]
    }


def _table_data(facts: RunData, table: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in facts["tables"] if one["table"] == table]
    return found[0]


def _rules_in_history(past: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": rule, "status": outcomes(one)[-1], "severity": None}
        for rule, one in past["rules"].items()
    ]
