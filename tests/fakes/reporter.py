"""Data docs that are only counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.validation.run.stage import StageOutcome


class FakeReporter:
    index = "Files/docs/index.html"

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.reported: list[StageOutcome] = []
        self.shown: list[RunResult] = []

    def page(self, execution_id: str) -> str:
        return f"pages/{execution_id}.html"

    def show(self, run: RunResult) -> None:
        if self.broken:
            raise RuntimeError("no page today")
        self.shown.append(run)

    def report(self, outcome: StageOutcome) -> Mapping[str, str]:
        if self.broken:
            raise RuntimeError("no page today")
        self.reported.append(outcome)
        return {table.table: f"pages/{table.table}.html" for table in outcome.result.tables}
