"""Pages and results of runs that nobody keeps any longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from spectra_gx.report.addresses import DOCS, run_page, segment
from spectra_gx.report.data_docs import docs_lock
from spectra_gx.report.result_store import RUNS, run_file
from spectra_gx.report.site import Site
from spectra_gx.warehouse.warehouse import FILES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.store.store import Store
    from spectra_gx.warehouse.warehouse import Warehouse

GX_FOLDERS = (f"{FILES}/validations", f"{DOCS}/validations")
"""Great Expectations' results, and its pages of them, by table and run."""

_UNRECORDED = timedelta(days=1)
"""Younger files may be of a run that is not in the log yet."""


def expired_files(
    warehouse: Warehouse, stage: str, tables: Iterable[str], runs: Collection[str], now: datetime
) -> dict[str, int]:
    """Return the stored data and pages of a stage that are of no run which is kept → their bytes.

    Args:
        warehouse: Where they are.
        stage: The stage.
        tables: Its tables.
        runs: Execution ids of the runs that are kept.
        now: UTC.
    """
    store = warehouse.store
    kept = {path for run in runs for path in (run_file(stage, run), _page(stage, run))}
    found = {
        path: size
        for folder in (f"{RUNS}/{segment(stage)}", f"{DOCS}/runs/{segment(stage)}")
        for path, size in _files(store, folder).items()
        if path not in kept and not path.endswith("/index.html")
    }
    for table in tables:
        for folder in _gx_folders(table):
            for run in store.folders(folder):
                if run not in runs:
                    found |= _files(store, f"{folder}/{run}")
    return {path: size for path, size in found.items() if _is_settled(store, path, now)}


def stored_results(warehouse: Warehouse, stage: str, tables: Iterable[str]) -> dict[str, int]:
    """Return everything that is stored about the runs of a stage and may show rows → its bytes.

    These are the data of runs, from which pages are made, and Great Expectations' results and pages
    of the given tables.
    """
    folders = [f"{RUNS}/{segment(stage)}"]
    folders += [folder for table in tables for folder in _gx_folders(table)]
    store = warehouse.store
    return {path: size for folder in folders for path, size in _files(store, folder).items()}


def delete_files(
    warehouse: Warehouse,
    files: Collection[str],
    contract: StageContract,
    source: Path | None,
    runbook: Path | None,
    *,
    since: datetime | None,
    by: str,
) -> None:
    """Delete stored data and pages, and rebuild the stage's pages from what is left.

    Args:
        warehouse: Where they are.
        files: What is deleted.
        contract: The stage.
        source: The contract's file; None if unknown.
        runbook: The project's own runbook; None for the shipped one.
        since: Runs that started earlier get no page, but for the newest.
        by: Who does it, for others that wait.

    Raises:
        WarehouseError: A run is still writing its pages, or a file cannot be deleted.
    """
    with docs_lock(warehouse, by):
        for path in files:
            warehouse.store.delete(path)
        for folder in {path.rpartition("/")[0] for path in files}:
            if not warehouse.store.sizes(folder):
                warehouse.store.delete_folder(folder)
        Site(warehouse, runbook).rebuild_stage(contract, source, since)


def kept_runs(rows: Iterable[Mapping[str, object]], since: datetime | None) -> list[str]:
    """Return the execution ids of runs whose pages stay, by the rows of runs, oldest first."""
    runs = list(rows)
    return [
        str(row["execution_id"])
        for place, row in enumerate(runs)
        if since is None or place == len(runs) - 1 or _started(row) >= since
    ]


def _started(row: Mapping[str, object]) -> datetime:
    started = row["start_time"]
    return started if isinstance(started, datetime) else datetime.max.replace(tzinfo=UTC)


def _page(stage: str, run: str) -> str:
    return f"{DOCS}/{run_page(stage, run)}"


def _gx_folders(table: str) -> list[str]:
    return [f"{root}/{table.replace('.', '/')}" for root in GX_FOLDERS]


def _files(store: Store, folder: str) -> dict[str, int]:
    return {f"{folder}/{path}": size for path, size in store.sizes(folder).items()}


def _is_settled(store: Store, path: str, now: datetime) -> bool:
    written = store.written(path)
    return written is not None and now - written > _UNRECORDED
