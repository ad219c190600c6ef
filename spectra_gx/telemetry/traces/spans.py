"""The spans of a run: the run, its steps, its tables, and each rule as an event."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import Event as SpanEvent
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from spectra_gx.runner.events import (
    Event,
    RunEnded,
    RunStarted,
    StepStarted,
    TableChecked,
    TableCheckStarted,
)
from spectra_gx.validation.results import Status as Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope

    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.telemetry.traces.context import TraceContext
    from spectra_gx.validation.results import RuleResult

_PREFIX = "spectra_gx."
_ENDING = ("Record", "Finalise")
"""Steps that always run: what stopped a run happened before them."""


@dataclass(frozen=True)
class _Span:
    """A span before the library has it; its place in the trace follows from its names."""

    title: str
    names: tuple[str, ...]
    parent: tuple[str, ...] | None
    """The names of the span that it is a part of; None for what the whole run is a part of."""

    start: datetime
    end: datetime
    facts: Mapping[str, Any]
    failure: str | None = None
    """What it ended with, if that was not good."""

    events: Sequence[SpanEvent] = field(default=())


def spans_message(
    context: TraceContext,
    events: Sequence[Event],
    resource: Resource,
    scope: InstrumentationScope,
) -> bytes:
    """Return the spans of a run or check as one message of OTLP.

    Args:
        context: Where they belong.
        events: All events of it, in order.
        resource: Who sends.
        scope: What made them.
    """
    [started] = [one for one in events if isinstance(one, RunStarted)]
    [ended] = [one for one in events if isinstance(one, RunEnded)]
    steps = [*_steps(events, ended)]
    spans = [_run(started, ended), *steps, *_tables(events, steps)]
    made = [_readable(one, context, resource, scope) for one in spans]
    message: bytes = encode_spans(made).SerializeToString()
    return message


def _run(started: RunStarted, ended: RunEnded) -> _Span:
    run, identity = ended.run, started.identity
    happened = [_rule(rule, ended.at) for rule in run.stage.rules] if run.stage else []
    if run.error is not None:
        facts = {"exception.type": type(run.error).__name__, "exception.message": run.error.message}
        happened.append(SpanEvent("exception", facts, _nanoseconds(ended.at)))
    return _Span(
        f"{ended.operation} {started.contract.name}",
        (),
        None,
        started.at,
        ended.at,
        {
            "stage": started.contract.name,
            "contract_version": started.contract.version,
            "system": identity.system,
            "environment": identity.environment,
            "execution_id": identity.execution_id,
            "correlation_id": run.identity.correlation_id,
            "batch_id": identity.batch_id,
            "operation": ended.operation,
            "status": run.status,
            "verdict": str(run.verdict),
            "published": [f"{table}@{version}" for table, version in run.published.items()],
        },
        _failure(run),
        happened,
    )


def _failure(run: RunResult) -> str | None:
    if run.error is not None:
        return run.error.code
    return None if run.verdict is Verdict.PASSED else str(run.verdict)


def _steps(events: Iterable[Event], ended: RunEnded) -> Iterator[_Span]:
    begun = [(one.step, one.at) for one in events if isinstance(one, StepStarted)]
    stopped = [step for step, _ in begun if step not in _ENDING][-1:]
    failed = stopped if ended.run.error is not None else []
    for (step, start), (_, end) in pairwise([*begun, ("", ended.at)]):
        failure = ended.run.error.code if ended.run.error and step in failed else None
        yield _Span(step, (step,), (), start, end, {"step": step}, failure)


def _tables(events: Iterable[Event], steps: Sequence[_Span]) -> Iterator[_Span]:
    """Yield each check of a table; one that is checked again has several."""
    begun: dict[str, datetime] = {}
    for number, event in enumerate(events):
        if isinstance(event, TableCheckStarted):
            begun[event.table] = event.at
        if isinstance(event, TableChecked):
            table = event.result
            start = begun.get(table.table, event.at)
            facts = {
                "table": table.table,
                "verdict": str(table.verdict),
                "rows": table.rows,
                "delta_version": table.delta_version,
                "quarantined": table.quarantined,
                "cause": None if table.cause is None else str(table.cause),
            }
            yield _Span(
                f"check {table.table}",
                (table.table, str(number)),
                next((one.names for one in reversed(steps) if one.start <= start), ()),
                start,
                event.at,
                facts,
                None if table.verdict is Verdict.PASSED else str(table.verdict),
                [_rule(rule, event.at) for rule in table.rules],
            )


def _rule(rule: RuleResult, at: datetime) -> SpanEvent:
    """Return how a rule ended; no value that it found, nor its sentence, which may quote one."""
    facts = {
        "rule": rule.id,
        "status": str(rule.status),
        "severity": rule.severity,
        "evaluated": rule.evaluated,
        "unexpected": rule.unexpected,
        "cause": None if rule.cause is None else str(rule.cause),
    }
    return SpanEvent("rule", _attributes(facts), _nanoseconds(at))


def _readable(
    span: _Span, context: TraceContext, resource: Resource, scope: InstrumentationScope
) -> ReadableSpan:
    parent = context.parent if span.parent is None else context.span_id(*span.parent)
    status = Status(StatusCode.OK)
    if span.failure is not None:
        status = Status(StatusCode.ERROR, span.failure)
    return ReadableSpan(
        span.title,
        _place(context, context.span_id(*span.names)),
        None if parent is None else _place(context, parent, remote=span.parent is None),
        resource,
        _attributes(span.facts),
        span.events,
        kind=SpanKind.INTERNAL,
        status=status,
        start_time=_nanoseconds(span.start),
        end_time=_nanoseconds(span.end),
        instrumentation_scope=scope,
    )


def _place(context: TraceContext, span_id: int, *, remote: bool = False) -> SpanContext:
    return SpanContext(context.trace_id, span_id, remote, TraceFlags(TraceFlags.SAMPLED))


def _attributes(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{_PREFIX}{name}": value for name, value in facts.items() if value not in (None, [])}


def _nanoseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000) * 1000
