"""Find a distribution over a domain that has the statistics which rules want."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from spectra_gx.generate.rows.choosers import Curve
from spectra_gx.generate.values.domains import Domain, Listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.generate.values.streams import Shuffle

Heights: TypeAlias = npt.NDArray[np.float64]

_FLAT = 0.01
"""How far around a quantile the values are all the same, as a share of the rows."""

_SAMPLE = 200_000
"""Ranks by which a distribution is measured, where there are more rows."""

_MIDDLE = 0.5
_ROUNDS = 6
_MARGIN = 0.05
_HALVINGS = 50
MOST_DISTINCT = 100_000
"""Different values that are listed one by one."""


@dataclass(frozen=True)
class Statistic:
    """A number that all values of a column together should have."""

    kind: str
    """mean, median, sum, stdev, quantile or distinct."""

    low: float | None = None
    high: float | None = None
    q: float = 0.5

    def contains(self, value: float) -> bool:
        """Return whether a number lies within the bounds."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, eq=False)
class Others:
    """Rows whose values are not those of a distribution, since they break a rule."""

    ranks: Heights
    """The places that they take in it."""

    values: pa.Array | None = None
    """What they have, never null; None where all of them have null."""

    @property
    def nulls(self) -> int:
        """How many have null."""
        return len(self.ranks) - (0 if self.values is None else len(self.values))

    @property
    def distinct(self) -> int:
        """How many different values they have."""
        return 0 if self.values is None else len(self.values.unique())


NO_OTHERS = Others(np.zeros(0))


def with_distinct(
    domain: Domain, statistics: Sequence[Statistic], count: int, others: Others = NO_OTHERS
) -> Domain | None:
    """Return a domain with as many values as are wanted; None where it has not so many."""
    count -= len(others.ranks)
    for wanted in statistics:
        if wanted.kind != "distinct":
            continue
        low = max(int(wanted.low or 0) - others.distinct, 0)
        high = None if wanted.high is None else wanted.high - others.distinct
        if high is not None and high < min(count, 1):
            return None
        most = min(domain.size, count, count if high is None else int(high), MOST_DISTINCT)
        if low > most:
            return None
        many = most if high is not None else min(most, max(low, most))
        index = np.linspace(0, domain.size - 1, max(many, 1)).astype(np.uint64)
        index = np.minimum(index, np.uint64(domain.size - 1))
        values = domain.take(index)
        refused = domain.accepts(values)
        if refused is not None:
            values = values.filter(pa.array(refused))
        domain = Listed(values)
    return domain


def fit(
    domain: Domain,
    statistics: Sequence[Statistic],
    count: int,
    missing: int,
    shuffle: Shuffle,
    others: Others = NO_OTHERS,
) -> Curve | None:
    """Return a distribution with these statistics; None where none was found.

    Args:
        domain: The values.
        statistics: What they should have together.
        count: Rows with a value.
        missing: Rows without one, the first ones of the shuffle.
        shuffle: The order in which rows are taken.
        others: Rows, among those with a value, that have others.
    """
    numbers = _Numbers(domain, others)
    flats = [(one.q, one) for one in statistics if one.kind in ("median", "quantile")]
    width = max(_FLAT, 1.6 / max(count, 1))
    knots: list[tuple[float, Statistic | None]] = [(0.0, None), (1.0, None)]
    knots += [(min(max(q + side, 0.0), 1.0), one) for q, one in flats for side in (-width, width)]
    knots.sort(key=lambda knot: knot[0])
    ranges = [(0.0, domain.size - 1.0) if one is None else numbers.within(one) for _, one in knots]
    lows = np.array(list(accumulate((low for low, _ in ranges), max)))
    highs = np.array(list(accumulate((high for _, high in reversed(ranges)), min)))[::-1]
    if (lows > highs).any():
        return None
    ranks = np.array([rank for rank, _ in knots])
    heights = np.clip(ranks * (domain.size - 1), lows, highs)
    curve = Curve(count, missing, shuffle, tuple(ranks), tuple(heights))
    for _ in range(_ROUNDS):
        if _kept(curve, statistics, numbers):
            return curve
        heights = _towards_spread(curve, statistics, numbers, lows, highs)
        curve = replace(curve, heights=tuple(heights))
        heights = _towards_mean(curve, statistics, numbers, lows, highs)
        curve = replace(curve, heights=tuple(heights))
    return curve if _kept(curve, statistics, numbers) else None


