"""Compare the arguments of two rules of one kind: one small function per kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.checks.readable_tables import sql_of_rule
from spectra_gx.contract.parsers.values import SWITCH
from spectra_gx.contract.rules.catalogue import KINDS
from spectra_gx.contract.rules.table_kinds import share_of
from spectra_gx.review.compare.bound_comparison import (
    HIGH,
    LOW,
    Bound,
    bound_change,
    comparable_value,
    to_seconds,
)
from spectra_gx.review.compare.comparer_registry import (
    COMPARERS,
    Compare,
    RuleDifference,
    RulePair,
    register_comparer,
)
from spectra_gx.review.compare.pattern_containment import contains
from spectra_gx.review.compare.sql_equality import same_query
from spectra_gx.review.value_formatting import format_value, format_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Rule


def _was(verb: str, new: Any, old: Any) -> str:
    return f"{verb} {format_value(new)}, was {format_value(old)}"


def _columns(pair: RulePair, kind: str = "rule-columns-changed") -> Iterator[RuleDifference]:
    """Yield that a rule checks other columns, or the same in another order."""
    old, new = pair.old.columns, pair.new.columns
    if old != new:
        yield RuleDifference(kind, f"checks {format_values(new)}, was {format_values(old)}")


def comparer_of(kind: str) -> Compare:
    """Return what compares two rules of a kind: for one without an argument, their columns.

    Raises:
        LookupError: The kind has an argument, and nothing compares it.
    """
    if kind in COMPARERS:
        return COMPARERS[kind]
    if KINDS[kind].parser is SWITCH:
        return _columns
    raise LookupError(f"no comparer is registered for the rule kind `{kind}`")


# -- kinds whose argument is nothing but columns ---------------------------------------------------


@register_comparer("columns", "type", "column_order")
def _compared_elsewhere(pair: RulePair) -> Iterator[RuleDifference]:
    """Yield nothing: tables and columns are compared as such."""
    del pair
    yield from ()


@register_comparer("unique")
def _unique(pair: RulePair) -> Iterator[RuleDifference]:
    if set(pair.old.columns) != set(pair.new.columns):
        yield from _columns(pair, "unique-columns-changed")


@register_comparer("primary_key")
def _primary_key(pair: RulePair) -> Iterator[RuleDifference]:
    if set(pair.old.columns) != set(pair.new.columns):
        yield from _columns(pair, "primary-key-changed")


@register_comparer("partitioned_by")
def _partitioned_by(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair, "partitioning-changed")


# -- values ----------------------------------------------------------------------------------------


def _values(pair: RulePair) -> tuple[list[Any], list[Any]]:
    """Return the values added and the values removed."""
    old = {comparable_value(value, pair.type): value for value in pair.old.argument}
    new = {comparable_value(value, pair.type): value for value in pair.new.argument}
    return (
        [value for key, value in new.items() if key not in old],
        [value for key, value in old.items() if key not in new],
    )


@register_comparer("enum")
def _enum(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    added, removed = _values(pair)
    if added and removed:
        swap = f"allows {format_values(added)} instead of {format_values(removed)}"
        yield RuleDifference("enum-values-swapped", swap)
    elif added:
        yield RuleDifference("enum-value-added", f"also allows {format_values(added)}")
    elif removed:
        yield RuleDifference("enum-value-removed", f"no longer allows {format_values(removed)}")


@register_comparer("not_in")
def _not_in(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    added, removed = _values(pair)
    if added:
        yield RuleDifference("not-in-value-added", f"also forbids {format_values(added)}")
    if removed:
        yield RuleDifference("not-in-value-removed", f"no longer forbids {format_values(removed)}")


@register_comparer("const")
def _const(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    old, new = pair.old.argument, pair.new.argument
    if comparable_value(old, pair.type) != comparable_value(new, pair.type):
        yield RuleDifference("const-changed", _was("requires", new, old))


@register_comparer("format")
def _format(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    if pair.old.argument != pair.new.argument:
        yield RuleDifference(
            "format-changed", _was("requires", pair.new.argument, pair.old.argument)
        )


@register_comparer("pattern")
def _pattern(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    old, new = pair.old.argument, pair.new.argument
    if old == new:
        return
    wider, narrower = contains(new, old), contains(old, new)
    if wider and narrower:
        return
    word = "widened" if wider else "narrowed" if narrower else "changed"
    yield RuleDifference(f"pattern-{word}", _was("must match", new, old))


# -- bounds ----------------------------------------------------------------------------------------


def _bound(family_of_change: str, bound: Bound, old: Any, new: Any) -> Iterator[RuleDifference]:
    """Yield that a bound moved; one that is None bounds nothing."""
    moved = bound_change(bound, old, new)
    if moved is not None:
        yield RuleDifference(f"{family_of_change}-{moved}", _was(f"has {bound.key}", new, old))


@register_comparer("min", "above", "max", "below")
def _range(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    bound = LOW if pair.new.kind in ("min", "above") else HIGH
    moved = bound_change(
        bound, *(comparable_value(rule.argument, pair.type) for rule in (pair.old, pair.new))
    )
    if moved is not None:
        yield RuleDifference(f"range-{moved}", _was("is", pair.new.argument, pair.old.argument))


@register_comparer("min_length", "max_length")
def _length_bound(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    bound = LOW if pair.new.kind == "min_length" else HIGH
    yield from _bound("length", bound, pair.old.argument, pair.new.argument)


@register_comparer("length")
def _length(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    if pair.old.argument != pair.new.argument:
        yield RuleDifference("length-changed", _was("is", pair.new.argument, pair.old.argument))


@register_comparer("max_age", "freshness")
def _age(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    old, new = pair.old.argument["max_age"], pair.new.argument["max_age"]
    moved = bound_change(HIGH, to_seconds(old), to_seconds(new))
    if moved is not None:
        yield RuleDifference(f"freshness-{moved}", f"is at most {new}, was {old}")


@register_comparer("mean", "median", "sum", "stdev", "distinct", "null_share")
def _statistic(pair: RulePair) -> Iterator[RuleDifference]:
    yield from _columns(pair)
    for key, bound in (("min", LOW), ("max", HIGH)):
        old, new = pair.old.argument.get(key), pair.new.argument.get(key)
        yield from _bound("statistic", bound, old, new)


@register_comparer("quantile")
def _quantile(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = pair.old.argument["q"], pair.new.argument["q"]
    if old != new:
        yield RuleDifference("quantile-changed", _was("checks the quantile", new, old))
    yield from _statistic(pair)


@register_comparer("rows")
def _rows(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = pair.old.argument, pair.new.argument
    for key, bound in (("min", LOW), ("max", HIGH)):
        before, after = (rows.get("equals", rows.get(key)) for rows in (old, new))
        yield from _bound("row-count", bound, before, after)
    before, after = old.get("same_as"), new.get("same_as")
    if before is not None and after is not None and before != after:
        same = _was("must have as many rows as", after, before)
        yield RuleDifference("row-count-reference-changed", same)
    elif before is None and after is not None:
        same = f"must have as many rows as {format_value(after)}"
        yield RuleDifference("row-count-narrowed", same)
    elif before is not None and after is None:
        same = f"no longer has to have as many rows as {format_value(before)}"
        yield RuleDifference("row-count-widened", same)
    shares = [share_of(rows["change"]["max"]) if "change" in rows else None for rows in (old, new)]
    moved = bound_change(HIGH, *shares)
    if moved is not None:
        share = f"may change by {_percent(new)}, was {_percent(old)}"
        yield RuleDifference(f"row-count-{moved}", share)


def _percent(rows: Any) -> str:
    return str(rows["change"]["max"]) if "change" in rows else "any share"


# -- relations and queries -------------------------------------------------------------------------


@register_comparer("references")
def _references(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = (
        (rule.argument["table"], frozenset(zip(rule.columns, rule.argument["to"], strict=False)))
        for rule in (pair.old, pair.new)
    )
    if old != new:
        same = f"references {format_value(new[0])} through different columns"
        other = _was("references", new[0], old[0])
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
