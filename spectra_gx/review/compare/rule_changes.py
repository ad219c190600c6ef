"""Compare two versions of a rule, and make changes of added, removed and different rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.model import Column, Rule, Severity, Table
from spectra_gx.review.change import Change, Direction
from spectra_gx.review.compare.comparer_registry import RuleDifference, RulePair
from spectra_gx.review.compare.kind_comparers import comparer_of
from spectra_gx.review.compare.share_comparison import compare_shares
from spectra_gx.review.compare.sql_equality import same_condition
from spectra_gx.review.compare.where_conditions import is_only_loosening
from spectra_gx.review.value_formatting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.review.compare.version_pair import ContractVersion, VersionPair

_ADDED = {"unique": "unique-added", "references": "reference-added"} | {
    "primary_key": "primary-key-added"
}
_REMOVED = {"unique": "unique-removed", "references": "reference-removed"} | {
    "primary_key": "primary-key-removed"
}


def added_rule(versions: VersionPair, rule: Rule) -> Change:
    """Return the change of adding a rule."""
    at = versions.new.first_place(rule.place)
    column = _column_of_required(rule)
    direction = None
    if column is not None and _required_by_key(versions.old, rule):
        message = f"column {quote_name(column)} is `required`, as it already was by the primary key"
        kind, path, direction = "column-required", column, Direction.NONE
    elif column is not None:
        message = f"column {quote_name(column)} may no longer be null"
        kind, path = "column-required", column
    else:
        message = f"rule {quote_name(rule.id)} was added"
        kind, path = _ADDED.get(rule.kind, "rule-added"), rule.id
    return versions.change(
        kind,
        path,
        message,
        at,
        direction=direction,
        table=rule.table,
        columns=rule.columns,
        rule=rule.id,
    )


def removed_rule(versions: VersionPair, rule: Rule) -> Change:
    """Return the change of removing a rule."""
    at = versions.old.first_place(rule.place)
    column = _column_of_required(rule)
    direction = None
    if column is not None and _required_by_key(versions.new, rule):
        message = f"column {quote_name(column)} is now `required` by the primary key alone"
        kind, path, direction = "column-nullable", column, Direction.NONE
    elif column is not None:
        message = f"column {quote_name(column)} may now be null"
        kind, path = "column-nullable", column
    else:
        message = f"rule {quote_name(rule.id)} was removed"
        kind, path = _REMOVED.get(rule.kind, "rule-removed"), rule.id
    return versions.change(
        kind,
        path,
        message,
        at,
        direction=direction,
        table=rule.table,
        columns=rule.columns,
        rule=rule.id,
    )


def changed_rule(versions: VersionPair, old: Rule, new: Rule, table: Table) -> Iterator[Change]:
    """Yield what differs between two versions of a rule."""
    for difference in compare_rules(old, new, table):
        yield versions.change(
            difference.kind,
            new.id,
            f"{quote_name(new.id)} {difference.predicate}",
            versions.new.option(new, difference.key or new.kind),
            direction=difference.direction,
            table=new.table,
            columns=new.columns,
            rule=new.id,
        )


def _column_of_required(rule: Rule) -> str | None:
    """Return the column's path when the rule is the key `required` of a column."""
    path = rule.id.removesuffix(".required")
    return path if rule.kind == "required" and path != rule.id else None


def _required_by_key(version: ContractVersion, rule: Rule) -> bool:
    """Return whether a primary key refuses nulls of a column as strictly as a `required`."""
    table = version.contract.table(rule.table)
    ranks = list(Severity)
    return rule.path == () and any(
        key.kind == "primary_key"
        and set(rule.columns) <= set(key.columns)
        and ranks.index(key.severity) <= ranks.index(rule.severity)
        for key in (table.table_rules if table is not None else ())
    )


# -- differences -----------------------------------------------------------------------------------


def compare_rules(old: Rule, new: Rule, table: Table | None) -> Iterator[RuleDifference]:
    """Yield the differences between two versions of a rule; equal meaning yields nothing.

    Ids play no part; the table of the new rule gives the types of its columns.
    """
    if old.kind != new.kind:
        yield RuleDifference("rule-replaced", f"is of kind `{new.kind}`, was `{old.kind}`")
    else:
        yield from _arguments(RulePair(old, new, tuple(_types_of(new, table))))
    yield from _options(old, new, table)


def _arguments(pair: RulePair) -> Iterator[RuleDifference]:
    try:
        yield from list(comparer_of(pair.new.kind)(pair))
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
    if old.shares or new.shares:
        yield from compare_shares(old, new)
    else:
        yield from _severity(old, new)
    yield from _where(old, new, table)
    if old.description != new.description:
        yield RuleDifference(
            "description-changed", "has a different description", key="description"
        )


def _severity(old: Rule, new: Rule) -> Iterator[RuleDifference]:
    ranks = list(Severity)
    if old.severity != new.severity:
        raised = ranks.index(new.severity) < ranks.index(old.severity)
        kind = "severity-raised" if raised else "severity-lowered"
        yield RuleDifference(kind, f"is {new.severity}, was {old.severity}", key="severity")
    if old.mostly != new.mostly:
        kind = "mostly-raised" if new.mostly > old.mostly else "mostly-lowered"
        share = f"must pass for a share of {new.mostly} of the rows, was {old.mostly}"
        yield RuleDifference(kind, share, key="mostly")


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
