"""Find out whether the stages that a run consumes are ready, before anything is built."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from spectra_gx.errors import HandoffError, UsageError, WarehouseError
from spectra_gx.runner.handoff.readiness import Readiness, never_ready, readiness
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.run_history import published_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)

CheckConsumed: TypeAlias = "Callable[[bool, Mapping[str, int | None]], Sequence[Readiness]]"
"""Whether stages must be ready, and the versions pinned of their tables → whether they are."""


def check_consumed_stages(
    contract: StageContract,
    contracts: Mapping[str, StageContract],
    systems: Mapping[str, str],
    warehouse: Warehouse,
    needed: bool,
    pinned: Mapping[str, int | None],
) -> tuple[Readiness, ...]:
    """Apply the readiness checks now to every stage that a contract consumes, in its order.

    Args:
        contract: The consumer.
        contracts: The project's, by stage.
        systems: Stage → the system that its runs are known by.
        warehouse: Where tables and logs are.
        needed: Whether they must be ready; otherwise nobody knows where a log cannot be read.
        pinned: Table → the version that the consumer reads; None if it cannot be read.

    Raises:
        WarehouseError: A log cannot be read.
    """
    try:
        return tuple(_checked(contract, contracts, systems, warehouse, pinned))
    except WarehouseError as error:
        if needed:
            raise
        logger.warning("nobody knows whether what it consumes is ready: %s", error.message)
        return ()


def check_pinned(
    check: CheckConsumed, pin: Callable[[], Mapping[str, int | None]], *, needed: bool
) -> Sequence[Readiness]:
    """Pin what a run reads, and check whether what it consumes is ready at these very versions.

    Args:
        check: Checks that.
        pin: Pins every table as it is now; returns the versions.
        needed: Whether it must be ready.
    """
    found = check(needed, pin())
    # A stage may have been published after its tables were pinned, and before its log was read.
    return found if all(one.ready for one in found) else check(needed, pin())


def take_correlation_id(identity: RunIdentity, found: Sequence[Readiness]) -> RunIdentity:
    """Return who runs, with the first run that is consumed where no other one was named."""
    consumed = next((one.execution_id for one in found if one.execution_id), None)
    if consumed is None or identity.correlation_id != identity.execution_id:
        return identity
    return replace(identity, correlation_id=consumed)


def _checked(
    contract: StageContract,
    contracts: Mapping[str, StageContract],
    systems: Mapping[str, str],
    warehouse: Warehouse,
    pinned: Mapping[str, int | None],
) -> Iterator[Readiness]:
    for need in contract.consumes:
        producer = contracts.get(need.stage)
        if producer is None:
            reason = f"no contract in `contracts/` is for stage `{need.stage}`; add it"
            yield never_ready(need.stage, reason)
            continue
        rows = DeltaActivityLog(warehouse, need.stage).runs("run")
        runs = published_runs(rows, systems[need.stage])
        yield readiness(producer, contract, runs, warehouse, datetime.now(UTC), pinned)


def refuse_unready(consumer: str, found: Sequence[Readiness]) -> None:
    """Refuse to begin a run whose inputs are not ready.

    Raises:
        HandoffError: Names each stage that is not, and everything that is missing.
    """
    missing = [
        f"stage `{one.stage}` is not ready for `{consumer}`: "
        + "; ".join(check.reason for check in one.checks if not check.passed)
        for one in found
        if not one.ready
    ]
    if missing:
        code = "not_ready:" + ",".join(one.stage for one in found if not one.ready)
        raise HandoffError(
            f"{'. '.join(missing)}. Nothing was built; `--no-handoff` goes on all the same",
            code=code,
        )


def refuse_unknown_run(contract: StageContract, correlation_id: str, warehouse: Warehouse) -> None:
    """Refuse a correlation id that is no run of a stage that the contract consumes.

    A stage that consumes none takes any id: of an orchestrator, say.

    Raises:
        UsageError: No log of a consumed stage has such a run.
        WarehouseError: A log cannot be read.
    """
    stages = [need.stage for need in contract.consumes]
    if not stages or any(_has_run(warehouse, stage, correlation_id) for stage in stages):
        return
    logs = ", ".join(f"`{stage}`" for stage in stages)
    raise UsageError(
        f"no run `{correlation_id}` is in the log of {logs}, which `{contract.name}` consumes; "
        "leave `--correlation-id` out, and it is the run that is consumed"
    )


def _has_run(warehouse: Warehouse, stage: str, execution_id: str) -> bool:
    rows = DeltaActivityLog(warehouse, stage).runs("run")
    return any(row["execution_id"] == execution_id for row in rows)
