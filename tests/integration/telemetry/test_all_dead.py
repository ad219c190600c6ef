"""With every receiver hanging, a run ends as it does without any, five seconds later."""

from __future__ import annotations

import time

from spectra_gx import Project
from tests.fakes.telemetry_server import TelemetryServer

PLACES = (
    "METRICS_PUSHGATEWAY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OPENLINEAGE_URL",
)


def facts(shop, ended):
    """Return what must not differ: the verdict, the exit code, and the log."""
    [row] = [
        one
        for one in shop.project.log("shop")
        if one["execution_id"] == ended.identity.execution_id and one["record_type"] == "run"
    ]
    same = ("status", "error_message", "rule_statuses", "notification", "fingerprint")
    return (
        ended.exit_code,
        str(ended.verdict),
        ended.recorded,
        {name: row[name] for name in same},
    )


def test_a_run_whose_receivers_all_hang_ends_as_without_them(
    logged_shop, shop, monkeypatch, caplog
):
    expected = facts(logged_shop, logged_shop.runs[-1])
    shop.run()
    with TelemetryServer(hang=True) as hanging:
        for name in PLACES:
            monkeypatch.setenv(name, hanging.url)
        monkeypatch.setenv("METRICS_FILE", "contracts/shop.contract.yaml")
        begun = time.monotonic()
        ended = shop.run(-1.0, Project)
        took = time.monotonic() - begun
        assert facts(shop, ended) == expected
        # Each would take 4.5 s, one after another 18.
        assert took < ended.duration_seconds + 2.5 * Project.longest_wait
    said = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert sum("METRICS_FILE names a file of something else" in one for one in said) == 1
    assert sum("did not answer in time" in one or "within 5 s" in one for one in said) == 4
