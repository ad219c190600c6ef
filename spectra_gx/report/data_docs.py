"""Data docs of a warehouse: GX's results under `Files/validations`, pages under `Files/docs`."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations.core import ExpectationSuite
from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig
from great_expectations.data_context.types.resource_identifiers import ExpectationSuiteIdentifier

from spectra_gx.compiler.artefacts import compile_suite
from spectra_gx.report.index import Entry, index_html
from spectra_gx.report.offline import make_offline
from spectra_gx.validation.results import Status
from spectra_gx.warehouse.activity_log import DeltaActivityLog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )
    from great_expectations.data_context.types.resource_identifiers import (
        ValidationResultIdentifier,
    )

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.stage import Judgement
    from spectra_gx.warehouse.tables import Warehouse

_SITE = "site"
_STYLESHEET = "docs.css"
_KEPT_RUNS = 50
"""Newest runs whose pages and results are kept; the activity log keeps every run."""


def index_page(warehouse: Warehouse) -> Path:
    """Return where the data docs of a warehouse begin."""
    return warehouse.files / "docs" / "index.html"


class DataDocs:
    """Writes the pages of the tables that a run judged, and the index above them."""

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
        pages = self._write_gx_pages(judgement)
        self._keep_to_itself(
            *(self._warehouse.root / page for page in pages.values()),
            *(self._pages / "expectations").rglob("*.html"),
        )
        self._prune()
        self._write_index(judgement, pages)
        return pages

    def _write_gx_pages(self, judgement: Judgement) -> dict[str, str]:
        context = self._context()
        found: list[Any] = []  # GX takes suites and results in one list, but says it does not
        pages: dict[str, str] = {}
        for one in judgement.judged:
            table = self._contract.table(one.result.table)
            if one.gx is None or one.identifier is None or table is None:
                continue
            context.suites.add(ExpectationSuite(**compile_suite(self._contract, table)))
            context.validation_results_store.set(one.identifier, one.gx)
            found += ExpectationSuiteIdentifier(table.name), one.identifier
            pages[table.name] = self._page(one.identifier)
        if found:  # asked for nothing in particular, GX would write every page anew
            context.build_data_docs(resource_identifiers=found, build_index=False)
        return pages

    def _page(self, identifier: ValidationResultIdentifier) -> str:
        *folders, file = identifier.to_tuple()  # type: ignore[no-untyped-call]
        page = self._pages.joinpath("validations", *folders, f"{file}.html")
        return page.relative_to(self._warehouse.root).as_posix()

    def _keep_to_itself(self, *pages: Path) -> None:
        self._pages.mkdir(parents=True, exist_ok=True)
        stylesheet = self._pages / _STYLESHEET
        stylesheet.write_bytes(files("spectra_gx.report").joinpath(_STYLESHEET).read_bytes())
        for page in pages:
            relative = os.path.relpath(stylesheet, page.parent).replace(os.sep, "/")
            page.write_text(
                make_offline(page.read_text(encoding="utf-8"), relative), encoding="utf-8"
            )

    def _prune(self) -> None:
        """Drop the results and pages of all but the newest runs."""
        runs: dict[str, set[Path]] = {}
        for root in (self._results, self._pages / "validations"):
            for file in root.rglob("*.*"):
                if file.is_file():
                    # GX's folders are …/<execution id>/<run time>/<file>; the time sorts.
                    runs.setdefault(file.parent.name, set()).add(file.parent.parent)
        for run in sorted(runs)[:-_KEPT_RUNS]:
            for folder in runs[run]:
                shutil.rmtree(folder, ignore_errors=True)

    # -- the index ---------------------------------------------------------------------------------

    def _write_index(self, judgement: Judgement, pages: Mapping[str, str]) -> None:
        entries = sorted(
            [*self._entries_now(judgement, pages), *self._entries_before()],
            key=lambda entry: entry.when,
            reverse=True,
        )
        entries.sort(key=lambda entry: entry.stage)
        index_page(self._warehouse).write_text(index_html(entries, _STYLESHEET), encoding="utf-8")

    def _entries_now(self, judgement: Judgement, pages: Mapping[str, str]) -> Iterator[Entry]:
        for table in judgement.result.tables:
            passed = sum(rule.status is Status.PASSED for rule in table.rules)
            yield self._entry(
                run=judgement.result.execution_id,
                when=judgement.result.as_of,
                table=table.table,
                verdict=str(table.verdict),
                rules=(passed, len(table.rules)),
                page=pages.get(table.table),
            )

    def _entries_before(self) -> Iterator[Entry]:
        for name in self._warehouse.standing(["log"]):
            stage = name.removeprefix("log.").removesuffix("log")
            rows = DeltaActivityLog(self._warehouse, stage).runs("checkpoint", _KEPT_RUNS * 10)
            for row in reversed(rows):
                yield self._entry(
                    stage=stage,
                    run=row["execution_id"],
                    when=row["recorded_at"],
                    table=row["table_name"],
                    verdict=row["table_verdict"],
                    rules=_counted(row),
                    page=row["docs_url"],
                )

    def _entry(
        self,
        *,
        run: str,
        when: Any,
        table: str,
        verdict: str,
        rules: tuple[int, int],
        page: str | None,
        stage: str | None = None,
    ) -> Entry:
        standing = page is not None and (self._warehouse.root / page).is_file()
        return Entry(
            stage=stage or self._contract.name,
            run=run,
            when=when,
            table=table,
            verdict=verdict,
            rules=f"{rules[0]}/{rules[1]}",
            page=page.removeprefix("Files/docs/") if page is not None and standing else None,
        )

    # -- GX ----------------------------------------------------------------------------------------

    def _context(self) -> EphemeralDataContext:
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
                "validation_results_store": {
                    "class_name": "ValidationResultsStore",
                    "store_backend": _folder(self._results),
                },
            },
            expectations_store_name="expectations_store",
            checkpoint_store_name="checkpoint_store",
            validation_results_store_name="validation_results_store",
            data_docs_sites={
                _SITE: {
                    "class_name": "SiteBuilder",
                    "show_how_to_buttons": False,
                    "store_backend": _folder(self._pages),
                }
            },
        )
        return gx.get_context(mode="ephemeral", project_config=config)


def _folder(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "TupleFilesystemStoreBackend",
        "base_directory": str(folder),
        "suppress_store_backend_id": True,
    }


def _counted(row: Mapping[str, Any]) -> tuple[int, int]:
    """Return rules passed and rules in all of a checkpoint's log row."""
    counts = {
        status: sum(row[f"{severity}_{status}"] or 0 for severity in _SEVERITIES)
        for status in Status
    }
    return counts[Status.PASSED], sum(counts.values())


_SEVERITIES: Sequence[str] = ("critical", "warning", "info")
