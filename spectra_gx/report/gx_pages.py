"""Great Expectations' own results of a run, under `Files/validations`, and its pages of them."""

from __future__ import annotations

import copy
import logging
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations.core import ExpectationSuite, ExpectationSuiteValidationResult
from great_expectations.data_context.store.validation_results_store import (
    ValidationResultsStore,
)
from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig
from great_expectations.data_context.types.resource_identifiers import ExpectationSuiteIdentifier

from spectra_gx.compiler.artefacts import compile_suite
from spectra_gx.report.addresses import DOCS, OVERVIEW, relative, run_page, table_page
from spectra_gx.report.history import KEPT_RUNS
from spectra_gx.report.html_filters import stylesheet, visible_text
from spectra_gx.report.offline_html import make_offline
from spectra_gx.warehouse.warehouse import FILES, Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.run.stage import StageOutcome

logger = logging.getLogger(__name__)

RESULTS = f"{FILES}/validations"
_SITE = "site"
_STYLESHEET = "docs.css"
MOST_RULES = 400
"""For more results GX takes minutes to write a page, and browsers to show it."""

_STAMP = len("YYYYMMDD_HHMMSS_ffffff")
"""Length of the end of an execution id, which sorts by time."""


class GXPages:
    """Stores the results of GX and writes its pages."""

    def __init__(self, warehouse: Warehouse, contract: StageContract) -> None:
        """Take the warehouse; nothing is written yet."""
        self._contract = contract
        self._store = warehouse.store

    def write(self, outcome: StageOutcome) -> Mapping[str, str]:
        """Write a page for each table; return the addresses, relative to the warehouse.

        A table has none if its check did not finish, or if it has too many rules. GX writes to a
        temporary folder, from which only finished pages are stored.
        """
        pages: dict[str, str] = {}
        with TemporaryDirectory() as folder:
            scratch = Path(folder)
            rendered = self._render(outcome, scratch)
            self._copy(scratch, RESULTS)
            self._copy(scratch, f"{DOCS}/static")
            for table, page in rendered.items():
                with _warn_on_failure(table):
                    self._finish_pages(table, page, scratch, outcome.result.execution_id)
                    pages[table] = f"{DOCS}/{page}"
        return pages

    def _finish_pages(self, table: str, page: str, scratch: Path, execution_id: str) -> None:
        """Link the pages of a table with ours, store them, and remove those that are too old."""
        stage = self._contract.name
        links = {"All stages": OVERVIEW, table: table_page(stage, table)}
        self._store_page(page, scratch, {**links, execution_id: run_page(stage, execution_id)})
        self._store_page(f"expectations/{table.replace('.', '/')}.html", scratch, links)
        self._prune(table)

    def _render(self, outcome: StageOutcome, scratch: Path) -> dict[str, str]:
        context = _context(scratch / DOCS)
        found: list[Any] = []  # GX accepts suites and results in one list, against its annotation
        stored = ValidationResultsStore(store_backend=_folder(scratch / RESULTS))
        pages: dict[str, str] = {}
        for one in outcome.checkpoints:
            table = self._contract.table(one.result.table)
            if one.gx is None or one.identifier is None or table is None:
                continue
            if len(one.result.rules) > MOST_RULES:
                continue
            context.suites.add(ExpectationSuite(**compile_suite(self._contract, table)))
            context.validation_results_store.set(one.identifier, _escaped_result(one.gx))
            found += ExpectationSuiteIdentifier(table.name), one.identifier
            stored.set(one.identifier, one.gx)
            parts = one.identifier.to_tuple()  # type: ignore[no-untyped-call]
            pages[table.name] = f"validations/{'/'.join(parts)}.html"
        if found:  # without identifiers GX would rewrite every page
            context.build_data_docs(resource_identifiers=found, build_index=False)
        return pages

    def _copy(self, scratch: Path, folder: str) -> None:
        """Store the files of a folder that the store lacks: none of them ever changes."""
        for file in (scratch / folder).rglob("*"):
            path = file.relative_to(scratch).as_posix()
            if file.is_file() and not self._store.exists(path):
                self._store.write(path, file.read_bytes())

    def _store_page(self, page: str, scratch: Path, links: Mapping[str, str]) -> None:
        text = make_offline(
            (scratch / DOCS / page).read_text(encoding="utf-8"),
            relative(page, _STYLESHEET),
            {name: relative(page, target) for name, target in links.items()},
        )
        self._store.write(f"{DOCS}/{_STYLESHEET}", stylesheet(_STYLESHEET).encode())
        self._store.write(f"{DOCS}/{page}", text.encode())

    def _prune(self, table: str) -> None:
        """Remove the results and pages of a table, but for the newest runs."""
        for root in (RESULTS, f"{DOCS}/validations"):
            folder = f"{root}/{table.replace('.', '/')}"
            runs = sorted(self._store.folders(folder), key=lambda name: name[-_STAMP:])
            for run in runs[:-KEPT_RUNS]:
                self._store.delete_folder(f"{folder}/{run}")


def _context(docs: Path) -> EphemeralDataContext:
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
            # GX lists the whole store before it writes a page; this has only this run's.
            "validation_results_store": {
                "class_name": "ValidationResultsStore",
                "store_backend": in_memory,
            },
        },
        expectations_store_name="expectations_store",
        checkpoint_store_name="checkpoint_store",
        validation_results_store_name="validation_results_store",
        data_docs_sites={
            _SITE: {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": _folder(docs),
            }
        },
    )
    return gx.get_context(mode="ephemeral", project_config=config)


@contextmanager
def _warn_on_failure(table: str) -> Iterator[None]:
    """Warn that GX could not write the page of a table, and go on."""
    try:
        yield
    except Exception:
        logger.debug("writing a report of Great Expectations", exc_info=True)
        logger.warning("Great Expectations could not write its report of table `%s`", table)


def _escaped_result(
    found: ExpectationSuiteValidationResult,
) -> ExpectationSuiteValidationResult:
    """Return a result with escaped values: GX does not escape sampled values on its pages."""
    escaped = copy.copy(found)
    escaped.results = [copy.copy(one) for one in found.results]
    for one in escaped.results:
        one.result = _escaped(one.result)
    return escaped


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escape(visible_text(value), quote=False)
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list | tuple) else value


def _folder(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "TupleFilesystemStoreBackend",
        "base_directory": str(folder),
        "suppress_store_backend_id": True,
    }
