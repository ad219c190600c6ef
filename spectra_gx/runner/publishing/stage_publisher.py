"""Publish what a run has built of a stage, each table in its mode, as one batch."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import UsageError
from spectra_gx.runner.building.sql_values import fill_in, run_literals
from spectra_gx.runner.publishing.added_rows import find_added_rows, published_contents
from spectra_gx.runner.publishing.candidate_tables import CandidateTables
from spectra_gx.runner.publishing.dead_batches import (
    complete_dead_batches,
    discard_unpublished,
    refuse_broken_batches,
)
from spectra_gx.runner.publishing.run_watermarks import RunWatermarks
from spectra_gx.runner.run_result import TableCounts
from spectra_gx.warehouse.delta.reads import row_count
from spectra_gx.warehouse.delta.schemas import refuse_schema_changes
from spectra_gx.warehouse.publishing.batch_rows import refuse_emptying
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.candidate import schema_changes
from spectra_gx.warehouse.publishing.commits import TablePublication, moved, open_published
from spectra_gx.warehouse.publishing.options import PublishMode
from spectra_gx.warehouse.publishing.pending import has_pending
from spectra_gx.warehouse.publishing.roll_forward import publish_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import ExitStack

    from deltalake import DeltaTable

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.building.stage_plan import StagePlan
    from spectra_gx.runner.checks.incremental import AddedRows
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.ports import Builder
    from spectra_gx.runner.publishing.partial_publish import Needs
    from spectra_gx.runner.publishing.run_snapshot import RunSnapshot
    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.runner.services import RunServices
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.warehouse.publishing.options import PublishOptions
    from spectra_gx.warehouse.publishing.watermarks import Watermark
    from spectra_gx.warehouse.staging import Staging


class StagePublisher:
    """The batch of one run."""

    def __init__(
        self,
        contract: StageContract,
        identity: RunIdentity,
        parameters: RunParameters,
        services: RunServices,
        tables: RunSnapshot,
        opened: ExitStack,
    ) -> None:
        """Take the run; nothing is locked yet.

        Args:
            contract: The stage.
            identity: The run.
            parameters: How it behaves.
            services: Where tables and the log are.
            tables: The published tables as the run reads them.
            opened: Keeps the stage's lock until the run is recorded.
        """
        self._contract = contract
        self._identity = identity
        self._parameters = parameters
        self._warehouse = services.warehouse
        self._log = services.log
        self._tables = tables
        self._opened = opened
        self._locked = False
        self._options: dict[str, PublishOptions] = {}
        self.batch_day = parameters.batch_day or identity.started.date()
        self.batch = Batch(identity.batch_id, identity.execution_id, contract.name)
        self.candidates = CandidateTables(
            contract, parameters, services.warehouse, tables, self._options
        )
        self.needs: Needs = {}
        self.completed: list[str] = []
        """Dead runs whose batches this run has finished."""

        self.counts: dict[str, TableCounts] = {}
        self.watermarks: dict[str, Watermark] = {}
        """Table → its watermark from this batch on."""

        self.publish_seconds: float | None = None
        """How long it took to publish what was staged; None before that."""

        self._before = RunWatermarks(contract, parameters, services)

    # -- before tables are built ------------------------------------------------------------------

    def begin(self, plan: StagePlan) -> StagePlan:
        """Return what is left to build, under the stage's lock if that depends on what is there.

        Raises:
            WarehouseError: Another run has the lock, or a dead run's batch cannot be finished.
        """
        self._options.update({one: self._resolved(plan.options_of(one)) for one in plan.tables})
        if any(map(_reads_published, self._options.values())) or has_pending(
            self._warehouse, self._contract.name, self._contract.table_names
        ):
            self.take_lock()
        watermarked = [name for name, one in self._options.items() if one.watermark is not None]
        if self._parameters.since is not None and not watermarked:
            raise UsageError(
                f"`--since` does nothing for stage `{self._contract.name}`, of which no table has "
                "a watermark; leave `--since` out"
            )
        left = replace(
            plan, builders=tuple(one for one in plan.builders if not self._is_published(one))
        )
        self.needs = {table: one.needs for one in left.builders for table in one.tables}
        if not self._parameters.renews:
            advancing = {one: plan.related(one) for one in watermarked if one in left.tables}
            refuse_broken_batches(self._log, self._contract.name, advancing)
        return left

    def take_lock(self) -> None:
        """Wait for the stage's lock, and put right what dead runs left."""
        if self._locked:
            return
        stage, run = self._contract.name, self._identity.execution_id
        self._warehouse = self._opened.enter_context(
            self._warehouse.publishing(stage, by=run, wait=self._parameters.wait)
        )
        self._locked = True
        self.completed += complete_dead_batches(self._warehouse, self._log, self._contract, by=run)
        discard_unpublished(self._warehouse, self._contract)

    def _has_batch(self, head: DeltaTable | None) -> bool:
        """Return whether a published table has this batch already."""
        return head is not None and self.batch.is_published(head)

    def watermarks_of(self, builder: Builder) -> dict[str, Any]:
        """Return where the batches of a builder's tables begin, but for those on their first run.

        Raises:
            WarehouseError: The table has rows and no watermark.
        """
        shown = {
            table: self._before.shown(table, self._options[table], self._tables.head(table))
            for table in builder.tables
        }
        return {table: value for table, value in shown.items() if value is not None}

    def _is_published(self, builder: Builder) -> bool:
        return all(self._has_batch(self._tables.head(table)) for table in builder.tables)

    def _resolved(self, options: PublishOptions) -> PublishOptions:
        """Return options whose conditions have the values of this run."""
        now = self._identity.started
        values = run_literals(now, self.batch_day, None, None)
        replaced, deleted = options.replace_where, options.delete_where
        return replace(
            options,
            replace_where=None if replaced is None else fill_in(replaced, values),
            delete_where=None if deleted is None else fill_in(deleted, values),
        )

    def leave_out(self, staging: Staging) -> None:
        """Forget what was staged of tables that have the batch, or to which it adds nothing."""
        for name in staging.tables:
            adds = self._options[name].publish in (PublishMode.APPEND, PublishMode.MERGE)
            empty = name not in staging.quarantined and not row_count(staging.open(name))
            idle = adds and not self._parameters.renews and empty
            head = self._tables.head(name)
            if self._has_batch(head) or (idle and head is not None):
                staging.forget(name)

    # -- what is checked --------------------------------------------------------------------------

    def find_added_rows(self, tables: Sequence[Table], snapshot: Snapshot) -> list[AddedRows]:
        """Return the batches that suffice for some of the rules of their tables."""
        made = {name: one.candidate for name, one in self.candidates.made.items()}
        return find_added_rows(tables, snapshot, made, self._log)

    def published(
        self, outcome: StageOutcome, built: Collection[str], versions: Mapping[str, int]
    ) -> StageOutcome:
        """Return the outcome with built tables under the versions that they have, or will have.

        It says what a version consists of if that is what was checked.
        """
        candidates = {
            name: (one.candidate, one.base.id, one.checked)
            for name, one in self.candidates.made.items()
            if name in versions
        }
        checked = outcome.result.contents
        contents = published_contents(self._warehouse, self.batch, candidates, checked)
        return outcome.published(built, versions, contents)

    def check_again(self) -> None:
        """Forget the candidates, and what they were made of: a table was changed since."""
        self._tables.pin_own_again()
        self.candidates.clear()

    # -- publishing -------------------------------------------------------------------------------

    def publish(
        self,
        staging: Staging,
        log_rows: Callable[[Mapping[str, int]], Sequence[Mapping[str, Any]]],
        held_back: Collection[str] = (),
    ) -> dict[str, int]:
        """Publish every staged table but those that are held back; return their versions.

        Args:
            staging: What was built and checked.
            log_rows: Returns what the run records once all of them have these versions.
            held_back: Tables that stay as they are.

        Raises:
            HeadMovedError: A table was changed since it was checked.
            SpectraError: Nothing was published, but for `context["published"]`.
        """
        self.take_lock()
        chosen = [name for name in staging.tables if name not in held_back]
        self.candidates.raise_refused(chosen)
        heads = {name: open_published(self._warehouse, name) for name in chosen}
        names = [name for name in chosen if not self._has_batch(heads[name])]
        if (other := self._tables.moved_beside(names)) is not None:
            raise moved(other)
        self._refuse_schemas(staging, names, heads)
        publications = [self._publication(staging, name, heads[name]) for name in names]
        rows = log_rows({one.name: one.base.next_version for one in publications})
        begun = time.perf_counter()
        try:
            return publish_batch(self._warehouse, staging, self.batch, publications, rows)
        finally:
            self.publish_seconds = time.perf_counter() - begun

    def _refuse_schemas(
        self, staging: Staging, names: Sequence[str], heads: Mapping[str, DeltaTable | None]
    ) -> None:
        """Refuse changes of schema of all tables at once, before one is published."""
        found = {}
        replaced_in_part = []
        for name in names:
            staged = self.candidates.staged(staging, name)
            if not (self._parameters.rebuild and staged.replaces_all):
                found[name] = schema_changes(staged, heads[name])
            if staged.mode is PublishMode.REPLACE_WHERE:
                replaced_in_part.append(name)
        refuse_schema_changes(found, replaced_in_part)

    def _publication(
        self, staging: Staging, name: str, head: DeltaTable | None
    ) -> TablePublication:
        staged = self.candidates.staged(staging, name)
        made = self.candidates.make(staging, staged, head)
        refuse_emptying(staged, head, allowed=self._may_be_empty(name))
        counts, quarantined = made.candidate.counts, staging.quarantined.get(name, 0)
        self.counts[name] = TableCounts(
            str(made.candidate.mode), counts.staged, quarantined, counts.deleted, counts.stale
        )
        watermark = self._before.built(staging, name, staged.options, self._identity.started, head)
        if watermark is not None:
            self.watermarks[name] = watermark
        rebuild = self._parameters.rebuild
        return TablePublication(staged, made.base, watermark, made.candidate, rebuild)

    def _may_be_empty(self, name: str) -> bool:
        """Return whether the contract lets a table have no rows."""
        table = self._contract.table(name)
        rules = table.table_rules if table is not None else ()
        declared = [rule.argument for rule in rules if rule.kind == "rows"]
        bounds = {name: value for one in declared for name, value in one.items()}
        known = bounds.keys() & {"min", "max", "equals"}
        return bool(known) and not (bounds.get("min") or bounds.get("equals"))


def _reads_published(options: PublishOptions) -> bool:
    return options.publish is not PublishMode.REPLACE or options.watermark is not None
