"""Build the step that makes a column, from all that was planned for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.generate.plan.lost_values import alike_rows
from spectra_gx.generate.plan.table_parts import TAKEN, target_of
from spectra_gx.generate.rows.choosers import Digit, Newest
from spectra_gx.generate.rows.steps import (
    Broken,
    Consecutive,
    Copied,
    DomainIn,
    Nulls,
    Step,
    Values,
)
from spectra_gx.generate.rows.table_rows import Outside, Referring
from spectra_gx.generate.values.streams import key_of
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Column, Rule
    from spectra_gx.generate.plan.table_parts import TableParts
    from spectra_gx.generate.rows.choosers import Chooser
    from spectra_gx.generate.rows.neighbours import Neighbour
    from spectra_gx.generate.values.domains import Domain
    from spectra_gx.generate.values.streams import Rows


def column_key(parts: TableParts, name: str) -> int:
    """Return the key of the stream from which the values of a column are drawn."""
    return key_of(parts.around.seed, parts.table.name, name)


@dataclass(frozen=True)
class StepBuilder:
    """What the steps of a table are built from."""

    parts: TableParts
    choosers: Mapping[str, Chooser]
    nulls: Mapping[str, Nulls]
    reads: Mapping[str, frozenset[str]]

    def step(self, name: str, before: Sequence[str]) -> Step:
        """Return what makes a column, or several, after those before it."""
        parts = self.parts
        key = column_key(parts, name)
        if name in parts.sequences:
            self._left_out(parts.domains.comparisons.neighbours(name, before))
            return self._consecutive(name)
        if name in parts.references:
            for one in parts.references[name].columns:
                self._left_out(parts.domains.comparisons.neighbours(one, before))
            return self._referring(name, key)
        if name in parts.equal and parts.equal[name][0] in self.reads[name]:
            return self._copied(name, before)
        return self._values(parts.columns[name], key, before)

    def _nulls(self, name: str) -> Nulls:
        """Return where a column is null, as far as the conditions for it can be answered."""
        nulls = self.nulls[name]
        read = self.parts.columns_read(nulls.unless)
        if read is None or not read <= self.reads[name]:
            return replace(nulls, count=0, unless=())
        return nulls

    def _consecutive(self, name: str) -> Step:
        parts = self.parts
        domain = parts.domain(name)
        assert domain is not None  # noqa: S101 - a sequence is one only where its domain is known
        rule = parts.rules.sequences[name]
        gaps = parts.around.breaks.rows.get(rule.id)
        return Consecutive(name, domain, parts.step_of(name), gaps)

    def _referring(self, name: str, key: int) -> Step:
        parts = self.parts
        rule = parts.references[name]
        table, to = target_of(rule)
        broken = parts.around.breaks.rows.get(rule.id)
        outside = None
        if broken is not None:
            domain = parts.domains.domain_in(parts.columns[name], (), 16 * parts.count)
            outside = Outside(domain(frozenset(), frozenset()), broken)
        chooser = self.choosers.get(name)
        covers = rule.kind == "same_set_as" and rule.id not in parts.around.breaks.whole
        if covers and isinstance(chooser, Digit) and len(chooser.system.sizes) > 1:
            parts.unbuilt[rule.id] = TAKEN
        return Referring(
            columns=rule.columns,
            parent=lambda: parts.around.parent(table),
            to=to,
            types=tuple(arrow_type(parts.types[one]) for one in rule.columns),
            key=key,
            conditions=parts.conditions,
            nulls=self._nulls(name),
            chooser=chooser,
            needs=self.reads[name],
            itself=table == parts.table.name,
            skipped=parts.around.lost(table, to),
            covers=covers,
            lost=parts.around.lost(parts.table.name, rule.columns),
            leaves_one=rule.id in parts.around.breaks.whole,
            outside=outside,
            repeated=self._repeated(rule.columns),
        )

    def _copied(self, name: str, before: Sequence[str]) -> Step:
        parts = self.parts
        source, rule = parts.equal[name]
        rows, domain = parts.around.breaks.rows.get(rule), parts.domain(name)
        others = None if rows is None or domain is None else (domain, rows)
        arrow = arrow_type(parts.types[name])
        reads = self.reads[name] - {source}
        neighbours = parts.domains.comparisons.neighbours(source, before) if others else ()
        return Copied(
            name, source, arrow, self._nulls(name), parts.conditions, reads, others, neighbours
        )

    def _values(self, column: Column, key: int, before: Sequence[str]) -> Step:
        parts = self.parts
        reads = self.reads[column.name]
        cases = [rule for rule in parts.conditional(column.name) if self._answered(rule, reads)]
        neighbours = parts.domains.comparisons.neighbours(column.name, before)
        chooser = self.choosers.get(column.name)
        if chooser is not None and not isinstance(chooser, Newest):
            neighbours = self._left_out(neighbours)
        rules = [*parts.rules.values[column.name], *parts.nested_rules(column)]
        ids = dict.fromkeys([*(rule.id for rule in rules), *(one.rule for one in neighbours)])
        if column.name not in self.choosers:  # it makes room for what is compared with it
            ids |= dict.fromkeys(parts.domains.compared_rules(column))
        rows = parts.around.breaks.rows
        return Values(
            column=column.name,
            key=key,
            domain=self._domain_in(column, cases),
            conditions=parts.conditions,
            when=tuple(rule.where for rule in cases if rule.where),
            reads=reads,
            chooser=chooser,
            nulls=self._nulls(column.name),
            neighbours=neighbours,
            broken=tuple(Broken(one, rows[one]) for one in ids if one in rows),
            repeated=self._repeated((column.name,)),
        )

    def _left_out(self, neighbours: Sequence[Neighbour]) -> tuple[Neighbour, ...]:
        """Name the comparisons with columns whose values are decided as well; return none."""
        self.parts.unbuilt |= {one.rule: TAKEN for one in neighbours if one.rule}
        return ()

    def _domain_in(self, column: Column, cases: Sequence[Rule]) -> DomainIn:
        """Return what gives the values of a column; those that were planned, where these are."""
        parts = self.parts
        needed = parts.count if parts.in_key(column.name) else 1
        given = parts.domains.domain_in(column, cases, needed)
        planned = None if cases else parts.domain(column.name)

        def domain(true: frozenset[int], broken: frozenset[str]) -> Domain:
            return planned if planned is not None and not broken else given(true, broken)

        return domain

    def _answered(self, rule: Rule, reads: frozenset[str]) -> bool:
        read = self.parts.columns_read([rule.where])
        return read is not None and read <= reads

    def _repeated(self, columns: Sequence[str]) -> tuple[Rows, ...]:
        return alike_rows(self.parts.rules, columns, self.parts.around.breaks)
