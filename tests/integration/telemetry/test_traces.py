"""The spans of real runs arrive as protobuf, in the trace of the orchestrator; a source gets it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from pydantic import SecretStr

from spectra_gx import RunParameters
from spectra_gx.sources.zephyr.sandbox import Sandbox
from spectra_gx.telemetry.traces.context import trace_context
from tests.fakes.projects import TOKEN, QuickProject
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
    run, *others = spans(traced)
    steps = [one for one in others if one.parent_span_id == run.span_id]
    tables = [one for one in others if one not in steps]
    assert {one.trace_id for one in (run, *others)} == {TRACE}
    assert (run.name, run.parent_span_id, run.status.code) == (
        "run shop",
        SPAN,
        Status.STATUS_CODE_ERROR,
    )
    said = facts(run)
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
    for outer, inner in [(run, one) for one in steps] + [(validate, checked)]:
        assert outer.start_time_unix_nano <= inner.start_time_unix_nano
        assert inner.start_time_unix_nano <= inner.end_time_unix_nano <= outer.end_time_unix_nano
    assert SECRET_NAME.encode() not in traced.taken[0].body


def test_a_check_has_tables_and_no_steps(shop, traced):
    shop.run()
    traced.taken.clear()
    shop.project.check("shop")
    run, checked = spans(traced)
    assert (run.name, run.parent_span_id) == ("check shop", b"")
    assert (checked.name, checked.parent_span_id) == ("check shop.orders", run.span_id)
    assert run.status.code == checked.status.code == Status.STATUS_CODE_OK


def test_what_stops_a_run_is_an_exception_of_the_run_and_of_its_step(shop, traced):
    ended = shop.project.run("shop", tables={"shop.orders": 5})
    run, *steps = spans(traced)
    [exception] = [event for event in run.events if event.name == "exception"]
    said = {one.key: one.value.string_value for one in exception.attributes}
    assert said["exception.message"] == ended.error.message
    failed = [one.name for one in steps if one.status.code == Status.STATUS_CODE_ERROR]
    assert failed == ["Execute"]


def test_nothing_is_sent_of_a_trace_that_nobody_keeps(shop, traced, monkeypatch):
    monkeypatch.setenv("TRACEPARENT", PARENT[:-1] + "0")
    shop.run()
    assert traced.taken == []


class NotingSandbox(Sandbox):
    """Remembers what came with every request."""

    def __init__(self, asked, **options):
        super().__init__(**options)
        self._asked = asked

    def respond(self, request):
        self._asked.append(request.headers)
        return super().respond(request)


class NotingProject(QuickProject):
    """Its sandbox remembers what came with every request."""

    @cached_property
    def asked(self):
        return []

    def find_source(self, name, place):
        sandbox = partial(NotingSandbox, self.asked, token=SecretStr(TOKEN))
        return replace(super().find_source(name, place), sandbox=sandbox)


def test_the_source_gets_the_trace_and_the_correlation_id(empty_project, traced, monkeypatch):
    monkeypatch.setenv("TRACEPARENT", PARENT)
    project = NotingProject(empty_project)
    ended = project.run("source", RunParameters(), sandbox=True)
    assert project.asked
    context = trace_context(ended.identity.execution_id, PARENT)
    for headers in project.asked:
        assert headers["traceparent"] == context.traceparent("Execute")
        assert headers["X-Correlation-ID"] == ended.identity.correlation_id
    [execute] = [one for one in spans(traced) if one.name == "Execute"]
    assert execute.span_id.hex() == context.traceparent("Execute").split("-")[2]


def test_without_a_trace_the_source_gets_nothing_of_it(empty_project):
    project = NotingProject(empty_project)
    project.run("source", RunParameters(), sandbox=True)
    assert project.asked
    sent = {name.lower() for headers in project.asked for name in headers}
    assert sent.isdisjoint({"traceparent", "x-correlation-id"})