class _Numbers:
    """The values of a domain as numbers."""

    def __init__(self, domain: Domain, others: Others) -> None:
        self._domain = domain
        self._others = others

    def __call__(self, index: npt.NDArray[np.uint64]) -> Heights:
        return _as_floats(self._domain.take(index))

    def measure(self, curve: Curve) -> Heights:
        """Return the values of the rows, or of as many ranks as are looked at."""
        ranks = np.arange(min(curve.count, _SAMPLE), dtype=np.float64)
        apart = curve.count / max(len(ranks), 1)
        ranks *= apart
        others = self._others
        if len(others.ranks):
            ranks = ranks[~np.isin(np.floor(ranks), others.ranks)]
        values = self(curve.at(ranks, self._domain.size))
        if others.values is None:
            return values
        return np.concatenate([values, _as_floats(others.values)[:: max(int(apart), 1)]])

    def total(self, curve: Curve) -> int:
        """Return how many rows have a value."""
        return curve.count - self._others.nulls

    def within(self, statistic: Statistic) -> tuple[float, float]:
        """Return the first and the last place whose value lies within bounds."""
        last = self._domain.size - 1
        low, high = 0, last
        if statistic.low is not None:
            low = self._first(statistic.low, last, strict=False)
        if statistic.high is not None:
            high = self._first(statistic.high, last, strict=True) - 1
        return float(low), float(high)

    def _first(self, bound: float, last: int, *, strict: bool) -> int:
        """Return the first place with a value from a bound on, or beyond it."""
        low, high = 0, last + 1
        while low < high:
            middle = (low + high) // 2
            value = float(self(np.array([middle], np.uint64))[0])
            if value > bound or (value == bound and not strict):
                high = middle
            else:
                low = middle + 1
        return low


def _as_floats(values: pa.Array) -> Heights:
    found: Heights = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return found


def _kept(curve: Curve, statistics: Sequence[Statistic], numbers: _Numbers) -> bool:
    if {one.kind for one in statistics} == {"distinct"}:
        return True
    values, total = numbers.measure(curve), numbers.total(curve)
    return all(one.contains(_value(one, values, total)) for one in statistics)


def _value(statistic: Statistic, values: Heights, total: int) -> float:
    if not len(values):
        return statistic.low if statistic.low is not None else statistic.high or 0.0
    if statistic.kind in ("mean", "sum"):
        mean = float(values.mean())
        return mean * total if statistic.kind == "sum" else mean
    if statistic.kind == "stdev":
        return float(values.std(ddof=1)) if len(values) > 1 else 0.0
    if statistic.kind == "distinct":
        return float(len(np.unique(values)))
    return float(np.quantile(values, statistic.q))


def _towards_mean(
    curve: Curve,
    statistics: Sequence[Statistic],
    numbers: _Numbers,
    lows: Heights,
    highs: Heights,
) -> Heights:
    """Return heights that are moved up or down until the mean is as it should be."""
    bounds = [
        _as_mean(one, numbers.total(curve)) for one in statistics if one.kind in ("mean", "sum")
    ]
    low = max((one.low for one in bounds if one.low is not None), default=None)
    high = min((one.high for one in bounds if one.high is not None), default=None)
    heights = np.array(curve.heights)

    def mean_of(moved: Heights) -> float:
        return float(numbers.measure(replace(curve, heights=tuple(moved))).mean())

    now = mean_of(heights) if bounds and curve.count else 0.0
    if low is not None and now < low:
        target = low if high is None else (low + high) / 2
        return _moved(heights, highs, lambda moved: mean_of(moved) >= target)
    if high is not None and now > high:
        target = high if low is None else (low + high) / 2
        return _moved(heights, lows, lambda moved: mean_of(moved) <= target)
    return heights


def _as_mean(statistic: Statistic, count: int) -> Statistic:
    if statistic.kind == "mean":
        return statistic
    rows = max(count, 1)
    low, high = statistic.low, statistic.high
    return Statistic(
        "mean", None if low is None else low / rows, None if high is None else high / rows
    )


def _towards_spread(
    curve: Curve,
    statistics: Sequence[Statistic],
    numbers: _Numbers,
    lows: Heights,
    highs: Heights,
) -> Heights:
    """Return heights closer together, or further apart, until the deviation is as it should be."""
    heights = np.array(curve.heights)
    for wanted in statistics:
        if wanted.kind != "stdev" or curve.count <= 1:
            continue

        def stdev_of(moved: Heights) -> float:
            values = numbers.measure(replace(curve, heights=tuple(moved)))
            return float(values.std(ddof=1))

        now = stdev_of(heights)
        if wanted.high is not None and now > wanted.high:
            middle = np.clip(np.full(len(heights), heights.mean()), lows, highs)
            heights = _moved(heights, middle, partial(_deviates_less, stdev_of, wanted.high))
        elif wanted.low is not None and now < wanted.low:
            apart = np.where(np.array(curve.ranks) < _MIDDLE, lows, highs)
            heights = _moved(heights, apart, partial(_deviates_more, stdev_of, wanted.low))
    return heights


def _deviates_less(stdev_of: Callable[[Heights], float], most: float, heights: Heights) -> bool:
    return stdev_of(heights) <= most * (1 - _MARGIN)


def _deviates_more(stdev_of: Callable[[Heights], float], least: float, heights: Heights) -> bool:
    return stdev_of(heights) >= least * (1 + _MARGIN)


def _moved(heights: Heights, to: Heights, far_enough: Callable[[Heights], bool]) -> Heights:
    """Return heights moved towards others just as far as is needed."""
    near, far = 0.0, 1.0
    if not far_enough(to):
        return to
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        if far_enough(heights + middle * (to - heights)):
            far = middle
        else:
            near = middle
    return heights + far * (to - heights)
