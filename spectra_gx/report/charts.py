"""Small charts as figures in a box of fixed size; templates draw them as inline SVG."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.report.shown import moment, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_BAR = 6
_GAP = 2
_TALL = 24
_HEIGHTS = {"passed": 10, "failed": 24, "errored": 17}
"""A verdict is told by height too, for whoever sees no colours."""

_SHOWN = 30
_WIDE = 240
_HIGH = 56
_MARGIN = 4


@dataclass(frozen=True)
class Bar:
    """One run."""

    x: int
    y: int
    width: int
    height: int
    verdict: str
    title: str


@dataclass(frozen=True)
class Trend:
    """How the last runs ended, oldest first."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    label: str


@dataclass(frozen=True)
class Line:
    """How a figure moved, oldest first."""

    name: str
    points: str
    """Of the polyline."""

    area: str
    last: tuple[float, float]
    width: int
    height: int
    now: str
    label: str


def trend(runs: Sequence[Mapping[str, Any]], noun: str = "run") -> Trend:
    """Return the newest of some runs or judgements as bars.

    Args:
        runs: Each with `verdict` and, if it is known, `at`; oldest first.
        noun: What each of them is.
    """
    newest = runs[-_SHOWN:]
    bars = tuple(
        Bar(
            x=number * (_BAR + _GAP),
            y=_TALL - _HEIGHTS[run["verdict"]],
            width=_BAR,
            height=_HEIGHTS[run["verdict"]],
            verdict=run["verdict"],
            title=f"{moment(run['at'])}: {run['verdict']}" if run.get("at") else run["verdict"],
        )
        for number, run in enumerate(newest)
    )
    counts = Counter(run["verdict"] for run in newest)
    said = ", ".join(f"{counts[word]} {word}" for word in _HEIGHTS if counts[word])
    width = max(len(bars) * (_BAR + _GAP) - _GAP, _BAR)
    return Trend(bars, width, _TALL, f"Last {plural(len(newest), noun)}: {said or 'none'}")


def line(name: str, values: Sequence[float | None], written: Callable[[float], str]) -> Line | None:
    """Return a figure's newest values as a line; None for fewer than two, which show nothing.

    Args:
        name: What the figure is.
        values: Oldest first; None where there was none.
        written: How a person reads one.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    low, high = min(known), max(known)
    step = (_WIDE - 2 * _MARGIN) / (len(known) - 1)
    places = [
        (
            round(_MARGIN + number * step, 1),
            round(_HIGH / 2 if low == high else _height(value, low, high), 1),
        )
        for number, value in enumerate(known)
    ]
    points = " ".join(f"{x},{y}" for x, y in places)
    return Line(
        name=name,
        points=points,
        area=f"{places[0][0]},{_HIGH} {points} {places[-1][0]},{_HIGH}",
        last=places[-1],
        width=_WIDE,
        height=_HIGH,
        now=written(known[-1]),
        label=(
            f"{name}, last {len(known)} runs: from {written(known[0])} to {written(known[-1])}, "
            f"lowest {written(low)}, highest {written(high)}"
        ),
    )


def _height(value: float, low: float, high: float) -> float:
    return _HIGH - _MARGIN - (value - low) / (high - low) * (_HIGH - 2 * _MARGIN)
