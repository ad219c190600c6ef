"""In which order the columns of a table are made that are compared, and what that leaves them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import NUMBERS, TIMES, Family, family
from spectra_gx.generate.rows.neighbours import MIRRORED, Neighbour
from spectra_gx.generate.values.grids import DAY, grid_of, limits_of
from spectra_gx.generate.values.value_domains import usual_span
from spectra_gx.generate.values.value_rules import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.contract.model import Rule

_UPWARDS = ("<", "<=")


@dataclass(frozen=True)
class Edge:
    """A column whose values are at most those of another."""

    rule: str
    """Empty where it only follows from others."""

    low: str
    high: str
    strict: bool


@dataclass
class Comparisons:
    """The comparisons between the columns of a table."""

    edges: list[Edge] = field(default_factory=list)
    """With those that follow from others."""

    different: list[tuple[str, str, str]] = field(default_factory=list)
    """Rule, and the two columns."""

    equal: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Column → the one before it that it equals, and the rule."""

    limits: dict[str, Limits] = field(default_factory=dict)
    """Column → what its own limits and its comparisons leave."""

    usual: dict[str, Limits] = field(default_factory=dict)
    """Column → where it lies beside those that it is compared with."""

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is greater or less than another."""
        return frozenset(one for edge in self.edges for one in (edge.low, edge.high))

    def neighbours(self, column: str, before: Iterable[str]) -> tuple[Neighbour, ...]:
        """Return how a column compares with those that are made before it."""
        known = set(before)
        found = []
        for edge in self.edges:
            operator = "<" if edge.strict else "<="
            if edge.low == column and edge.high in known:
                found.append(Neighbour(edge.rule, edge.high, operator))
            if edge.high == column and edge.low in known:
                found.append(Neighbour(edge.rule, edge.low, MIRRORED[operator]))
        for rule, one, other in self.different:
            if column in (one, other) and (other if column == one else one) in known:
                found.append(Neighbour(rule, other if column == one else one, "<>"))
        return tuple(found)

    def rank(self, column: str) -> int:
        """Return how many columns are less than it."""
        return len({edge.low for edge in self.edges if edge.high == column})


def comparisons_of(
    rules: Iterable[Rule],
    types: Mapping[str, str],
    limits: Mapping[str, Limits],
    newest: Mapping[str, Fraction],
) -> Comparisons:
    """Return what rules say of columns that are compared.

    `limits` are those that each ordered column has by itself; `newest` is where those end whose
    age alone is bounded.
    """
    found = Comparisons(limits=dict(limits))
    compared = [(rule.id, *rule.columns, rule.argument["operator"]) for rule in rules]
    for rule, left, right, operator in compared:
        if operator == "=":
            _add_equal(found, rule, left, right)
    for rule, *columns, operator in compared:
        # Of equal columns one is drawn, and satisfies what is said of the others.
        left, right = (found.equal.get(one, (one, ""))[0] for one in columns)
        if operator == "<>":
            found.different.append((rule, left, right))
        elif operator != "=":
            low, high = (left, right) if operator in _UPWARDS else (right, left)
            found.edges.append(Edge(rule, low, high, operator in ("<", ">")))
    found.edges += _following(found.edges)
    _narrow(found, types)
    _share_places(found, types, newest)
    return found


def _add_equal(found: Comparisons, rule: str, left: str, right: str) -> None:
    if right not in found.equal and left not in found.equal:
        found.equal[right] = (left, rule)
    elif right not in found.equal:
        found.equal[right] = (found.equal[left][0], rule)
    elif left not in found.equal and left != found.equal[right][0]:
        found.equal[left] = (found.equal[right][0], rule)


def _following(edges: list[Edge]) -> list[Edge]:
    """Return what follows: a column at most another, which is at most a third."""
    known = {(edge.low, edge.high): edge.strict for edge in edges}
    added: list[Edge] = []
    grown = True
    while grown:
        grown = False
        for low, middle in list(known):
            for other, high in list(known):
                if middle == other and (low, high) not in known and low != high:
                    strict = known[low, middle] or known[other, high]
                    known[low, high] = strict
                    added.append(Edge("", low, high, strict))
                    grown = True
    return added


def _narrow(found: Comparisons, types: Mapping[str, str]) -> None:
    ordered = [
        edge
        for edge in found.edges
        if _is_ordered(types[edge.low]) and _is_ordered(types[edge.high])
    ]
    for edge in ordered:
        (least, _), (_, most) = limits_of(types[edge.low]), limits_of(types[edge.high])
        if most < limits_of(types[edge.low])[1]:
            found.limits[edge.low] = found.limits[edge.low].and_high(most, strict=False)
        if least > limits_of(types[edge.high])[0]:
            found.limits[edge.high] = found.limits[edge.high].and_low(least, strict=False)
    for _ in found.columns:
        for edge in ordered:
            low, high = found.limits[edge.low], found.limits[edge.high]
            gap = max(_step(types[edge.low]), _step(types[edge.high])) if edge.strict else 0
            if low.low is not None:
                found.limits[edge.high] = high.and_low(low.low + gap, strict=False)
            if high.high is not None:
                found.limits[edge.low] = low.and_high(high.high - gap, strict=False)


def _is_ordered(type_text: str) -> bool:
    return family(type_text) in NUMBERS | TIMES


def _step(type_text: str) -> Fraction:
    return (
        Fraction(DAY) if family(type_text) is Family.DATE else grid_of(type_text, None, None).unit
    )


def _share_places(
    found: Comparisons, types: Mapping[str, str], newest: Mapping[str, Fraction]
) -> None:
    """Let columns that are compared with each other lie where they can be."""
    for together in _components(found.edges):
        ordered = [one for one in together if _is_ordered(types[one])]
        limits = [found.limits[one] for one in ordered]
        lows = [one.low for one in limits if one.low is not None]
        highs = [one.high for one in limits if one.high is not None]
        highs += [newest[one] for one in ordered if one in newest]
        if not ordered or (not lows and not highs and family(types[ordered[0]]) in TIMES):
            continue
        span = max(usual_span(types[one], 1) for one in ordered)
        least = min(highs) if highs else span
        low = min(lows) if lows else Fraction(0) if 0 < least <= span else least - span
        high = max(highs) if highs else max([low, *lows]) + span
        for column in ordered:
            found.usual[column] = Limits(low, high)


def _components(edges: Iterable[Edge]) -> list[set[str]]:
    together: list[set[str]] = []
    for edge in edges:
        ends = {edge.low, edge.high}
        touched = [one for one in together if one & ends]
        together = [one for one in together if not one & ends]
        together.append(ends.union(*touched))
    return together
