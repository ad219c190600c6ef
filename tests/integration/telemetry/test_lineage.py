"""The events of real runs are valid, in a file and over HTTP, and have no value of a table."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from tests.fakes.openlineage_schemas import RUN_EVENT
from tests.integration.telemetry.conftest import SECRET_NAME


def test_a_run_is_two_valid_events_in_a_file_and_over_http(shop, server, monkeypatch):
    monkeypatch.setenv("OPENLINEAGE_URL", server.url)
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "fake-key")
    monkeypatch.setenv("OPENLINEAGE_FILE", "lineage/events.ndjson")
    monkeypatch.setenv("OPENLINEAGE_NAMESPACE", "tests")
    assert shop.run().exit_code == 0
    assert shop.run(size=-1.0).exit_code == 1
    text = (shop.root / "lineage" / "events.ndjson").read_text("utf-8")
    events = [json.loads(line) for line in text.splitlines()]
    assert [json.loads(one.body) for one in server.taken] == events
    assert {one.path for one in server.taken} == {"/api/v1/lineage"}
    assert {one.headers["Authorization"] for one in server.taken} == {"Bearer fake-key"}
    assert [event["eventType"] for event in events] == ["START", "COMPLETE", "START", "FAIL"]
    for event in events:
        assert [*Draft202012Validator(RUN_EVENT).iter_errors(event)] == []
    assert len({event["run"]["runId"] for event in events}) == 2
    _, passed, _, failed = events
    [output] = passed["outputs"]
    assert output["namespace"] == "file"
    assert output["name"] == str(shop.root / "warehouse" / "Tables" / "shop" / "orders")
    assert output["facets"]["version"]["datasetVersion"] == "0"
    assert failed["outputs"] == []
    [checked] = failed["inputs"]
    failing = [
        one["assertion"]
        for one in checked["inputFacets"]["dataQualityAssertions"]["assertions"]
        if not one["success"]
    ]
    assert failing == ["shop.orders.size.min"]
    assert SECRET_NAME not in text
