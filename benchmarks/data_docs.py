"""What the data docs of a run cost with a thousand runs in the log, beside those of the second.

Run as `python -m benchmarks.data_docs`. A real run of the source stage is repeated under other
names. What is measured is the processor time of all that the docs add to a run: Great Expectations'
pages and ours.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.resource_identifiers import ValidationResultIdentifier

from spectra_gx import Project, RunParameters
from spectra_gx.report.data_docs import DataDocs
from spectra_gx.runner.log_records import log_rows
from spectra_gx.validation.snapshot.clock import execution_id
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.validation.run.stage import StageOutcome

REPOSITORY = Path(__file__).parents[1]
STAGE = "source"
WITH_PAGES = 52
"""Newest runs that are given pages; two more than are kept."""


class Recorded(DataDocs):
    """Remembers what it was asked to report."""

    judgement: StageOutcome

    def report(self, judgement: StageOutcome) -> Mapping[str, str]:
        """Remember it."""
        Recorded.judgement = judgement
        return super().report(judgement)


class Runs:
    """A real run, repeated under other names and at other times."""

    def __init__(self, folder: Path) -> None:
        """Run the source stage once."""
        shutil.copytree(REPOSITORY / "contracts", folder / "contracts")
        project = Project.open(folder)
        self.contract = project.contract(STAGE)
        self._source = folder / str(self.contract.file)
        with project.stage_run(STAGE, RunParameters(), sandbox=True) as run:
            world = run._world  # noqa: SLF001 - a benchmark listens where nobody else does
            reporter = Recorded(project.warehouse, self.contract, self._source)
            run._world = replace(world, reporter=reporter)  # noqa: SLF001
            self._run = run.run()
        self._first = datetime.now(UTC) - timedelta(days=400)

    def record(self, root: Path, number: int) -> tuple[RunResult, StageOutcome]:
        """Add a run to the log of the warehouse in a folder."""
        at = self._first + timedelta(hours=6 * number)
        name = execution_id("source_zephyr", at)
        identity = replace(self._run.identity, execution_id=name, started=at)
        stage = replace(self._run.stage, execution_id=name, as_of=at)  # type: ignore[type-var]
        run = replace(self._run, identity=identity, ended=at + timedelta(seconds=3), stage=stage)
        rows = log_rows(run, recorded_at=run.ended)
        DeltaActivityLog(Warehouse(root), STAGE).append(name, rows)
        checkpoints = tuple(
            replace(one, identifier=_renamed(one.identifier, name, at))
            for one in Recorded.judgement.checkpoints
        )
        return run, replace(Recorded.judgement, result=stage, checkpoints=checkpoints)

    def show(self, root: Path, run: RunResult, judgement: StageOutcome) -> tuple[float, float]:
        """Write the data docs of a run; return the seconds of all and of our pages."""
        docs = DataDocs(Warehouse(root), self.contract, self._source)
        began = time.process_time()
        pages = docs.report(judgement)
        assert run.stage is not None  # noqa: S101 - it was judged
        tables = tuple(replace(one, docs=pages[one.table]) for one in run.stage.tables)
        ours = time.process_time()
        docs.show(replace(run, stage=replace(run.stage, tables=tables)))
        ended = time.process_time()
        return ended - began, ended - ours


def _renamed(identifier: Any, name: str, at: datetime) -> ValidationResultIdentifier:
    return ValidationResultIdentifier(
        expectation_suite_identifier=identifier.expectation_suite_identifier,
        run_id=RunIdentifier(run_name=name, run_time=at),
        batch_identifier=identifier.batch_identifier,
    )


def opened(page: Path) -> float:
    """Return the milliseconds until Chromium has loaded a page, from a cold start each time."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this needs a browser

    took = []
    with sync_playwright() as playwright:
        for _ in range(5):
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            tab = browser.new_page()
            began = time.perf_counter()
            tab.goto(page.as_uri(), wait_until="load")
            took.append(1000 * (time.perf_counter() - began))
            browser.close()
    return median(took)


def main() -> int:
    """Print the medians and their ratio, and how fast the overview opens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        runs = Runs(Path(scratch))
        young, old = Path(scratch) / "young", Path(scratch) / "old"
        runs.show(young, *runs.record(young, 0))
        for number in range(asked.runs):
            recorded = runs.record(old, number)
            if number >= asked.runs - WITH_PAGES:
                runs.show(old, *recorded)
        second, later = [], []
        for number in range(asked.rounds):
            copy = Path(scratch) / f"young-{number}"
            shutil.copytree(young, copy)
            second.append(runs.show(copy, *runs.record(copy, 1)))
            later.append(runs.show(old, *runs.record(old, asked.runs + number)))
        print(f"{'':24}{'second run':>12}{f'run {asked.runs + 1:,}':>12}{'ratio':>8}")
        for index, what in enumerate(("all data docs of a run", "our own pages alone")):
            before, after = (median(took[index] for took in side) for side in (second, later))
            print(f"{what:24}{before:10.3f} s{after:10.3f} s{after / before:8.2f}")
        print(f"overview opens in {opened(Warehouse(old).docs_index):.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
