"""Compare values and bounds: numbers, instants, durations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from spectra_gx.contract.column_types import TIMES, family
from spectra_gx.contract.durations import duration


@dataclass(frozen=True)
class Bound:
    """One end of a range."""

    key: str
    low: bool


LOW = Bound("min", low=True)
HIGH = Bound("max", low=False)


def bound_change(bound: Bound, old: Any, new: Any) -> str | None:
    """Return `narrowed`, `widened` or, when it did not move, None; a bound of None is none."""
    if old == new:
        return None
    if old is None or new is None:
        return "narrowed" if old is None else "widened"
    return "narrowed" if (new > old) == bound.low else "widened"


def comparable_value(value: Any, column_type: str | None) -> Any:
    """Return a value as it compares: `2026-01-01` and `2026-01-01T00:00:00Z` are one instant."""
    if not isinstance(value, str) or column_type is None or family(column_type) not in TIMES:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:  # it was of another type before
        return value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_seconds(text: str) -> float:
    """Return a duration in seconds; `24h` and `1d` are equal."""
    return duration(text).total_seconds()
