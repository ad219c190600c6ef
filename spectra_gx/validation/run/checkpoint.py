"""Judge tables: one GX checkpoint each, compiled in memory, over one snapshot."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import ProgressBarsConfig

from spectra_gx.compiler.artefacts import (
    BATCH_DEFINITION,
    compile_checkpoint,
    compile_suite,
    compile_validation_definition,
)
from spectra_gx.compiler.expectations import AS_OF, PREVIOUS_ROWS
from spectra_gx.compiler.ids import stable_id
from spectra_gx.contract.checks.readable_tables import sql_of_rule
from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.errors import EngineError
from spectra_gx.validation.gx import expectations as _registered  # noqa: F401 - GX learns them here
from spectra_gx.validation.gx.argument_checks import find_refused_arguments
from spectra_gx.validation.gx.batch_data import DeltaBatchData
from spectra_gx.validation.gx.datasource import delta_datasource
from spectra_gx.validation.gx.expectations.numbers import NO_ROWS_BEFORE
from spectra_gx.validation.gx.in_memory_checkpoint import (
    in_memory_checkpoint,
    memoized_expectations,
)
from spectra_gx.validation.gx.interpretation import errored, interpret, make_plain, redact
from spectra_gx.validation.metrics.contract_queries import contract_query_rows
from spectra_gx.validation.results import RuleResult, Status, TableResult, roll_up_rules
from spectra_gx.validation.run.preflight import blocked_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )
    from great_expectations.data_context.types.resource_identifiers import (
        ValidationResultIdentifier,
    )

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.session import Engine
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.run.preflight import EarlierRows
    from spectra_gx.validation.snapshot.clock import RunClock

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CheckpointOutcome:
    """A table's verdict, and GX's own result behind it, redacted."""

    result: TableResult
    gx: ExpectationSuiteValidationResult | None
    """None when GX itself could not finish."""

    identifier: ValidationResultIdentifier | None


class CheckpointRunner:
    """Runs the checkpoints of one stage, one after another, over one snapshot."""

    def __init__(
        self,
        contract: StageContract,
        snapshot: Snapshot,
        types: Mapping[str, Mapping[str, str]],
        clock: RunClock,
        earlier_rows: EarlierRows,
        engine: Engine = DATAFUSION,
    ) -> None:
        """Open a GX context in memory; nothing is written to disk.

        Args:
            contract: What is declared.
            snapshot: What is read.
            types: Every table that may be read → column → declared type.
            clock: The run's name and instant.
            earlier_rows: Table → rows in the last passed run, or why they are not known.
            engine: What answers for the tables.
        """
        self._contract = contract
        self._snapshot = snapshot
        self._types = types
        self._clock = clock
        self._earlier_rows = earlier_rows
        self._context = _quiet_context()
        self._datasource = delta_datasource(
            snapshot, {table.name: table.primary_key for table in contract.tables}, engine
        )
        # Public `add` would write a configuration; this is how GX itself attaches one it loaded.
        self._context._add_fluent_datasource(self._datasource, save_changes=False)  # noqa: SLF001

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._datasource.close()

    def run(self, table: Table) -> CheckpointOutcome:
        """Judge one table; whatever goes wrong ends as errored rules, never as an exception."""
        began = time.perf_counter()
        suite = compile_suite(self._contract, table)
        asked = {
            _rule_of(expectation): expectation["type"] for expectation in suite["expectations"]
        }
        own = {rule.id for rule in table.rules if rule.kind == "expect"}
        blocked = {
            **dict(
                find_refused_arguments(
                    [one for one in suite["expectations"] if _rule_of(one) in own]
                )
            ),
            **blocked_rules(table, self._snapshot, self._types, self._earlier_rows),
        }
        try:
            identifier, found = self._run_checkpoint(table, _without(suite, blocked))
            rules, rows = self._interpret(table, found, asked, blocked)
        except Exception as error:  # GX may raise anything; a table must still get its verdict
            traced = not self._snapshot.may_leak(*self._snapshot.readable)
            logger.debug("checkpoint of %s ended early", table.name, exc_info=traced)
            identifier, found, rows = None, None, None
            reason = (
                error.message
                if isinstance(error, EngineError)
                else f"Great Expectations stopped with {type(error).__name__}"
            )
            rules = tuple(
                errored(rule, asked[rule.id], blocked.get(rule.id, reason)) for rule in table.rules
            )
        changed = self._changed_while_read(table)
        if changed is not None:
            identifier, found, rows = None, None, None
            rules = tuple(errored(rule, asked[rule.id], changed) for rule in table.rules)
        pinned = self._snapshot.tables.get(table.name)
        return CheckpointOutcome(
            TableResult(
                table=table.name,
                verdict=roll_up_rules(rules),
                rules=rules,
                delta_version=pinned.version if pinned else None,
                rows=rows,
                duration_seconds=time.perf_counter() - began,
                format=str(table.format),
            ),
            found,
            identifier,
        )

    def _changed_while_read(self, table: Table) -> str | None:
        """Return how a file that was read is no longer the one that was pinned."""
        batch = self._active_batch()
        read = batch.read if batch is not None and batch.table.name == table.name else (table.name,)
        reasons = (
            self._snapshot.tables[name].changed() for name in read if name in self._snapshot.tables
        )
        return next((reason for reason in reasons if reason is not None), None)

    def _run_checkpoint(
        self, table: Table, suite: Mapping[str, Any]
    ) -> tuple[ValidationResultIdentifier, ExpectationSuiteValidationResult]:
        batch_definition = self._datasource.get_asset(table.name).get_batch_definition(
            BATCH_DEFINITION
        )
        earlier = {} if isinstance(self._earlier_rows, str) else self._earlier_rows
        with memoized_expectations():
            checkpoint = in_memory_checkpoint(
                batch_definition,
                suite,
                compile_validation_definition(table),
                compile_checkpoint(table),
            )
            ran = checkpoint.run(
                expectation_parameters={
                    AS_OF: self._clock.as_of.isoformat(),
                    PREVIOUS_ROWS: earlier.get(table.name, NO_ROWS_BEFORE),
                },
                run_id=RunIdentifier(run_name=self._clock.execution_id, run_time=self._clock.as_of),
            )
        [(identifier, result)] = ran.run_results.items()
        return identifier, result

    def _interpret(
        self,
        table: Table,
        found: ExpectationSuiteValidationResult,
        asked: Mapping[str, str],
        blocked: Mapping[str, str],
    ) -> tuple[tuple[RuleResult, ...], int | None]:
        batch = self._batch()
        rows = batch.row_count if table.name in self._snapshot.tables else None
        results = {
            result.expectation_config.meta["rule"]: (result, result.expectation_config.kwargs)
            for result in found.results
            if result.expectation_config is not None and result.expectation_config.meta
        }
        outcomes = []
        for rule in table.rules:
            if rule.id in blocked:
                outcomes.append(errored(rule, asked[rule.id], blocked[rule.id]))
                continue
            result, kwargs = results[rule.id]
            if sql_of_rule(rule) and not result.success and "observed_value" in result.result:
                result.result["unexpected_rows"] = contract_query_rows(kwargs, batch)
            redact(rule, table, result, exposed=batch.exposes(rule.where))
            make_plain(result)
            outcomes.append(
                interpret(rule, table, result, expectation=asked[rule.id], table_rows=rows or 0)
            )
        found.success = all(outcome.status is Status.PASSED for outcome in outcomes)
        return tuple(outcomes), rows

    def _batch(self) -> MetricBatch:
        batch = self._active_batch()
        assert batch is not None  # noqa: S101 - a checkpoint that has run has loaded one
        return batch

    def _active_batch(self) -> MetricBatch | None:
        data = self._datasource.get_execution_engine().batch_manager.active_batch_data
        return data.metrics if isinstance(data, DeltaBatchData) else None


def _rule_of(expectation: Mapping[str, Any]) -> str:
    return str(expectation["meta"]["rule"])


def _without(suite: dict[str, Any], blocked: Mapping[str, str]) -> dict[str, Any]:
    """Return the suite with every blocked rule's expectation replaced by one that says why."""

    def asked(expectation: dict[str, Any]) -> dict[str, Any]:
        rule = _rule_of(expectation)
        if rule not in blocked:
            return expectation
        return {
            "id": stable_id("blocked", rule),
            "type": "expect_rule_to_be_evaluated",
            "kwargs": {"rule": rule, "reason": blocked[rule]},
            "severity": expectation["severity"],
            "meta": expectation["meta"],
        }

    return {**suite, "expectations": [asked(expectation) for expectation in suite["expectations"]]}


def _quiet_context() -> EphemeralDataContext:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context
