"""Run a stage once for each of several days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError
from spectra_gx.project.runs import prepare_run
from spectra_gx.project.workspace import classified_contracts
from spectra_gx.runner import argument_checks
from spectra_gx.runner.building.daily_tables import daily_tables
from spectra_gx.runner.building.declared.builder_checks import check_builders
from spectra_gx.runner.several_runs import run_in_order
from spectra_gx.wiring import build_identity

if TYPE_CHECKING:
    from datetime import date

    from spectra_gx.contract.model import StageContract
    from spectra_gx.project.workspace import Workspace
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.several_runs import RunsResult
    from spectra_gx.sources.sandboxes import Sandboxes


def run_days(
    workspace: Workspace,
    named: str,
    first: date,
    last: date,
    parameters: RunParameters,
    sandboxes: Sandboxes | None,
    correlation_id: str | None,
) -> RunsResult:
    """Run a stage once a day, up to the first day that fails; arguments as for `Project.run_days`.

    Every day is a batch `<batch id>/<day>`: with the same batch id, days that are published
    already are passed over.
    """
    days = day_sequence(first, last)
    if parameters.backfill:
        raise UsageError(
            "`--backfill` checks stored versions again and builds nothing; leave it or `--from` out"
        )
    contract = workspace.contract(named)
    _refuse_undated(workspace, contract)
    batch = parameters.batch_id
    if batch is None:
        batch = build_identity(contract, workspace.settings).execution_id
    given = [replace(parameters, batch_day=day, batch_id=f"{batch}/{day}") for day in days]

    def run(one: RunParameters) -> RunResult:
        return prepare_run(workspace, named, one, sandboxes, correlation_id).run()

    return run_in_order([(str(one.batch_day), partial(run, one)) for one in given])


def day_sequence(first: date, last: date) -> list[date]:
    """Return the days from the first to the last, both included.

    Raises:
        UsageError: The last is before the first, or one is no date.
    """
    first, last = argument_checks.day("first", first), argument_checks.day("last", last)
    if last < first:
        raise UsageError(f"`--to {last}` is before `--from {first}`; exchange them")
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def _refuse_undated(workspace: Workspace, contract: StageContract) -> None:
    """Refuse a stage of which no table is built by day, before a run of it is recorded.

    What is wrong with its builders is left to the run, which names every problem.
    """
    checked = check_builders(workspace.root, contract, classified_contracts(workspace, contract))
    if not any(report.problems for report in checked.reports):
        daily_tables(contract.name, checked.options)
