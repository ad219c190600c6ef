"""Events of OpenLineage are what its specification wants, for any run."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from spectra_gx.errors import ExternalServiceError, RunInterruptedError
from spectra_gx.runner.events import RunEnded, RunStarted
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.run_result import TableCounts
from spectra_gx.telemetry.lineage.column_lineage import column_lineage
from spectra_gx.telemetry.lineage.dataset_names import dataset_name
from spectra_gx.telemetry.lineage.events import (
    LineageProject,
    ended_event,
    run_id,
    started_event,
)
from spectra_gx.telemetry.lineage.listener import LineageListener
from tests.fakes.contracts import contract_of
from tests.fakes.openlineage_schemas import RUN_EVENT
from tests.fakes.runs import IDENTITY, NOW, rule, run, stage, table

SHOP = contract_of(
    """
    shop.orders:
      description: What was ordered.
      primary_key: [id]
      columns:
        id: {type: long, description: The number of an order.}
        note: {type: string, required: true}
        day: date
        customer: {type: string, classification: pii}
    shop.by_day:
      columns: {day: date, orders: long, notes: long}
    """,
    more="purpose: Orders of a shop.\n",
)
RAW = replace(contract_of("raw.events: {columns: {id: long, text: string}}", more=""), name="raw")
PARENT = "airflow/nightly.shop/11111111-2222-3333-4444-555555555555"
SELECT = "select day, count(*) as orders, count(note) as notes from {shop.orders} group by day"


def project(**facts):
    known = {"shop": SHOP, "raw": RAW}
    return LineageProject(known, "s3://lake/gold/{}".format, "tests", **facts)


ORDERS = table(
    "shop.orders",
    [
        rule("shop.orders.id.type"),
        rule("shop.orders.note.required", "failed", "warning", unexpected=2),
        rule("shop.orders.day.type", "errored"),
    ],
    7,
)
CHECKED = replace(
    stage(ORDERS, table("shop.by_day", [rule("shop.by_day.day.type")], 3)),
    contract="shop",
    inputs={"raw.events": 4, "shop.orders": 7, "shop.by_day": 3, "shop.gone": None},
)
PUBLISHED = {
    "published": {"shop.orders": 7, "shop.by_day": 3},
    "counts": {"shop.orders": TableCounts("replace", 6, 0, 0, 0)},
    "selects": {"shop.by_day": SELECT},
    "contract": SHOP,
}


def event_of(ended, operation="run", **facts):
    started = RunStarted(IDENTITY, SHOP, operation)
    return ended_event(project(**facts), started, RunEnded(ended, operation))


def by_name(datasets):
    return {one["facets"]["symlinks"]["identifiers"][0]["name"]: one for one in datasets}


RUNS = [
    (run(CHECKED, **PUBLISHED), "run"),
    (run(CHECKED, contract=SHOP), "check"),
    (run(None, contract=SHOP, error=ExternalServiceError("GET /x answered 503")), "run"),
    (run(None, contract=SHOP, error=RunInterruptedError("interrupted")), "run"),
    (run(CHECKED, **PUBLISHED, already_published="Success"), "run"),
]


@pytest.mark.parametrize(("ended", "operation"), RUNS)
@pytest.mark.parametrize("parent", [None, PARENT])
def test_both_events_are_what_the_specification_wants(ended, operation, parent):
    started = RunStarted(IDENTITY, SHOP, operation)
    for event in (
        started_event(project(parent=parent), started),
        event_of(ended, operation, parent=parent),
    ):
        assert [*Draft202012Validator(RUN_EVENT).iter_errors(event)] == []
        assert event["run"]["runId"] == run_id(IDENTITY.execution_id)
        assert event["job"]["namespace"] == "tests"


def test_how_runs_and_checks_end():
    states = [event_of(ended, operation)["eventType"] for ended, operation in RUNS]
    assert states == ["FAIL", "COMPLETE", "FAIL", "ABORT", "COMPLETE"]
    passed = replace(CHECKED, tables=(), verdict=run().verdict)
    assert event_of(run(passed, **PUBLISHED))["eventType"] == "COMPLETE"
    assert event_of(RUNS[1][0], "check")["job"]["name"] == "shop.check"
    stopped = event_of(RUNS[2][0])["run"]["facets"]["errorMessage"]
    assert stopped["message"] == "GET /x answered 503"


def test_tables_that_were_read_and_checked_are_inputs_and_published_ones_outputs():
    event = event_of(run(CHECKED, **PUBLISHED))
    inputs, outputs = by_name(event["inputs"]), by_name(event["outputs"])
    assert inputs.keys() == {"raw.events", "shop.orders", "shop.by_day"}
    assert outputs.keys() == {"shop.orders", "shop.by_day"}
    assert (inputs["raw.events"]["namespace"], inputs["raw.events"]["name"]) == (
        "s3://lake",
        "gold/Tables/raw/events",
    )
    assert inputs["raw.events"]["facets"]["version"]["datasetVersion"] == "4"
    assert "inputFacets" not in inputs["raw.events"]
    found = inputs["shop.orders"]["inputFacets"]
    assert found["dataQualityAssertions"]["assertions"] == [
        {"assertion": "shop.orders.id.type", "success": True, "column": "id"},
        {"assertion": "shop.orders.note.required", "success": False, "column": "note"},
        {"assertion": "shop.orders.day.type", "success": False, "column": "day"},
    ]
    assert found["dataQualityMetrics"]["rowCount"] == 6
    assert found["dataQualityMetrics"]["columnMetrics"] == {"note": {"nullCount": 2}}
    written = outputs["shop.orders"]
    assert written["outputFacets"]["outputStatistics"]["rowCount"] == 6
    assert written["facets"]["schema"]["fields"][0] == {
        "name": "id",
        "type": "long",
        "description": "The number of an order.",
    }
    lineage = outputs["shop.by_day"]["facets"]["columnLineage"]["fields"]
    place = {"namespace": "s3://lake", "name": "gold/Tables/shop/orders"}
    assert lineage == {
        "day": {"inputFields": [{**place, "field": "day"}]},
        "notes": {"inputFields": [{**place, "field": "note"}]},
    }


def test_the_parent_is_what_started_a_run_or_else_what_it_consumes():
    consumed = SimpleNamespace(stage="raw", execution_id=IDENTITY.correlation_id)
    ended = run(CHECKED, **PUBLISHED, consumed=[consumed])
    facet = event_of(ended)["run"]["facets"]["parent"]
    assert facet["job"] == {"namespace": "tests", "name": "raw"}
    assert facet["run"]["runId"] == run_id(IDENTITY.correlation_id)
    facet = event_of(ended, parent=PARENT)["run"]["facets"]["parent"]
    assert facet["job"] == {"namespace": "airflow", "name": "nightly.shop"}
    assert facet["run"]["runId"] == PARENT.rpartition("/")[2]
    assert "parent" not in event_of(run(CHECKED, **PUBLISHED), parent="no/uuid")["run"]["facets"]


def test_ids_are_uuids_that_follow_from_the_run():
    assert UUID(run_id("a")).version == 5
    assert run_id("a") == run_id("a") != run_id("b")


@pytest.mark.parametrize(
    ("location", "namespace", "name"),
    [
        (None, "file", "/lake/Tables/shop/t"),
        ("Files/t.csv", "file", "/lake/Files/t.csv"),
        ("/elsewhere/t", "file", "/elsewhere/t"),
        ("s3://bucket/some/t/", "s3://bucket", "some/t"),
        (
            "abfss://lake@acme.dfs.core.windows.net/t",
            "abfss://lake@acme.dfs.core.windows.net",
            "t",
        ),
        (
            "postgresql://db.example.com/app#public.t",
            "postgres://db.example.com:5432",
            "app.public.t",
        ),
        ("mysql://127.0.0.1:3307/app#t", "mysql://127.0.0.1:3307", "app.t"),
        ("bigquery://acme/sales#t", "bigquery", "acme.sales.t"),
        (
            "snowflake://acme.snowflakecomputing.com/APP#PUBLIC.T",
            "snowflake://acme",
            "APP.PUBLIC.T",
        ),
        ("duckdb:app.duckdb#main.t", "file", "app.duckdb#main.t"),
    ],
)
def test_tables_have_the_names_that_every_producer_gives_them(location, namespace, name):
    declared = replace(SHOP.tables[0], name="shop.t", location=location)
    assert dataset_name(declared, "/lake/{}".format) == (namespace, name)


TABLES = {
    one.name: one
    for one in contract_of(
        """
        shop.orders:
          columns: {id: long, customerId: long, total: double, day: date}
        shop.people:
          columns: {customerId: long, "full name": string}
        shop.out:
          columns: {day: date, total: double, twice: double, who: string, orders: long}
        """
    ).tables
}
ORIGIN = {"day": (("shop.orders", "day"),), "total": (("shop.orders", "total"),)}


@pytest.mark.parametrize(
    ("select", "found"),
    [
        (
            (
                "select day, count(*) as orders, sum(total) as total, 2 * max(total) as twice "
                "from {shop.orders} where day < {today} group by day"
            ),
            ORIGIN | {"twice": (("shop.orders", "total"),)},
        ),
        (
            (
                'select o.*, p."full name" as who from {shop.orders} o '
                'left join {shop.people} p on o."customerId" = p."customerId"'
            ),
            ORIGIN | {"who": (("shop.people", "full name"),)},
        ),
        (
            (
                "with x as (select day, total + id as total from {shop.orders}) "
                "select day, total from x union all select day, 0.0 from {shop.orders}"
            ),
            ORIGIN | {"total": (("shop.orders", "id"), ("shop.orders", "total"))},
        ),
        ("select day, nowhere as total from {shop.orders}", {}),
        ("select (", {}),
        ("select 1 as orders", {}),
    ],
)
def test_columns_are_followed_to_where_their_values_come_from(select, found):
    assert column_lineage(select, TABLES["shop.out"], TABLES) == found


class Collecting:
    title = "OPENLINEAGE_URL"

    def __init__(self):
        self.states = []

    def send(self, event):
        self.states.append((event["eventType"], event["job"]["name"]))


@pytest.mark.parametrize(
    ("operation", "parameters", "facts", "states"),
    [
        ("run", RunParameters(), {}, ["START", "FAIL"]),
        ("run", RunParameters(preview=True), {}, []),
        ("run", RunParameters(), {"already_published": "Success"}, ["START", "COMPLETE"]),
        ("check", None, {}, ["START", "COMPLETE"]),
        ("check", None, {"recorded": False}, []),
    ],
)
def test_a_start_is_followed_by_one_end(operation, parameters, facts, states):
    sink = Collecting()
    listener = LineageListener(sink, project())
    ended = run(CHECKED, contract=SHOP, parameters=parameters or RunParameters(), **facts)
    listener.handle(RunStarted(IDENTITY, SHOP, operation, parameters, NOW))
    listener.handle(RunEnded(ended, operation, NOW))
    assert [state for state, _ in sink.states] == states
