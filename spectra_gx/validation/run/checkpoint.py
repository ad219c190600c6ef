"""Run the checkpoint of a table: GX evaluates all rules but those that cannot be evaluated."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Self

from spectra_gx.causes import Cause, Obstacle
from spectra_gx.compiler.artefacts import compile_suite
from spectra_gx.compiler.ids import stable_id
from spectra_gx.compiler.registry import PREVIOUS_ROWS, past_parameter
from spectra_gx.contract.checks.readable_tables import sql_of_rule
from spectra_gx.contract.earlier_runs import remembers_value
from spectra_gx.errors import EngineError
from spectra_gx.validation.gx.argument_checks import find_refused_arguments
from spectra_gx.validation.gx.expectations.numbers import NO_ROWS_BEFORE
from spectra_gx.validation.gx.interpretation import (
    errored,
    find_cause,
    interpret,
    make_plain,
    redact,
)
from spectra_gx.validation.gx.stage_context import StageContext
from spectra_gx.validation.metrics.contract_queries import contract_query_rows
from spectra_gx.validation.results import RuleResult, Status, TableResult, roll_up_rules
from spectra_gx.validation.run.checkpoint_data import CheckpointInputs, CheckpointOutcome
from spectra_gx.validation.run.preflight import blocked_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.core import ExpectationSuiteValidationResult

    from spectra_gx.contract.model import Table

logger = logging.getLogger(__name__)


class CheckpointRunner:
    """Runs the checkpoints of one stage, one after another, over one snapshot."""

    def __init__(self, inputs: CheckpointInputs) -> None:
        self._inputs = inputs
        self._snapshot = inputs.snapshot
        self._gx = StageContext(inputs.contract, inputs.snapshot, inputs.engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._gx.close()

    def run(self, table: Table) -> CheckpointOutcome:
        """Validate one table; whatever goes wrong ends as errored rules, never as an exception."""
        began = time.perf_counter()
        suite = compile_suite(self._inputs.contract, table)
        types = {_rule_of(one): one["type"] for one in suite["expectations"]}
        blocked = self._find_obstacles(table, suite)
        identifier, found, rows = None, None, None
        try:
            identifier, found = self._gx.run_checkpoint(
                table, _without(suite, blocked), self._inputs.clock, self._past(table)
            )
            rules, rows = self._interpret(table, found, types, blocked)
        except Exception as error:  # GX may raise anything; a table must still get its verdict
            traced = not self._snapshot.may_leak(*self._snapshot.readable)
            logger.debug("checkpoint of %s ended early", table.name, exc_info=traced)
            identifier, found = None, None
            stopped = _obstacle_of(error)
            rules = tuple(
                errored(rule, types[rule.id], blocked.get(rule.id, stopped)) for rule in table.rules
            )
        changed = self._changed_while_read(table)
        if changed is not None:
            identifier, found, rows = None, None, None
            rules = tuple(errored(rule, types[rule.id], changed) for rule in table.rules)
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
                snapshot=pinned.snapshot_id if pinned else None,
            ),
            found,
            identifier,
        )

    def _find_obstacles(self, table: Table, suite: Mapping[str, Any]) -> dict[str, Obstacle]:
        """Return the rules that are not put to GX: id → why."""
        own = {rule.id for rule in table.rules if rule.kind == "expect"}
        of_gx = [one for one in suite["expectations"] if _rule_of(one) in own]
        return {**dict(find_refused_arguments(of_gx)), **blocked_rules(table, self._inputs)}

    def _past(self, table: Table) -> dict[str, Any]:
        """Return the suite parameters about earlier runs."""
        rows, past = self._inputs.earlier_rows, self._inputs.past
        known = {} if isinstance(rows, str) else rows
        unknown: dict[str, Any] = {
            past_parameter(rule.id): {} for rule in table.rules if remembers_value(rule)
        }
        return {
            PREVIOUS_ROWS: known.get(table.name, NO_ROWS_BEFORE),
            **unknown,
            **({} if isinstance(past, str) else past),
        }

    def _changed_while_read(self, table: Table) -> Obstacle | None:
        """Return how a file that was read is no longer the one that was pinned."""
        batch = self._gx.batch
        read = batch.read if batch is not None and batch.table.name == table.name else (table.name,)
        pinned = (self._snapshot.tables[name] for name in read if name in self._snapshot.tables)
        reasons = (one.changed() for one in pinned)
        changed = next((reason for reason in reasons if reason is not None), None)
        return None if changed is None else Obstacle(Cause.FILE_CHANGED, changed)

    def _interpret(
        self,
        table: Table,
        found: ExpectationSuiteValidationResult,
        types: Mapping[str, str],
        blocked: Mapping[str, Obstacle],
    ) -> tuple[tuple[RuleResult, ...], int | None]:
        batch = self._gx.batch
        assert batch is not None  # noqa: S101 - GX has just opened the table
        rows = batch.row_count if table.name in self._snapshot.tables else None
        results = {
            result.expectation_config.meta["rule"]: (result, result.expectation_config.kwargs)
            for result in found.results
            if result.expectation_config is not None and result.expectation_config.meta
        }
        outcomes = []
        for rule in table.rules:
            if rule.id in blocked:
                outcomes.append(errored(rule, types[rule.id], blocked[rule.id]))
                continue
            result, kwargs = results[rule.id]
            if sql_of_rule(rule) and not result.success and "observed_value" in result.result:
                result.result["unexpected_rows"] = contract_query_rows(kwargs, batch)
            cause = find_cause(result, self._gx.causes)
            redact(rule, table, result, exposed=batch.exposes(rule.where))
            make_plain(result)
            outcomes.append(
                interpret(
                    rule,
                    table,
                    result,
                    cause=cause,
                    expectation=types[rule.id],
                    table_rows=rows or 0,
                )
            )
        found.success = all(outcome.status is Status.PASSED for outcome in outcomes)
        return tuple(outcomes), rows


def _rule_of(expectation: Mapping[str, Any]) -> str:
    return str(expectation["meta"]["rule"])


def _without(suite: dict[str, Any], blocked: Mapping[str, Obstacle]) -> dict[str, Any]:
    """Return the suite with every blocked rule's expectation replaced by one that reports why."""

    def evaluated(expectation: dict[str, Any]) -> dict[str, Any]:
        rule = _rule_of(expectation)
        if rule not in blocked:
            return expectation
        return {
            "id": stable_id("blocked", rule),
            "type": "expect_rule_to_be_evaluated",
            "kwargs": {"rule": rule, "reason": blocked[rule].message},
            "severity": expectation["severity"],
            "meta": expectation["meta"],
        }

    return {**suite, "expectations": [evaluated(one) for one in suite["expectations"]]}


def _obstacle_of(error: Exception) -> Obstacle:
    """Return why a checkpoint ended early."""
    if isinstance(error, EngineError):
        return Obstacle(error.cause, error.message)
    return Obstacle(Cause.INTERNAL, f"Great Expectations stopped with {type(error).__name__}")
