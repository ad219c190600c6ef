"""Compile a rule into a GX expectation, through the function registered for its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.compiler import column_rules, gx_rules, row_rules, table_rules
from spectra_gx.compiler.ids import stable_id
from spectra_gx.compiler.registry import COMPILERS, SHARES, Expectation

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule, Table

__all__ = [
    "column_rules",
    "compile_rule",
    "compile_table",
    "compiled_kinds",
    "gx_rules",
    "row_rules",
    "table_rules",
]
"""The modules are imported so that their compilers register."""


def compile_rule(rule: Rule) -> dict[str, Any]:
    """Return the expectation of a rule as GX stores it: type, kwargs, severity, meta, id."""
    expectation, kwargs = COMPILERS[rule.kind](rule)
    if rule.path and rule.kind != "type":
        expectation, kwargs = _nested(rule, expectation, kwargs)
    # GX knows one share; which severity is reached is found from its counts.
    mostly = 1 - rule.shares[0][1] if rule.shares else rule.mostly
    if mostly < 1:
        kwargs["mostly"] = mostly
    if rule.where is not None:
        kwargs["row_condition"] = {"type": "pass_through", "pass_through_filter": rule.where}
    compiled: dict[str, Any] = {
        "id": stable_id("expectation", rule.id),
        "type": expectation,
        "kwargs": kwargs,
        "severity": str(rule.severity),
        "meta": {"rule": rule.id},
    }
    if rule.shares:
        shares = {str(level): share for level, share in rule.shares}
        compiled["meta"] = {**compiled["meta"], SHARES: shares}
    if rule.description:
        compiled["description"] = rule.description
    return compiled


def compile_table(table: Table) -> list[dict[str, Any]]:
    """Return the expectations of a table, one a rule, in the contract's order."""
    return [compile_rule(rule) for rule in table.rules]


def compiled_kinds() -> frozenset[str]:
    """Return the rule kinds that have a compiler."""
    return frozenset(COMPILERS)


def _nested(rule: Rule, expectation: str, kwargs: dict[str, Any]) -> Expectation:
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
