"""What rules about one value say of it, each as a condition that can also be turned around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.regexes import end_of_text, python_regex
from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.formats import FORMATS
from spectra_gx.generate.values.grids import measure_of
from spectra_gx.generate.values.texts import TextRules
from spectra_gx.validation.snapshot.age_limits import oldest_instant, oldest_reading
from spectra_gx.validation.snapshot.clock_limits import clock_limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from fractions import Fraction

    from spectra_gx.contract.model import Rule

_OPPOSITE = {
    ">=": "<",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    "in": "not in",
    "not in": "in",
    "found": "missing",
    "json": "no json",
    "shorter": "at least",
    "longer": "at most",
    "at least": "shorter",
    "at most": "longer",
    "long": "other length",
    "finite": "not finite",
}
_BOUNDS = {"min": ">=", "max": "<=", "above": ">", "below": "<"}
_LENGTHS = {"min_length": "at least", "max_length": "at most", "length": "long"}
_COMPARED = {"=": "in", "<>": "not in"}

VALUE_KINDS = frozenset(
    {*_BOUNDS, *_LENGTHS, *("enum", "not_in", "const", "pattern", "format", "max_age", "finite")}
)
"""Kinds that are about one value alone; so is `compare` with a value in place of a column."""


@dataclass(frozen=True)
class Condition:
    """What a value satisfies."""

    operator: str
    argument: Any

    @property
    def opposite(self) -> Condition:
        """What a value that does not satisfies."""
        return Condition(_OPPOSITE[self.operator], self.argument)


def condition_of(rule: Rule, type_text: str, as_of: datetime) -> Condition | None:
    """Return what a rule says of a value of a type; None of a rule that is not about one value."""
    kind, argument = rule.kind, rule.argument
    if kind in _BOUNDS:
        return _compared(_BOUNDS[kind], argument, type_text, as_of)
    if kind == "const":
        return _compared("=", argument, type_text, as_of)
    if kind == "compare" and argument["column"] is None:
        return _compared(argument["operator"], argument["literal"], type_text, as_of)
    if kind in ("enum", "not_in"):
        return Condition("in" if kind == "enum" else "not in", tuple(argument))
    if kind in _LENGTHS:
        return Condition(_LENGTHS[kind], argument)
    if kind == "pattern":
        return Condition("found", python_regex(end_of_text(argument)))
    if kind == "format":
        if argument == "json":
            return Condition("json", None)
        return Condition("found", python_regex(FORMATS[argument]))
    if kind == "max_age":
        return Condition(">=", _oldest(argument, type_text, as_of))
    return Condition("finite", None) if kind == "finite" else None


def _compared(operator: str, value: Any, type_text: str, as_of: datetime) -> Condition:
    if not isinstance(value, ClockValue):
        argument = (value,) if operator in _COMPARED else value
        return Condition(_COMPARED.get(operator, operator), argument)
    limit = clock_limit(
        {
            "operator": operator,
            "clock": value.canonical,
            "as_of": as_of.isoformat(),
            "timezone": value.timezone,
        },
        type_text,
    )
    if operator in _COMPARED:
        return Condition(_COMPARED[operator], () if limit is None else (limit,))
    return Condition(operator, limit)


def _oldest(argument: Any, type_text: str, as_of: datetime) -> Any:
    """Return the first instant, reading or day that is young enough."""
    values = {**argument, "as_of": as_of.isoformat()}
    oldest = oldest_instant(values)
    if type_text == "timestamp_ntz":
        return oldest_reading(oldest, values["timezone"])
    return oldest


@dataclass(frozen=True)
class Limits:
    """Between which measures values lie; None where nothing bounds them."""

    low: Fraction | None = None
    high: Fraction | None = None
    above: bool = False
    """Whether `low` itself is left out."""

    below: bool = False
    """Whether `high` itself is left out."""

    def and_low(self, low: Fraction, *, strict: bool) -> Limits:
        """Return them with another lower limit, the higher of the two."""
        if self.low is None or low > self.low or (low == self.low and strict):
            return Limits(low, self.high, strict, self.below)
        return self

    def and_high(self, high: Fraction, *, strict: bool) -> Limits:
        """Return them with another upper limit, the lower of the two."""
        if self.high is None or high < self.high or (high == self.high and strict):
            return Limits(self.low, high, self.above, strict)
        return self

    def __contains__(self, measure: Fraction) -> bool:
        low = self.low is None or measure > self.low or (measure == self.low and not self.above)
        high = self.high is None or measure < self.high or (measure == self.high and not self.below)
        return low and high


NO_LIMITS = Limits()


def limits_in(conditions: Iterable[Condition], type_text: str) -> Limits:
    """Return the limits that conditions set."""
    limits = Limits()
    for condition in conditions:
        if condition.operator in (">=", ">"):
            measure = measure_of(condition.argument, type_text)
            limits = limits.and_low(measure, strict=condition.operator == ">")
        elif condition.operator in ("<=", "<"):
            measure = measure_of(condition.argument, type_text)
            limits = limits.and_high(measure, strict=condition.operator == "<")
    return limits


def listed_in(conditions: Sequence[Condition]) -> list[Any] | None:
    """Return the only values that are left, in the order written; None where none are listed."""
    lists = [condition.argument for condition in conditions if condition.operator == "in"]
    if not lists:
        return None
    return [value for value in lists[0] if all(value in other for other in lists[1:])]


def refused_in(conditions: Iterable[Condition]) -> list[Any]:
    """Return the values that are left out."""
    return [
        value
        for condition in conditions
        if condition.operator == "not in"
        for value in condition.argument
    ]


def text_rules_in(conditions: Sequence[Condition]) -> TextRules:
    """Return what conditions say of a text, but for the values that they list."""
    low, high = 0, None
    for operator, argument in ((one.operator, one.argument) for one in conditions):
        if operator in ("at least", "long"):
            low = max(low, argument)
        if operator in ("at most", "long"):
            high = argument if high is None else min(high, argument)
        if operator == "shorter":
            high = argument - 1 if high is None else min(high, argument - 1)
        if operator in ("longer", "other length"):
            low = max(low, argument + 1)
    about_json = {one.operator for one in conditions} & {"json", "no json"}
    return TextRules(
        found=tuple(one.argument for one in conditions if one.operator == "found"),
        missing=tuple(one.argument for one in conditions if one.operator == "missing"),
        low=low,
        high=high,
        json="json" in about_json if about_json else None,
        without=frozenset(refused_in(conditions)),
    )
