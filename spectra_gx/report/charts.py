"""Small charts as figures in a box of fixed size; templates draw them as inline SVG."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from spectra_gx.report.html_filters import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_BAR = 6
_GAP = 2
_TALL = 24
_HEIGHTS = {"passed": 10, "failed": 24, "errored": 17}
"""Verdicts differ by height, too, for people who cannot tell the colours apart."""

_SHOWN = 30
_WIDE = 240
_HIGH = 56
_MARGIN = 4


@dataclass(frozen=True)
class Trend:
    """Results of the last runs, oldest first: one bar each."""

    paths: tuple[tuple[str, str], ...]
    """Verdict → one outline of all its bars, since a page may have hundreds of charts."""

    width: int
    height: int
    label: str


@dataclass(frozen=True)
class LineChart:
    """Values of a figure over time, oldest first."""

    name: str
    points: str
    """Of the polyline."""

    area: str
    last: tuple[float, float]
    width: int
    height: int
    now: str
    label: str


def trend(verdicts: Iterable[str], noun: str = "run") -> Trend:
    """Return the newest verdicts as bars.

    `verdicts` begin with the oldest; `noun` is what has them, `run` or `check`.
    """
    return _trend(tuple(verdicts)[-_SHOWN:], noun)


@lru_cache(maxsize=256)
def _trend(verdicts: tuple[str, ...], noun: str) -> Trend:
    outlines: dict[str, list[str]] = {}
    for number, verdict in enumerate(verdicts):
        high = _HEIGHTS[verdict]
        bar = f"M{number * (_BAR + _GAP)} {_TALL - high}h{_BAR}v{high}h-{_BAR}z"
        outlines.setdefault(verdict, []).append(bar)
    counts = Counter(verdicts)
    summary = ", ".join(f"{counts[word]} {word}" for word in _HEIGHTS if counts[word])
    return Trend(
        paths=tuple((verdict, "".join(bars)) for verdict, bars in outlines.items()),
        width=max(len(verdicts) * (_BAR + _GAP) - _GAP, _BAR),
        height=_TALL,
        label=f"Last {plural(len(verdicts), noun)}: {summary or 'none'}",
    )


def line_chart(
    name: str, values: Sequence[float | None], format_value: Callable[[float], str]
) -> LineChart | None:
    """Return a figure's values as a line; None for fewer than two.

    `values` begin with the oldest; None is a run without one.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    low, high = min(known), max(known)
    step = (_WIDE - 2 * _MARGIN) / (len(known) - 1)
    positions = [
        (
            round(_MARGIN + number * step, 1),
            round(_HIGH / 2 if low == high else _height(value, low, high), 1),
        )
        for number, value in enumerate(known)
    ]
    points = " ".join(f"{x},{y}" for x, y in positions)
    return LineChart(
        name=name,
        points=points,
        area=f"{positions[0][0]},{_HIGH} {points} {positions[-1][0]},{_HIGH}",
        last=positions[-1],
        width=_WIDE,
        height=_HIGH,
        now=format_value(known[-1]),
        label=(
            f"{name}, last {len(known)} runs: "
            f"from {format_value(known[0])} to {format_value(known[-1])}, "
            f"lowest {format_value(low)}, highest {format_value(high)}"
        ),
    )


def _height(value: float, low: float, high: float) -> float:
    return _HIGH - _MARGIN - (value - low) / (high - low) * (_HIGH - 2 * _MARGIN)
