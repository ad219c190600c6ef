"""Compare the tables of two versions: their keys, their columns, their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.model import ExtraColumns, Place, Table
from spectra_gx.review.compare.column_changes import compare_columns
from spectra_gx.review.compare.rule_changes import added_rule, changed_rule, removed_rule
from spectra_gx.review.value_formatting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.review.change import Change
    from spectra_gx.review.compare.renames import Renames
    from spectra_gx.review.compare.version_pair import VersionPair


def compare_tables(versions: VersionPair, renames: Renames) -> Iterator[Change]:
    """Yield the differences between the tables of two versions."""
    for table in versions.new.contract.tables:
        before = versions.old.contract.table(table.name)
        if before is None:
            message = f"table {quote_name(table.name)} was added"
            at = versions.new.first_place(table.place)
            yield versions.change("table-added", table.name, message, at, table=table.name)
            continue
        yield from _table(versions, before, table, renames)
    for table in versions.old.contract.tables:
        if versions.new.contract.table(table.name) is None:
            message = f"table {quote_name(table.name)} was removed"
            at = versions.old.first_place(table.place)
            yield versions.change("table-removed", table.name, message, at, table=table.name)


def _table(
    versions: VersionPair, before: Table, after: Table, renames: Renames
) -> Iterator[Change]:
    old_name = renames.tables.get(after.name)
    if old_name is not None:
        message = f"table {quote_name(old_name)} was renamed to {quote_name(after.name)}"
        at = versions.new.first_place(after.place)
        yield versions.change("table-renamed", old_name, message, at, table=old_name)
    yield from _keys(versions, before, after)
    yield from compare_columns(versions, before, after, renames)
    yield from _rules(versions, before, after, renames)


def _keys(versions: VersionPair, before: Table, after: Table) -> Iterator[Change]:
    for key, kind in (
        ("location", "table-location-changed"),
        ("credentials", "table-credentials-changed"),
        ("format", "table-format-changed"),
        ("csv", "csv-format-changed"),
        ("quarantine", "quarantine-changed"),
        ("description", "description-changed"),
        ("owner", "owner-changed"),
        ("tags", "tags-changed"),
    ):
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            message = f"`{key}` of table {quote_name(after.name)} changed"
            yield versions.change(
                kind, after.name, message, _at(versions, after, key), table=after.name
            )
    ranks = list(ExtraColumns)
    old, new = before.extra_columns, after.extra_columns
    if old is not new:
        kind = "narrowed" if ranks.index(new) < ranks.index(old) else "widened"
        message = f"`extra_columns` of table {quote_name(after.name)} is {new}, was {old}"
        at = _at(versions, after, "extra_columns")
        yield versions.change(f"extra-columns-{kind}", after.name, message, at, table=after.name)


def _at(versions: VersionPair, table: Table, key: str) -> Place:
    return versions.new.first_place(versions.new.key("tables", table.name, key), table.place)


def _rules(
    versions: VersionPair, before: Table, after: Table, renames: Renames
) -> Iterator[Change]:
    """Yield the differences between the rules of a table; their order does not count."""
    old = {rule.id: rule for rule in before.table_rules}
    new = {rule.id: rule for rule in after.table_rules}
    for name, rule in new.items():
        if name not in old:
            yield added_rule(versions, rule)
            continue
        old_id = renames.rules.get(name)
        if old_id is not None:
            message = f"rule {quote_name(old_id)} was renamed to {quote_name(name)}"
            at = versions.new.first_place(rule.place)
            yield versions.change(
                "rule-renamed",
                old_id,
                message,
                at,
                table=after.name,
                columns=rule.columns,
                rule=name,
            )
        yield from changed_rule(versions, old[name], rule, after)
    for name, rule in old.items():
        if name not in new:
            yield removed_rule(versions, rule)
