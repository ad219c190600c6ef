"""Erase rows from a table and from every other place that a project keeps them in."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.checks.rule_reads import tables_read
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition
from spectra_gx.contract.sql.placeholders import zone_literals
from spectra_gx.contract.sql.tokens import read_tokens
from spectra_gx.errors import UsageError
from spectra_gx.project.workspace import classified_contracts
from spectra_gx.report.expired_pages import delete_files, stored_results
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.dead_batches import complete_dead_batches
from spectra_gx.runner.publishing.run_snapshot import RunSnapshot
from spectra_gx.runner.quarantine.quarantined_rows import declared_table
from spectra_gx.runner.run_result import RunResult
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.maintenance.erased_values import ErasedValues
from spectra_gx.warehouse.maintenance.erasure import TableTraces, erase_rows, find_traces
from spectra_gx.warehouse.maintenance.erasure_result import ErasedTable, Erasure, unreached
from spectra_gx.warehouse.maintenance.history import delete_history
from spectra_gx.warehouse.maintenance.log_erasure import count_log_rows, erase_log_rows
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.staging import Staging, sweep
from spectra_gx.wiring import build_identity, find_contract_file, runbook_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.project.workspace import Workspace
    from spectra_gx.runner.run_result import RunIdentity


def erase(workspace: Workspace, named: str, condition: str, *, apply: bool, wait: float) -> Erasure:
    """Erase rows of a table; arguments as for `Project.erase`."""
    contracts = classified_contracts(workspace)
    contract, table = declared_table(contracts, named)
    if table.location is not None or table.format is not TableFormat.DELTA:
        raise UsageError(
            f"table `{named}` is outside of the warehouse, so that its history is not ours; erase "
            "the rows where it is stored"
        )
    columns = _guarded_columns(table, condition)
    settings = workspace.settings
    identity = build_identity(contract, settings)
    identity = replace(identity, execution_id=f"erase_{identity.execution_id}")
    work = _Erasing(workspace, contracts, contract, table, zone_literals(condition), identity)
    return work.apply(columns, wait) if apply else work.plan(columns)


def _guarded_columns(table: Table, condition: str) -> tuple[str, ...]:
    """Return the columns that a condition reads, once it is proven to be harmless.

    Raises:
        UsageError: It is refused.
    """
    known = {column.name: column.sensitive for column in table.columns}
    try:
        guarded = guard_condition(zone_literals(condition), table=table.name, columns=known)
    except SqlRefused as error:
        raise UsageError(f"`--where` is refused: {error}") from None
    return tuple(sorted(guarded.columns))


@dataclass(frozen=True)
class _Shown:
    """A stage whose rules read the table, and what of it may show the table's rows."""

    contract: StageContract
    rules: frozenset[str]
    tables: tuple[str, ...]
    """Tables whose results may show them."""


