"""Compare two versions of a rule: its argument by its kind, then its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.review.change import Direction
from spectra_gx.review.compare.comparer_registry import RuleDifference, RulePair
from spectra_gx.review.compare.kind_comparers import COMPARERS
from spectra_gx.review.compare.sql_equality import same_condition
from spectra_gx.review.compare.where_conditions import is_only_loosening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Column, Rule, Table


def compare_rules(old: Rule, new: Rule, table: Table | None) -> Iterator[RuleDifference]:
    """Yield the differences between two versions of a rule; equal meaning yields nothing.

    Args:
        old: The rule before; its id plays no part.
        new: The rule now.
        table: The table of the new one, for the types of its columns.
    """
    if old.kind != new.kind:
        yield RuleDifference("rule-replaced", f"is of kind `{new.kind}`, was `{old.kind}`")
    else:
        yield from _arguments(RulePair(old, new, tuple(_types_of(new, table))))
    yield from _options(old, new, table)


def _arguments(pair: RulePair) -> Iterator[RuleDifference]:
    try:
        yield from list(COMPARERS[pair.new.kind](pair))
    except TypeError:  # a text does not compare with a number
        yield RuleDifference("rule-replaced", "has values of another type")


def _types_of(rule: Rule, table: Table | None) -> Iterator[str | None]:
    for name in rule.columns if table is not None else ():
        column = table.column(name) if table is not None else None
        for step in rule.path:
            column = None if column is None else _inside(column, step)
        yield None if column is None else column.type


def _inside(column: Column, step: str | None) -> Column | None:
    if step is None:
        return column.items
    return next((field for field in column.fields if field.name == step), None)


def _options(old: Rule, new: Rule, table: Table | None) -> Iterator[RuleDifference]:
    ranks = list(Severity)
    if old.severity != new.severity:
        raised = ranks.index(new.severity) < ranks.index(old.severity)
        kind = "severity-raised" if raised else "severity-lowered"
        yield RuleDifference(kind, f"is {new.severity}, was {old.severity}", key="severity")
    if old.mostly != new.mostly:
        kind = "mostly-raised" if new.mostly > old.mostly else "mostly-lowered"
        share = f"must pass for a share of {new.mostly} of the rows, was {old.mostly}"
        yield RuleDifference(kind, share, key="mostly")
    yield from _where(old, new, table)
    if old.description != new.description:
        yield RuleDifference(
            "description-changed", "has a different description", key="description"
        )


def _where(old: Rule, new: Rule, table: Table | None) -> Iterator[RuleDifference]:
    if old.where == new.where:
        return
    if old.where is not None and new.where is not None:
        if not same_condition(old.where, new.where):
            yield RuleDifference("where-changed", "applies to different rows", key="where")
        return
    undecided = None if is_only_loosening(old, new, table) else Direction.UNDETERMINED
    if old.where is None:
        yield RuleDifference("where-added", "applies to some rows only", undecided, "where")
    else:
        yield RuleDifference("where-removed", "applies to every row", undecided, "where")
