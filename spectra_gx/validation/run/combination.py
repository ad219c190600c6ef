"""Combine two checks of a table: of some rules on added rows, of the others on all rows."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.validation.results import Scope, Status, roll_up_rules
from spectra_gx.validation.run.checkpoint_data import CheckpointOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.core import ExpectationSuiteValidationResult

    from spectra_gx.contract.model import Table
    from spectra_gx.validation.results import TableResult
    from spectra_gx.validation.run.progress import Progress


def combine_results(
    table: Table, whole: TableResult, added: TableResult, since: int
) -> TableResult:
    """Return one result of a table; a rule that both have is taken from `whole`.

    Args:
        table: The table with all its rules.
        whole: What was found on all rows.
        added: What was found on added rows.
        since: The version after which rows count as added.
    """
    rules = {rule.id: replace(rule, scope=Scope.ADDED) for rule in added.rules}
    rules |= {rule.id: rule for rule in whole.rules}
    ordered = tuple(rules[rule.id] for rule in table.rules)
    return replace(
        whole,
        rules=ordered,
        verdict=roll_up_rules(ordered),
        duration_seconds=whole.duration_seconds + added.duration_seconds,
        since=since,
    )


def combine_checkpoints(
    table: Table, whole: CheckpointOutcome, added: CheckpointOutcome, since: int
) -> CheckpointOutcome:
    """Return one outcome of a table as `combine_results` does, GX's own result included."""
    result = combine_results(table, whole.result, added.result, since)
    passed = all(rule.status is Status.PASSED for rule in result.rules)
    gx = None
    if whole.gx is not None and added.gx is not None:
        gx = _combine_gx(table, whole.gx, added.gx, passed=passed)
    return CheckpointOutcome(result, gx, whole.identifier if gx is not None else None)


def _combine_gx(
    table: Table,
    whole: ExpectationSuiteValidationResult,
    added: ExpectationSuiteValidationResult,
    *,
    passed: bool,
) -> ExpectationSuiteValidationResult:
    found = {**_by_rule(added), **_by_rule(whole)}
    combined = copy(whole)
    combined.results = [found[rule.id] for rule in table.rules if rule.id in found]
    successful = sum(bool(one.success) for one in combined.results)
    evaluated = len(combined.results)
    combined.success = passed
    combined.statistics = {
        "evaluated_expectations": evaluated,
        "successful_expectations": successful,
        "unsuccessful_expectations": evaluated - successful,
        "success_percent": successful / evaluated * 100 if evaluated else None,
    }
    return combined


def _by_rule(found: ExpectationSuiteValidationResult) -> dict[str, Any]:
    return {
        one.expectation_config.meta["rule"]: one
        for one in found.results
        if one.expectation_config is not None and one.expectation_config.meta
    }


class CombiningProgress:
    """Reports a table whose added rows have been checked already once all of it has been."""

    def __init__(
        self,
        progress: Progress,
        tables: Mapping[str, Table],
        added: Mapping[str, TableResult],
        since: Mapping[str, int],
    ) -> None:
        """Take who observes the check, and what is known already, by table."""
        self._progress = progress
        self._tables = tables
        self._added = added
        self._since = since

    def began(self, table: str, rows: int | None) -> None:
        """Pass it on."""
        self._progress.began(table, rows)

    def ended(self, table: TableResult) -> None:
        """Pass on the result of all rules of the table."""
        name = table.table
        added = self._added.get(name)
        if added is not None:
            table = combine_results(self._tables[name], table, added, self._since[name])
        self._progress.ended(table)
