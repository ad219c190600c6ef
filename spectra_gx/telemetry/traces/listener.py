"""Collect the events of a run, and send its spans when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.runner.events import Event, RunEnded, RunStarted
from spectra_gx.telemetry.extras import load
from spectra_gx.telemetry.traces.context import trace_context

if TYPE_CHECKING:
    from spectra_gx.telemetry.otlp import OtlpAddress


class TraceListener:
    """Satisfies `Listener`; for one run or check."""

    def __init__(self, address: OtlpAddress, traceparent: str | None) -> None:
        """Take where spans go, and the trace that the run is a part of."""
        self.title = f"sending traces to {address.setting}"
        self._address = address
        self._traceparent = traceparent
        self._events: list[Event] = []
        self._loaded = False

    def load(self) -> None:
        """Import what it needs.

        Raises:
            ConfigurationError: That is not installed.
        """
        load("traces.spans", "otel", self._address.setting)
        self._loaded = True

    def handle(self, event: Event) -> None:
        """Take note of an event; with the last one, send all spans at once.

        Raises:
            SpectraError: They did not arrive.
        """
        self._events.append(event)
        if isinstance(event, RunStarted):
            self.load()
        if not (isinstance(event, RunEnded) and self._loaded):
            return
        [started] = [one for one in self._events if isinstance(one, RunStarted)]
        context = trace_context(started.identity.execution_id, self._traceparent)
        if not context.sampled:
            return
        from spectra_gx.telemetry.traces.spans import spans_message

        message = spans_message(context, self._events, *self._address.origin())
        self._address.send("the traces", message)
