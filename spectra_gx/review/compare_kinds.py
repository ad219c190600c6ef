"""What two rules of one kind say, compared: one small function a kind, found by the kind's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.measures import share_of
from spectra_gx.contract.readable import query_of
from spectra_gx.review.bounds import HIGH, LOW, Bound, change_of_bound, length_of_time, value_of
from spectra_gx.review.difference import COMPARERS, Difference, Pair, compares
from spectra_gx.review.patterns import contains
from spectra_gx.review.saying import listed, said
from spectra_gx.review.sql import same_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Rule

__all__ = ["COMPARERS"]
"""Complete once this module is imported."""


def _columns(pair: Pair, kind: str = "rule-columns-changed") -> Iterator[Difference]:
    """Yield that a rule speaks of other columns; their order is told apart."""
    old, new = pair.old.columns, pair.new.columns
    if old != new:
        yield Difference(kind, f"speaks of {listed(new)}, was {listed(old)}")


# -- kinds without an argument ---------------------------------------------------------------------


@compares("required", "finite", "undeclared_tables")
def _switch(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)


@compares("columns", "type", "column_order")
def _told_elsewhere(pair: Pair) -> Iterator[Difference]:
    """Yield nothing: tables and columns are compared as such."""
    del pair
    yield from ()


@compares("unique")
def _unique(pair: Pair) -> Iterator[Difference]:
    if set(pair.old.columns) != set(pair.new.columns):
        yield from _columns(pair, "unique-columns-changed")


@compares("primary_key")
def _primary_key(pair: Pair) -> Iterator[Difference]:
    if set(pair.old.columns) != set(pair.new.columns):
        yield from _columns(pair, "primary-key-changed")


@compares("partitioned_by")
def _partitioned_by(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair, "partitioning-changed")


# -- values ----------------------------------------------------------------------------------------


def _values(pair: Pair) -> tuple[list[Any], list[Any]]:
    """Return the values added and the values removed."""
    old = {value_of(value, pair.type): value for value in pair.old.argument}
    new = {value_of(value, pair.type): value for value in pair.new.argument}
    return (
        [value for key, value in new.items() if key not in old],
        [value for key, value in old.items() if key not in new],
    )


@compares("enum")
def _enum(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    added, removed = _values(pair)
    if added and removed:
        words = f"allows {listed(added)} in place of {listed(removed)}"
        yield Difference("enum-values-swapped", words)
    elif added:
        yield Difference("enum-value-added", f"also allows {listed(added)}")
    elif removed:
        yield Difference("enum-value-removed", f"allows {listed(removed)} no longer")


@compares("not_in")
def _not_in(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    added, removed = _values(pair)
    if added:
        yield Difference("not-in-value-added", f"also refuses {listed(added)}")
    if removed:
        yield Difference("not-in-value-removed", f"refuses {listed(removed)} no longer")


@compares("const")
def _const(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    old, new = pair.old.argument, pair.new.argument
    if value_of(old, pair.type) != value_of(new, pair.type):
        yield Difference("const-changed", f"wants {said(new)}, was {said(old)}")


@compares("format")
def _format(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    if pair.old.argument != pair.new.argument:
        words = f"wants {said(pair.new.argument)}, was {said(pair.old.argument)}"
        yield Difference("format-changed", words)


@compares("pattern")
def _pattern(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    old, new = pair.old.argument, pair.new.argument
    if old == new:
        return
    wider, narrower = contains(new, old), contains(old, new)
    if wider and narrower:
        return
    word = "widened" if wider else "narrowed" if narrower else "changed"
    yield Difference(f"pattern-{word}", f"looks for {said(new)}, was {said(old)}")


# -- bounds ----------------------------------------------------------------------------------------


def _bound(family_of_change: str, bound: Bound, old: Any, new: Any) -> Iterator[Difference]:
    """Yield that a bound moved; one that is None bounds nothing."""
    moved = change_of_bound(bound, old, new)
    if moved is not None:
        words = f"has {bound.word} {said(new)}, was {said(old)}"
        yield Difference(f"{family_of_change}-{moved}", words)


@compares("min", "above")
def _least(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    yield from _range(pair, LOW)


@compares("max", "below")
def _most(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    yield from _range(pair, HIGH)


def _range(pair: Pair, bound: Bound) -> Iterator[Difference]:
    old, new = (value_of(rule.argument, pair.type) for rule in (pair.old, pair.new))
    moved = change_of_bound(bound, old, new)
    if moved is not None:
        words = f"is {said(pair.new.argument)}, was {said(pair.old.argument)}"
        yield Difference(f"range-{moved}", words)


@compares("min_length")
def _min_length(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    yield from _bound("length", LOW, pair.old.argument, pair.new.argument)


@compares("max_length")
def _max_length(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    yield from _bound("length", HIGH, pair.old.argument, pair.new.argument)


@compares("length")
def _length(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    if pair.old.argument != pair.new.argument:
        words = f"is {said(pair.new.argument)}, was {said(pair.old.argument)}"
        yield Difference("length-changed", words)


@compares("max_age", "freshness")
def _age(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    old, new = pair.old.argument["max_age"], pair.new.argument["max_age"]
    moved = change_of_bound(HIGH, length_of_time(old), length_of_time(new))
    if moved is not None:
        yield Difference(f"freshness-{moved}", f"is at most {new}, was {old}")


@compares("mean", "median", "sum", "stdev", "distinct", "null_share")
def _statistic(pair: Pair) -> Iterator[Difference]:
    yield from _columns(pair)
    for key, bound in (("min", LOW), ("max", HIGH)):
        old, new = pair.old.argument.get(key), pair.new.argument.get(key)
        yield from _bound("statistic", bound, old, new)


@compares("quantile")
def _quantile(pair: Pair) -> Iterator[Difference]:
    if pair.old.argument["q"] != pair.new.argument["q"]:
        words = f"bounds {said(pair.new.argument['q'])}, was {said(pair.old.argument['q'])}"
        yield Difference("quantile-changed", words)
    yield from _statistic(pair)


@compares("rows")
def _rows(pair: Pair) -> Iterator[Difference]:
    old, new = pair.old.argument, pair.new.argument
    for key, bound in (("min", LOW), ("max", HIGH)):
        before, after = (rows.get("equals", rows.get(key)) for rows in (old, new))
        yield from _bound("row-count", bound, before, after)
    before, after = old.get("same_as"), new.get("same_as")
    if before is not None and after is not None and before != after:
        words = f"counts as {said(after)}, was as {said(before)}"
        yield Difference("row-count-reference-changed", words)
    elif before != after:
        kind = "row-count-narrowed" if before is None else "row-count-widened"
        word = f"counts as {said(after)}" if after else f"counts as {said(before)} no longer"
        yield Difference(kind, word)
    shares = [share_of(rows["change"]["max"]) if "change" in rows else None for rows in (old, new)]
    moved = change_of_bound(HIGH, *shares)
    if moved is not None:
        words = f"may move by {_percent(new)}, was {_percent(old)}"
        yield Difference(f"row-count-{moved}", words)


def _percent(rows: Any) -> str:
    return str(rows["change"]["max"]) if "change" in rows else "any share"


# -- relations and queries -------------------------------------------------------------------------


@compares("references")
def _references(pair: Pair) -> Iterator[Difference]:
    old, new = (
        (rule.argument["table"], frozenset(zip(rule.columns, rule.argument["to"], strict=False)))
        for rule in (pair.old, pair.new)
    )
    if old != new:
        words = f"has its parent in {said(new[0])}, was {said(old[0])}"
        same = "has its parent through other columns"
        yield Difference("reference-changed", same if old[0] == new[0] else words)


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


@compares("compare")
def _comparison(pair: Pair) -> Iterator[Difference]:
    old, new = _comparison_of(pair.old, pair.type), _comparison_of(pair.new, pair.type)
    if old == new:
        return
    words = f"wants {_in_words(pair.new)}, was {_in_words(pair.old)}"
    # NaN compares in ways of its own.
    exact = not {None, "float", "double"} & set(pair.types)
    yield Difference(f"comparison-{_comparison_change(old, new, exact=exact)}", words)


def _comparison_of(rule: Rule, type_: str | None) -> tuple[tuple[str, ...], str, Any]:
    """Return columns, operator and literal in one spelling: `b > a` is `a < b`."""
    operator, columns = rule.argument["operator"], rule.columns
    if len(columns) == 1:
        return columns, operator, value_of(rule.argument["literal"], type_)
    turned = columns[0] > columns[1]
    return tuple(sorted(columns)), _TURNED[operator] if turned else operator, None


def _comparison_change(old: Any, new: Any, *, exact: bool) -> str:
    if old[0] != new[0]:
        return "changed"
    if old[1] == new[1] and old[1] in ("<", "<=", ">", ">="):
        bound = HIGH if old[1].startswith("<") else LOW
        return change_of_bound(bound, old[2], new[2]) or "changed"
    if old[2] != new[2] or not exact:
        return "changed"
    before, after = _OUTCOMES[old[1]], _OUTCOMES[new[1]]
    if before < after:
        return "widened"
    return "narrowed" if after < before else "changed"


def _in_words(rule: Rule) -> str:
    other = said(rule.columns[1] if len(rule.columns) > 1 else rule.argument["literal"])
    return f"{said(rule.columns[0])} {rule.argument['operator']} {other}"


@compares("sql")
def _sql(pair: Pair) -> Iterator[Difference]:
    if not same_query(pair.old.argument, pair.new.argument):
        yield Difference("sql-changed", "has another query")


@compares("sorted")
def _sorted(pair: Pair) -> Iterator[Difference]:
    old, new = ((rule.columns, rule.argument) for rule in (pair.old, pair.new))
    if old != new:
        yield Difference("sorting-changed", "wants another order")


@compares("expect")
def _expectation(pair: Pair) -> Iterator[Difference]:
    old, new = query_of(pair.old), query_of(pair.new)
    same = old == new or (old is not None and new is not None and same_query(old, new))
    if not same or _asked(pair.old) != _asked(pair.new):
        yield Difference("expectation-changed", "expects otherwise")


def _asked(rule: Rule) -> tuple[Any, ...]:
    arguments = {key: said for key, said in rule.argument["with"].items() if key != QUERY}
    return rule.argument["type"], arguments, rule.columns


QUERY = "unexpected_rows_query"
"""The one argument of GX's that is SQL."""
