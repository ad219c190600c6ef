"""Results of a small stage written by hand, and the site that shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.report.page_data import build_run_data
from spectra_gx.report.site import Site
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.validation.results import RuleResult, StageResult, Status, TableResult
from spectra_gx.validation.results import roll_up_rules as rolled
from spectra_gx.validation.results import roll_up_verdicts as worst
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.contracts import contract_of
from tests.fakes.folders import folder_of
from tests.fakes.runs import IDENTITY, NOW, run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.report.page_data import RunData
    from spectra_gx.runner.run_result import RunResult

CONTRACT = contract_of(
    """
    shop.orders:
      description: What was ordered.
      primary_key: [id]
      columns:
        id: {type: long, required: true}
        size: {type: double, min: 0}
        customer: {type: string, classification: pii}
      rules:
        - {id: small, description: No order is large., column: size, max: 100, severity: warning}
    shop.counts:
      columns: {orders: long}
    """
)
SIZE = "shop.orders.size.min"


def run_of(
    number: int,
    broken: Mapping[str, Mapping[str, Any]] | None = None,
    contract: StageContract = CONTRACT,
) -> RunResult:
    """Return a run whose rules passed, but for those in `broken`: rule id → its facts."""
    facts = broken or {}
    tables = tuple(
        _table(table.name, tuple(_rule(rule, facts) for rule in table.rules), number)
        for table in contract.tables
    )
    at = NOW + timedelta(hours=number)
    name = f"shop_{at:%Y%m%d_%H%M%S_%f}"
    stage = StageResult(
        "shop", "1.0.0", name, at, worst([one.verdict for one in tables]), tables, ()
    )
    identity = replace(IDENTITY, execution_id=name, started=at)
    return run(
        stage,
        contract=contract,
        identity=identity,
        ended=at + timedelta(seconds=2),
        versions={table.name: number for table in contract.tables},
        steps=(("Initialise", 0.5), ("Validate", 1.0)),
    )


def _table(name: str, rules: tuple[RuleResult, ...], version: int) -> TableResult:
    return TableResult(name, rolled(rules), rules, version, 10 + version, 0.25)


def _rule(rule: Any, facts: Mapping[str, Mapping[str, Any]]) -> RuleResult:
    said = facts.get(rule.id, {})
    status = Status(said.get("status", "failed" if said else "passed"))
    known = {key: value for key, value in said.items() if key != "status"}
    return RuleResult(rule.id, status, str(rule.severity), "expect_something", 10, **known)


def preview_of(number: int) -> RunResult:
    broken = run_of(number, {SIZE: {"unexpected": 1}})
    return replace(broken, parameters=RunParameters(preview=True))


class Shown:
    """A site over a warehouse, and its log."""

    def __init__(self, root: Path, contract: StageContract = CONTRACT) -> None:
        self.warehouse = Warehouse(root)
        self.contract = contract
        self.docs = folder_of(self.warehouse, "Files") / "docs"
        self.results = folder_of(self.warehouse, "Files") / "results"
        self.source: Path | None = None

    def record(self, run: RunResult) -> RunData:
        """Put a run into the log and nowhere else."""
        log = DeltaActivityLog(self.warehouse, "shop")
        log.append(run.identity.execution_id, log_rows(run, recorded_at=run.ended))
        return build_run_data(run)

    def show(self, run: RunResult) -> None:
        Site(self.warehouse).update(self.record(run), self.contract, self.source)

    def build(self) -> int:
        return Site(self.warehouse).build([(self.contract, self.source)])

    def read(self, page: str) -> str:
        return (self.docs / page).read_text("utf-8")

    def pages(self) -> set[str]:
        return {
            file.relative_to(self.docs).as_posix()
            for file in self.docs.rglob("*")
            if file.is_file()
        }

    def bytes(self) -> dict[str, bytes]:
        return {page: (self.docs / page).read_bytes() for page in self.pages()}
