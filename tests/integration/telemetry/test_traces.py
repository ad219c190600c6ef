"""The spans of real runs arrive as protobuf, in the trace of the orchestrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from spectra_gx.runner.events import RunEnded, RunStarted
from spectra_gx.telemetry.otlp import OtlpAddress
from spectra_gx.telemetry.traces.listener import TraceListener
from tests.fakes.runs import CONTRACT, IDENTITY, run
from tests.integration.telemetry.conftest import SECRET_NAME

if TYPE_CHECKING:
    from tests.fakes.telemetry_server import TelemetryServer

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE, SPAN = bytes.fromhex("4bf92f3577b34da6a3ce929d0e0e4736"), bytes.fromhex("00f067aa0ba902b7")


def spans(server: TelemetryServer) -> list[Span]:
    [request] = [one for one in server.taken if one.path == "/v1/traces"]
    assert request.headers["Content-Type"] == "application/x-protobuf"
    message = ExportTraceServiceRequest.FromString(request.body)
    [resource] = message.resource_spans
    [scope] = resource.scope_spans
    assert scope.scope.name == "spectra_gx"
    return [*scope.spans]


def facts(part):
    return {
        one.key.removeprefix("spectra_gx."): getattr(one.value, one.value.WhichOneof("value"))
        for one in part.attributes
    }


@pytest.fixture
def traced(server, monkeypatch):
    """A server that takes traces alone."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")
    return server


def test_a_run_its_steps_its_tables_and_its_rules(shop, traced, monkeypatch):
    monkeypatch.setenv("TRACEPARENT", PARENT)
    ended = shop.run(size=-1.0)
    whole, *others = spans(traced)
    steps = [one for one in others if one.parent_span_id == whole.span_id]
    tables = [one for one in others if one not in steps]
    assert {one.trace_id for one in (whole, *others)} == {TRACE}
    assert (whole.name, whole.parent_span_id, whole.status.code) == (
        "run shop",
        SPAN,
        Status.STATUS_CODE_ERROR,
    )
    said = facts(whole)
    assert (said["execution_id"], said["verdict"], said["operation"]) == (
        ended.identity.execution_id,
        "failed",
        "run",
    )
    names = ["Initialise", "Execute", "Validate", "Record", "Finalise"]
    assert [one.name for one in steps] == names
    assert {one.status.code for one in steps} == {Status.STATUS_CODE_OK}
    [validate] = [one for one in steps if one.name == "Validate"]
    assert [(one.name, one.parent_span_id) for one in tables] == [
        ("check shop.orders", validate.span_id)
    ]
    [checked] = tables
    assert facts(checked)["rows"] == 1
    rules = {facts(event)["rule"]: facts(event) for event in checked.events}
    assert len(rules) == len(ended.stage.tables[0].rules)
    assert rules["shop.orders.size.min"]["status"] == "failed"
    assert rules["shop.orders.size.min"]["unexpected"] == 1
    for outer, inner in [(whole, one) for one in steps] + [(validate, checked)]:
        assert outer.start_time_unix_nano <= inner.start_time_unix_nano
        assert inner.start_time_unix_nano <= inner.end_time_unix_nano <= outer.end_time_unix_nano
    assert SECRET_NAME.encode() not in traced.taken[0].body


def test_a_check_has_tables_and_no_steps(logged_shop, traced):
    logged_shop.project.check("shop", version=0)
    whole, checked = spans(traced)
    assert (whole.name, whole.parent_span_id) == ("check shop", b"")
    assert (checked.name, checked.parent_span_id) == ("check shop.orders", whole.span_id)
    assert whole.status.code == checked.status.code == Status.STATUS_CODE_OK


def test_what_stops_a_run_is_an_exception_of_the_run_and_of_its_step(shop, traced):
    ended = shop.project.run("shop", tables={"shop.orders": 5})
    whole, *steps = spans(traced)
    [exception] = [event for event in whole.events if event.name == "exception"]
    said = {one.key: one.value.string_value for one in exception.attributes}
    assert said["exception.message"] == ended.error.message
    failed = [one.name for one in steps if one.status.code == Status.STATUS_CODE_ERROR]
    assert failed == ["Execute"]


def test_nothing_is_sent_of_a_trace_that_nobody_keeps(server):
    address = OtlpAddress("OTEL_EXPORTER_OTLP_ENDPOINT", f"{server.url}/v1/traces")
    for traceparent, count in ((PARENT[:-1] + "0", 0), (PARENT, 1)):
        listener = TraceListener(address, traceparent)
        listener.handle(RunStarted(IDENTITY, CONTRACT))
        listener.handle(RunEnded(run()))
        assert len(server.taken) == count
