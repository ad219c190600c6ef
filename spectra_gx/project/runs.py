"""Checks and runs of a project's stages."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.stage_files import has_builders
from spectra_gx.engines.registry import engine_named
from spectra_gx.errors import UsageError
from spectra_gx.project.records import read_log
from spectra_gx.project.workspace import classified_contracts
from spectra_gx.runner.argument_checks import name
from spectra_gx.runner.building.delivered_tables import NOTHING, DeliveredTables
from spectra_gx.runner.checks.checking import CheckParameters, check
from spectra_gx.runner.delivery import Delivery
from spectra_gx.runner.events import Events
from spectra_gx.runner.handoff.consumed_stages import check_consumed_stages, refuse_unknown_run
from spectra_gx.runner.publishing.run_findings import BackfillVersions
from spectra_gx.runner.stage_run import StageRun
from spectra_gx.sources.registry import select_system
from spectra_gx.sources.sandboxes import Sandboxes
from spectra_gx.telemetry.building import build_listeners
from spectra_gx.validation.snapshot.pinning import commit_clock, refuse_unpublished
from spectra_gx.warehouse.log.run_history import published_versions
from spectra_gx.wiring import build_identity, build_services, resolve_system, stage_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from spectra_gx.contract.model import StageContract
    from spectra_gx.project.workspace import Workspace
    from spectra_gx.runner.events import Listener
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.sources.faults import Fault
    from spectra_gx.validation.results import StageResult


def check_stage(
    workspace: Workspace, named: str, parameters: CheckParameters, engine: str, spark: Any
) -> StageResult:
    """Check existing tables; arguments as for `Project.check`."""
    contract = workspace.contract(named)
    contracts = classified_contracts(workspace, contract)
    contract = contracts[contract.name]
    return check(
        contract,
        contracts,
        workspace.warehouse,
        build_identity(contract, workspace.settings),
        parameters,
        engine_named(engine, spark),
        Events(_listeners(workspace, contracts)),
    )


def open_sandboxes(
    workspace: Workspace, sandbox: bool, faults: Sequence[Fault], day: int | None
) -> AbstractContextManager[Sandboxes | None]:
    """Return what keeps the sandboxes of the runs in a `with` block; None without a sandbox.

    Arguments as for `Project.run`.
    """
    if sandbox:
        return Sandboxes(workspace.find_source, faults, day)
    for option, given in (("fault", bool(faults)), ("sandbox-day", day is not None)):
        if given:
            raise UsageError(f"`--{option}` needs the sandbox; add `--sandbox`")
    return nullcontext()


def calls_source(workspace: Workspace, contract: StageContract) -> bool:
    """Return whether a source system builds a stage, or builders of the project may call it."""
    own = contract.system is not None and has_builders(workspace.root, contract.name)
    return contract.describes_source or own


def refuse_unfit(
    workspace: Workspace, contract: StageContract, sandboxes: Sandboxes | None
) -> None:
    """Refuse a day, or faults, that the sandbox of a stage's system does not have.

    Raises:
        UsageError: It has not.
    """
    if sandboxes is not None:
        sandboxes.refuse_unfit(*select_system(contract, workspace.settings.source_system))


def run_stage(
    workspace: Workspace,
    named: str,
    parameters: RunParameters,
    sandboxes: Sandboxes | None,
    correlation_id: str | None,
    delivered: DeliveredTables = NOTHING,
) -> RunResult:
    """Run a stage, or check its stored versions again; arguments as for `Project.run`."""
    if parameters.backfill:
        options = delivered.options + ([] if sandboxes is None else sandboxes.options)
        options += ["correlation-id"] if correlation_id else []
        parameters.refuse_idle(
            named, built=True, reads_source=True, calls_source=True, options=options
        )
        return _backfill(workspace, named, parameters)
    run = prepare_run(workspace, named, parameters, sandboxes, correlation_id, delivered=delivered)
    return run.run()


@contextmanager
def open_run(
    workspace: Workspace,
    named: str,
    parameters: RunParameters,
    sandbox: bool = False,
    faults: Sequence[Fault] = (),
    correlation_id: str | None = None,
    delivered: DeliveredTables = NOTHING,
) -> Iterator[StageRun]:
    """Open a run whose steps the caller takes; a sandbox lives as long as the `with` block.

    Arguments as for `Project.stage_run`.
    """
    with open_sandboxes(workspace, sandbox, faults, None) as sandboxes:
        yield prepare_run(
            workspace, named, parameters, sandboxes, correlation_id, delivered=delivered
        )


def prepare_run(
    workspace: Workspace,
    named: str,
    parameters: RunParameters,
    sandboxes: Sandboxes | None = None,
    correlation_id: str | None = None,
    backfill: BackfillVersions | None = None,
    delivered: DeliveredTables = NOTHING,
) -> StageRun:
    """Return a run none of whose steps is taken.

    Args:
        workspace: The project.
        named: The stage.
        parameters: How to behave.
        sandboxes: Take the place of source systems.
        correlation_id: Execution id of the run whose output is consumed.
        backfill: Stored versions to check in place of building any.
        delivered: Tables that take the place of what would build them.

    Raises:
        UsageError: Something that is asked for has no effect on this stage or on such a run.
    """
    contract = workspace.contract(named)
    contracts = classified_contracts(workspace, contract)
    contract = contracts[contract.name]
    if backfill is None:
        _refuse_other_operations(parameters)
        built = contract.describes_source or has_builders(workspace.root, contract.name)
        taken = bool(delivered.options)
        parameters.refuse_idle(
            contract.name,
            built=built or taken,
            reads_source=contract.describes_source and not taken,
            calls_source=calls_source(workspace, contract) and not taken,
            options=delivered.options + ([] if sandboxes is None else sandboxes.options),
        )
        refuse_unfit(workspace, contract, sandboxes)
    warehouse, settings = workspace.warehouse, workspace.settings
    if not (parameters.handoff or contract.consumes):
        raise UsageError(
            f"`--no-handoff` does nothing for stage `{contract.name}`, which consumes no other; "
            "leave `--no-handoff` out"
        )
    if correlation_id is not None:
        refuse_unknown_run(contract, name("correlation_id", correlation_id), warehouse)
    check_consumed = partial(
        check_consumed_stages,
        contract,
        contracts,
        {one: resolve_system(producer, settings) for one, producer in contracts.items()},
        warehouse,
    )
    identity = build_identity(
        contract,
        settings,
        correlation_id=correlation_id,
        batch_id=parameters.batch_id,
        sandbox=sandboxes is not None,
    )
    services = build_services(
        contract, warehouse, settings, workspace.root, workspace.find_source, sandboxes, identity
    )
    plan = (
        None
        if backfill
        else stage_plan(
            contract,
            contracts,
            parameters,
            identity,
            services,
            settings,
            workspace.root,
            workspace.find_source,
            sandboxes,
            delivered,
        )
    )
    return StageRun(
        contract,
        contracts,
        parameters,
        identity,
        services,
        plan,
        backfill,
        _listeners(workspace, contracts),
        None if backfill else check_consumed,
    )


def _listeners(workspace: Workspace, contracts: Mapping[str, StageContract]) -> Sequence[Listener]:
    """Return who hears of the events of one run or check; none of them can delay it."""
    watching = () if workspace.progress is None else (workspace.progress,)
    uri = workspace.warehouse.store.uri
    found = [*watching, *build_listeners(workspace.settings, workspace.root, contracts, uri)]
    if not found:
        return ()
    return (Delivery(found, workspace.lost_listeners, longest_wait=workspace.longest_wait),)


def _refuse_other_operations(parameters: RunParameters) -> None:
    """Refuse what is not a run in seven steps: taken as one, it would build and publish."""
    if parameters.backfill:
        raise UsageError("a backfill has no steps of its own; call `Project.run` with it")
    if parameters.release is not None:
        raise UsageError("`release` is set by `Project.release` alone; call that")


def _backfill(workspace: Workspace, named: str, parameters: RunParameters) -> RunResult:
    """Check again every set of versions that the log says was published, oldest first.

    Returns the worst of the runs, and the newest of several as bad; the log has them all.
    """
    contract = workspace.contract(named)
    refuse_unpublished(contract.tables)
    worst: RunResult | None = None
    for versions in published_versions(read_log(workspace, named)):
        as_of = commit_clock(workspace.warehouse, contract, versions) or datetime.now(UTC)
        backfill = BackfillVersions(versions, as_of)
        result = prepare_run(workspace, named, parameters, backfill=backfill).run()
        if worst is None or result.exit_code >= worst.exit_code:
            worst = result
    if worst is None:
        raise UsageError(f"stage `{named}` has published nothing yet; run it first")
    return worst
