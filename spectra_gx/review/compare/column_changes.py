"""Compare columns, and what is nested in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.language.columns import CLASSIFICATIONS
from spectra_gx.contract.model import Column, ExtraColumns, Place, Table
from spectra_gx.review.change import Change, Direction
from spectra_gx.review.compare.rule_changes import added_rule, changed_rule, removed_rule
from spectra_gx.review.compare.type_compatibility import is_widening
from spectra_gx.review.value_formatting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.review.compare.renames import Renames
    from spectra_gx.review.compare.version_pair import VersionPair

_SECRET = ("confidential", "pii")
_KINDS = {
    "description": "description-changed",
    "tags": "tags-changed",
    "examples": "examples-changed",
    "timezone": "timezone-changed",
}


def compare_columns(
    versions: VersionPair, before: Table, after: Table, renames: Renames
) -> Iterator[Change]:
    """Yield the differences between the columns of two versions of a table."""
    allowed = ExtraColumns.FAIL not in (before.extra_columns, after.extra_columns)
    removed = Direction.LOOSENS if allowed else Direction.BOTH
    comparison = _Comparison(versions, after, renames)
    yield from comparison.columns(before.columns, after.columns, removed=removed)
    yield from _order(versions, before, after)


def _order(versions: VersionPair, before: Table, after: Table) -> Iterator[Change]:
    """Yield that the columns of both versions were reordered."""
    old = [column.name for column in before.columns if after.column(column.name)]
    new = [column.name for column in after.columns if before.column(column.name)]
    if old == new:
        return
    exact = all(_is_exact(table) for table in (before, after))
    kind = "column-order-changed" if exact else "columns-reordered"
    message = f"the columns of table {quote_name(after.name)} were reordered"
    at = versions.new.first_place(versions.new.key("tables", after.name, "columns"), after.place)
    yield versions.change(kind, after.name, message, at, table=after.name)


def _is_exact(table: Table) -> bool:
    return any(rule.kind == "column_order" for rule in table.table_rules)


class _Comparison:
    """The comparison of one table's columns."""

    def __init__(self, versions: VersionPair, table: Table, renames: Renames) -> None:
        self._versions = versions
        self._table = table
        self._renames = renames

    def columns(
        self, before: Sequence[Column], after: Sequence[Column], *, removed: Direction
    ) -> Iterator[Change]:
        """Yield the differences between columns of a table, or fields of a struct.

        `removed` is the direction of dropping one of them.
        """
        old = {column.name: column for column in before}
        new = {column.name: column for column in after}
        for name, column in new.items():
            if name in old:
                yield from self._column(old[name], column)
            else:
                message = f"column {quote_name(column.id)} was added"
                yield self._change("column-added", column, message, column.place)
        for name, column in old.items():
            if name not in new:
                message = f"column {quote_name(column.id)} was removed"
                yield self._change("column-removed", column, message, column.place, removed)

    def _column(self, before: Column, after: Column) -> Iterator[Change]:
        old_path = self._renames.columns.get(after.id)
        if old_path is not None:
            message = f"column {quote_name(old_path)} was renamed to {quote_name(after.name)}"
            yield self._versions.change(
                "column-renamed",
                old_path,
                message,
                self._versions.new.first_place(after.place),
                table=self._table.name,
                columns=(old_path.removeprefix(f"{self._table.name}."),),
            )
        yield from self._type(before, after)
        yield from self._rules(before, after)
        yield from self._sensitivity(before, after)
        for key, kind in _KINDS.items():
            if getattr(before, key) != getattr(after, key):
                message = f"`{key}` of column {quote_name(after.id)} changed"
                yield self._change(kind, after, message, self._at(after, key))
        yield from self._parts(before, after)

    def _type(self, before: Column, after: Column) -> Iterator[Change]:
        # A difference inside is a change of its own, but for the order of fields.
        if before.type == after.type or (_alike(before, after) and not _moved(before, after)):
            return
        kind = "widened" if is_widening(before.type, after.type) else "changed"
        name, types = after.id, f"{quote(after.type)}, was {quote(before.type)}"
        message = f"column {quote_name(name)} is {types}"
        yield self._change(f"column-type-{kind}", after, message, self._at(after, "type"))

    def _rules(self, before: Column, after: Column) -> Iterator[Change]:
        old = {rule.kind: rule for rule in before.rules}
        new = {rule.kind: rule for rule in after.rules}
        for kind, rule in new.items():
            if kind in old:
                yield from changed_rule(self._versions, old[kind], rule, self._table)
            else:
                yield added_rule(self._versions, rule)
        for kind, rule in old.items():
            if kind not in new:
                yield removed_rule(self._versions, rule)

    def _sensitivity(self, before: Column, after: Column) -> Iterator[Change]:
        old, new = before.classification, after.classification
        if old != new:
            lowered = _rank(new) < _rank(old)
            kind = "classification-lowered" if lowered else "classification-raised"
            message = f"column {quote_name(after.id)} is {new or 'not classified'}"
            message += f", was {old or 'not classified'}"
            at = self._at(after, "classification")
            yield self._change(kind, after, message, at, blocks=lowered and old in _SECRET)
        if before.masked and not after.masked:
            message = f"column {quote_name(after.id)} is no longer masked"
            at = self._at(after, "format")
            yield self._change("masking-dropped", after, message, at, blocks=True)

    def _parts(self, before: Column, after: Column) -> Iterator[Change]:
        """Compare what is nested; exact types leave no room for a field that is not declared."""
        if before.items is not None and after.items is not None:
            yield from self._column(before.items, after.items)
        elif before.fields and after.fields:
            yield from self.columns(before.fields, after.fields, removed=Direction.BOTH)
        else:
            for part in before.parts:
                yield from self._undeclared(part)
            for part in after.parts:
                for rule in part.every_rule():
                    yield added_rule(self._versions, rule)

    def _undeclared(self, part: Column) -> Iterator[Change]:
        """Yield what is gone with a nested column that only the outer type still mentions."""
        yield from self._sensitivity(part, replace(part, classification=None, masked=False))
        for rule in part.rules:
            yield removed_rule(self._versions, rule)
        for inner in part.parts:
            yield from self._undeclared(inner)

    def _at(self, column: Column, key: str) -> Place | None:
        rule = column.rules[0]
        steps: list[str] = []
        for step in rule.path:
            steps += ["items"] if step is None else ["fields", step]
        path = ("tables", self._table.name, "columns", rule.columns[0], *steps, key)
        return self._versions.new.key(*path) or column.place

    def _change(
        self,
        kind: str,
        column: Column,
        message: str,
        place: Place | None,
        direction: Direction | None = None,
        *,
        blocks: bool = False,
    ) -> Change:
        return self._versions.change(
            kind,
            column.id,
            message,
            self._versions.new.first_place(place),
            direction=direction,
            table=self._table.name,
            columns=column.rules[0].columns,
            blocks=blocks,
        )


def _alike(before: Column, after: Column) -> bool:
    """Return whether both declare their fields, or both their items."""
    items = before.items is not None and after.items is not None
    return items or bool(before.fields and after.fields)


def _moved(before: Column, after: Column) -> bool:
    """Return whether the fields of both were reordered."""
    names = [[field.name for field in column.fields] for column in (before, after)]
    both = set(names[0]) & set(names[1])
    old, new = ([name for name in some if name in both] for some in names)
    return old != new


def _rank(classification: str | None) -> int:
    return -1 if classification is None else CLASSIFICATIONS.index(classification)
