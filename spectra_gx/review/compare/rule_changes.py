"""Changes of rules: declared, dropped, or saying something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.review.compare.rule_differences import compare_rules
from spectra_gx.review.value_formatting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Rule, Table
    from spectra_gx.review.change import Change
    from spectra_gx.review.compare.version_pair import VersionPair

_ADDED = {"unique": "unique-added", "references": "reference-added"} | {
    "primary_key": "primary-key-added"
}
_REMOVED = {"unique": "unique-removed", "references": "reference-removed"} | {
    "primary_key": "primary-key-removed"
}


def added_rule(sides: VersionPair, rule: Rule) -> Change:
    """Return the change of adding a rule."""
    at = sides.new.somewhere(rule.place)
    column = _column_of_required(rule)
    if column is not None:
        message = f"column {quote_name(column)} may no longer be null"
        kind, path = "column-required", column
    else:
        message = f"rule {quote_name(rule.id)} was added"
        kind, path = _ADDED.get(rule.kind, "rule-added"), rule.id
    return sides.change(
        kind, path, message, at, table=rule.table, columns=rule.columns, rule=rule.id
    )


def removed_rule(sides: VersionPair, rule: Rule) -> Change:
    """Return the change of removing a rule."""
    at = sides.old.somewhere(rule.place)
    column = _column_of_required(rule)
    if column is not None:
        message = f"column {quote_name(column)} may now be null"
        kind, path = "column-nullable", column
    else:
        message = f"rule {quote_name(rule.id)} was removed"
        kind, path = _REMOVED.get(rule.kind, "rule-removed"), rule.id
    return sides.change(
        kind, path, message, at, table=rule.table, columns=rule.columns, rule=rule.id
    )


def changed_rule(sides: VersionPair, old: Rule, new: Rule, table: Table) -> Iterator[Change]:
    """Yield what differs between two versions of a rule.

    Args:
        sides: The contracts.
        old: The rule before, under its new name.
        new: The rule now.
        table: The table of the new one.
    """
    for difference in compare_rules(old, new, table):
        yield sides.change(
            difference.kind,
            new.id,
            f"{quote_name(new.id)} {difference.predicate}",
            sides.new.option(new, difference.key or new.kind),
            direction=difference.direction,
            table=new.table,
            columns=new.columns,
            rule=new.id,
        )


def _column_of_required(rule: Rule) -> str | None:
    """Return the column's path when the rule is the key `required` of a column."""
    path = rule.id.removesuffix(".required")
    return path if rule.kind == "required" and path != rule.id else None
