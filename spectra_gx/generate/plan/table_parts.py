"""A table while it is planned: what its columns may contain, and what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql.guard import SqlRefused
from spectra_gx.generate.plan.keys import Units, most_rows
from spectra_gx.generate.rows.conditions import Conditions
from spectra_gx.generate.values.domains import Steps
from spectra_gx.generate.values.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spectra_gx.contract.model import Column, Rule
    from spectra_gx.generate.plan.column_domains import ColumnDomains
    from spectra_gx.generate.plan.surroundings import Surroundings
    from spectra_gx.generate.values.domains import Domain

TAKEN = "its columns are filled for other rules already"

_AGAINST = ("not_in", "compare")
"""Kinds that may leave single values out."""


class TableParts:
    """One table, and what is known of it before its rows are planned."""

    def __init__(self, domains: ColumnDomains, around: Surroundings, count: int) -> None:
        """Take the domains of its columns, the other tables, and how many rows it has."""
        self.table = domains.table
        self.rules = domains.rules
        self.domains = domains
        self.around = around
        self.count = count
        self.types = {column.name: column.type for column in self.table.columns}
        self.columns = {column.name: column for column in self.table.columns}
        self.conditions = Conditions(self.table.name, self.types, around.memory)
        self.unbuilt: dict[str, str] = {**self.rules.unbuilt, **domains.unbuilt}
        self.planned: dict[str, Domain | None] = {}
        """Column → its domain, once it is known."""

        self.sequences = self._sequences()
        self.references = self._references()
        """First column → the rule by which it and others are filled from another table."""

    @property
    def equal(self) -> dict[str, tuple[str, str]]:
        """Column → the one that it equals, and the rule that says so."""
        return self.domains.comparisons.equal

    def in_key(self, name: str) -> bool:
        """Return whether a column is in a key."""
        return any(name in columns for _, columns in self.rules.keys)

    def domain(self, name: str) -> Domain | None:
        """Return the values that satisfy all rules of a column; None where there are none."""
        if name not in self.planned:
            needed = self.count if self.in_key(name) else 1
            if name in self.rules.sequences:
                needed = self.count * self.step_of(name)
            domain = self.domains.domain(self.columns[name], needed)
            ordered = any(name in rule.columns for rule in self.rules.orders)
            if ordered and isinstance(domain, Texts):
                domain = domain.in_order()
            self.planned[name] = domain
        return self.planned[name]

    def step_of(self, name: str) -> int:
        """Return how far the values of a sequence are apart."""
        return abs(int(self.rules.sequences[name].argument["step"]))

    def conditional(self, name: str) -> Sequence[Rule]:
        """Return the rules of a column that apply to some rows, if it is drawn row by row."""
        if self.in_key(name) or name in self.references or name in self.sequences:
            return ()
        return self.domains.cases(self.columns[name])

    def columns_read(self, conditions: Iterable[str | None]) -> frozenset[str] | None:
        """Return the columns that conditions read; None where one of them is refused."""
        try:
            return frozenset(
                name for text in conditions if text for name in self.conditions.columns(text)
            )
        except SqlRefused:
            return None

    def units(self) -> Units:
        """Return what the columns are made of."""
        of = {name: name for name in self.columns}
        columns: dict[str, tuple[str, ...]] = {name: (name,) for name in self.columns}
        for first, rule in self.references.items():
            of |= dict.fromkeys(rule.columns, first)
            columns[first] = rule.columns
        for name, (source, _) in self.equal.items():
            of[name] = of[source]
        return Units(of, columns, self.size, frozenset(self.sequences), frozenset(self.references))

    def size(self, unit: str) -> int:
        """Return how many different values a unit can have."""
        rule = self.references.get(unit)
        if rule is not None:
            table, to = target_of(rule)
            return self.referred_rows(rule) if self.around.keyed(table, to) else 1
        domain = self.domain(unit)
        return 1 if domain is None else domain.size

    def referred_rows(self, rule: Rule) -> int:
        """Return how many rows of another table can be referred to."""
        table, to = target_of(rule)
        lost = len(self.around.lost(table, to)) + (rule.id in self.around.breaks.whole)
        return max(self.around.counts.get(table, 1) - lost, 0)

    def most_rows(self) -> tuple[int, Rule | None]:
        """Return how many rows can have keys of their own, and the rule that limits them."""
        most, limiting = most_rows(self.rules.keys, self.units())
        for name in self.sequences:
            domain = self.domain(name)
            room = 0 if domain is None else -(-domain.size // self.step_of(name))
            if room < most:
                most, limiting = room, self.rules.sequences[name]
        return most, limiting

    def _sequences(self) -> frozenset[str]:
        """Return the columns whose values follow each other."""
        found = set()
        for name, rule in self.rules.sequences.items():
            if rule.where is not None:
                self.unbuilt[rule.id] = "it has `where`"
            domain = self.domain(name)
            if isinstance(domain, Steps):
                found.add(name)
                if domain.without is not None:  # a sequence leaves nothing out
                    against = (one for one in self.rules.values[name] if one.kind in _AGAINST)
                    self.unbuilt |= {one.id: TAKEN for one in against}
            else:
                self.unbuilt[rule.id] = "its column has a list of values"
        return frozenset(found)

    def _references(self) -> dict[str, Rule]:
        found: dict[str, Rule] = {}
        taken: set[str] = set(self.sequences)
        for rule in (*self.rules.same_sets, *self.rules.references):
            if (rule.table, rule.columns) == target_of(rule):
                continue  # a table's own columns are always among themselves
            if rule.id in self.around.circular:
                self.unbuilt[rule.id] = "its values would come from its own column"
            elif taken & set(rule.columns):
                self.unbuilt[rule.id] = TAKEN
            else:
                taken |= set(rule.columns)
                found[rule.columns[0]] = rule
        return found

    def nested_rules(self, column: Column) -> list[Rule]:
        """Return the rules about what is inside of a column."""
        return [rule for part in column.parts for rule in part.every_rule()]


def target_of(rule: Rule) -> tuple[str, tuple[str, ...]]:
    """Return the table, and its columns, from which a rule says that values are taken."""
    argument = rule.argument
    to = argument["to"] if rule.kind == "references" else (argument["column"],)
    return argument["table"], tuple(to)