class _Erasing:
    """One erasure, place by place."""

    def __init__(
        self,
        workspace: Workspace,
        contracts: Mapping[str, StageContract],
        contract: StageContract,
        table: Table,
        condition: str,
        identity: RunIdentity,
    ) -> None:
        self._workspace = workspace
        self._contracts = contracts
        self._contract = contract
        self._table = table
        self._condition = condition
        self._identity = identity
        self._warehouse = workspace.warehouse
        self._values = ErasedValues(_literals(condition))
        self._shown = [
            shown
            for one in contracts.values()
            if (shown := _shown_by(one, contracts, table.name)) is not None
        ]

    def plan(self, columns: tuple[str, ...]) -> Erasure:
        """Return what would be erased; nothing is changed."""
        with Staging(self._warehouse, self._identity.execution_id) as staging:
            return self._found(columns, self._traces(staging))

    def apply(self, columns: tuple[str, ...], wait: float) -> Erasure:
        """Erase it, under the stage's lock, and record that; return what was erased."""
        name, run = self._contract.name, self._identity.execution_id
        sweep(self._warehouse)
        with ExitStack() as stack:
            fenced = stack.enter_context(self._warehouse.publishing(name, by=run, wait=wait))
            self._warehouse = fenced
            log = DeltaActivityLog(fenced, name)
            complete_dead_batches(fenced, log, self._contract, by=run)
            staging = stack.enter_context(Staging(fenced, run))
            traces = self._traces(staging)
            found = self._found(columns, traces)
            tables = tuple(
                self._erase_table(one, erased, staging)
                for one, erased in zip(traces, found.tables, strict=True)
            )
            done = replace(found, applied=True, tables=tables)
            fenced.fence.check()
            self._erase_results()
            for shown in self._shown:
                erase_log_rows(self._warehouse, shown.contract.name, self._values, shown.rules)
            log.append(run, self._log_rows(done))
        return done

    def _traces(self, staging: Staging) -> list[TableTraces]:
        quarantine = Quarantine(self._warehouse, self._contract.name).name(self._table.name)
        return [
            find_traces(self._warehouse, name, self._condition, staging, self._values)
            for name in (self._table.name, quarantine)
            if self._warehouse.exists(name)
        ]

    def _found(self, columns: tuple[str, ...], traces: Iterable[TableTraces]) -> Erasure:
        stored = {shown.contract.name: len(self._results(shown)) for shown in self._shown}
        logs = {
            name: count
            for shown in self._shown
            for name, count in count_log_rows(
                self._warehouse, shown.contract.name, self._values, shown.rules
            ).items()
        }
        return Erasure(
            table=self._table.name,
            stage=self._contract.name,
            applied=False,
            execution_id=self._identity.execution_id,
            columns=columns,
            tables=tuple(map(_erased_table, traces)),
            log_rows=logs,
            results=stored,
            elsewhere=unreached(
                _consumers(self._contracts, self._table.name), self._partition_columns()
            ),
        )

    def _partition_columns(self) -> list[str]:
        if not self._warehouse.exists(self._table.name):
            return []
        columns: list[str] = self._warehouse.open(self._table.name).metadata().partition_columns
        return columns

    def _erase_table(
        self, traces: TableTraces, found: ErasedTable, staging: Staging
    ) -> ErasedTable:
        self._warehouse.fence.check()
        version = None
        if traces.found:
            version = erase_rows(
                self._warehouse, traces, self._condition, staging, self._contract.name
            )
        elif not traces.strays:
            return found
        gone = delete_history(self._warehouse, traces.name, traces.first_clean)
        return replace(found, published=version, versions_gone=gone.versions, left=gone.unknown)

    def _results(self, shown: _Shown) -> dict[str, int]:
        return stored_results(self._warehouse, shown.contract.name, shown.tables)

    def _erase_results(self) -> None:
        """Delete what may show rows, and rebuild the pages from the log, which shows none."""
        root = self._workspace.root
        for shown in self._shown:
            files = self._results(shown)
            if files:
                delete_files(
                    self._warehouse,
                    files,
                    shown.contract,
                    find_contract_file(shown.contract, root),
                    runbook_file(self._workspace.settings, root),
                    since=None,
                    by=self._identity.execution_id,
                )

    def _log_rows(self, done: Erasure) -> list[dict[str, Any]]:
        """Return the erasure as a run: what went from where, and no value."""
        ended = datetime.now(UTC)
        snapshot = RunSnapshot(self._warehouse, self._contract, {})
        result = RunResult(
            identity=self._identity,
            contract=self._contract,
            parameters=RunParameters(),
            ended=ended,
            versions=snapshot.recorded_versions({}),
        )
        [row] = log_rows(result, recorded_at=ended)
        about = {"operation": "erase", "table": self._table.name}
        return [
            {
                **row,
                "status": "Success",
                "parameters": json.dumps(about, sort_keys=True),
                "metadata": json.dumps({"erased": done.record()}, sort_keys=True),
                "fingerprint": None,
            }
        ]


def _erased_table(traces: TableTraces) -> ErasedTable:
    size = sum(size for _, size in traces.files)
    return ErasedTable(
        traces.name, traces.rows, traces.versions, len(traces.files), size, len(traces.strays)
    )


def _literals(condition: str) -> list[Any]:
    """Return the texts and numbers that a condition names."""
    tokens = read_tokens(condition)
    texts = [one.text[1:-1].replace("''", "'") for one in tokens if one.kind == "text"]
    return [*texts, *(float(one.text) for one in tokens if one.kind == "number")]


def _shown_by(
    contract: StageContract, contracts: Mapping[str, StageContract], table: str
) -> _Shown | None:
    """Return what of a stage may show rows of a table; None where nothing does."""
    readable = readable_tables(contract, contracts)
    rules = [
        rule
        for rule in contract.rules()
        if rule.table == table or table in set(tables_read(rule, readable))
    ]
    own = contract.table(table) is not None
    if not rules and not own:
        return None
    tables = {rule.table for rule in rules if rule.table is not None} | ({table} if own else set())
    return _Shown(contract, frozenset(rule.id for rule in rules), tuple(sorted(tables)))


def _consumers(contracts: Mapping[str, StageContract], table: str) -> list[str]:
    return [
        one.name for one in contracts.values() if any(table in need.tables for need in one.consumes)
    ]
