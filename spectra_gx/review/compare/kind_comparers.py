"""Compare the arguments of two rules of one kind: one small function per kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.parsers.earlier_runs import share_of
from spectra_gx.contract.parsers.values import SWITCH
from spectra_gx.contract.rules.catalogue import KINDS
from spectra_gx.review.compare import relation_comparers
from spectra_gx.review.compare.bound_comparison import (
    HIGH,
    LOW,
    bound_change,
    comparable_value,
    to_seconds,
)
from spectra_gx.review.compare.comparer_registry import (
    COMPARERS,
    Compare,
    RuleDifference,
    RulePair,
    bound_difference,
    column_difference,
    register_comparer,
    was_text,
)
from spectra_gx.review.compare.pattern_containment import contains
from spectra_gx.review.value_formatting import format_value, format_values

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["comparer_of", "relation_comparers"]
"""The module is imported so that its comparers register."""


def comparer_of(kind: str) -> Compare:
    """Return what compares two rules of a kind: for one without an argument, their columns.

    Raises:
        LookupError: The kind has an argument, and nothing compares it.
    """
    if kind in COMPARERS:
        return COMPARERS[kind]
    if KINDS[kind].parser is SWITCH:
        return column_difference
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
        yield from column_difference(pair, "unique-columns-changed")


@register_comparer("required_if")
def _required_if(pair: RulePair) -> Iterator[RuleDifference]:
    """Yield that it is about another column; its condition is compared as a `where` is."""
    yield from column_difference(pair)


@register_comparer("primary_key")
def _primary_key(pair: RulePair) -> Iterator[RuleDifference]:
    if set(pair.old.columns) != set(pair.new.columns):
        yield from column_difference(pair, "primary-key-changed")


@register_comparer("partitioned_by")
def _partitioned_by(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair, "partitioning-changed")


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
    yield from column_difference(pair)
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
    yield from column_difference(pair)
    added, removed = _values(pair)
    if added:
        yield RuleDifference("not-in-value-added", f"also forbids {format_values(added)}")
    if removed:
        yield RuleDifference("not-in-value-removed", f"no longer forbids {format_values(removed)}")


@register_comparer("const")
def _const(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    old, new = pair.old.argument, pair.new.argument
    if comparable_value(old, pair.type) != comparable_value(new, pair.type):
        yield RuleDifference("const-changed", was_text("requires", new, old))


@register_comparer("format")
def _format(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    if pair.old.argument != pair.new.argument:
        yield RuleDifference(
            "format-changed", was_text("requires", pair.new.argument, pair.old.argument)
        )


@register_comparer("pattern")
def _pattern(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    old, new = pair.old.argument, pair.new.argument
    if old == new:
        return
    wider, narrower = contains(new, old), contains(old, new)
    if wider and narrower:
        return
    word = "widened" if wider else "narrowed" if narrower else "changed"
    yield RuleDifference(f"pattern-{word}", was_text("must match", new, old))


# -- bounds ----------------------------------------------------------------------------------------


@register_comparer("min", "above", "max", "below")
def _range(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    bound = LOW if pair.new.kind in ("min", "above") else HIGH
    moved = bound_change(
        bound, *(comparable_value(rule.argument, pair.type) for rule in (pair.old, pair.new))
    )
    if moved is not None:
        yield RuleDifference(f"range-{moved}", was_text("is", pair.new.argument, pair.old.argument))


@register_comparer("min_length", "max_length")
def _length_bound(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    bound = LOW if pair.new.kind == "min_length" else HIGH
    yield from bound_difference("length", bound, pair.old.argument, pair.new.argument)


@register_comparer("length")
def _length(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    if pair.old.argument != pair.new.argument:
        yield RuleDifference("length-changed", was_text("is", pair.new.argument, pair.old.argument))


@register_comparer("max_age", "freshness")
def _age(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    limits = [rule.argument.get("max_age") for rule in (pair.old, pair.new)]
    moved = bound_change(HIGH, *(limit and to_seconds(limit) for limit in limits))
    if moved is not None:
        old, new = limits[0] or "any", f"at most {limits[1]}" if limits[1] else "of any age"
        yield RuleDifference(f"freshness-{moved}", f"is {new}, was {old}")
    yield from _expected(pair, "freshness")


@register_comparer("mean", "median", "sum", "stdev", "distinct", "null_share")
def _statistic(pair: RulePair) -> Iterator[RuleDifference]:
    yield from column_difference(pair)
    for key, bound in (("min", LOW), ("max", HIGH)):
        old, new = pair.old.argument.get(key), pair.new.argument.get(key)
        yield from bound_difference("statistic", bound, old, new)
    yield from _change(pair, "statistic")
    yield from _expected(pair, "statistic")


_SENSITIVITIES = ("low", "medium", "high")


def _expected(pair: RulePair, family_of_change: str) -> Iterator[RuleDifference]:
    """Yield that bounds are learnt, no longer, or in another way."""
    old, new = (rule.argument.get("expected") for rule in (pair.old, pair.new))
    if old is None and new is None:
        return
    if old is None or new is None:
        moved, text = ("widened", "no longer learns") if new is None else ("narrowed", "learns")
        yield RuleDifference(f"{family_of_change}-{moved}", f"{text} bounds from earlier runs")
    elif old.get("season") != new.get("season"):
        yield RuleDifference("expected-changed", "learns bounds of another season")
    elif old["sensitivity"] != new["sensitivity"]:
        ranks = [_SENSITIVITIES.index(one["sensitivity"]) for one in (old, new)]
        moved = "narrowed" if ranks[1] > ranks[0] else "widened"
        text = was_text("learns bounds of sensitivity", new["sensitivity"], old["sensitivity"])
        yield RuleDifference(f"{family_of_change}-{moved}", text)


def _change(pair: RulePair, family_of_change: str) -> Iterator[RuleDifference]:
    """Yield that a value may move further from the last passed run's, or less far."""
    old, new = pair.old.argument, pair.new.argument
    shares = [share_of(one["change"]["max"]) if "change" in one else None for one in (old, new)]
    moved = bound_change(HIGH, *shares)
    if moved is not None:
        share = f"may change by {_percent(new)}, was {_percent(old)}"
        yield RuleDifference(f"{family_of_change}-{moved}", share)


@register_comparer("quantile")
def _quantile(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = pair.old.argument["q"], pair.new.argument["q"]
    if old != new:
        yield RuleDifference("quantile-changed", was_text("checks the quantile", new, old))
    yield from _statistic(pair)


@register_comparer("rows")
def _rows(pair: RulePair) -> Iterator[RuleDifference]:
    old, new = pair.old.argument, pair.new.argument
    for key, bound in (("min", LOW), ("max", HIGH)):
        before, after = (rows.get("equals", rows.get(key)) for rows in (old, new))
        yield from bound_difference("row-count", bound, before, after)
    before, after = old.get("same_as"), new.get("same_as")
    if before is not None and after is not None and before != after:
        same = was_text("must have as many rows as", after, before)
        yield RuleDifference("row-count-reference-changed", same)
    elif before is None and after is not None:
        same = f"must have as many rows as {format_value(after)}"
        yield RuleDifference("row-count-narrowed", same)
    elif before is not None and after is None:
        same = f"no longer has to have as many rows as {format_value(before)}"
        yield RuleDifference("row-count-widened", same)
    yield from _change(pair, "row-count")
    yield from _expected(pair, "row-count")


def _percent(rows: Any) -> str:
    return str(rows["change"]["max"]) if "change" in rows else "any share"
