"""A run joins the trace that it is given, and hands it on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.telemetry.traces.context import TraceContext, trace_context, trace_headers
from tests.drawing import drawn
from tests.fakes.runs import IDENTITY

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE, SPAN = 0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7


def settings(**facts):
    nothing = {
        "otel_exporter_otlp_endpoint": None,
        "otel_exporter_otlp_traces_endpoint": None,
        "otel_traces_exporter": "otlp",
        "otel_sdk_disabled": False,
        "traceparent": None,
    }
    return SimpleNamespace(**(nothing | facts))


def test_a_run_is_a_part_of_the_trace_that_it_is_given():
    assert trace_context("run", PARENT) == TraceContext("run", TRACE, SPAN, True)
    assert trace_context("run", PARENT[:-1] + "0").sampled is False
    assert trace_context("run", "cc" + PARENT[2:] + "-more").parent == SPAN  # a later version


@pytest.mark.parametrize(
    "unreadable",
    [
        None,
        "",
        "nothing",
        PARENT.upper(),
        PARENT[:-3],
        "ff" + PARENT[2:],
        PARENT.replace("00f067aa0ba902b7", "0" * 16),
        PARENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
    ],
)
def test_what_cannot_be_read_begins_a_trace_of_its_own(unreadable):
    context = trace_context("run", unreadable)
    assert (context.parent, context.sampled) == (None, True)
    assert context == trace_context("run", None) != trace_context("other", None)


@drawn(30)
@given(st.text(min_size=1), st.lists(st.text(), max_size=3), st.booleans())
def test_what_is_handed_on_is_read_back(execution_id, names, sampled):
    context = TraceContext(execution_id, TRACE, SPAN, sampled)
    joined = trace_context("next", context.traceparent(*names))
    assert (joined.trace_id, joined.parent) == (TRACE, context.span_id(*names))
    assert joined.sampled == sampled


def test_parts_of_a_run_have_ids_of_their_own():
    context = trace_context("run", None)
    ids = {context.span_id(), context.span_id("a"), context.span_id("b"), context.span_id("a", "b")}
    assert len(ids) == 4
    assert context.span_id("a") == trace_context("run", PARENT).span_id("a")


def test_the_source_gets_the_trace_only_where_somebody_traces():
    assert trace_headers(settings(), IDENTITY) == {}
    assert trace_headers(settings(traceparent="nothing"), IDENTITY) == {}
    endpoint = {"otel_exporter_otlp_endpoint": "http://collector:4318"}
    assert trace_headers(settings(**endpoint, otel_sdk_disabled=True), IDENTITY) == {}
    assert trace_headers(settings(**endpoint, otel_traces_exporter="none"), IDENTITY) == {}
    own = trace_context(IDENTITY.execution_id, None)
    assert trace_headers(settings(**endpoint), IDENTITY) == {
        "traceparent": own.traceparent("Execute"),
        "X-Correlation-ID": IDENTITY.correlation_id,
    }
    joined = trace_headers(settings(**endpoint, traceparent=PARENT), IDENTITY)
    assert joined["traceparent"].startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
    assert joined["traceparent"] != PARENT
    assert trace_headers(settings(traceparent=PARENT), IDENTITY)["traceparent"] == PARENT
