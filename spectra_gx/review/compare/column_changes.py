"""Comparing columns, and what is nested in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.language.columns import CLASSIFICATIONS
from spectra_gx.contract.model import ExtraColumns
from spectra_gx.contract.quoting import quote
from spectra_gx.review.change import Direction
from spectra_gx.review.compare.rule_changes import added_rule, changed_rule, removed_rule
from spectra_gx.review.compare.type_compatibility import is_widening
from spectra_gx.review.value_formatting import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.contract.model import Column, Place, Table
    from spectra_gx.review.change import Change
    from spectra_gx.review.compare.renames import Renames
    from spectra_gx.review.compare.version_pair import VersionPair

_SECRET = ("confidential", "pii")
_WORDS = {
    "description": "description-changed",
    "tags": "tags-changed",
    "examples": "examples-changed",
    "timezone": "timezone-changed",
}


def compare_columns(
    sides: VersionPair, before: Table, after: Table, renames: Renames
) -> Iterator[Change]:
    """Yield the differences between the columns of two versions of a table."""
    borne = ExtraColumns.FAIL not in (before.extra_columns, after.extra_columns)
    removed = Direction.LOOSENS if borne else Direction.BOTH
    comparison = _Comparison(sides, after, renames)
    yield from comparison.columns(before.columns, after.columns, removed=removed)
    yield from _order(sides, before, after)


def _order(sides: VersionPair, before: Table, after: Table) -> Iterator[Change]:
    """Yield that the columns which both versions declare stand in another order."""
    old = [column.name for column in before.columns if after.column(column.name)]
    new = [column.name for column in after.columns if before.column(column.name)]
    if old == new:
        return
    exact = all(_is_exact(table) for table in (before, after))
    kind = "column-order-changed" if exact else "columns-reordered"
    said = f"the columns of table {named(after.name)} stand in another order"
    at = sides.new.somewhere(sides.new.key("tables", after.name, "columns"), after.place)
    yield sides.change(kind, after.name, said, at, table=after.name)


def _is_exact(table: Table) -> bool:
    return any(rule.kind == "column_order" for rule in table.table_rules)


class _Comparison:
    """The comparison of one table's columns."""

    def __init__(self, sides: VersionPair, table: Table, renames: Renames) -> None:
        self._sides = sides
        self._table = table
        self._renames = renames

    def columns(
        self, before: Sequence[Column], after: Sequence[Column], *, removed: Direction
    ) -> Iterator[Change]:
        """Yield the differences between columns of a table, or fields of a struct.

        Args:
            before: The old ones.
            after: The new ones.
            removed: What dropping one of them does.
        """
        old = {column.name: column for column in before}
        new = {column.name: column for column in after}
        for name, column in new.items():
            if name in old:
                yield from self._column(old[name], column)
            else:
                said = f"column {named(column_path(column))} is declared"
                yield self._change("column-added", column, said, column.place)
        for name, column in old.items():
            if name not in new:
                said = f"column {named(column_path(column))} is declared no longer"
                yield self._change("column-removed", column, said, column.place, removed)

    def _column(self, before: Column, after: Column) -> Iterator[Change]:
        old_path = self._renames.columns.get(column_path(after))
        if old_path is not None:
            said = f"column {named(old_path)} is called {named(after.name)}"
            yield self._sides.change(
                "column-renamed",
                old_path,
                said,
                self._sides.new.somewhere(after.place),
                table=self._table.name,
                columns=(old_path.removeprefix(f"{self._table.name}."),),
            )
        yield from self._type(before, after)
        yield from self._rules(before, after)
        yield from self._sensitivity(before, after)
        for key, kind in _WORDS.items():
            if getattr(before, key) != getattr(after, key):
                said = f"column {named(column_path(after))} has another {key}"
                yield self._change(kind, after, said, self._at(after, key))
        yield from self._parts(before, after)

    def _type(self, before: Column, after: Column) -> Iterator[Change]:
        # What is declared inside tells the difference itself, but for the order of fields.
        if before.type == after.type or (_alike(before, after) and not _moved(before, after)):
            return
        kind = "widened" if is_widening(before.type, after.type) else "changed"
        said = (
            f"column {named(column_path(after))} is {quote(after.type)}, was {quote(before.type)}"
        )
        yield self._change(f"column-type-{kind}", after, said, self._at(after, "type"))

    def _rules(self, before: Column, after: Column) -> Iterator[Change]:
        old = {rule.kind: rule for rule in before.rules}
        new = {rule.kind: rule for rule in after.rules}
        for kind, rule in new.items():
            if kind in old:
                yield from changed_rule(self._sides, old[kind], rule, self._table)
            else:
                yield added_rule(self._sides, rule)
        for kind, rule in old.items():
            if kind not in new:
                yield removed_rule(self._sides, rule)

    def _sensitivity(self, before: Column, after: Column) -> Iterator[Change]:
        old, new = before.classification, after.classification
        if old != new:
            lowered = _rank(new) < _rank(old)
            kind = "classification-lowered" if lowered else "classification-raised"
            said = f"column {named(column_path(after))} is {new or 'not classified'}"
            said += f", was {old or 'not classified'}"
            at = self._at(after, "classification")
            yield self._change(kind, after, said, at, blocks=lowered and old in _SECRET)
        if before.masked and not after.masked:
            said = f"column {named(column_path(after))} is masked no longer"
            at = self._at(after, "format")
            yield self._change("masking-dropped", after, said, at, blocks=True)

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
                    yield added_rule(self._sides, rule)

    def _undeclared(self, part: Column) -> Iterator[Change]:
        """Yield what is gone with a nested column, of which only the outer type still speaks."""
        yield from self._sensitivity(part, replace(part, classification=None, masked=False))
        for rule in part.rules:
            yield removed_rule(self._sides, rule)
        for inner in part.parts:
            yield from self._undeclared(inner)

    def _at(self, column: Column, key: str) -> Place | None:
        rule = column.rules[0]
        steps: list[str] = []
        for step in rule.path:
            steps += ["items"] if step is None else ["fields", step]
        path = ("tables", self._table.name, "columns", rule.columns[0], *steps, key)
        return self._sides.new.key(*path) or column.place

    def _change(
        self,
        kind: str,
        column: Column,
        said: str,
        place: Place | None,
        direction: Direction | None = None,
        *,
        blocks: bool = False,
    ) -> Change:
        return self._sides.change(
            kind,
            column_path(column),
            said,
            self._sides.new.somewhere(place),
            direction=direction,
            table=self._table.name,
            columns=column.rules[0].columns,
            blocks=blocks,
        )


def column_path(column: Column) -> str:
    """Return `<table>.<column>`, fields included; every column has a rule about its type."""
    return column.rules[0].id.removesuffix(".type")


def _alike(before: Column, after: Column) -> bool:
    """Return whether both declare what they hold, as fields or as items."""
    items = before.items is not None and after.items is not None
    return items or bool(before.fields and after.fields)


def _moved(before: Column, after: Column) -> bool:
    """Return whether the fields that both have stand in another order."""
    names = [[field.name for field in column.fields] for column in (before, after)]
    both = set(names[0]) & set(names[1])
    old, new = ([name for name in some if name in both] for some in names)
    return old != new


def _rank(classification: str | None) -> int:
    return -1 if classification is None else CLASSIFICATIONS.index(classification)
