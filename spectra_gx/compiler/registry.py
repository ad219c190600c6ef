"""The registry of compilers, one function per rule kind, and what several of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.ids import stable_id
from spectra_gx.contract.durations import canonical_duration
from spectra_gx.contract.model import Rule

if TYPE_CHECKING:
    from spectra_gx.contract.clocks import ClockValue

Expectation = tuple[str, dict[str, Any]]
"""An expectation's type, snake case, and its own arguments."""

Compile = Callable[[Rule], Expectation]

AS_OF = "as_of"
"""GX suite parameter: the run's clock, ISO 8601."""

PREVIOUS_ROWS = "previous_rows"
"""GX suite parameter: the table's rows in the last passed run, or -1 where there is none."""


def past_parameter(rule: str) -> str:
    """Return the GX suite parameter for what is known of a rule's earlier runs, by the rule's id.

    Its value is `{previous}`, what the last passed run observed, or None; with learnt bounds also
    `{known, low, high, usual}`, or `{known, needed}` while there are too few earlier runs.
    """
    return "past_" + stable_id("past", rule).replace("-", "")


SHARES = "severity_shares"
"""Key of an expectation's meta: severity to the share of failing rows above which it is reached."""

COMPILERS: dict[str, Compile] = {}
"""Complete once `rule_compilation` is imported."""

Condition = Callable[[str, str], str]
"""From the SQL of a value and of the rule's argument to the SQL of what the value satisfies."""

KIND_CONDITIONS: dict[str, Condition] = {}
"""Of the kinds that no expectation of GX's own checks, and that one value alone decides."""


def compiles(*kinds: str) -> Callable[[Compile], Compile]:
    """Register a function as the compiler of these rule kinds."""

    def register(function: Compile) -> Compile:
        COMPILERS.update(dict.fromkeys(kinds, function))
        return function

    return register


def compiles_condition(*kinds: str) -> Callable[[Condition], Condition]:
    """Register a function as the condition of these rule kinds, which compile to it."""

    def register(function: Condition) -> Condition:
        KIND_CONDITIONS.update(dict.fromkeys(kinds, function))
        COMPILERS.update(dict.fromkeys(kinds, _satisfy))
        return function

    return register


def _satisfy(rule: Rule) -> Expectation:
    return "expect_column_values_to_satisfy_rule", {
        "column": rule.columns[0],
        "rule_kind": rule.kind,
        "argument": rule.argument,
    }


def age(rule: Rule) -> dict[str, Any]:
    """Return the limit of an age, if any, measured from an instant that only a run knows."""
    zone, limit = rule.argument["timezone"], rule.argument.get("max_age")
    return {
        **({"max_age": canonical_duration(limit)} if limit else {}),
        "as_of": {"$PARAMETER": AS_OF},
        **({"timezone": zone} if zone else {}),
    }


def compared(column: str, operator: str, value: ClockValue) -> Expectation:
    """Return that every value of a column compares so with an instant that only a run knows."""
    return "expect_column_values_to_compare_with_clock", {
        "column": column,
        "operator": operator,
        "clock": value.canonical,
        "as_of": {"$PARAMETER": AS_OF},
        **({"timezone": value.timezone} if value.timezone else {}),
    }


def between(column: str, **bounds: Any) -> Expectation:
    """Return that every value of a column lies within bounds."""
    return exactly("expect_column_values_to_be_between", {"column": column, **bounds})


def exactly(expectation: str, kwargs: Mapping[str, Any]) -> Expectation:
    """Return an expectation about numbers as GX takes it or, where it may round one, as ours.

    GX holds bounds as 64-bit floats; beyond 2 ** 53 those need not be the number that was written,
    nor do their digits say which it was.
    """
    large = any(isinstance(value, int) and abs(value) > 2**53 for value in kwargs.values())
    return expectation + ("_exactly" if large else ""), dict(kwargs)
