"""The trends of stages, as lines and fields of a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.display import counted
from spectra_gx.notify.message_text import Field, Line, text_line
from spectra_gx.runner.outcome_text import rows_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.runner.stage_digest import Digest, StageDigest
    from spectra_gx.runner.stage_trends import FailingRule, TableTrend

_BARS = "▁▂▃▄▅▆▇█"
_POINTS = 12
_HOUR = 3600.0
_DAY = 24 * _HOUR
_LONG = 2 * _DAY
"""Seconds from which an age is shown in days."""


def success_trend(stage: StageDigest) -> str | None:
    """Return which share of a stage's runs passed, beside the time before; None without both."""
    trends = stage.trends
    if not (stage.runs and trends.runs_before):
        return None
    now = 1 - stage.failed_runs / stage.runs
    before = 1 - trends.failed_runs_before / trends.runs_before
    return f"{_arrow(now, before)} {now:.0%} passed ({before:.0%} before)"


def trend_fields(digest: Digest) -> Iterator[Field]:
    """Yield what is new, what fails longest, how tables develop, and what is silenced."""
    stages = digest.stages
    yield from _field("New failures", (one for stage in stages for one in stage.trends.new), 300)
    yield from _field("Resolved", (one for stage in stages for one in stage.trends.resolved), 300)
    longest = [one for stage in stages for one in stage.trends.failing_longest]
    longest.sort(key=lambda one: (one.since, one.rule))
    yield from _field("Failing longest", map(_longest, longest), 400)
    tables = [one for stage in stages for one in stage.trends.tables]
    tables.sort(key=lambda one: (-one.failing_rules, -one.failing_runs, one.table))
    yield from _field("Tables", map(_table, tables), 700)
    yield from _field("Muted and acknowledged", _silences(digest), 400)


def _field(name: str, texts: Iterator[str] | map[str], room: int) -> Iterator[Field]:
    lines: Sequence[Line] = tuple(map(text_line, texts))
    if lines:
        yield Field(name, tuple(lines), room=room)


def _longest(one: FailingRule) -> str:
    return f"{one.rule}: {counted(one.runs, 'run')} since {one.since:%Y-%m-%d %H:%M} UTC"


def _table(table: TableTrend) -> str:
    """Return one line on a table: its rows, its age, and what was wrong with it."""
    parts = []
    if table.rows is not None:
        change = _change(table.rows, table.rows_before)
        parts.append(f"{rows_text(table.rows)}{change}{_sparkline(table.row_counts)}")
    if table.age_seconds is not None:
        older = table.age_seconds_before
        beside = "" if older is None else f" ({_hours(older)} before)"
        parts.append(f"{_hours(table.age_seconds)} old{beside}")
    if table.failing_runs:
        parts.append(f"failed in {counted(table.failing_runs, 'run')}")
    if table.failing_rules:
        parts.append(f"{counted(table.failing_rules, 'rule')} did not pass")
    if table.quarantined or table.quarantined_before:
        rows = rows_text(table.quarantined)
        parts.append(f"{rows} quarantined ({table.quarantined_before:,} before)")
    return f"{table.table}: {', '.join(parts) or 'not read'}"


def _silences(digest: Digest) -> Iterator[str]:
    """Yield what is silenced; of a mute that is over before the next digest, that it is."""
    next_digest = digest.until + (digest.until - digest.since)
    for stage in digest.stages:
        for mute in stage.silences.mutes:
            yield f"{'' if mute.counts(next_digest) else 'ends soon: '}{mute.line}"
        yield from (one.line for one in stage.silences.acknowledgements)


def _arrow(now: float, before: float) -> str:
    return "↑" if now > before else "↓" if now < before else "→"


def _change(now: int, before: int | None) -> str:
    if before is None:
        return ""
    share = f" {abs(now - before) / before:.0%}" if before and now != before else ""
    return f" {_arrow(now, before)}{share}"


def _sparkline(counts: Sequence[int]) -> str:
    """Return the newest of some counts as bars from the least to the most of them."""
    shown = counts[-_POINTS:]
    least, most = min(shown, default=0), max(shown, default=0)
    if least == most:
        return ""
    steps = len(_BARS) - 1
    return " " + "".join(_BARS[round((one - least) * steps / (most - least))] for one in shown)


def _hours(seconds: float) -> str:
    if seconds < _LONG:
        return f"{seconds / _HOUR:,.1f} h"
    return f"{seconds / _DAY:,.1f} days"
