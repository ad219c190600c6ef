"""Convert GX's result of an expectation into the result of a rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spectra_gx.causes import Cause, Obstacle
from spectra_gx.contract.checks.readable_tables import sql_of_rule
from spectra_gx.contract.model import ExtraColumns, Rule, Severity, Table
from spectra_gx.contract.rules.catalogue import KINDS
from spectra_gx.contract.rules.kinds import Scope
from spectra_gx.validation import messages
from spectra_gx.validation.redaction import REDACTED, hide, plain
from spectra_gx.validation.results import RuleResult, Status
from spectra_gx.validation.severity_shares import reached_severity

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

_SAMPLES = (
    "partial_missing_list",
    *("partial_unexpected_list", "unexpected_list", "unexpected_rows"),
    *("partial_unexpected_index_list", "unexpected_index_list", "partial_unexpected_counts"),
)
_OBSERVED = frozenset(
    {"observed_value", "details", "partial_unexpected_list", "partial_missing_list"}
)
_SAMPLED = 20


def errored(rule: Rule, expectation: str | None, obstacle: Obstacle) -> RuleResult:
    """Return the result of a rule that could not be evaluated."""
    return RuleResult(
        id=rule.id,
        status=Status.ERRORED,
        severity=str(rule.severity),
        expectation=expectation,
        message=f"could not be evaluated: {obstacle.message}",
        cause=obstacle.cause,
    )


def find_cause(result: ExpectationValidationResult, causes: Mapping[str, Cause]) -> Cause | None:
    """Return why an expectation was stopped, if it was; GX's result then names it, too.

    `causes` is message → cause of what the execution engine raised; GX keeps the messages alone.
    """
    message = _exception(result.exception_info)
    if message is None:
        return None
    cause = causes.get(message, Cause.EXPECTATION_FAILED)
    result.meta = {**(result.meta or {}), "cause": str(cause)}
    return cause


def redact(rule: Rule, table: Table, result: ExpectationValidationResult, *, exposed: bool) -> None:
    """Hide, in place, what GX's result reveals of values of sensitive columns.

    Sampled rows hide them already; this is about the column as a whole: its mean, its newest value,
    the values that it lacks, and GX's words where it stumbles over one.

    `exposed` is whether the rule's `where` chooses rows by a sensitive column.
    """
    if KINDS[rule.kind].scope is Scope.SCHEMA:
        return
    if not exposed and table.sensitive_columns.isdisjoint(rule.columns):
        return
    found = result.result
    if "element_count" not in found:
        for key in _OBSERVED & found.keys():
            found[key] = _hidden_whole(found[key])
    for key in _SAMPLES:
        if isinstance(found.get(key), list):
            # Ours are hidden already; those of GX's own providers are not.
            found[key] = [_hidden(one, table, exposed=exposed) for one in found[key]]
    if rule.kind == "expect":
        for info in (result.exception_info, *result.exception_info.values()):
            if isinstance(info, dict) and info.get("raised_exception"):
                info["exception_message"] = (
                    "Great Expectations stopped; details hidden because it reads personal data"
                )


def _hidden_whole(observed: Any) -> Any:
    """Return what replaces something observed, in the form that GX's pages are drawn from."""
    if isinstance(observed, Mapping) and "quantiles" in observed:
        return {**observed, "values": [REDACTED for _ in observed["values"]]}
    return REDACTED


def _hidden(sampled: Any, table: Table, *, exposed: bool) -> Any:
    """Return a sampled value or row without what is sensitive, or, where exposed, without any."""
    if not isinstance(sampled, Mapping):
        return REDACTED
    if sampled.keys() == _COUNTED:
        return {**sampled, "value": REDACTED}
    return hide(sampled.keys() if exposed else table.sensitive_columns, sampled)


_COUNTED = {"value", "count"}
"""The keys of a value whose occurrences GX counted."""


def make_plain(result: ExpectationValidationResult) -> None:
    """Make GX's result serialisable, in place: JSON-ready values, short samples, no traces."""
    found = result.result
    for key in _SAMPLES:
        if isinstance(found.get(key), list):
            found[key] = [plain(value) for value in found[key][:_SAMPLED]]
    found.pop("unexpected_index_query", None)
    for key in ("observed_value", "details"):
        if key in found:
            found[key] = plain(found[key])
    for info in (result.exception_info, *result.exception_info.values()):
        if isinstance(info, dict) and info.get("exception_traceback"):
            info["exception_traceback"] = None


def interpret(
    rule: Rule,
    table: Table,
    result: ExpectationValidationResult,
    *,
    cause: Cause | None,
    expectation: str,
    table_rows: int,
) -> RuleResult:
    """Return how a rule ended, from GX's result once made plain.

    `expectation` is what the contract compiles to, `table_rows` the rows of the table: a query is
    evaluated over all of them.
    """
    if cause is not None:
        return errored(rule, expectation, Obstacle(cause, str(_exception(result.exception_info))))
    found = result.result
    if sql_of_rule(rule) and "unexpected_count" not in found:
        found = {"element_count": table_rows, "unexpected_count": found["observed_value"], **found}
        found.pop("observed_value")
    counted = {"element_count", "unexpected_count"} <= found.keys()
    unexpected = found["unexpected_count"] if counted else None
    evaluated = found["element_count"] - (found.get("missing_count") or 0) if counted else None
    observed = None if counted else _observed(found)
    if rule.kind == "quantile" and isinstance(observed, Mapping):
        [observed] = observed["values"]
        observed = None if observed == "nan" else observed
    severity, success = rule.severity, bool(result.success)
    if rule.shares and counted:
        reached = reached_severity(rule, evaluated or 0, unexpected or 0)
        severity, success = reached or rule.severity, reached is None
        result.success = success
    if success:
        status, message = Status.PASSED, messages.lesson(rule, found.get("details"))
    else:
        status = Status.FAILED
        message = messages.failure_message(
            rule, evaluated, unexpected, observed, found.get("details")
        )
        severity = messages.severity_of_failure(rule, severity, found.get("details"))
    sample: Sequence[Any] = ()
    if counted:
        sample = found.get("unexpected_rows") or found.get("partial_unexpected_list") or ()
    outcome = RuleResult(
        id=rule.id,
        status=status,
        severity=str(severity),
        expectation=expectation,
        evaluated=evaluated,
        unexpected=unexpected,
        observed=observed,
        sample=tuple(sample),
        keys=_keys(found, sample, table.primary_key),
        message=message,
    )
    return _lower_severity_of_extras(rule, outcome)


def _observed(found: Mapping[str, Any]) -> Any:
    """Return what was seen of a table or column as a whole; of sets, what differs."""
    named = {"unexpected": "partial_unexpected_list", "missing": "partial_missing_list"}
    differing = {word: found[key] for word, key in named.items() if found.get(key)}
    return differing or found.get("observed_value")


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
