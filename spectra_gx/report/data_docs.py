"""GX Data Docs of a warehouse: results under `Files/validations`, pages under `Files/docs`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations.core import ExpectationSuite
from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)

from spectra_gx.compiler.artefacts import compile_suite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.stage import Judgement
    from spectra_gx.warehouse.tables import Warehouse

_SITE = "site"
_KEPT_RUNS = 50
"""GX reads every stored result to write its index; older ones leave it. The log keeps all runs."""


def index_page(warehouse: Warehouse) -> Path:
    """Return where the data docs of a warehouse begin."""
    return warehouse.files / "docs" / "index.html"


class DataDocs:
    """Writes the pages of the tables that a run judged, and the index once."""

    def __init__(self, warehouse: Warehouse, contract: StageContract) -> None:
        """Name the folders; they are made with the first report."""
        self._warehouse = warehouse
        self._contract = contract
        self._pages = warehouse.files / "docs"
        self._results = warehouse.files / "validations"

    @property
    def index(self) -> str:
        """Where the data docs begin, relative to the warehouse."""
        return index_page(self._warehouse).relative_to(self._warehouse.root).as_posix()

    def report(self, judgement: Judgement) -> Mapping[str, str]:
        """Store GX's results and write their pages; return each table's page, likewise relative."""
        self._prune()
        context = self._context()
        found: list[Any] = []  # GX takes suites and results in one list, but says it does not
        pages: dict[str, str] = {}
        for one in judgement.judged:
            if one.gx is None or one.identifier is None:
                continue
            table = self._contract.table(one.result.table)
            if table is not None:
                context.suites.add(ExpectationSuite(**compile_suite(self._contract, table)))
                found.append(ExpectationSuiteIdentifier(table.name))
            context.validation_results_store.set(one.identifier, one.gx)
            found.append(one.identifier)
            pages[one.result.table] = self._page(one.identifier)
        if found:  # asked for nothing in particular, GX would write every page anew
            context.build_data_docs(resource_identifiers=found)
        return pages

    def _page(self, identifier: ValidationResultIdentifier) -> str:
        *folders, file = identifier.to_tuple()  # type: ignore[no-untyped-call]
        page = self._pages.joinpath("validations", *folders, f"{file}.html")
        return page.relative_to(self._warehouse.root).as_posix()

    def _prune(self) -> None:
        """Drop the results and pages of all but the newest runs."""
        runs: dict[str, list[Path]] = {}
        for root in (self._results, self._pages / "validations"):
            for file in root.rglob("*.*"):
                if file.is_file():
                    runs.setdefault(file.parent.name, []).append(file.parent.parent)
        for run in sorted(runs)[: -_KEPT_RUNS or None]:
            for folder in set(runs[run]):
                shutil.rmtree(folder, ignore_errors=True)

    def _context(self) -> EphemeralDataContext:
        def store(class_name: str, folder: Path) -> dict[str, Any]:
            return {
                "class_name": class_name,
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(folder),
                    "suppress_store_backend_id": True,
                },
            }

        in_memory = {"class_name": "InMemoryStoreBackend"}
        config = DataContextConfig(
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
            stores={
                "expectations_store": {
                    "class_name": "ExpectationsStore",
                    "store_backend": in_memory,
                },
                "checkpoint_store": {"class_name": "CheckpointStore", "store_backend": in_memory},
                "validation_definition_store": {
                    "class_name": "ValidationDefinitionStore",
                    "store_backend": in_memory,
                },
                "validation_results_store": store("ValidationResultsStore", self._results),
            },
            expectations_store_name="expectations_store",
            checkpoint_store_name="checkpoint_store",
            validation_results_store_name="validation_results_store",
            data_docs_sites={
                _SITE: {
                    "class_name": "SiteBuilder",
                    "show_how_to_buttons": False,
                    "store_backend": {
                        "class_name": "TupleFilesystemStoreBackend",
                        "base_directory": str(self._pages),
                        "suppress_store_backend_id": True,
                    },
                    "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                }
            },
        )
        return gx.get_context(mode="ephemeral", project_config=config)
