"""Metrics of real runs arrive, as their receivers read them; a run without settings sends none."""

from __future__ import annotations

import json
import threading

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from spectra_gx.cli import main
from tests.fakes.telemetry_server import TelemetryServer
from tests.integration.telemetry.conftest import SECRET_NAME

EXPECTED = {
    ("spectra_gx_run_status", "passed"): 0.0,
    ("spectra_gx_run_status", "failed"): 1.0,
    ("spectra_gx_rule_status", "shop.orders.size.min"): 1.0,
    ("spectra_gx_rule_unexpected_rows", "shop.orders.size.min"): 1.0,
    ("spectra_gx_table_rows", "shop.orders"): 1.0,
    ("spectra_gx_quarantined_rows", "shop.orders"): 0.0,
    ("spectra_gx_log_failed", ""): 0.0,
}


def picked(samples):
    """Return what `EXPECTED` names of samples: each a name, its labels and a value."""
    found = {}
    for name, labels, value in samples:
        if name == "spectra_gx_rule_status" and labels["status"] != "failed":
            continue
        key = labels.get("rule") or labels.get("table") or labels.get("status") or ""
        found[name, key] = value
    return {key: value for key, value in found.items() if key in EXPECTED}


def in_text(text):
    return [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def in_message(body):
    message = ExportMetricsServiceRequest.FromString(body)
    [resource] = message.resource_metrics
    [scope] = resource.scope_metrics
    origin = {one.key: one.value.string_value for one in resource.resource.attributes}
    return origin, [
        (
            metric.name,
            {one.key: one.value.string_value for one in point.attributes},
            point.as_double,
        )
        for metric in scope.metrics
        for point in metric.gauge.data_points
    ]


def test_one_run_in_a_file_a_gateway_and_otlp(shop, server, monkeypatch):
    monkeypatch.setenv("METRICS_FILE", "spectra.prom")
    monkeypatch.setenv("METRICS_PUSHGATEWAY", server.url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"{server.url}/otlp/")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=fake%20key, x=1")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop-contracts")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    assert shop.run(size=-1.0).exit_code == 1
    text = (shop.root / "spectra.prom").read_text()
    assert picked(in_text(text)) == EXPECTED
    taken = {request.path: request for request in server.taken}
    assert taken.keys() == {"/metrics/job/shop-contracts/stage/shop", "/otlp/v1/metrics"}
    pushed = taken["/metrics/job/shop-contracts/stage/shop"]
    assert pushed.method == "PUT"
    assert picked(in_text(pushed.body.decode())) == EXPECTED
    sent = taken["/otlp/v1/metrics"]
    assert (sent.headers["api-key"], sent.headers["x"]) == ("fake key", "1")
    origin, samples = in_message(sent.body)
    assert picked(samples) == EXPECTED
    assert origin["service.name"] == "shop-contracts"
    assert origin["deployment.environment.name"] == "test"
    everything = text.encode() + b"".join(one.body for one in server.taken)
    assert SECRET_NAME.encode() not in everything
    [age] = [value for name, _, value in samples if name == "spectra_gx_table_age_seconds"]
    assert 86400 <= age < 87400


def test_json_and_the_log_show_them_too(logged_shop, capsys, monkeypatch):
    first, second = logged_shop.runs
    assert first.publish_seconds is not None
    shown = second.to_dict()
    assert shown["publish_seconds"] is None
    assert shown["last_success"] == first.ended.isoformat()
    assert shown["last_published"]["shop.orders"] == first.ended.isoformat()
    assert 86400 <= shown["table_age_seconds"]["shop.orders"] < 87400
    monkeypatch.chdir(logged_shop.root)
    assert main(["log", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    runs = [row for row in rows if row["record_type"] == "run"]
    assert [row["publish_duration_seconds"] is None for row in runs] == [False, True]
    assert rows[0]["table_age_seconds"] >= 86400


def test_a_check_is_sent_if_it_is_recorded_and_without_a_setting_nothing_is(shop, monkeypatch):
    before = threading.active_count()
    shop.run()
    assert threading.active_count() <= before
    monkeypatch.setenv("METRICS_FILE", "spectra.prom")
    shop.project.check("shop")
    assert not (shop.root / "spectra.prom").exists()
    shop.project.check("shop", record=True)
    assert (shop.root / "spectra.prom").exists()


def test_a_refusal_is_one_warning_and_no_failure(shop, monkeypatch, caplog):
    with TelemetryServer(503) as refusing:
        monkeypatch.setenv("METRICS_PUSHGATEWAY", refusing.url)
        assert shop.run().exit_code == 0
        assert len(refusing.taken) == 1
    said = [one.getMessage() for one in caplog.records if "METRICS" in one.getMessage()]
    assert len(said) == 1
    assert said[0] == (
        "the metrics were not sent to METRICS_PUSHGATEWAY: it answered 503; the run is not affected"
    )
