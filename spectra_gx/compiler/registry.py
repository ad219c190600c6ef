"""From a rule to its GX expectation: each kind's compiler, found by the kind's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from spectra_gx.compiler.ids import stable_id
from spectra_gx.contract.durations import canonical_duration
from spectra_gx.contract.model import Rule, Table

Asked = tuple[str, dict[str, Any]]
"""An expectation's type, snake case, and its own arguments."""

Compile = Callable[[Rule], Asked]

AS_OF = "as_of"
"""GX suite parameter: the run's clock, ISO 8601."""

PREVIOUS_ROWS = "previous_rows"
"""GX suite parameter: the table's rows in the last passed run, or -1 where there is none."""

_COMPILERS: dict[str, Compile] = {}


def compiles(*kinds: str) -> Callable[[Compile], Compile]:
    """Register a function as the compiler of these rule kinds."""

    def register(function: Compile) -> Compile:
        _COMPILERS.update(dict.fromkeys(kinds, function))
        return function

    return register


def compile_rule(rule: Rule) -> dict[str, Any]:
    """Return the expectation of a rule as GX stores it: type, kwargs, severity, meta, id."""
    expectation, kwargs = _COMPILERS[rule.kind](rule)
    if rule.path and rule.kind != "type":
        expectation, kwargs = _nested(rule, expectation, kwargs)
    if rule.mostly < 1:
        kwargs["mostly"] = rule.mostly
    if rule.where is not None:
        kwargs["row_condition"] = {"type": "pass_through", "pass_through_filter": rule.where}
    compiled: dict[str, Any] = {
        "id": stable_id("expectation", rule.id),
        "type": expectation,
        "kwargs": kwargs,
        "severity": str(rule.severity),
        "meta": {"rule": rule.id},
    }
    if rule.description:
        compiled["description"] = rule.description
    return compiled


def compile_table(table: Table) -> list[dict[str, Any]]:
    """Return the expectations of a table, one a rule, in the contract's order."""
    return [compile_rule(rule) for rule in table.rules]


def compiled_kinds() -> frozenset[str]:
    """Return the rule kinds that have a compiler."""
    return frozenset(_COMPILERS)


def _nested(rule: Rule, expectation: str, kwargs: dict[str, Any]) -> Asked:
    """Return what asks of nested values what the expectation asks of a column's."""
    # GX fills in suite parameters of the expectation itself, and none further in.
    clock = {name: kwargs[name] for name in ("as_of",) if name in kwargs}
    inner = {name: kwargs[name] for name in kwargs.keys() - {"column", *clock}}
    return "expect_nested_values_to_satisfy", {
        "column": rule.columns[0],
        "path": list(rule.path),
        "expectation": {"type": expectation, "kwargs": inner},
        **clock,
    }


def age(rule: Rule) -> dict[str, Any]:
    """Return an age, measured from an instant that only a run knows."""
    zone = rule.argument["timezone"]
    return {
        "max_age": canonical_duration(rule.argument["max_age"]),
        "as_of": {"$PARAMETER": AS_OF},
        **({"timezone": zone} if zone else {}),
    }


def between(column: str, **bounds: Any) -> Asked:
    """Return that every value of a column lies within bounds."""
    return exactly("expect_column_values_to_be_between", {"column": column, **bounds})


def exactly(expectation: str, asked: Mapping[str, Any]) -> Asked:
    """Return an expectation about numbers as GX takes it or, where it may round one, as ours.

    GX holds bounds as 64-bit floats; beyond 2 ** 53 those need not be the number that was written,
    nor do their digits say which it was.
    """
    large = any(isinstance(value, int) and abs(value) > 2**53 for value in asked.values())
    return expectation + ("_exactly" if large else ""), dict(asked)
