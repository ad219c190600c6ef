"""How a stage did over a while, beside the while before, by the rows of its log."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = Mapping[str, Any]

_COUNTS_SHOWN = 30


@dataclass(frozen=True)
class TableTrend:
    """A table over a while."""

    table: str
    failing_runs: int
    """Runs in which it did not pass."""

    failing_rules: int
    """Rules of it that did not pass in any of them, warnings included."""

    rows: int | None
    """By its newest check in that while."""

    rows_before: int | None
    """By its newest check before."""

    row_counts: tuple[int, ...]
    """Of each check in that while, oldest first; the newest 30."""

    age_seconds: float | None
    """How old its data was, by the `freshness` rule of its newest check in that while."""

    age_seconds_before: float | None
    quarantined: int
    """Rows that the runs of that while quarantined."""

    quarantined_before: int
    """Rows that the runs of the while before quarantined."""


@dataclass(frozen=True)
class FailingRule:
    """A rule that did not pass in the newest run."""

    rule: str
    since: datetime
    """When the first of the runs in a row started in which it did not."""

    runs: int
    """How many these are."""


@dataclass(frozen=True)
class StageTrends:
    """The runs of a stage over a while, beside the while of the same length before."""

    runs_before: int = 0
    failed_runs_before: int = 0
    tables: tuple[TableTrend, ...] = ()
    """Those with the most failing rules first."""

    failing_longest: tuple[FailingRule, ...] = ()
    """What does not pass now, the longest first."""

    new: tuple[str, ...] = ()
    """Rules that do not pass now, and did when that while began."""

    resolved: tuple[str, ...] = ()
    """Rules that pass now, and did not when that while began."""

    def to_dict(self) -> dict[str, Any]:
        """Return them as JSON has them; the keys are stable."""
        return {
            "runs_before": self.runs_before,
            "failed_runs_before": self.failed_runs_before,
            "tables": [
                {**asdict(table), "row_counts": list(table.row_counts)} for table in self.tables
            ],
            "failing_longest": [
                {"rule": one.rule, "since": one.since.isoformat(), "runs": one.runs}
                for one in self.failing_longest
            ],
            "new": list(self.new),
            "resolved": list(self.resolved),
        }


def stage_trends(
    runs: Sequence[Row], checkpoints: Sequence[Row], since: datetime, now: datetime
) -> StageTrends:
    """Return the trends of a stage.

    Args:
        runs: Its runs over the published tables, oldest first.
        checkpoints: The checkpoints of its log, oldest first.
        since: When the while began, UTC.
        now: When it ends.
    """
    start = since - min(now - since, since - datetime.min.replace(tzinfo=UTC))
    recent = [run for run in runs if run["end_time"] >= since]
    before = [run for run in runs if start <= run["end_time"] < since]
    ended = {run["execution_id"]: run["end_time"] for run in runs}
    known = [row for row in checkpoints if row["execution_id"] in ended]
    tables = dict.fromkeys(row["table_name"] for row in known)
    found = [
        _table_trend([row for row in known if row["table_name"] == table], ended, start, since)
        for table in tables
    ]
    checked = [run for run in runs if run["rule_statuses"] is not None]
    old = [run for run in checked if run["end_time"] < since]
    return StageTrends(
        len(before),
        sum(run["status"] == "Failed" for run in before),
        tuple(sorted(found, key=lambda one: (-one.failing_rules, -one.failing_runs, one.table)))
        if recent
        else (),
        tuple(sorted(_failing_longest(checked), key=lambda one: (one.since, one.rule))),
        *_differences(old[-1] if old else None, checked[-1] if checked else None),
    )


def _table_trend(
    rows: Sequence[Row], ended: Mapping[str, datetime], start: datetime, since: datetime
) -> TableTrend:
    """Return the trend of a table, from its checkpoints, oldest first."""
    recent = [row for row in rows if ended[row["execution_id"]] >= since]
    old = [row for row in rows if ended[row["execution_id"]] < since]
    before = [row for row in old if ended[row["execution_id"]] >= start]
    counts = [row["row_count"] for row in recent if row["row_count"] is not None]
    return TableTrend(
        table=rows[0]["table_name"],
        failing_runs=sum(row["table_verdict"] != "passed" for row in recent),
        failing_rules=len({rule for row in recent for rule in _failing(row)}),
        rows=_newest(recent, "row_count"),
        rows_before=_newest(old, "row_count"),
        row_counts=tuple(counts[-_COUNTS_SHOWN:]),
        age_seconds=_newest(recent, "table_age_seconds"),
        age_seconds_before=_newest(old, "table_age_seconds"),
        quarantined=sum(row["quarantined_count"] or 0 for row in recent),
        quarantined_before=sum(row["quarantined_count"] or 0 for row in before),
    )


def _failing_longest(checked: Sequence[Row]) -> Iterator[FailingRule]:
    """Yield what does not pass in the newest of the runs that checked rules, oldest first."""
    failures = [{*_failing(run)} for run in reversed(checked)]
    for rule in _failing(checked[-1]) if checked else ():
        passed = (at for at, failing in enumerate(failures) if rule not in failing)
        runs = next(passed, len(failures))
        yield FailingRule(rule, checked[-runs]["start_time"], runs)


def _differences(old: Row | None, newest: Row | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which rules fail that did not, and which pass again; one that is gone does neither."""
    if newest is None:
        return (), ()
    statuses = json.loads(newest["rule_statuses"])
    before = [] if old is None else _failing(old)
    new = tuple(rule for rule in _failing(newest) if rule not in before)
    return new, tuple(rule for rule in before if statuses.get(rule) == "passed")


def _failing(row: Row) -> list[str]:
    found: list[str] = json.loads(row["failing_rules"] or "[]")
    return found


def _newest(rows: Sequence[Row], column: str) -> Any:
    return next((row[column] for row in reversed(rows) if row[column] is not None), None)
