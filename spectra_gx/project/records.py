"""Records of a project's runs: log, readiness, quarantine, digest and data docs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.durations import earlier
from spectra_gx.errors import UsageError
from spectra_gx.project.workspace import Workspace, classified_contracts, declared_contracts
from spectra_gx.runner.handoff.readiness import Readiness, readiness
from spectra_gx.runner.quarantine.quarantined_rows import declared_table, visible_rows
from spectra_gx.runner.stage_digest import read_digest
from spectra_gx.settings.notification_policy import build_notification_policy
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.run_history import published_runs
from spectra_gx.warehouse.warehouse import DOCS_INDEX
from spectra_gx.wiring import (
    build_identity,
    build_notifier,
    find_contract_file,
    resolve_system,
    runbook_file,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.notify.digest_message import SentDigest
    from spectra_gx.runner.quarantine.release import Release
    from spectra_gx.runner.run_result import RunResult


def read_log(
    workspace: Workspace, named: str, limit: int | None = None
) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a stage's log; arguments as for `Project.log`."""
    log = DeltaActivityLog(workspace.warehouse, _logged_stage(workspace, named))
    rows = log.runs()
    return rows if limit is None else _newest_runs(rows, limit)


def _newest_runs(rows: Sequence[Mapping[str, Any]], limit: int) -> list[Mapping[str, Any]]:
    """Return what is of the newest runs, and what has been recorded since that is of no run."""
    runs = [row for row in rows if row["record_type"] == "run"]
    newest = {row["execution_id"] for row in runs[-limit:]}
    older = {row["execution_id"] for row in runs[:-limit]}
    since = next((row["recorded_at"] for row in runs[-limit:]), None)

    def is_shown(row: Mapping[str, Any]) -> bool:
        if row["execution_id"] in newest or not older:
            return True
        return row["execution_id"] not in older and row["recorded_at"] >= since

    return [row for row in rows if is_shown(row)]


def log_views(workspace: Workspace, named: str | None, dialect: str) -> str:
    """Return SQL views over one log or all of them; arguments as for `Project.log_views`."""
    from spectra_gx.warehouse.delta.schemas import columns_of
    from spectra_gx.warehouse.log.log_views import VIEW_DIALECTS
    from spectra_gx.warehouse.log.log_views import log_views as write

    if dialect not in VIEW_DIALECTS:
        known = ", ".join(VIEW_DIALECTS)
        raise UsageError(f"there is no dialect {dialect!r}; choose one of {known}")
    warehouse = workspace.warehouse
    logs = [one for one in warehouse.list_tables(["log"]) if one.endswith("log")]
    if named is not None:
        logs = [f"log.{_logged_stage(workspace, named)}log"]
    if not logs or not all(map(warehouse.exists, logs)):
        raise UsageError("no stage has run yet; run one first: `spectra-gx run <stage>`")
    return write(
        [(one, warehouse.table_uri(one), columns_of(warehouse.open(one))) for one in logs], dialect
    )


def _logged_stage(workspace: Workspace, named: str) -> str:
    """Return the stage that is named; its contract may be gone while its log exists."""
    logs = workspace.warehouse.list_tables(["log"])
    logged = [name.removeprefix("log.").removesuffix("log") for name in logs]
    if named in logged:
        return named
    try:
        return workspace.contract(named).name
    except UsageError as error:
        beside = f"; logs are of {', '.join(logged)}" if logged else ""
        raise UsageError(f"{error.message}{beside}") from None


def check_readiness(workspace: Workspace, named: str) -> Readiness:
    """Apply the readiness checks; arguments as for `Project.handoff`."""
    contract = workspace.contract(named)
    consumer = declared_contracts(workspace).get(contract.handoff.to) if contract.handoff else None
    rows = DeltaActivityLog(workspace.warehouse, contract.name).runs("run")
    runs = published_runs(rows, resolve_system(contract, workspace.settings))
    return readiness(contract, consumer, runs, workspace.warehouse, datetime.now(UTC))


def read_quarantine(
    workspace: Workspace, table: str, *, run: str | None, rule: str | None, last: int
) -> Sequence[Mapping[str, Any]]:
    """Return rows in quarantine; arguments as for `Project.quarantined_rows`."""
    contract, declared = declared_table(classified_contracts(workspace), table)
    return visible_rows(workspace.warehouse, contract, declared, run=run, rule=rule, last=last)


def release_rows(workspace: Workspace, table: str, run: str) -> Release:
    """Publish rows in quarantine that pass now; arguments as for `Project.release`."""
    from spectra_gx.project.builders import publish_options
    from spectra_gx.runner.quarantine.release import release

    contracts = classified_contracts(workspace)
    contract, declared = declared_table(contracts, table)
    identity = build_identity(contract, workspace.settings)
    log = DeltaActivityLog(workspace.warehouse, contract.name)
    options = publish_options(workspace.root, contract, contracts, declared.name)
    return release(contract, contracts, declared, run, workspace.warehouse, log, identity, options)


def roll_back(
    workspace: Workspace, named: str, batch: str, *, through: bool, wait: float
) -> RunResult:
    """Take a batch back; arguments as for `Project.rollback`."""
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.publishing.rollback_run import roll_back_batch

    contract = workspace.contract(named)
    return roll_back_batch(
        contract,
        RunParameters(rollback=batch, wait=wait),
        build_identity(contract, workspace.settings),
        workspace.warehouse,
        DeltaActivityLog(workspace.warehouse, contract.name),
        through=through,
    )


def send_digest(workspace: Workspace, stages: Sequence[str], since: timedelta) -> SentDigest:
    """Send one message about stages; arguments as for `Project.send_digest`."""
    from spectra_gx.notify.digest_message import deliver_digest

    settings = workspace.settings
    chosen = [workspace.contract(named) for named in stages] or workspace.contracts.values()
    systems = {one.name: resolve_system(one, settings) for one in chosen}
    start = earlier(datetime.now(UTC), since)
    digest = read_digest(workspace.warehouse, systems, start, named=bool(stages))
    common = next(iter(systems.values())) if len({*systems.values()}) == 1 else None
    notifier = build_notifier(settings, common)
    return deliver_digest(digest, notifier, build_notification_policy(settings))


def find_docs(workspace: Workspace) -> str:
    """Return the address of the first page of the data docs.

    Raises:
        UsageError: No run has written them yet.
    """
    store = workspace.warehouse.store
    page = store.uri(DOCS_INDEX)
    if not store.exists(DOCS_INDEX):
        raise UsageError(
            f"no data docs exist at `{page}` yet; run a stage first: `spectra-gx run <stage>`"
        )
    return page


def build_docs(workspace: Workspace) -> int:
    """Rebuild the data docs; return how many runs have a page."""
    from spectra_gx.report.data_docs import build_docs as write

    root = workspace.root
    contracts = classified_contracts(workspace).values()
    files = [(contract, find_contract_file(contract, root)) for contract in contracts]
    return write(workspace.warehouse, files, runbook_file(workspace.settings, root))
