"""Values that a run's clock gives: `now`, `today`, `now - 30d`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.durations import canonical_duration, duration
from spectra_gx.contract.excerpts import did_you_mean

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule

_FORM = re.compile(r"(now|today)(?:\s*([+-])\s*([1-9][0-9]{0,5}[smhdw]))?", re.ASCII)
_ALMOST = re.compile(
    r"\s*(?:now|today|current_(?:timestamp|date|time)|localtimestamp|yesterday|tomorrow)\b"
    r"(?!\s*:)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\s*([A-Za-z_]{2,})\s*(?:\(\s*\))?\s*(?:[+-].*)?", re.DOTALL)
CLOCK_IN_SQL = re.compile(
    r"""(?:'(?:[^']|'')*'|"(?:[^"]|"")*")|\{\s*(?P<clock>(?:now|today)\b[^{}]*)\}""", re.DOTALL
)
"""A clock in braces, or a quoted text or name, in which braces mean nothing."""

WAYS = "`now`, `today`, `now - 30d` or `today + 1d`"


@dataclass(frozen=True)
class ClockValue:
    """The instant of a run, or the midnight before it, and how far from there."""

    base: str
    """now or today."""

    sign: str = ""
    distance: str = ""
    """A duration; with the sign, empty together."""

    timezone: str | None = None
    """The zone whose midnight `today` is, and whose wall clock a column without a zone shows."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.base, self.sign, self.distance)))

    @property
    def canonical(self) -> str:
        """The one spelling of it: `now - 24h` and `now - 1d` are equal."""
        if not self.sign:
            return self.base
        return f"{self.base} {self.sign} {canonical_duration(self.distance)}"

    @property
    def offset(self) -> timedelta:
        """How much later than its base it is."""
        if not self.sign:
            return timedelta()
        return duration(self.distance) * (1 if self.sign == "+" else -1)


def read_clock(text: str) -> ClockValue | None:
    """Return the clock value that a text spells; None if it spells none."""
    match = _FORM.fullmatch(text.strip())
    return None if match is None else ClockValue(match[1], match[2] or "", match[3] or "")


def looks_like_clock(text: str) -> bool:
    """Return whether a person meant a clock value."""
    return _ALMOST.match(text) is not None


def clock_hint(text: str) -> str:
    """Return what to write instead of a text that is almost a clock value, or nothing."""
    if looks_like_clock(text):
        return f"; a clock is {WAYS}"
    word = _WORD.fullmatch(text)
    return did_you_mean(word[1], ("now", "today")) if word else ""


def clock_of(rule: Rule) -> ClockValue | None:
    """Return the clock value that a rule compares its column with."""
    argument: Any = rule.argument
    if rule.kind == "compare" and isinstance(argument, dict):
        argument = argument["literal"]
    return argument if isinstance(argument, ClockValue) else None


def clocks_in(sql: str | None) -> tuple[str, ...]:
    """Return the clocks in contract SQL as they are written, in order."""
    found = CLOCK_IN_SQL.finditer(sql or "")
    return tuple(match["clock"].strip() for match in found if match["clock"])


def quote_clocks(sql: str) -> str:
    """Return SQL with each clock as a text that spells it in the one way, to be compared."""

    def quoted(found: re.Match[str]) -> str:
        if not found["clock"]:
            return found[0]
        value = read_clock(found["clock"])
        return f"'the clock: {found['clock'] if value is None else value.canonical}'"

    return CLOCK_IN_SQL.sub(quoted, sql)


def reads_clock(rule: Rule) -> bool:
    """Return whether time alone can change what a rule finds."""
    query = {"sql": rule.argument, "sql_value": _query_in(rule.argument)}.get(rule.kind)
    return clock_of(rule) is not None or bool(clocks_in(rule.where) or clocks_in(query))


def _query_in(argument: Any) -> str | None:
    return argument.get("query") if isinstance(argument, dict) else None


def with_timezone(rule: Rule, timezone: str | None) -> Rule:
    """Return a rule that compares with a clock value, with the zone of its column."""
    value = clock_of(rule)
    if value is None:
        return rule
    zoned = replace(value, timezone=timezone)
    if rule.kind == "compare":
        return replace(rule, argument={**rule.argument, "literal": zoned})
    return replace(rule, argument=zoned)
