"""Bounds learnt from what a rule observed in earlier runs: robust, seasonal, in plain numbers.

The middle of the earlier values follows a trend and, with a season, a factor for each weekday or
hour of the day. How far values usually are from it is their median absolute deviation, which a few
odd values do not move.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Any

from spectra_gx.display import age_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WIDTHS = {"low": 8.0, "medium": 5.0, "high": 3.5}
"""Sensitivity → how many usual deviations from the middle are still within bounds."""

REMEMBERED = 120
"""Earlier values that count, the newest."""

_NEEDED = 8
_NEEDED_OF_SEASON = 3
"""Earlier values that are needed: in all, and of the same weekday or hour."""

_LEAST_DEVIATION = 0.005
"""Of the middle: values that never changed may do so a little."""

_LEAST_OF_AGES = 0.02
_LEAST_SECONDS = 60.0
"""Ages may differ more: a check starts when it starts."""

_TO_SIGMA = 1.4826
"""From a median absolute deviation to a standard deviation of what is normally distributed."""

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True)
class Observation:
    """What a rule observed in a run."""

    at: datetime
    value: float


def learn_bounds(
    observations: Sequence[Observation],
    at: datetime,
    sensitivity: str,
    season: str | None,
    *,
    whole: bool = False,
) -> Mapping[str, Any]:
    """Return what is usual at an instant.

    Args:
        observations: Of earlier runs, oldest first.
        at: The run's instant.
        sensitivity: low, medium or high.
        season: day, week or None.
        whole: Whether the values are counts, so that no others are usual.

    Returns:
        `known` and `needed`, how many values there are and have to be; where there are enough,
        `low`, `high` and `usual`, which says them.
    """
    return _learn(observations, at, (sensitivity, season), _COUNTS if whole else _NUMBERS)


def learn_longest_age(
    observations: Sequence[Observation], at: datetime, sensitivity: str, season: str | None
) -> Mapping[str, Any]:
    """Return which age in seconds is usual at an instant, as `learn_bounds` does of numbers.

    `usual` says `high` alone: nothing is too new.
    """
    return _learn(observations, at, (sensitivity, season), _AGES)


@dataclass(frozen=True)
class _Scale:
    """How values of one sort compare."""

    by_factors: bool
    """Whether they do by factors, where all are positive."""

    least_share: float
    least: float
    """The least usual deviation: as a share of the middle, and in the values' unit."""

    describe: Callable[[float, float], str]
    """From the bounds to their text."""

    in_steps: bool = False
    """Whether values are counts, of which one more and one fewer are usual as well."""


def _learn(
    observations: Sequence[Observation],
    at: datetime,
    options: tuple[str, str | None],
    scale: _Scale,
) -> Mapping[str, Any]:
    sensitivity, season = options
    kept = _one_per_slot(observations, season)[-REMEMBERED:]
    slot = _slot(at, season)
    alike = sum(_slot(one.at, season) == slot for one in kept)
    if season is not None and alike < _NEEDED_OF_SEASON:
        return {"known": alike, "needed": _NEEDED_OF_SEASON, "when": _words(slot, season)}
    if len(kept) < _NEEDED:
        return {"known": len(kept), "needed": _NEEDED, "when": ""}
    multiplied = scale.by_factors and all(one.value > 0 for one in kept)
    values = [math.log(one.value) if multiplied else one.value for one in kept]
    seasonal = _seasonal(kept, values, season)
    level = [
        value - seasonal[_slot(one.at, season)] for one, value in zip(kept, values, strict=True)
    ]
    days = [(one.at - kept[0].at) / timedelta(days=1) for one in kept]
    slope, start = _trend(days, level)
    distances = [abs(value - start - slope * day) for day, value in zip(days, level, strict=True)]
    # Beyond the last value a trend is followed no further than values are apart.
    now = min((at - kept[0].at) / timedelta(days=1), days[-1] + max(days[-1] / len(days), 1))
    middle = start + slope * now + seasonal[slot]
    middling = 1.0 if multiplied else abs(median(values))
    least = max(scale.least_share * middling, scale.least)
    width = WIDTHS[sensitivity] * max(_TO_SIGMA * median(distances), least)
    low, high = middle - width, middle + width
    if multiplied:
        low, middle, high = map(math.exp, (low, middle, high))
    elif min(values) >= 0:
        low = max(low, 0.0)
    if scale.in_steps:
        low, high = _a_step_wide((low, middle, high), [one.value for one in kept])
    said = f"{scale.describe(low, high)}{_words(slot, season)}"
    return {"known": len(kept), "low": low, "high": high, "usual": said}


