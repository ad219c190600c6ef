"""Find rules of one column that no value, or not the values it lists, can satisfy together."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.column_types import Family, family
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.formats import has_format
from spectra_gx.contract.model import Column, Rule, Severity
from spectra_gx.contract.patterns import most_steps
from spectra_gx.contract.rules.catalogue import COLUMN_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


_PAIRS = (
    ("min", "max"),
    ("min", "below"),
    ("above", "max"),
    ("above", "below"),
    ("min_length", "max_length"),
    ("min_length", "length"),
    ("length", "max_length"),
)
_STRICT = frozenset({"above", "below"})
_REFUSES: Mapping[str, Callable[[Any, Any], bool]] = {
    "min": lambda bound, value: _compare(value, bound) < 0,
    "max": lambda bound, value: _compare(value, bound) > 0,
    "above": lambda bound, value: _compare(value, bound) <= 0,
    "below": lambda bound, value: _compare(value, bound) >= 0,
    "min_length": lambda bound, value: len(value) < bound,
    "max_length": lambda bound, value: len(value) > bound,
    "length": lambda bound, value: len(value) != bound,
    "not_in": lambda others, value: value in others,
    "const": lambda only, value: value != only,
    "format": lambda name, value: not has_format(name, value),
}
_MOST_NAMED = 3


class ComparisonBudget:
    """What matching patterns against listed values may cost, for a whole contract."""

    def __init__(self, steps: int = 5_000_000) -> None:
        self.steps = steps

    def matches(self, pattern: str, text: str) -> bool:
        """Return whether a pattern is found in a text; a match that may take long is assumed."""
        cost = most_steps(pattern, len(text))
        if cost > self.steps:
            return True
        self.steps -= int(cost)
        try:
            return re.search(pattern, text) is not None
        except RecursionError:
            return True


def find_contradictions(column: Column, patience: ComparisonBudget) -> Iterator[tuple[Rule, str]]:
    """Yield each rule that contradicts another one, and a sentence about it.

    Rules with `where` or `mostly` are about other rows each and are left alone.
    """
    if not column.type:
        return
    rules = {
        rule.kind: rule
        for rule in column.rules
        if rule.argument is not None
        and rule.where is None
        and not rule.is_lenient
        and not isinstance(rule.argument, ClockValue)
        and family(column.type) in COLUMN_KINDS[rule.kind].families
    }
    yield from _empty_ranges(column, rules)
    yield from _empty_clocked_ranges(column)
    for kind in ("enum", "const"):
        if kind in rules:
            yield from _refused_values(column, rules[kind], rules, patience)


def _empty_ranges(column: Column, rules: Mapping[str, Rule]) -> Iterator[tuple[Rule, str]]:
    whole = family(column.type) is Family.WHOLE
    for low, high in _PAIRS:
        if low not in rules or high not in rules:
            continue
        least, most = rules[low].argument, rules[high].argument
        order = _compare(least, most)
        neighbours = whole and {low, high} == _STRICT and most - least == 1
        if order > 0 or neighbours or (order == 0 and {low, high} & _STRICT):
            message = (
                f"`{low}` {least} and `{high}` {most} of column '{column.name}' leave no value"
            )
            yield rules[low], f"{message}; change one of them"


def _empty_clocked_ranges(column: Column) -> Iterator[tuple[Rule, str]]:
    """Yield bounds of the same clock value, moved past each other."""
    clocked = {
        rule.kind: (rule, rule.argument)
        for rule in column.rules
        if isinstance(rule.argument, ClockValue) and rule.where is None and not rule.is_lenient
    }
    for low, high in _PAIRS:
        if low not in clocked or high not in clocked:
            continue
        (rule, least), (_, most) = clocked[low], clocked[high]
        empty = least.offset > most.offset or (
            least.offset == most.offset and bool({low, high} & _STRICT)
        )
        if least.base == most.base and empty:
            message = f"`{low}` {least} and `{high}` {most} of column '{column.name}'"
            yield rule, f"{message} leave no value; change one of them"


def _refused_values(
    column: Column, listing: Rule, rules: Mapping[str, Rule], patience: ComparisonBudget
) -> Iterator[tuple[Rule, str]]:
    """Yield the rules that refuse values which `enum` or `const` names.

    A rule that does not gate may refuse a few of them, such as those that are on their way out.
    """
    values = listing.argument if listing.kind == "enum" else (listing.argument,)
    for kind, rule in rules.items():
        if kind == "pattern":
            refused = [value for value in values if not patience.matches(rule.argument, value)]
        elif kind in _REFUSES and rule is not listing:
            refused = [value for value in values if _REFUSES[kind](rule.argument, value)]
        else:
            continue
        gates = listing.severity == rule.severity == Severity.CRITICAL
        if len(refused) == len(values) or (refused and gates):
            named = ", ".join(quote(str(value)) for value in refused[:_MOST_NAMED])
            more = " and more" if len(refused) > _MOST_NAMED else ""
            message = f"`{kind}` of column {quote(column.name)} refuses {named}{more}"
            yield rule, f"{message}, which its `{listing.kind}` names; change one of them"


def _compare(left: Any, right: Any) -> int:
    """Return 1, 0 or -1 as left is greater, equal or less; texts are instants."""
    if isinstance(left, str):
        left, right = _instant(left), _instant(right)
    return int(left > right) - int(left < right)


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
