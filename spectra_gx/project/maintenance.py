"""Maintain a project's warehouse: what goes is found first, and deleted only on request."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.errors import SpectraError, TableNotFoundError
from spectra_gx.project.maintenance_record import expired_records, record_maintenance
from spectra_gx.project.workspace import classified_contracts
from spectra_gx.report.expired_pages import delete_files, expired_files, kept_runs
from spectra_gx.runner.publishing.dead_batches import complete_dead_batches
from spectra_gx.validation.snapshot.clock import execution_id
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.maintenance.compaction import compact, small_files
from spectra_gx.warehouse.maintenance.kept_versions import (
    consumed_runs,
    kept_versions,
    readable_versions,
)
from spectra_gx.warehouse.maintenance.log_retention import expired_runs
from spectra_gx.warehouse.maintenance.results import (
    ActionKind,
    KeptVersions,
    MaintenanceAction,
    MaintenanceResult,
)
from spectra_gx.warehouse.maintenance.vacuum import unneeded_files, vacuum
from spectra_gx.warehouse.publishing.batches import batch_commits
from spectra_gx.warehouse.quarantine_tables import RELEASING, Quarantine
from spectra_gx.warehouse.staging import Staging, dead_runs, is_pending, sweep
from spectra_gx.warehouse.warehouse import STAGING
from spectra_gx.wiring import build_identity, find_contract_file, runbook_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.project.workspace import Workspace
    from spectra_gx.warehouse.maintenance.retention import Retention
    from spectra_gx.warehouse.warehouse import Warehouse

_NOT_OURS = "no batch of spectra-gx is in its history"
_ELSEWHERE = "it is outside of the warehouse"


def maintain(
    workspace: Workspace,
    stages: Sequence[str],
    *,
    apply: bool,
    wait: float,
    now: datetime | None = None,
) -> MaintenanceResult:
    """Maintain stages; arguments as for `Project.maintain`, and the instant that ages end at."""
    contracts = classified_contracts(workspace)
    chosen = [workspace.contract(name) for name in stages] or [*contracts.values()]
    now = now or datetime.now(UTC)
    run = execution_id("maintain", now)
    result = MaintenanceResult(
        apply, tuple(one.name for one in chosen), _clear_staging(workspace.warehouse, apply, wait)
    )
    for contract in chosen:
        care = _StageCare(workspace, contract, contracts, now, run)
        found = care.apply(wait) if apply else care.plan()
        result = replace(
            result,
            actions=(*result.actions, *found.actions),
            kept=(*result.kept, *found.kept),
            left_alone={**result.left_alone, **found.left_alone},
        )
    return result


def _clear_staging(warehouse: Warehouse, apply: bool, wait: float) -> tuple[MaintenanceAction, ...]:
    """Return what dead runs left behind and will not publish, once it is deleted if it is to be."""
    dead = [run for run in dead_runs(warehouse, wait=wait) if not is_pending(warehouse, run)]
    found = tuple(
        MaintenanceAction(
            ActionKind.STAGING, f"{STAGING}/{run}", files=warehouse.store.sizes(f"{STAGING}/{run}")
        )
        for run in dead
    )
    if apply and found:
        sweep(warehouse)
    return found


@dataclass
class _Found:
    """What maintenance of one stage comes to, so far."""

    actions: list[MaintenanceAction] = field(default_factory=list)
    kept: list[KeptVersions] = field(default_factory=list)
    left_alone: dict[str, str] = field(default_factory=dict)


class _StageCare:
    """Maintenance of one stage: its log, quarantine, tables and pages, in this order.

    What an earlier part removes no longer keeps what a later one would delete.
    """

    def __init__(
        self,
        workspace: Workspace,
        contract: StageContract,
        contracts: Mapping[str, StageContract],
        now: datetime,
        run: str,
    ) -> None:
        self._workspace = workspace
        self._contract = contract
        self._contracts = contracts
        self._now = now
        self._run = f"{run}_{contract.name}"
        self._started = datetime.now(UTC)
        self._retention: Retention = workspace.settings.retention()
        self._use(workspace.warehouse)
        self._found = _Found()
        self._staging: Staging | None = None
        self._rows: list[dict[str, Any]] = []
        """The rows of runs that stay in the log, oldest first."""
        self._gone: list[str] = []
        self._waiting: set[str] = set()
        """Execution ids of runs with rows that stay in quarantine."""

    def _use(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._log = DeltaActivityLog(warehouse, self._contract.name)
        self._quarantine = Quarantine(warehouse, self._contract.name)

    def plan(self) -> _Found:
        """Return what would be deleted and merged; nothing is changed."""
        self._go_through()
        return self._found

    def apply(self, wait: float) -> _Found:
        """Delete and merge it, under the stage's lock; return what was done."""
        name = self._contract.name
        try:
            with ExitStack() as stack:
                fenced = self._warehouse.publishing(name, by=self._run, wait=wait)
                self._use(stack.enter_context(fenced))
                complete_dead_batches(self._warehouse, self._log, self._contract, by=self._run)
                self._staging = stack.enter_context(Staging(self._warehouse, self._run))
                self._go_through()
                self._record()
        except SpectraError as error:
            self._add(ActionKind.VERSIONS, name, error=error.message)
        return self._found

    def _record(self) -> None:
        identity = build_identity(self._contract, self._workspace.settings)
        identity = replace(identity, started=self._started)
        name = self._contract.name
        record_maintenance(self._log, identity, name, self._run, self._found.actions)

    def _go_through(self) -> None:
        with self._part(ActionKind.QUARANTINE, self._contract.name):
            self._care_for_quarantine()
        with self._part(ActionKind.LOG, self._log.name):
            self._care_for_log()
        for table in self._contract.tables:
            with self._part(ActionKind.VERSIONS, table.name):
                self._care_for_table(table)
        for name in (*self._quarantine_tables(), self._log.name):
            with self._part(ActionKind.VERSIONS, name):
                self._care_for_files(name, {}, merge=name != self._log.name)
        with self._part(ActionKind.DOCS, self._contract.name):
            self._care_for_docs()

    @contextmanager
    def _part(self, kind: ActionKind, target: str) -> Iterator[None]:
        """Go on with the next part where one cannot be done, and say why."""
        try:
            yield
        except SpectraError as error:
            self._add(kind, target, error=error.message)

    def _add(self, kind: ActionKind, target: str, **facts: Any) -> None:
        self._found.actions.append(MaintenanceAction(kind, target, self._contract.name, **facts))

    def _applies(self) -> bool:
        """Return whether things are done, once it is sure that the stage's lock was not lost."""
        if self._staging is None:
            return False
        self._warehouse.fence.check()
        return True

    # -- rows -------------------------------------------------------------------------------------

    def _quarantine_tables(self) -> list[str]:
        names = [self._quarantine.name(table.name) for table in self._contract.tables]
        return [name for name in names if self._warehouse.exists(name)]

    def _care_for_quarantine(self) -> None:
        before = self._retention.before("quarantine", self._now)
        for table in self._contract.tables:
            old = []
            for entry in self._quarantine.entries(table.name):
                run, releasing, _ = entry.execution_id.partition(RELEASING)
                if before is None or entry.quarantined_at >= before or releasing:
                    self._waiting.add(run)
                else:
                    old.append(entry)
            if not old:
                continue
            if self._applies():
                for entry in old:
                    self._quarantine.remove_run(table.name, entry.execution_id)
            rows = sum(entry.rows for entry in old)
            self._add(ActionKind.QUARANTINE, self._quarantine.name(table.name), rows=rows)

    def _care_for_log(self) -> None:
        self._rows = self._log.runs("run")
        before = self._retention.before("log", self._now)
        self._gone = expired_runs(self._rows, before, self._waiting)
        self._gone += expired_records(self._log, before)
        if not self._gone:
            return
        gone = set(self._gone)
        self._rows = [row for row in self._rows if row["execution_id"] not in gone]
        rows = sum(row["execution_id"] in gone for row in self._log.runs())
        if self._applies():
            self._log.forget(self._gone)
        self._add(ActionKind.LOG, self._log.name, rows=rows)

    # -- tables -----------------------------------------------------------------------------------

    def _care_for_table(self, table: Table) -> None:
        if table.location is not None or table.format is not TableFormat.DELTA:
            self._found.left_alone[table.name] = _ELSEWHERE
            return
        try:
            head = self._warehouse.open(table.name)
        except TableNotFoundError:
            return
        commits = batch_commits(head)
        if not commits and not self._published(table.name):
            self._found.left_alone[table.name] = _NOT_OURS
            return
        kept = kept_versions(
            table.name,
            self._rows,
            since=self._retention.before("versions", self._now),
            quarantined=self._waiting,
            consumed=self._consumed(),
            batches=[one.version for one in commits if not one.rolled_back],
            newest=head.version(),
            replay=self._retention.replay_versions,
        )
        readable = readable_versions(self._warehouse.place(table.name))
        kept = {version: why for version, why in kept.items() if version in readable}
        self._found.kept.append(KeptVersions(table.name, kept))
        self._care_for_files(table.name, kept, merge=True)

    def _published(self, table: str) -> bool:
        return any(table in json.loads(row["published_versions"] or "{}") for row in self._rows)

    def _consumed(self) -> set[str]:
        """Return the runs of this stage that others have consumed, as far as their logs go."""
        stage = self._contract.name
        consumers = [
            one.name
            for one in self._contracts.values()
            if any(need.stage == stage for need in one.consumes)
        ]
        logs = (DeltaActivityLog(self._warehouse, name).runs("run") for name in consumers)
        return {run for rows in logs for run in consumed_runs(rows, stage)}

    def _care_for_files(self, name: str, keep: Collection[int], *, merge: bool) -> None:
        """Merge the small files of a table, then delete the files that nothing needs."""
        if not self._warehouse.exists(name):
            return
        if merge:
            self._compact(name, self._warehouse.open(name))
        head = self._warehouse.open(name)
        unneeded = unneeded_files(head, self._warehouse.place(name), name, keep)
        if unneeded:
            if self._applies():
                vacuum(head, name, keep, self._run)
            self._add(ActionKind.VERSIONS, name, files=unneeded)

    def _compact(self, name: str, head: DeltaTable) -> None:
        files = small_files(head, self._retention.compact_after)
        if not files:
            return
        if self._applies() and self._staging is not None:
            compact(self._warehouse, name, head, files, self._staging)
        self._add(ActionKind.COMPACTION, name, files={file.path: file.size for file in files})

    # -- pages ------------------------------------------------------------------------------------

    def _care_for_docs(self) -> None:
        stage, since = self._contract.name, self._retention.before("docs", self._now)
        runs = kept_runs(self._rows, since)
        tables = [table.name for table in self._contract.tables]
        files = expired_files(self._warehouse, stage, tables, set(runs), self._now)
        if not files:
            return
        if self._applies():
            root = self._workspace.root
            delete_files(
                self._warehouse,
                files,
                self._contract,
                find_contract_file(self._contract, root),
                runbook_file(self._workspace.settings, root),
                since=since,
                by=self._run,
            )
        self._add(ActionKind.DOCS, stage, files=files)
