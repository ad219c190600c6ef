"""The tables of a stage together: how many rows each has, and which refer to which."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from spectra_gx.generate.plan.column_domains import ColumnDomains
from spectra_gx.generate.plan.lost_values import lost_rows
from spectra_gx.generate.plan.surroundings import NO_BREAKS, Breaks, Surroundings
from spectra_gx.generate.plan.table_parts import TableParts, target_of
from spectra_gx.generate.plan.table_planner import plan_table
from spectra_gx.generate.plan.table_rules import TableRules, rules_by_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spectra_gx.contract.model import Rule, Table
    from spectra_gx.generate.rows.table_rows import TableRows
    from spectra_gx.generate.values.streams import Rows

_ROUNDS = 4


class StagePlan:
    """All tables that are made, each planned when it is first needed."""

    def __init__(
        self,
        tables: Sequence[Table],
        *,
        seed: int,
        rows: int,
        as_of: datetime,
        memory: int,
        breaks: Breaks = NO_BREAKS,
        most: Mapping[str, int] | None = None,
    ) -> None:
        """Take the tables, with every clock in their SQL filled in.

        Args:
            tables: Those of the stage, and those that their rules read.
            seed: What tells two sets of rows apart that keep the same contract.
            rows: How many a table has, as far as its rules allow.
            as_of: The clock.
            memory: Megabytes that a query may use.
            breaks: Which rules are broken, and where.
            most: Table → how many rows it has at most, where other tables have no room for more.
        """
        self.tables = {table.name: table for table in tables}
        self.seed = seed
        self.breaks = breaks
        self._rows = rows
        self._as_of = as_of
        self._memory = memory
        self._most = most or {}
        self._planned: dict[str, TableRows] = {}
        self.limited: dict[str, Rule] = {}
        """Table → the rule for which it has fewer rows than it should."""

    @cached_property
    def rules(self) -> Mapping[str, TableRules]:
        """Table → its rules by role."""
        further = self._further()
        return {name: rules_by_role(one, further[name]) for name, one in self.tables.items()}

    @cached_property
    def counts(self) -> dict[str, int]:
        """Table → its rows."""
        wanted = {name: self._wanted(name) for name in self.tables}
        counts = dict(wanted)
        for _ in range(_ROUNDS):
            before = dict(counts)
            for name in self.tables:
                # One rule is broken by rows too many; no key is in the way of that.
                most, rule = self._parts(name, counts).most_rows()
                if counts[name] > most and rule is not None and rule.id not in self.breaks.rows:
                    counts[name] = most
                    self.limited[name] = rule
            for rule in self._rules_of_kind("rows"):
                if "same_as" in rule.argument and rule.argument["same_as"] in counts:
                    counts[rule.table] = min(counts[rule.table], counts[rule.argument["same_as"]])
                    if rule.id in self.breaks.whole:
                        counts[rule.table] = counts[rule.argument["same_as"]] + 1
            for rule in self._rules_of_kind("same_set_as"):
                parent = rule.argument["table"]
                if parent in counts and rule.id not in self.breaks.whole:
                    counts[parent] = max(min(counts[parent], self._covered(rule, counts)), 0)
            if counts == before:
                break
        return counts

    def table(self, name: str) -> TableRows:
        """Return a table, ready to make any of its rows."""
        if name not in self._planned:
            self._planned[name] = plan_table(self.parts(name))
        return self._planned[name]

    def unbuilt(self) -> dict[str, str]:
        """Return the rules that rows may not satisfy → why."""
        found: dict[str, str] = {}
        for name in self.tables:
            found |= self.table(name).unbuilt
        for rule in self._rules_of_kind("rows"):
            count = self.counts[rule.table]
            argument = rule.argument
            fewest = argument.get("equals", argument.get("min", 0))
            other = self.counts.get(argument.get("same_as", ""), count)
            most = argument.get("equals", argument.get("max", count))
            kept = fewest <= count <= most and count == other
            if kept == (rule.id in self.breaks.whole):
                found[rule.id] = f"its other rules leave room for {count:,} rows"
        for rule in self._rules_of_kind("same_set_as"):
            rows = self.counts.get(rule.argument["table"], 0)
            if rule.id not in self.breaks.whole:
                if self._covered(rule, self.counts) < rows:
                    found[rule.id] = "the other table has more rows"
            elif rows - len(self._lost(*target_of(rule))) <= 1:
                found[rule.id] = "the other table has no two values"
        return found

    def _covered(self, rule: Rule, counts: Mapping[str, int]) -> int:
        """Return how many rows another table may have, so that each of its values is taken."""
        taken = counts[rule.table] - len(self._lost(rule.table, rule.columns))
        return taken + len(self._lost(*target_of(rule)))

    def _lost(self, table: str, columns: tuple[str, ...]) -> Rows:
        return lost_rows(self.rules[table], columns, self.breaks)

    def parts(self, name: str) -> TableParts:
        """Return what is known of a table before its rows are planned."""
        return self._parts(name, self.counts)

    @cached_property
    def _domains(self) -> Mapping[str, ColumnDomains]:
        return {
            name: ColumnDomains(table, self.rules[name], self._as_of, self.breaks.whole)
            for name, table in self.tables.items()
        }

    def _parts(self, name: str, counts: Mapping[str, int]) -> TableParts:
        around = Surroundings(
            seed=self.seed,
            as_of=self._as_of,
            memory=self._memory,
            parent=self.table,
            counts=counts,
            keyed=self._keyed,
            referred=self._referred,
            lost=self._lost,
            breaks=self.breaks,
            circular=self._circular,
        )
        return TableParts(self._domains[name], around, counts[name])

    @cached_property
    def _circular(self) -> frozenset[str]:
        """Return the rules that would fill a column, by way of others, from itself."""
        leads: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        found = set()
        for rule in (*self._rules_of_kind("same_set_as"), *self._rules_of_kind("references")):
            table, to = target_of(rule)
            pairs = [
                ((rule.table, one), (table, other))
                for one, other in zip(rule.columns, to, strict=True)
            ]
            if any(start == end for start, end in pairs):
                continue
            if any(_reaches(leads, end, start) for start, end in pairs):
                found.add(rule.id)
                continue
            for start, end in pairs:
                leads[start].add(end)
        return frozenset(found)

    def _wanted(self, name: str) -> int:
        count = self._rows
        for rule in self.rules[name].rows:
            bounds = rule.argument
            low = bounds.get("equals", bounds.get("min", 0))
            high = bounds.get("equals", bounds.get("max", max(count, low)))
            count = min(max(count, low), high)
            if rule.id in self.breaks.whole and bounds.keys() & {"min", "max", "equals"}:
                count = high + 1 if bounds.keys() & {"max", "equals"} else max(low - 1, 0)
        return min(count, self._most.get(name, count))

    def _rules_of_kind(self, kind: str) -> list[Rule]:
        return [rule for table in self.tables.values() for rule in table.rules if rule.kind == kind]

    def _keyed(self, table: str, columns: tuple[str, ...]) -> bool:
        named = set(columns)
        rules = self.rules[table]
        return bool(named & rules.sequences.keys()) or any(
            set(key) <= named for _, key in rules.keys
        )

    def _referred(self, table: str) -> frozenset[str]:
        return frozenset(
            name
            for rule in (*self._rules_of_kind("references"), *self._rules_of_kind("same_set_as"))
            if target_of(rule)[0] == table
            for name in target_of(rule)[1]
        )

    def _further(self) -> Mapping[str, Mapping[str, list[Rule]]]:
        """Return table → column → rules of the columns that take their values from it."""
        found: dict[str, dict[str, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        own = {name: rules_by_role(table, {}).values for name, table in self.tables.items()}
        links = [
            (rule.table, column, parent, to)
            for rule in (*self._rules_of_kind("references"), *self._rules_of_kind("same_set_as"))
            for parent, named in (target_of(rule),)
            if parent in self.tables
            for column, to in zip(rule.columns, named, strict=True)
            if (rule.table, column) != (parent, to)
        ]
        for _ in self.tables:
            for table, column, parent, to in links:
                known = {rule.id for rule in (*own[parent][to], *found[parent][to])}
                found[parent][to] += [
                    rule
                    for rule in (*own[table][column], *found[table][column])
                    if rule.where is None
                    and rule.id not in known
                    and rule.id not in self.breaks.rows
                ]
        return found


def _reaches(
    leads: Mapping[tuple[str, str], set[tuple[str, str]]],
    start: tuple[str, str],
    end: tuple[str, str],
) -> bool:
    seen: set[tuple[str, str]] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            return True
        if here not in seen:
            seen.add(here)
            waiting += leads.get(here, ())
    return False
