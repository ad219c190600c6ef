"""Rules that compare what they observe with earlier runs of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Rule

BESIDE = frozenset({"q", "column", "timezone", "expected"})
"""Keys of an argument that bound nothing by themselves."""


def remembers_value(rule: Rule) -> bool:
    """Return whether a rule needs what it observed in earlier runs."""
    return expected_of(rule) is not None or (rule.kind != "rows" and _has_change(rule))


def remembers_rows(rule: Rule) -> bool:
    """Return whether a rule needs the table's rows in the last passed run."""
    return rule.kind == "rows" and _has_change(rule)


def _has_change(rule: Rule) -> bool:
    return isinstance(rule.argument, dict) and "change" in rule.argument


def expected_of(rule: Rule) -> Mapping[str, Any] | None:
    """Return how a rule learns its bounds, with the severity of a value beyond them."""
    return rule.argument.get("expected") if isinstance(rule.argument, dict) else None


def with_learnt_severity(rule: Rule, given: Severity | None) -> Rule:
    """Return a rule whose learnt bounds are a warning, unless a severity was given."""
    expected = expected_of(rule)
    if expected is None:
        return rule
    alone = not rule.argument.keys() - BESIDE
    severity = given or (Severity.WARNING if alone else rule.severity)
    learnt = {**expected, "severity": str(given or Severity.WARNING)}
    return replace(rule, severity=severity, argument={**rule.argument, "expected": learnt})


def is_severity_implied(rule: Rule) -> bool:
    """Return whether a rule has the severity that it has when none is given."""
    expected = expected_of(rule)
    if expected is None:
        return rule.severity is Severity.CRITICAL and not rule.shares
    if not rule.argument.keys() - BESIDE:
        return rule.severity is Severity.WARNING
    return rule.severity is Severity.CRITICAL and expected["severity"] == str(Severity.WARNING)


def written_bounds(columns: tuple[str, ...], argument: Any) -> Any:
    """Return bounds as they are written: the severity of learnt ones is beside them."""
    del columns
    if "expected" not in argument:
        return argument
    learnt = {key: value for key, value in argument["expected"].items() if key != "severity"}
    return {**argument, "expected": learnt}
