"""Nothing is built without a setting; what is not installed is named, with what installs it."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from spectra_gx.errors import ConfigurationError
from spectra_gx.runner.events import RunEnded, RunStarted
from spectra_gx.settings import Settings
from spectra_gx.telemetry.building import build_listeners
from spectra_gx.telemetry.metrics.listener import MetricsListener
from spectra_gx.telemetry.metrics.prometheus import MetricsFile
from spectra_gx.telemetry.otlp import OtlpAddress
from spectra_gx.telemetry.traces.listener import TraceListener
from tests.fakes.runs import CONTRACT, IDENTITY, run

STARTED = RunStarted(IDENTITY, CONTRACT)


def titles(root, **facts):
    known = {name: field.default for name, field in Settings.model_fields.items()}
    settings = SimpleNamespace(**(known | facts))
    return [one.title for one in build_listeners(settings, root, {}, str)]


def test_each_setting_builds_what_it_names_and_none_builds_nothing(tmp_path):
    assert titles(tmp_path) == []
    assert titles(tmp_path, metrics_file="a.prom", metrics_pushgateway="http://x") == [
        "sending metrics to METRICS_FILE",
        "sending metrics to METRICS_PUSHGATEWAY",
    ]
    endpoint = {"otel_exporter_otlp_endpoint": "http://x"}
    metrics, traces = (
        f"sending {what} to OTEL_EXPORTER_OTLP_ENDPOINT" for what in ("metrics", "traces")
    )
    assert titles(tmp_path, **endpoint) == [metrics, traces]
    assert titles(tmp_path, **endpoint, otel_metrics_exporter="none") == [traces]
    assert titles(tmp_path, **endpoint, otel_traces_exporter="none") == [metrics]
    assert titles(tmp_path, **endpoint, otel_sdk_disabled=True) == []
    assert titles(tmp_path, otel_exporter_otlp_traces_endpoint="http://x") == [
        "sending traces to OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
    ]
    lineage = {"openlineage_url": "http://x", "openlineage_file": "events.ndjson"}
    assert titles(tmp_path, **lineage) == [
        "sending lineage to OPENLINEAGE_FILE",
        "sending lineage to OPENLINEAGE_URL",
    ]
    assert titles(tmp_path, **lineage, openlineage_disabled=True) == []
    assert titles(tmp_path, traceparent="00-1-2-01", openlineage_parent_id="a/b/c") == []


def test_a_library_that_is_missing_is_named_when_a_run_begins(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "spectra_gx.telemetry.metrics.prometheus_text", raising=False)
    listener = MetricsListener(MetricsFile(tmp_path / "spectra.prom"))
    said = "nothing is sent for METRICS_FILE: .* `pip install 'spectra-gx\\[prometheus\\]'`"
    with pytest.raises(ConfigurationError, match=said):
        listener.handle(STARTED)
    listener.handle(RunEnded(run()))
    assert [*tmp_path.iterdir()] == []


def test_so_is_that_of_traces(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    for name in ("opentelemetry.sdk", "opentelemetry.sdk.trace", "opentelemetry.trace"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delitem(sys.modules, "spectra_gx.telemetry.traces.spans", raising=False)
    listener = TraceListener(OtlpAddress("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), None)
    with pytest.raises(ConfigurationError, match="spectra-gx\\[otel\\]"):
        listener.handle(STARTED)
    listener.handle(RunEnded(run()))
