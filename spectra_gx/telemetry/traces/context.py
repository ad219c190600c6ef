"""The trace that a run is a part of, as W3C Trace Context has it; in, and out to a source.

The ids of spans follow from the run's, so that a header can name a span before it is made.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from spectra_gx.runner.run_result import RunIdentity

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})(?P<span>[0-9a-f]{16})"
    r"-(?P<flags>[0-9a-f]{2})(-.*)?"
)


class TraceSettings(Protocol):
    """What of the settings decides whether runs are traced."""

    otel_exporter_otlp_endpoint: str | None
    otel_exporter_otlp_traces_endpoint: str | None
    otel_traces_exporter: str
    otel_sdk_disabled: bool
    traceparent: str | None


@dataclass(frozen=True)
class TraceContext:
    """Where the spans of a run belong."""

    execution_id: str
    trace_id: int
    parent: int | None = None
    """The span that the run is a part of; None for a trace of its own."""

    sampled: bool = True
    """Whether anybody keeps the trace."""

    def span_id(self, *names: str) -> int:
        """Return the id of the span of a run or, by its names, of a part of it."""
        return _digest(self.execution_id, *names, size=8)

    def traceparent(self, *names: str) -> str:
        """Return the header with which a part of the run hands the trace on."""
        flags = int(self.sampled)
        return f"00-{self.trace_id:032x}-{self.span_id(*names):016x}-{flags:02x}"


def trace_context(execution_id: str, traceparent: str | None) -> TraceContext:
    """Return where the spans of a run belong; a parent that cannot be read begins a new trace."""
    found = _TRACEPARENT.fullmatch((traceparent or "").strip())
    if found is None:
        return TraceContext(execution_id, _digest(execution_id, "trace", size=16))
    sampled = bool(int(found["flags"], 16) & 1)
    return TraceContext(execution_id, int(found["trace"], 16), int(found["span"], 16), sampled)


def is_traced(settings: TraceSettings) -> bool:
    """Return whether settings say where spans go."""
    address = settings.otel_exporter_otlp_traces_endpoint or settings.otel_exporter_otlp_endpoint
    wanted = settings.otel_traces_exporter == "otlp" and not settings.otel_sdk_disabled
    return bool(address) and wanted


def trace_headers(settings: TraceSettings, identity: RunIdentity) -> dict[str, str]:
    """Return the headers that go with the calls of a run to its source.

    None where nobody traces: neither do settings say where spans go, nor did an orchestrator say
    what the run is a part of. A run that is a part of a trace and sends no spans hands that on.
    """
    traced = is_traced(settings)
    context = trace_context(identity.execution_id, settings.traceparent)
    if not traced and context.parent is None:
        return {}
    header = context.traceparent("Execute") if traced else (settings.traceparent or "").strip()
    return {"traceparent": header, "X-Correlation-ID": identity.correlation_id}


def _digest(*names: str, size: int) -> int:
    """Return a number of so many bytes that follows from names; no id is zero."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return int.from_bytes(digest[:size], "big") or 1
