"""Data docs of a warehouse under `Files/docs`: GX's pages, and our site around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.report.addresses import DOCS, OVERVIEW, run_page
from spectra_gx.report.page_data import build_run_data
from spectra_gx.report.site import Site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.store.store import Lock
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.warehouse.warehouse import Warehouse

_PATIENCE = 20.0
"""Seconds to wait for another run that is writing its pages."""


def docs_lock(warehouse: Warehouse, by: str) -> AbstractContextManager[Lock]:
    """Keep the lock under which pages are written, for the length of a `with` block."""
    return warehouse.lock("docs", by=by, wait=_PATIENCE)


class DataDocs:
    """Writes the data docs of a stage's runs."""

    def __init__(
        self,
        warehouse: Warehouse,
        contract: StageContract,
        source: Path | None,
        runbook: Path | None = None,
    ) -> None:
        """Name the folders; they are created with the first report.

        Args:
            warehouse: The warehouse to document.
            contract: The stage.
            source: The contract's file; None if unknown.
            runbook: The project's own runbook in Markdown; without it the shipped one is shown.
        """
        self._warehouse = warehouse
        self._contract = contract
        self._source = source
        self._runbook = runbook

    @property
    def index(self) -> str:
        """The first page, relative to the warehouse."""
        return f"{DOCS}/{OVERVIEW}"

    def page(self, execution_id: str) -> str:
        """Return the address of a run's page, relative to the warehouse."""
        return f"{DOCS}/{run_page(self._contract.name, execution_id)}"

    def report(self, outcome: StageOutcome) -> Mapping[str, str]:
        """Store GX's results and write its pages; return the page of each table."""
        from spectra_gx.report.gx_pages import GXPages  # noqa: PLC0415 - GX is slow to import

        return GXPages(self._warehouse, self._contract).write(outcome)

    def show(self, run: RunResult) -> None:
        """Write the pages of a run that has ended.

        Raises:
            WarehouseError: Another run is still writing, or the activity log cannot be read.
        """
        with docs_lock(self._warehouse, run.identity.execution_id):
            Site(self._warehouse, self._runbook).update(
                build_run_data(run), self._contract, self._source
            )


def show_silences(warehouse: Warehouse, stage: str, runbook: Path | None = None) -> None:
    """Show what is muted and acknowledged of a stage on its pages, where it has any.

    Raises:
        WarehouseError: A run is still writing, or the log cannot be read.
    """
    with docs_lock(warehouse, "`spectra-gx notify`"):
        Site(warehouse, runbook).show_silences(stage)


def build_docs(
    warehouse: Warehouse,
    contracts: Sequence[tuple[StageContract, Path | None]],
    runbook: Path | None = None,
) -> int:
    """Rebuild all pages but GX's from the logs and the stored results.

    Without the project's own `runbook`, in Markdown, the shipped one is shown.

    Returns:
        The number of runs with a page.

    Raises:
        WarehouseError: A run is still writing, or a log cannot be read.
    """
    with docs_lock(warehouse, "`spectra-gx docs build`"):
        return Site(warehouse, runbook).build(contracts)
