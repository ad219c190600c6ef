"""The values of all metrics after a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.runner.alerts.messages import FAILED, TIMED_OUT
from spectra_gx.runner.run_result import SEVERITIES
from spectra_gx.telemetry.metrics import catalogue as m
from spectra_gx.validation.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.runner.calls import CallFigures
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.telemetry.metrics.catalogue import Metric
    from spectra_gx.validation.results import StageResult, TableResult

_PERCENTILES = {"p50": "50", "p90": "90", "p99": "99", "max": "100"}


@dataclass(frozen=True)
class Sample:
    """One value of a metric."""

    metric: Metric
    labels: Mapping[str, str]
    value: float


def take_samples(run: RunResult) -> list[Sample]:
    """Return the values of all metrics that a run has; a table that was not checked has none."""
    common = {"stage": run.contract.name, "environment": run.identity.environment or ""}
    return [
        Sample(metric, {**common, **own}, float(value))
        for metric, own, value in _values(run)
        if value is not None
    ]


_Value = tuple["Metric", dict[str, str], float | int | None]


def _values(run: RunResult) -> Iterator[_Value]:
    yield m.CONTRACT_INFO, {"version": run.contract.version}, 1
    yield from _one_of(m.RUN_STATUS, {}, run.verdict)
    yield m.RUN_DURATION, {}, run.duration_seconds
    for step, seconds in run.steps:
        yield m.STEP_DURATION, {"step": step}, seconds
    yield m.LAST_RUN, {}, run.ended.timestamp()
    success = run.last_success
    yield m.LAST_SUCCESS, {}, None if success is None else success.timestamp()
    yield m.PUBLISH_DURATION, {}, run.publish_seconds
    for name, at in run.last_published.items():
        yield m.TABLE_LAST_PUBLISHED, {"table": name}, at.timestamp()
    yield m.LOG_FAILED, {}, not run.recorded
    yield m.NOTIFICATION_FAILED, {}, run.notification in (FAILED, TIMED_OUT)
    if run.stage is not None:
        yield from _of_stage(run.stage)
        for table in run.stage.tables:
            yield from _of_table(table)
            yield m.TABLE_AGE, {"table": table.table}, run.table_ages.get(table.table)
    if run.call_figures is not None:
        yield from _of_source(run.identity.system, run.call_figures)


def _one_of(metric: Metric, labels: Mapping[str, str], status: Status) -> Iterator[_Value]:
    """Yield 1 for a status and 0 for the others, so that none of an earlier run stays."""
    for one in Status:
        yield metric, {**labels, "status": str(one)}, one is status


def _of_stage(stage: StageResult) -> Iterator[_Value]:
    counts = Counter((rule.severity, rule.status) for rule in stage.all_rules())
    for severity in SEVERITIES:
        for status in Status:
            labels = {"severity": severity, "status": str(status)}
            yield m.RULES, labels, counts[severity, status]
    for rule in stage.rules:
        labels = {"table": "", "rule": rule.id, "severity": rule.severity}
        yield from _one_of(m.RULE_STATUS, labels, rule.status)


def _of_table(table: TableResult) -> Iterator[_Value]:
    own = {"table": table.table}
    yield from _one_of(m.TABLE_STATUS, own, table.verdict)
    yield m.TABLE_ROWS, own, table.rows
    yield m.TABLE_CHECK_DURATION, own, table.duration_seconds
    yield m.QUARANTINED_ROWS, own, table.quarantined
    for rule in table.rules:
        labels = {**own, "rule": rule.id, "severity": rule.severity}
        yield from _one_of(m.RULE_STATUS, labels, rule.status)
        yield m.RULE_UNEXPECTED_ROWS, labels, rule.unexpected


def _of_source(system: str, figures: CallFigures) -> Iterator[_Value]:
    own = {"system": system}
    counts = (
        (m.SOURCE_ENDPOINTS, figures.probes_succeeded, figures.probed - figures.probes_succeeded),
        (m.SOURCE_CALLS, figures.count - figures.failed, figures.failed),
    )
    for metric, succeeded, failed in counts:
        yield metric, {**own, "status": "succeeded"}, succeeded
        yield metric, {**own, "status": "failed"}, failed
    for name, milliseconds in (figures.latency_ms or {}).items():
        yield m.SOURCE_CALL_DURATION, {**own, "percentile": _PERCENTILES[name]}, milliseconds / 1000
