"""A source gets the trace that a run is a part of, and nothing of it where nobody traces."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial

from pydantic import SecretStr

from spectra_gx import RunParameters
from spectra_gx.sources.zephyr.sandbox import Sandbox
from spectra_gx.telemetry.traces.context import trace_context
from tests.fakes.projects import TOKEN, QuickProject
from tests.integration.telemetry.test_traces import PARENT, spans


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


def test_the_source_gets_the_trace_and_the_correlation_id(empty_project, server, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{server.url}/v1/traces")
    monkeypatch.setenv("TRACEPARENT", PARENT)
    project = NotingProject(empty_project)
    ended = project.run("source", RunParameters(), sandbox=True)
    assert project.asked
    context = trace_context(ended.identity.execution_id, PARENT)
    for headers in project.asked:
        assert headers["traceparent"] == context.traceparent("Execute")
        assert headers["X-Correlation-ID"] == ended.identity.correlation_id
    [execute] = [one for one in spans(server) if one.name == "Execute"]
    assert execute.span_id.hex() == context.traceparent("Execute").split("-")[2]


def test_without_a_trace_the_source_gets_nothing_of_it(empty_project):
    project = NotingProject(empty_project)
    project.run("source", RunParameters(), sandbox=True)
    assert project.asked
    sent = {name.lower() for headers in project.asked for name in headers}
    assert sent.isdisjoint({"traceparent", "x-correlation-id"})
