"""Changes of rules: declared, dropped, or saying something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.review.compare.rule_differences import compare_rules
from spectra_gx.review.value_formatting import named

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
    """Return that a rule is declared."""
    at = sides.new.somewhere(rule.place)
    column = _column_of_required(rule)
    if column is not None:
        said = f"column {named(column)} may be null no longer"
        kind, path = "column-required", column
    else:
        said = f"rule {named(rule.id)} is declared"
        kind, path = _ADDED.get(rule.kind, "rule-added"), rule.id
    return sides.change(kind, path, said, at, table=rule.table, columns=rule.columns, rule=rule.id)


def removed_rule(sides: VersionPair, rule: Rule) -> Change:
    """Return that a rule is declared no longer."""
    at = sides.old.somewhere(rule.place)
    column = _column_of_required(rule)
    if column is not None:
        said = f"column {named(column)} may be null"
        kind, path = "column-nullable", column
    else:
        said = f"rule {named(rule.id)} is declared no longer"
        kind, path = _REMOVED.get(rule.kind, "rule-removed"), rule.id
    return sides.change(kind, path, said, at, table=rule.table, columns=rule.columns, rule=rule.id)


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
            f"{named(new.id)} {difference.said}",
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
