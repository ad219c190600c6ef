"""From GX's result of an expectation to ours of a rule; the one place where values are redacted."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import ExtraColumns, Rule, Severity, Table
from spectra_gx.validation import messages
from spectra_gx.validation.redaction import plain, redact_row, redact_value
from spectra_gx.validation.results import RuleResult, Status

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

_VALUES = ("partial_unexpected_list", "unexpected_list", "unexpected_rows")
_KEYS = ("partial_unexpected_index_list", "unexpected_index_list")
_SAMPLED = 20


def errored(rule: Rule, expectation: str | None, reason: str) -> RuleResult:
    """Return the result of a rule that could not be evaluated."""
    return RuleResult(
        id=rule.id,
        status=Status.ERRORED,
        severity=str(rule.severity),
        expectation=expectation,
        message=f"could not be evaluated: {reason}",
    )


def redact(
    rule: Rule,
    table: Table,
    result: ExpectationValidationResult,
    shown: Collection[str] | None,
) -> None:
    """Make GX's result fit to leave the process: JSON-ready, sensitive values hidden, in place.

    Args:
        rule: What was asked.
        table: Whose values they are.
        result: GX's own result object.
        shown: Output columns of the rule's query that may be shown; None shows all.
    """
    sensitive = table.sensitive_columns
    found = result.result

    def hide(value: Any) -> Any:
        if rule.kind == "sql" and isinstance(value, Mapping):
            return redact_row(value, shown)
        return redact_value(value, rule.columns, sensitive)

    for key in _VALUES:
        if found.get(key) is not None:
            found[key] = [hide(value) for value in found[key][:_SAMPLED]]
    for key in _KEYS:
        if found.get(key) is not None:
            found[key] = [
                redact_value(row, tuple(row), sensitive) if isinstance(row, Mapping) else plain(row)
                for row in found[key][:_SAMPLED]
            ]
    if found.get("partial_unexpected_counts"):
        found["partial_unexpected_counts"] = [
            {"value": hide(counted["value"]), "count": counted["count"]}
            for counted in found["partial_unexpected_counts"]
            if "value" in counted
        ]
    found.pop("unexpected_index_query", None)
    if "observed_value" in found:
        found["observed_value"] = plain(found["observed_value"])


def interpret(
    rule: Rule,
    table: Table,
    result: ExpectationValidationResult,
    *,
    expectation: str,
    table_rows: int,
) -> RuleResult:
    """Return how a rule ended, from GX's result once redacted.

    Args:
        rule: What was asked.
        table: Of which table.
        result: GX's own result object, redacted.
        expectation: The expectation that the contract compiles to.
        table_rows: Rows in the table; a query is evaluated over all of them.
    """
    exception = _exception(result.exception_info)
    if exception is not None:
        return errored(rule, expectation, exception)
    found = result.result
    if rule.kind == "sql" and "unexpected_count" not in found:
        found = {"element_count": table_rows, "unexpected_count": found["observed_value"], **found}
        found.pop("observed_value")
    unexpected = found.get("unexpected_count")
    counted = unexpected is not None
    evaluated = found["element_count"] - (found.get("missing_count") or 0) if counted else None
    if result.success:
        status, message = Status.PASSED, ""
    else:
        status = Status.FAILED
        message = messages.failure(rule, evaluated, unexpected, found.get("observed_value"))
    sample = found.get("unexpected_rows") or found.get("partial_unexpected_list") or ()
    outcome = RuleResult(
        id=rule.id,
        status=status,
        severity=str(rule.severity),
        expectation=expectation,
        evaluated=evaluated,
        unexpected=unexpected,
        observed=found.get("observed_value"),
        sample=tuple(sample),
        keys=_keys(found, sample, table.primary_key),
        message=message,
    )
    return _lower_severity_of_extras(rule, outcome)


def _keys(
    found: Mapping[str, Any], sample: Sequence[Any], primary_key: Sequence[str]
) -> tuple[Mapping[str, Any], ...]:
    """Return the primary keys among what GX found; none where the key was not fetched."""
    rows = found.get("partial_unexpected_index_list") or sample
    if not primary_key:
        return ()
    return tuple(
        {column: row[column] for column in primary_key}
        for row in rows
        if isinstance(row, Mapping) and all(column in row for column in primary_key)
    )


def _lower_severity_of_extras(rule: Rule, outcome: RuleResult) -> RuleResult:
    """Where extra columns only warn, a table that misses none has failed no more than a warning."""
    if (
        rule.kind == "columns"
        and rule.argument == ExtraColumns.WARN
        and outcome.status is Status.FAILED
        and not outcome.observed["missing"]
        and rule.severity is Severity.CRITICAL
    ):
        return dataclasses.replace(outcome, severity=str(Severity.WARNING))
    return outcome


def _exception(info: Mapping[str, Any]) -> str | None:
    """Return the words of the exception that stopped an expectation, if one did."""
    if "raised_exception" in info:
        return str(info["exception_message"]) if info["raised_exception"] else None
    for of_metric in info.values():
        if isinstance(of_metric, Mapping) and of_metric.get("raised_exception"):
            return str(of_metric["exception_message"])
    return None
