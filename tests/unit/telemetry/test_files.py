"""The dashboard and the alerts ask for metrics that exist, by labels that these have."""

from __future__ import annotations

import json
import re
import runpy
import sys
from importlib.resources import files
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from spectra_gx.telemetry.metrics.catalogue import METRICS
from spectra_gx.telemetry.metrics.service_catalogue import FOLLOWERS, JOBS, WARM
from spectra_gx.telemetry.metrics.service_text import ServiceMetrics

FOLDER = files("spectra_gx.telemetry.files")
DASHBOARD: Any = json.loads((FOLDER / "grafana-dashboard.json").read_text("utf-8"))
ALERTS: Any = yaml.safe_load((FOLDER / "prometheus-alerts.yml").read_text("utf-8"))


def served() -> dict[str, set[str]]:
    """Return each metric that the service itself shows, with its labels."""
    metrics = ServiceMetrics()
    metrics.count("GET", "/healthz", 200, 0.1)
    now = {JOBS: {("run", "queued"): 1.0}, FOLLOWERS: {(): 0.0}, WARM: {(): 1.0}}
    families = text_string_to_metric_families(metrics.text(now, None).decode())
    return {sample.name: {*sample.labels} for family in families for sample in family.samples}


LABELS = {metric.name: {*metric.labels} for metric in METRICS} | served()
ADDED = {"job", "instance"}
"""Labels that Prometheus adds."""

PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
ALERTED = [rule["expr"] for rule in RULES]


def selectors(node: Any) -> list[Any]:
    """Return the selectors in a parsed query, at any depth."""
    if isinstance(node, promql_parser.VectorSelector):
        return [node]
    parts = [getattr(node, name, None) for name in ("expr", "lhs", "rhs", "vector_selector")]
    parts += [*(getattr(node, "args", None) or ())]
    return [found for part in parts if part is not None for found in selectors(part)]


@pytest.mark.parametrize("query", [*QUERIES, *ALERTED])
def test_a_query_selects_metrics_that_exist_by_labels_that_they_have(query: str):
    found = selectors(promql_parser.parse(query.replace("$__rate_interval", "5m").replace("$", "")))
    assert found
    for selector in found:
        assert selector.name in LABELS
        used = {matcher.name for matcher in selector.matchers.matchers}
        assert used <= LABELS[selector.name]
    grouped = re.findall(r"by \(([^)]*)\)", query)
    for names in grouped:
        assert {*re.split(r",\s*", names)} <= LABELS[found[0].name] | ADDED


def test_the_dashboard_shows_every_metric():
    assert {name for query in QUERIES for name in re.findall(r"spectra_gx_\w+", query)} == {*LABELS}


def test_the_legends_name_labels_that_are_there():
    for panel in PANELS:
        for target in panel["targets"]:
            [name, *_] = re.findall(r"spectra_gx_\w+", target["expr"])
            legend = {*re.findall(r"{{(\w+)}}", target["legendFormat"])}
            assert legend <= LABELS[name] | ADDED


def test_the_dashboard_is_one_that_grafana_loads():
    assert (DASHBOARD["uid"], DASHBOARD["schemaVersion"]) == ("spectra-gx", 39)
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len({*ids}) == len(ids)
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == [
        "datasource",
        "environment",
        "stage",
    ]
    for panel in PANELS:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["datasource"]["uid"] == "${datasource}"


def test_every_alert_says_what_it_is_about():
    names = [rule["alert"] for rule in RULES]
    assert len({*names}) == len(names)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"].keys() == {"summary", "description"}
        words = " ".join(rule["annotations"].values())
        [name, *_] = re.findall(r"spectra_gx_\w+", rule["expr"])
        assert {*re.findall(r"\$labels\.(\w+)", words)} <= LABELS[name] | ADDED


def test_a_file_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(sys, "argv", ["files", "prometheus-alerts.yml"])
    runpy.run_module("spectra_gx.telemetry.files", run_name="__main__")
    assert yaml.safe_load(capsys.readouterr().out) == ALERTS
