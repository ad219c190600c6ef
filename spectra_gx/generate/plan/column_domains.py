"""Which values the columns of a table may have, beside those of other columns."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from spectra_gx.contract.clocks import clock_of
from spectra_gx.contract.column_types import NUMBERS, TIMES, Family, family
from spectra_gx.contract.rule_selection import select_rules
from spectra_gx.generate.plan.comparisons import Comparisons, comparisons_of
from spectra_gx.generate.plan.stored_values import finest_instant, stored_conditions
from spectra_gx.generate.values.cells import Situation, conditions_in, domain_of_column
from spectra_gx.generate.values.domains import Domain, Steps, UnmetError
from spectra_gx.generate.values.grids import DAY, grid_of, measure_of
from spectra_gx.generate.values.value_domains import Wanted, domain_of, usual_span
from spectra_gx.generate.values.value_rules import NO_LIMITS, Condition, Limits, limits_in
from spectra_gx.validation.snapshot.age_limits import oldest_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spectra_gx.contract.model import Column, Rule, Table
    from spectra_gx.generate.plan.table_rules import TableRules
    from spectra_gx.generate.rows.steps import DomainIn

_NESTED = (Family.ARRAY, Family.MAP, Family.STRUCT)

_NARROWED = frozenset({"mean", "median", "quantile"})
"""Statistics that lie within bounds if all values do."""


_PART = 4
"""What part of the way between its bounds a value is beyond them, at most."""

_REACH = 100
"""How far values are at most beyond the only bound of a column that has statistics."""


class ColumnDomains:
    """The domains of the columns of one table."""

    def __init__(
        self, table: Table, rules: TableRules, as_of: datetime, breaks: frozenset[str]
    ) -> None:
        """Take the table, its rules, and the ids of those that are broken by all rows at once."""
        self.table = table
        values, required = (
            defaultdict(list, _copied(one)) for one in (rules.values, rules.required)
        )
        self.rules = replace(rules, values=values, required=required)
        self.as_of = as_of
        self.breaks = breaks
        self.further: dict[str, list[Condition]] = {}
        """Column → what its values satisfy for rules about all of them together."""

        self.unbuilt: dict[str, str] = {}
        """Id of a rule → why values may not satisfy it."""

        self._narrow_ages()
        self.comparisons = self._comparisons()
        for name, (source, _) in self.comparisons.equal.items():
            self.rules.values[source] += self.rules.values[name]
            self.rules.required[source] += self.rules.required[name]
        for name in self.comparisons.columns:
            statistics = self.rules.statistics.get(name, ())
            bounded = [rule for rule in statistics if rule.argument.keys() & {"min", "max"}]
            self.narrow(name, bounded)
        if self.comparisons.equal or self.further:
            self.comparisons = self._comparisons()
        self._settle()

    def usual(self, column: Column) -> Sequence[Rule]:
        """Return the rules that each value of a column satisfies."""
        return [rule for rule in self.rules.values[column.name] if rule.where is None]

    def cases(self, column: Column) -> Sequence[Rule]:
        """Return the rules that values satisfy in some rows."""
        return [rule for rule in self.rules.values[column.name] if rule.where is not None]

    def domain_in(self, column: Column, cases: Sequence[Rule], needed: int = 1) -> DomainIn:
        """Return what gives the values of a column.

        Args:
            column: The column.
            cases: Rules that apply to some rows, by number; the others always do.
            needed: How many different values there should be.
        """
        always = [rule for rule in self.rules.values[column.name] if rule not in cases]
        wanted = self._wanted(column, needed)
        own = {rule.id for rule in self.rules.values[column.name]}

        @cache
        def found(true: frozenset[int], broken: frozenset[str]) -> Domain:
            rules = [*always, *(cases[number] for number in sorted(true))]
            situation = Situation(self.as_of, broken)
            if family(column.type) in _NESTED:
                return domain_of_column(column, rules, situation, wanted)
            conditions = conditions_in(rules, column.type, situation)
            conditions += stored_conditions(self.table, column) + self._too_old(column)
            conditions += self._beside_broken(column, broken)
            if broken & own:  # values beside it follow it, as far as they can
                if column.name in self.rules.statistics:
                    usual = conditions_in(rules, column.type, Situation(self.as_of))
                    conditions += _near(usual, column.type)
                return domain_of(column.type, conditions, replace(wanted, usual=NO_LIMITS))
            conditions += self._beside(column)
            conditions += self.further.get(column.name, [])
            return domain_of(column.type, conditions, wanted)

        return found

    def domain(self, column: Column, needed: int = 1) -> Domain | None:
        """Return the values that satisfy all rules, in whatever rows; None where there are none."""
        try:
            return self.domain_in(column, (), needed)(frozenset(), frozenset())
        except UnmetError:
            return None

    def narrow(self, column: str, rules: Sequence[Rule]) -> list[Rule]:
        """Keep all values of a column within the bounds of statistics; return those that cannot."""
        left = []
        for rule in rules:
            bounds = rule.argument
            if rule.kind not in _NARROWED or rule.id in self.breaks:
                left.append(rule)
                continue
            for key, operator in (("min", ">="), ("max", "<=")):
                if key in bounds:
                    condition = Condition(operator, Fraction(str(bounds[key])))
                    self.further.setdefault(column, []).append(condition)
        return left

    def is_recent(self, column: str) -> bool:
        """Return whether the age of a column's values is bounded."""
        return column in self.rules.freshness or any(
            rule.kind == "max_age" or (clock_of(rule) is not None and rule.kind in ("min", "above"))
            for rule in self.rules.values[column]
        )

    def oldest(self, rule: Rule, type_text: str) -> Fraction:
        """Return the first measure that a rule about an age lets pass."""
        measure = measure_of(
            oldest_instant({**rule.argument, "as_of": self.as_of.isoformat()}), type_text
        )
        if type_text == "date":
            return Fraction(-(-measure // DAY) * DAY)
        return measure

    def newest(self, column: Column) -> Fraction:
        """Return where the values of a column end whose age alone is bounded."""
        now = measure_of(self.as_of.replace(microsecond=0), column.type)
        fresh = self.rules.freshness.get(column.name, ())
        for too_old in self._too_old(column):
            return Fraction(too_old.argument)
        return max([now, *(self.oldest(rule, column.type) for rule in fresh)])

    def _too_old(self, column: Column) -> list[Condition]:
        """Return what all values satisfy if a rule about the newest one is broken."""
        rules = self.rules.freshness.get(column.name, ())
        oldest = [self.oldest(rule, column.type) for rule in rules if rule.id in self.breaks]
        return [Condition("<=", min(oldest) - DAY)] if oldest else []

    def _narrow_ages(self) -> None:
        """Let all values be recent where only those of some rows need be."""
        for column in self.table.columns:
            for rule in self.rules.freshness.get(column.name, ()):
                if rule.where is not None and rule.id not in self.breaks:
                    condition = Condition(">=", self.oldest(rule, column.type))
                    self.further.setdefault(column.name, []).append(condition)

    def _settle(self) -> None:
        """Leave out, by name, the rules without which a column has values at all."""
        for column in self.table.columns:
            if self._has_values(column):
                continue
            if family(column.type) in _NESTED:
                self._settle_nested(column)
                continue
            rules = self.usual(column)
            own = self.rules.values[column.name]
            for dropped in sorted(rules, key=lambda rule: rule.kind not in ("pattern", "format")):
                self.rules.values[column.name] = [rule for rule in own if rule is not dropped]
                if self._has_values(column):
                    self.unbuilt[dropped.id] = "no value was found that satisfies it"
                    break
            else:
                self.rules.values[column.name] = [rule for rule in own if rule not in rules]
                self.unbuilt |= {rule.id: "no value satisfies all of its column" for rule in rules}

    def _settle_nested(self, column: Column) -> None:
        """Leave out rules about what is inside of a column until there are values."""
        inside = [rule.id for part in column.parts for rule in part.every_rule()]
        kept = {rule.id for rule in self.table.rules}
        for dropped in inside:
            changed = select_rules(self.table, kept - {dropped})
            if self._has_values(_column_in(changed, column)):
                self.unbuilt[dropped] = "no value was found that satisfies it"
                break
        else:
            changed = select_rules(self.table, kept - {*inside})
            why = "no value satisfies all rules inside of its column"
            self.unbuilt |= dict.fromkeys(inside, why)
        self.table = changed

    def _has_values(self, column: Column) -> bool:
        try:
            self.domain_in(column, self.cases(column))(frozenset(), frozenset())
        except UnmetError:
            return False
        return True

    def _wanted(self, column: Column, needed: int) -> Wanted:
        shown = f"{self.table.name}.{column.name}"
        usual = self.comparisons.usual.get(column.name, NO_LIMITS)
        wanted = Wanted(shown, needed, usual, finest=finest_instant(self.table))
        if family(column.type) not in TIMES or not self.is_recent(column.name):
            return wanted
        newest = self.newest(column)
        if column.name in self.rules.freshness and column.name not in self.comparisons.usual:
            wanted = replace(wanted, usual=Limits(newest - usual_span(column.type, needed), newest))
        return replace(wanted, newest=newest)

    def _beside(self, column: Column) -> list[Condition]:
        """Return what comparisons leave a column, as conditions."""
        if column.name not in self.comparisons.columns:
            return []
        limits = self.comparisons.limits.get(column.name, NO_LIMITS)
        found = []
        if limits.low is not None:
            found.append(Condition(">" if limits.above else ">=", limits.low))
        if limits.high is not None:
            found.append(Condition("<" if limits.below else "<=", limits.high))
        return found

    def compared_rules(self, column: Column) -> list[str]:
        """Return the ids of the rules that what a column is compared with may break."""
        return [
            rule
            for edge in self.comparisons.edges
            if column.name in (edge.low, edge.high)
            for other in (edge.high if edge.low == column.name else edge.low,)
            for rule in (edge.rule, *(one.id for one in self.rules.values[other]))
        ]

    def _beside_broken(self, column: Column, broken: frozenset[str]) -> list[Condition]:
        """Return what is left so that a column beside, made later, can break its rule."""
        found = []
        for edge in self.comparisons.edges if broken else ():
            if column.name not in (edge.low, edge.high):
                continue
            upwards = edge.low == column.name
            other = self.table.column(edge.high if upwards else edge.low)
            if other is None:
                continue
            if edge.rule in broken:
                domain = self.domain(other)
                upwards = not upwards
            elif broken & {rule.id for rule in self.rules.values[other.name]}:
                rules = [*self.usual(other), *(r for r in self.cases(other) if r.id in broken)]
                conditions = conditions_in(rules, other.type, Situation(self.as_of, broken))
                shown = f"{self.table.name}.{other.name}"
                domain = domain_of(other.type, conditions, Wanted(shown))
            else:
                continue
            if isinstance(domain, Steps):
                strict = edge.strict != (edge.rule in broken)
                step = domain.first + (domain.count - 1 if upwards else 0)
                operator = (("<=", "<") if upwards else (">=", ">"))[strict]
                found.append(Condition(operator, step * domain.grid.unit))
        return found

    def _comparisons(self) -> Comparisons:
        types = {column.name: column.type for column in self.table.columns}
        limits = {}
        newest = {}
        for column in self.table.columns:
            if family(column.type) not in NUMBERS | TIMES:
                continue
            conditions = conditions_in(self.usual(column), column.type, Situation(self.as_of))
            conditions += self.further.get(column.name, [])
            limits[column.name] = _listed_limits(conditions, column.type)
            if family(column.type) in TIMES and self.is_recent(column.name):
                newest[column.name] = self.newest(column)
        return comparisons_of(self.rules.comparisons, types, limits, newest)


def _near(conditions: Sequence[Condition], type_text: str) -> list[Condition]:
    """Return how far values are from their bounds at most, so that others can make up for them."""
    if family(type_text) not in NUMBERS:
        return []
    bounds = {
        operators: [
            measure_of(one.argument, type_text) for one in conditions if one.operator in operators
        ]
        for operators in ((">=", ">"), ("<=", "<"))
    }
    lows, highs = bounds.values()
    if not lows and not highs:
        return []
    low, high = min(lows or highs), max(highs or lows)
    reach = (high - low) / _PART if lows and highs else max(abs(low), Fraction(_REACH))
    reach = max(reach, grid_of(type_text, low, high).unit)
    return [Condition(">=", low - reach), Condition("<=", high + reach)]


def _column_in(table: Table, column: Column) -> Column:
    return next(one for one in table.columns if one.name == column.name)


def _copied(rules: Mapping[str, list[Rule]]) -> dict[str, list[Rule]]:
    return {name: list(some) for name, some in rules.items()}


def _listed_limits(conditions: Sequence[Condition], type_text: str) -> Limits:
    """Return the limits of conditions, those of listed values among them."""
    limits = limits_in(conditions, type_text)
    for condition in conditions:
        if condition.operator == "in" and condition.argument:
            measures = [measure_of(value, type_text) for value in condition.argument]
            limits = limits.and_low(min(measures), strict=False)
            limits = limits.and_high(max(measures), strict=False)
    return limits
