"""Compare the arguments of rules about several columns or tables, order, and queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.checks.readable_tables import sql_of_rule
from spectra_gx.contract.sql.quoting import spell_name
from spectra_gx.review.compare.bound_comparison import HIGH, LOW, bound_change, comparable_value
from spectra_gx.review.compare.comparer_registry import (
    RuleDifference,
    RulePair,
    bound_difference,
    column_difference,
    register_comparer,
    was_text,
)
from spectra_gx.review.compare.sql_equality import same_query
from spectra_gx.review.value_formatting import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Rule


@register_comparer("references")
def _references(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = (
        (rule.argument["table"], frozenset(zip(rule.columns, rule.argument["to"], strict=False)))
        for rule in (pair.old, pair.new)
    )
    if old != new:
        same = f"references {format_value(new[0])} through different columns"
        other = was_text("references", new[0], old[0])
        yield RuleDifference("reference-changed", same if old[0] == new[0] else other)


_OUTCOMES = {
    "<": frozenset("<"),
    "<=": frozenset("<="),
    "=": frozenset("="),
    ">=": frozenset(">="),
    ">": frozenset(">"),
    "<>": frozenset("<>"),
}
"""Operator → outcomes of a comparison that satisfy it."""

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@register_comparer("compare")
def _comparison(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = _comparison_of(pair.old, pair.type), _comparison_of(pair.new, pair.type)
    if old == new:
        return
    change = f"requires {_comparison_text(pair.new)}, was {_comparison_text(pair.old)}"
    # NaN compares in ways of its own.
    exact = not {None, "float", "double"} & set(pair.types)
    yield RuleDifference(f"comparison-{_comparison_change(old, new, exact=exact)}", change)


def _comparison_of(rule: Rule, type_: str | None) -> tuple[tuple[str, ...], str, Any]:
    """Return columns, operator and literal in one spelling: `b > a` is `a < b`."""
    operator, columns = rule.argument["operator"], rule.columns
    if len(columns) == 1:
        return columns, operator, comparable_value(rule.argument["literal"], type_)
    turned = columns[0] > columns[1]
    return tuple(sorted(columns)), _TURNED[operator] if turned else operator, None


def _comparison_change(old: Any, new: Any, *, exact: bool) -> str:
    if old[0] != new[0]:
        return "changed"
    if old[1] == new[1] and old[1] in ("<", "<=", ">", ">="):
        bound = HIGH if old[1].startswith("<") else LOW
        return bound_change(bound, old[2], new[2]) or "changed"
    if old[2] != new[2] or not exact:
        return "changed"
    before, after = _OUTCOMES[old[1]], _OUTCOMES[new[1]]
    if before < after:
        return "widened"
    return "narrowed" if after < before else "changed"


def _comparison_text(rule: Rule) -> str:
    other = format_value(rule.columns[1] if len(rule.columns) > 1 else rule.argument["literal"])
    return f"{format_value(rule.columns[0])} {rule.argument['operator']} {other}"


@register_comparer("sql")
def _sql(pair: RulePair) -> Iterator[RuleDifference]:
    if not same_query(pair.old.argument, pair.new.argument):
        yield RuleDifference("sql-changed", "has a different query")


@register_comparer("sql_value")
def _sql_value(pair: RulePair) -> Iterator[RuleDifference]:
    if not same_query(pair.old.argument["query"], pair.new.argument["query"]):
        yield RuleDifference("sql-changed", "has a different query")
    for key, bound in (("min", LOW), ("max", HIGH)):
        old, new = pair.old.argument.get(key), pair.new.argument.get(key)
        yield from bound_difference("statistic", bound, old, new)


@register_comparer("sequence")
def _sequence(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    old, new = pair.old.argument["step"], pair.new.argument["step"]
    if old != new:
        yield RuleDifference("sequence-changed", was_text("runs in steps of", new, old))


@register_comparer("same_set_as")
def _same_set(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    old, new = (
        f"{rule.argument['table']}.{spell_name(rule.argument['column'])}"
        for rule in (pair.old, pair.new)
    )
    if old != new:
        yield RuleDifference("set-reference-changed", was_text("has the values of", new, old))


@register_comparer("sorted")
def _sorted(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = ((rule.columns, rule.argument) for rule in (pair.old, pair.new))
    if old != new:
        yield RuleDifference("sorting-changed", "requires a different order")


@register_comparer("expect")
def _expectation(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = sql_of_rule(pair.old), sql_of_rule(pair.new)
    same = old == new or (old is not None and new is not None and same_query(old, new))
    if not same or _arguments(pair.old) != _arguments(pair.new):
        yield RuleDifference("expectation-changed", "has different arguments")


def _arguments(rule: Rule) -> tuple[Any, ...]:
    arguments = {key: value for key, value in rule.argument["with"].items() if key != QUERY}
    return rule.argument["type"], arguments, rule.columns


QUERY = "unexpected_rows_query"
"""The one argument of GX's that is SQL."""