def _one_per_slot(observations: Sequence[Observation], season: str | None) -> list[Observation]:
    """Return the last value of each day or hour, so that runs that are repeated count once."""
    if season is None:
        return list(observations)
    length = "%Y-%m-%d" if season == "week" else "%Y-%m-%d %H"
    return list({one.at.astimezone(UTC).strftime(length): one for one in observations}.values())


def _slot(at: datetime, season: str | None) -> int:
    moment = at.astimezone(UTC)
    return moment.weekday() if season == "week" else moment.hour if season == "day" else 0


def _words(slot: int, season: str | None) -> str:
    if season is None:
        return ""
    return f" on {_DAYS[slot]}" if season == "week" else f" at {slot:02}:00 UTC"


def _seasonal(
    kept: Sequence[Observation], values: Sequence[float], season: str | None
) -> Mapping[int, float]:
    """Return how far each weekday or hour is from the middle of all."""
    slots: dict[int, list[float]] = {}
    for one, value in zip(kept, values, strict=True):
        slots.setdefault(_slot(one.at, season), []).append(value)
    middle = median(values)
    return {slot: median(found) - middle for slot, found in slots.items()}


def _trend(days: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Return slope and start of a line through the middle of values (Theil and Sen)."""
    pairs = combinations(zip(days, values, strict=True), 2)
    slopes = [
        (later - value) / (after - day) for (day, value), (after, later) in pairs if after > day
    ]
    slope = median(slopes) if slopes else 0.0
    return slope, median(value - slope * day for day, value in zip(days, values, strict=True))


def _a_step_wide(
    bounds: tuple[float, float, float], values: Sequence[float]
) -> tuple[float, float]:
    """Return bounds of counts with room for one more and one fewer than their middle.

    A first one is unusual where there was none so far, and so is none where there always were some.
    """
    low, middle, high = bounds
    if not any(values):
        return low, high
    least = 1.0 if all(values) else 0.0
    return min(low, max(round(middle) - 1.0, least)), max(high, round(middle) + 1.0)


def _figure(value: float, rounded: Callable[[float], int]) -> str:
    """Return a bound with three digits as a person reads it, rounded to the inside."""
    if abs(value) < sys.float_info.min:
        return "0"  # its digits are lost
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    return f"{rounded(value / step) * step:,.10g}"


def _count_text(low: float, high: float) -> str:
    """Return bounds of counts: `10`, `9 to 11`; in figures where no whole number is between."""
    least, most = math.ceil(low), math.floor(high)
    if least > most:
        return _range_text(low, high)
    return f"{least:,}" if least == most else _range_text(least, most)


def _range_text(low: float, high: float) -> str:
    return f"{_figure(low, math.ceil)} to {_figure(high, math.floor)}"


_NUMBERS = _Scale(
    by_factors=True,
    least_share=_LEAST_DEVIATION,
    least=0.0,
    describe=_range_text,
)
_COUNTS = replace(_NUMBERS, describe=_count_text, in_steps=True)
_AGES = _Scale(
    by_factors=False,
    least_share=_LEAST_OF_AGES,
    least=_LEAST_SECONDS,
    describe=lambda _, high: f"at most {age_text(high, math.floor)}",
)
