"""From what is said of a value to the domain of the values that satisfy it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.contract.column_types import NUMBERS, TIMES, Family, family
from spectra_gx.generate.values.domains import MOST, Domain, Listed, Octets, Steps, UnmetError
from spectra_gx.generate.values.grids import DAY, Grid, grid_of, limits_of, measure_of
from spectra_gx.generate.values.texts import texts_of
from spectra_gx.generate.values.value_rules import (
    NO_LIMITS,
    Condition,
    Limits,
    limits_in,
    listed_in,
    refused_in,
    text_rules_in,
)
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_DAY, _LAST_DAY = date(2024, 1, 1), date(2025, 12, 31)
_SPANS = {"byte": 100, "short": 9_999}
_SPAN = 999_999
_FRACTION_SPAN = 9_999
_ROOM = 16
"""How many times as many values as are needed there should be."""


@dataclass(frozen=True)
class Wanted:
    """What else a domain should be, beside right."""

    shown: str
    """What it is for."""

    needed: int = 1
    """How many different values."""

    usual: Limits = NO_LIMITS
    """Where values lie that nothing bounds."""

    newest: Fraction | None = None
    """Where the newest instants are, where only their age is bounded."""

    finest: int = 1
    """Microseconds that two instants are apart at least."""


def domain_of(type_text: str, conditions: Sequence[Condition], wanted: Wanted) -> Domain:
    """Return the values of a simple type that satisfy all conditions.

    Raises:
        UnmetError: There are none, or none was found.
    """
    kind = family(type_text)
    listed = listed_in(conditions)
    if any(one.operator == "not finite" for one in conditions):
        return _endless(type_text, conditions)
    if listed is not None:
        return _listed(type_text, listed, conditions)
    if kind is Family.BOOLEAN:
        return _listed(type_text, [False, True], conditions)
    if kind is Family.TEXT:
        return texts_of(text_rules_in(conditions), wanted.shown, wanted.needed)
    if kind is Family.BINARY:
        return Octets()
    return _ordered(type_text, conditions, wanted)


def _listed(type_text: str, values: Sequence[Any], conditions: Sequence[Condition]) -> Domain:
    refused = refused_in(conditions)
    kind = family(type_text)
    kept = [value for value in dict.fromkeys(values) if value not in refused]
    if kind is Family.TEXT:
        kept = sorted(filter(text_rules_in(conditions), kept))
    elif kind in NUMBERS | TIMES:
        limits = limits_in(conditions, type_text)
        outside = [measure_of(value, type_text) for value in refused]
        measured = {measure_of(value, type_text): value for value in kept}
        kept = [measured[one] for one in sorted(measured) if one in limits and one not in outside]
    stored = [one for one in (_stored(value, type_text) for value in kept) if one is not None]
    if not stored:
        raise UnmetError
    return Listed(pa.array(stored, arrow_type(type_text)))


def _stored(value: Any, type_text: str) -> Any:
    """Return a value of a contract as Python has it; None where the type cannot contain it."""
    kind = family(type_text)
    if kind is Family.DATE:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if kind in TIMES:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if kind is Family.LOCAL_TIMESTAMP:
            return moment.replace(tzinfo=None)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if type_text.startswith("decimal"):
        try:
            pa.scalar(Decimal(str(value)), arrow_type(type_text))
        except pa.ArrowException:
            return None
        return Decimal(str(value))
    return float(value) if type_text in ("float", "double") else value


def _endless(type_text: str, conditions: Sequence[Condition]) -> Domain:
    """Return NaN and the infinities, as far as nothing else refuses them."""
    limits = limits_in(conditions, type_text)
    if listed_in(conditions) is not None:
        raise UnmetError
    bounded = limits.low is not None or limits.high is not None
    values = [] if bounded else [math.nan]
    values += [math.inf] if limits.high is None else []
    values += [-math.inf] if limits.low is None else []
    if not values:
        raise UnmetError
    return Listed(pa.array(values, arrow_type(type_text)))


def _ordered(type_text: str, conditions: Sequence[Condition], wanted: Wanted) -> Steps:
    limits = limits_in(conditions, type_text)
    least, most = limits_of(type_text)
    limits = limits.and_low(least, strict=False).and_high(most, strict=False)
    hard = limits_in(conditions, type_text)
    if hard.low is not None and hard.high is not None and hard.low > hard.high:
        raise UnmetError
    low, high = _usual(type_text, hard, wanted)
    grid = grid_of(type_text, low, high)
    if family(type_text) in (Family.TIMESTAMP, Family.LOCAL_TIMESTAMP):
        grid = replace(grid, unit=max(grid.unit, Fraction(wanted.finest)))
    first = _first(max(low, limits.low or low), limits, grid)
    last = _last(min(high, limits.high or high), limits, grid)
    if last < first:
        if wanted.newest is not None:  # what breaks a bound may be in the future
            return _ordered(type_text, conditions, replace(wanted, newest=None))
        raise UnmetError
    stored = (_stored(value, type_text) for value in refused_in(conditions))
    refused = [value for value in stored if value is not None]
    without = pa.array(refused, arrow_type(type_text)) if refused else None
    return Steps(grid, first, min(last - first + 1, MOST), without)


def _first(low: Fraction, limits: Limits, grid: Grid) -> int:
    step = grid.ceil(low)
    return step + 1 if limits.above and limits.low == step * grid.unit else step


def _last(high: Fraction, limits: Limits, grid: Grid) -> int:
    step = grid.floor(high)
    return step - 1 if limits.below and limits.high == step * grid.unit else step


def usual_span(type_text: str, needed: int) -> Fraction:
    """Return how far the values of a type usually lie apart."""
    kind = family(type_text)
    if kind is Family.WHOLE:
        return Fraction(max(_SPANS.get(type_text, _SPAN), _ROOM * needed))
    if kind is Family.DATE:
        return Fraction(max((_LAST_DAY - _FIRST_DAY).days, 2 * needed) * DAY)
    if kind in TIMES:
        return Fraction(max((_LAST_DAY - _FIRST_DAY).days * DAY, _ROOM * needed * 1_000_000))
    return Fraction(max(_FRACTION_SPAN, needed))


def _usual(type_text: str, hard: Limits, wanted: Wanted) -> tuple[Fraction, Fraction]:
    """Return between which measures values are drawn, within hard limits."""
    low, high = hard.low, hard.high
    reach = max((abs(one) for one in (low, high) if one is not None), default=Fraction(0))
    span = max(usual_span(type_text, wanted.needed), reach / 1_000)
    if wanted.newest is not None and high is None and low is not None:
        high = wanted.newest if wanted.newest >= low else None
    usual = wanted.usual
    if low is None and usual.low is not None and (high is None or usual.low < high):
        low = usual.low
    if high is None and usual.high is not None and (low is None or usual.high > low):
        high = usual.high
    if low is None and high is None:
        low = measure_of(_FIRST_DAY, type_text) if family(type_text) in TIMES else Fraction(0)
    least, most = limits_of(type_text)
    if low is None and high is not None:
        low = Fraction(0) if 0 < high <= span else max(high - span, least)
    low = least if low is None else low
    return low, min(low + span, most) if high is None else high
