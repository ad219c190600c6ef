"""The doctor names what is sent about runs, and what is not installed for it."""

from __future__ import annotations

import sys

from spectra_gx.doctor.findings import Finding, Level
from spectra_gx.doctor.telemetry_checks import check_telemetry
from spectra_gx.settings import load_settings


def test_what_is_sent_is_named_and_without_a_setting_nothing_is(tmp_path):
    assert [*check_telemetry(load_settings(tmp_path), tmp_path)] == []
    settings = load_settings(tmp_path, openlineage_url="http://x", metrics_file="a.prom")
    assert [*check_telemetry(settings, tmp_path)] == [
        Finding(Level.OK, "telemetry", "sending metrics to METRICS_FILE after each run"),
        Finding(Level.OK, "telemetry", "sending lineage to OPENLINEAGE_URL after each run"),
    ]
    assert [*tmp_path.iterdir()] == []


def test_what_is_not_installed_is_a_warning_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "spectra_gx.telemetry.metrics.prometheus_text", raising=False)
    settings = load_settings(tmp_path, metrics_pushgateway="http://x")
    message = "nothing is sent for METRICS_PUSHGATEWAY: what it needs is not installed"
    fix = "run `pip install 'spectra-gx[prometheus]'`"
    assert [*check_telemetry(settings, tmp_path)] == [
        Finding(Level.WARNING, "telemetry", message, fix)
    ]
