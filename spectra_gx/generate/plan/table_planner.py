"""Plan how the rows of a table are made: one step per column, each in its turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.guard import SqlRefused
from spectra_gx.generate.plan.column_domains import ColumnDomains
from spectra_gx.generate.plan.keys import KeyPlan, Units, most_rows, plan_keys
from spectra_gx.generate.plan.null_plan import plan_nulls
from spectra_gx.generate.plan.statistics_plan import plan_statistics
from spectra_gx.generate.rows.choosers import Chooser, Digit, Newest, System, limited
from spectra_gx.generate.rows.conditions import Conditions
from spectra_gx.generate.rows.steps import Broken, Consecutive, Copied, Nulls, Step, Values
from spectra_gx.generate.rows.table_rows import Outside, Referring, TableRows
from spectra_gx.generate.values.streams import Rows, key_of
from spectra_gx.generate.values.texts import Texts
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Column, Rule, Table
    from spectra_gx.generate.plan.surroundings import Surroundings
    from spectra_gx.generate.plan.table_rules import TableRules
    from spectra_gx.generate.values.domains import Domain


class TablePlanner:
    """Plans one table."""

    def __init__(self, table: Table, rules: TableRules, around: Surroundings, count: int) -> None:
        """Take the table, its rules, what it is planned with, and how many rows it has."""
        self.table = table
        self.rules = rules
        self.around = around
        self.count = count
        self.types = {column.name: column.type for column in table.columns}
        self.columns = {column.name: column for column in table.columns}
        self.domains = ColumnDomains(table, rules, around.as_of, around.breaks.whole)
        self.conditions = Conditions(table.name, self.types, around.memory)
        self.unbuilt: dict[str, str] = {**rules.unbuilt, **self.domains.unbuilt}
        self.references = self._references()
        self._domain_cache: dict[str, Domain | None] = {}
        self._reads: dict[str, set[str]] = {}

    def most_rows(self) -> tuple[int, Rule | None]:
        """Return how many rows can have keys of their own, and the rule that limits them."""
        return most_rows(self.rules.keys, self._units())

    def plan(self) -> TableRows:
        """Return the table, ready to make any of its rows."""
        keys = plan_keys(self.rules.keys, self._units(), self.count, self.around.seed)
        self.unbuilt |= keys.unbuilt
        self._plan_orders(keys)
        nulls = self._nulls()
        choosers: dict[str, Chooser] = dict(keys.digits)
        self._plan_statistics(choosers, nulls)
        order = self._order(set(choosers))
        steps: list[Step] = []
        before: list[str] = []
        for name in order:
            step = self._step(name, choosers, nulls, before)
            steps.append(step)
            before += step.columns
        names = tuple(column.name for column in self.table.columns)
        return TableRows(self.table.name, names, self.count, steps, self.unbuilt)

    # -- what columns are made of ------------------------------------------------------------------

    def _references(self) -> dict[str, Rule]:
        """Return the first column of each reference → the rule that fills its columns."""
        found: dict[str, Rule] = {}
        taken: set[str] = set(self.rules.sequences)
        for rule in (*self.rules.same_sets, *self.rules.references):
            if rule.columns == tuple(target_of(rule)[1]) and target_of(rule)[0] == rule.table:
                continue  # a table's own columns are always among themselves
            if taken & set(rule.columns):
                self.unbuilt[rule.id] = "its columns are filled for other rules already"
                continue
            taken |= set(rule.columns)
            found[rule.columns[0]] = rule
        return found

    def _units(self) -> Units:
        of = {name: name for name in self.columns}
        columns = {name: (name,) for name in self.columns}
        for first, rule in self.references.items():
            of |= dict.fromkeys(rule.columns, first)
            columns[first] = rule.columns
        for name, (source, _) in self.domains.comparisons.equal.items():
            of[name] = of[source]
        return Units(
            of,
            columns,
            self._size,
            frozenset(self.rules.sequences),
            frozenset(self.references),
        )

    def _size(self, unit: str) -> int:
        rule = self.references.get(unit)
        if rule is not None:
            table, to = target_of(rule)
            return self.around.counts.get(table, 1) if self.around.keyed(table, to) else 1
        domain = self._domain(unit)
        return 1 if domain is None else domain.size

    def _domain(self, name: str) -> Domain | None:
        if name not in self._domain_cache:
            in_key = any(name in columns for _, columns in self.rules.keys)
            needed = self.count if in_key else 1
            domain = self.domains.domain(self.columns[name], needed)
            ordered = any(name in rule.columns for rule in self.rules.orders)
            if ordered and isinstance(domain, Texts):
                domain = domain.in_order()
            self._domain_cache[name] = domain
        return self._domain_cache[name]

    # -- the order of rows -------------------------------------------------------------------------

    def _plan_orders(self, keys: KeyPlan) -> None:
        for rule in self.rules.orders:
            by = tuple(rule.argument["by"])
            following = tuple(column for column in rule.columns if column not in by)
            down = rule.argument["order"] == "descending"
            parts = [(by, down and not following), *(((one,), down) for one in following)]
            for number, (columns, descending) in enumerate(parts):
                dropped = self.around.breaks.rows.get(rule.id) if number == len(parts) - 1 else None
                self._put_in_order(rule, columns, keys, dropped, descending=descending)

    def _put_in_order(
        self,
        rule: Rule,
        columns: Sequence[str],
        keys: KeyPlan,
        dropped: Rows | None,
        *,
        descending: bool,
    ) -> None:
        reason = "its columns are filled for other rules already"
        if columns[0] in self.rules.sequences and not descending:
            return
        assigned = [keys.digits.get(column) for column in columns]
        first = assigned[0]
        if first is not None and first.system.by_row and first.system.descending == descending:
            single = len(first.system.sizes) == 1
            same = [
                d is not None and d.system == first.system and d.number == place
                for place, d in enumerate(assigned)
            ]
            if single or all(same):
                return
        if first is not None and len(first.system.sizes) == 1 and first.system.total >= self.count:
            # Any order is as good for a key: it is that of the rows.
            system = replace(first.system, by_row=True, descending=descending)
            keys.digits[columns[0]] = Digit(system)
            return
        busy = {*self.references, *self.rules.sequences, *self.domains.comparisons.equal}
        if (
            any(assigned)
            or busy & set(columns)
            or any(self._domain(one) is None for one in columns)
        ):
            self.unbuilt[rule.id] = reason
            return
        sizes = limited([self._size(column) for column in columns])
        key = key_of(self.around.seed, rule.id, *columns)
        system = System(self.count, sizes, key, by_row=True, descending=descending, dropped=dropped)
        keys.digits |= {column: Digit(system, place) for place, column in enumerate(columns)}

    # -- statistics and nulls ----------------------------------------------------------------------

    def _nulls(self) -> dict[str, Nulls]:
        never = {
            *self.rules.sequences,
            *(column for rule in self.rules.orders for column in rule.columns),
            *self.around.referred(self.table.name),
            *(rule.columns[0] for rule in self.rules.same_sets),
        }
        found = {}
        for name, column in self.columns.items():
            nulls, unbuilt = plan_nulls(
                column, self.rules, self.count, self.around, may_be_null=name not in never
            )
            self.unbuilt |= unbuilt
            found[name] = nulls
        for rule in self.references.values():
            counts = [found[name].count for name in rule.columns]
            fewest = found[rule.columns[counts.index(min(counts))]]
            found[rule.columns[0]] = replace(
                fewest, unless=tuple(one for name in rule.columns for one in found[name].unless)
            )
        return found

    def _plan_statistics(self, choosers: dict[str, Chooser], nulls: Mapping[str, Nulls]) -> None:
        busy = {
            *choosers,
            *self.references,
            *self.rules.sequences,
            *self.domains.comparisons.equal,
            *self.domains.comparisons.columns,
        }
        for name, rules in self.rules.statistics.items():
            column = self.columns[name]
            found = plan_statistics(
                column,
                rules,
                self.domains,
                nulls[name],
                self.count,
                key_of(self.around.seed, self.table.name, name, "curve"),
                free=name not in busy and not self.domains.cases(column),
            )
            self.unbuilt |= found.unbuilt
            self._domain_cache.pop(name, None)
            if found.domain is not None:
                self._domain_cache[name] = found.domain
            if found.curve is not None:
                choosers[name] = found.curve
        for name, rules in self.rules.freshness.items():
            if name in choosers or name in self.references:
                self.unbuilt |= {one.id: "its column is filled for other rules" for one in rules}
            elif all(rule.where is None for rule in rules):
                choosers[name] = Newest(nulls[name].count, nulls[name].shuffle)

    # -- the order of steps ------------------------------------------------------------------------

    def _order(self, chosen: set[str]) -> list[str]:
        """Return the units in the order in which they are made."""
        equal = self.domains.comparisons.equal
        comparisons = self.domains.comparisons
        covered = {name for rule in self.references.values() for name in rule.columns[1:]}
        units = [name for name in self.columns if name not in covered]

        def rank(name: str) -> tuple[int, int]:
            fixed = name in self.references or name in self.rules.sequences or name in chosen
            return (2 if name in equal else 0 if fixed else 1), comparisons.rank(name)

        left = sorted(units, key=rank)
        for name in left:
            self._reads[name] = self._read_by(name)
        made: list[str] = []
        while left:
            ready = next((one for one in left if self._reads[one] <= self._made(made)), None)
            if ready is None:  # conditions that go round in a circle: one of them applies always
                ready = left[0]
                self._reads[ready] = set()
            left.remove(ready)
            made.append(ready)
        return made

    def _made(self, units: Sequence[str]) -> set[str]:
        return {
            column
            for unit in units
            for column in (self.references[unit].columns if unit in self.references else (unit,))
        }

    def _read_by(self, name: str) -> set[str]:
        conditions = [rule.where for rule in self._conditional(name)]
        conditions += [rule.where for rule in self.rules.required_if[name]]
        try:
            read = {one for text in conditions if text for one in self.conditions.columns(text)}
        except SqlRefused:
            return set()
        source = self.domains.comparisons.equal.get(name)
        return (read | ({source[0]} if source else set())) - ({name} if name in read else set())

    def _conditional(self, name: str) -> Sequence[Rule]:
        """Return the rules of a column that apply to some rows, if it is drawn row by row."""
        in_key = any(name in columns for _, columns in self.rules.keys)
        return () if in_key or name in self.references else self.domains.cases(self.columns[name])

    # -- the steps ---------------------------------------------------------------------------------

    def _step(
        self,
        name: str,
        choosers: Mapping[str, Chooser],
        nulls: Mapping[str, Nulls],
        before: Sequence[str],
    ) -> Step:
        column = self.columns[name]
        reads = frozenset(self._reads[name] & set(before))
        key = key_of(self.around.seed, self.table.name, name)
        missing = nulls[name] if self._reads[name] <= set(before) else replace(nulls[name], count=0)
        if name in self.rules.sequences:
            return self._consecutive(column)
        if name in self.references:
            return self._referring(self.references[name], choosers.get(name), missing, reads, key)
        if name in self.domains.comparisons.equal and self._domain(name) is not None:
            return self._copied(column, missing, reads)
        return self._values(column, choosers.get(name), missing, reads, key, before)

    def _consecutive(self, column: Column) -> Step:
        rule = self.rules.sequences[column.name]
        domain = self._domain(column.name)
        if domain is None or rule.where is not None:
            self.unbuilt[rule.id] = "it has `where`" if rule.where else "no value fits its column"
        if domain is None:
            domain = self.domains.domain_in(replace(column, rules=()), ())(frozenset(), frozenset())
        step = abs(int(rule.argument["step"]))
        return Consecutive(column.name, domain, step, self.around.breaks.rows.get(rule.id))

    def _referring(
        self, rule: Rule, chooser: Chooser | None, nulls: Nulls, reads: frozenset[str], key: int
    ) -> Step:
        table, to = target_of(rule)
        broken = self.around.breaks.rows.get(rule.id)
        outside = None
        if broken is not None:
            column = self.columns[rule.columns[0]]
            outside = Outside(
                self.domains.domain_in(column, (), self.count)(frozenset(), frozenset()), broken
            )
        return Referring(
            rule.columns,
            lambda: self.around.parent(table),
            to,
            tuple(arrow_type(self.types[name]) for name in rule.columns),
            key,
            self.conditions,
            nulls,
            chooser,
            reads,
            itself=table == self.table.name,
            covers=rule.kind == "same_set_as",
            outside=outside,
            repeated=self._repeated(rule.columns),
        )

    def _copied(self, column: Column, nulls: Nulls, reads: frozenset[str]) -> Step:
        source, rule = self.domains.comparisons.equal[column.name]
        rows = self.around.breaks.rows.get(rule)
        domain = self._domain(column.name)
        others = None if rows is None or domain is None else (domain, rows)
        arrow = arrow_type(column.type)
        return Copied(column.name, source, arrow, nulls, self.conditions, reads, others)

    def _values(
        self,
        column: Column,
        chooser: Chooser | None,
        nulls: Nulls,
        reads: frozenset[str],
        key: int,
        before: Sequence[str],
    ) -> Step:
        cases = [rule for rule in self._conditional(column.name) if self._readable(rule, reads)]
        in_key = any(column.name in columns for _, columns in self.rules.keys)
        planned = self._domain(column.name)
        given = self.domains.domain_in(column, cases, self.count if in_key else 1)

        def domain(true: frozenset[int], broken: frozenset[str]) -> Domain:
            if not true and not broken and not cases and planned is not None:
                return planned
            return given(true, broken)

        rules = [*self.rules.values[column.name], *self._nested(column)]
        neighbours = self.domains.comparisons.neighbours(column.name, before)
        broken = [
            Broken(rule.id, self.around.breaks.rows[rule.id])
            for rule in self.around.breaks.of(rules)
        ]
        broken += [
            Broken(one.rule, self.around.breaks.rows[one.rule])
            for one in neighbours
            if one.rule in self.around.breaks.rows
        ]
        return Values(
            column.name,
            key,
            domain,
            self.conditions,
            tuple(rule.where for rule in cases if rule.where),
            reads,
            chooser,
            nulls,
            neighbours,
            tuple(broken),
            self._repeated((column.name,)),
        )

    def _nested(self, column: Column) -> list[Rule]:
        return [rule for part in column.parts for rule in part.every_rule()]

    def _readable(self, rule: Rule, reads: frozenset[str]) -> bool:
        try:
            return self.conditions.columns(rule.where or "true") <= reads
        except SqlRefused:
            return False

    def _repeated(self, columns: Sequence[str]) -> Rows | None:
        """Return the rows that all have one key, because the rule about it is broken."""
        for rule, key in self.rules.keys:
            rows = self.around.breaks.rows.get(rule.id)
            if rows is not None and set(columns) & set(key):
                return rows
        return None


def target_of(rule: Rule) -> tuple[str, tuple[str, ...]]:
    """Return the table, and its columns, from which a rule says that values are taken."""
    argument = rule.argument
    to = argument["to"] if rule.kind == "references" else (argument["column"],)
    return argument["table"], tuple(to)
