"""What only a manifest of dbt has: tests that are queries of their own, and a catalog beside it."""

import json

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.interop.dbt.dbt_import import import_dbt

NODES = {
    "model.shop.orders": {
        "resource_type": "model",
        "name": "orders",
        "schema": "sales",
        "relation_name": '"dev"."sales"."orders"',
        "columns": {
            "id": {"name": "id", "data_type": "bigint"},
            "total": {"name": "total"},
        },
    },
    "model.shop.orders_old": {
        "resource_type": "model",
        "name": "orders_old",
        "schema": "sales",
        "relation_name": '"dev"."sales"."orders_old"',
        "columns": {"id": {"name": "id", "data_type": "bigint"}},
    },
}
SOURCES = {
    "source.shop.raw.days": {
        "source_name": "raw",
        "name": "days",
        "schema": "landing",
        "relation_name": '"dev"."landing"."days"',
        "columns": {"day": {"name": "day", "data_type": "date"}},
    }
}


def imported(*tests, adapter="postgres", catalog=None):
    nodes = {**NODES, **{f"test.shop.{n}": node for n, node in enumerate(tests)}}
    manifest = {"metadata": {"adapter_type": adapter}, "nodes": nodes, "sources": SOURCES}
    files = {"manifest.json": json.dumps(manifest).encode()}
    if catalog is not None:
        files["catalog.json"] = json.dumps(catalog).encode()
    conversion = import_dbt(files)
    contract = parse_contract(conversion.text.encode(), "x")
    losses = [f"{loss.path}: {loss.reason}" for loss in conversion.losses]
    return {table.name: table for table in contract.tables}, losses


def single(raw, **more):
    return {"resource_type": "test", "name": "is_sane", "raw_code": raw, **more}


def of_orders(*tests, **more):
    tables, losses = imported(*tests, **more)
    found = [rule for rule in tables["sales.orders"].table_rules if rule.kind == "sql"]
    return found, [loss for loss in losses if "is_sane" in loss]


def test_a_query_of_its_own_becomes_a_rule_of_the_first_table_that_it_reads():
    query = """
        {{ config(severity='warn', tags=["daily"]) }}
        {# why: nobody is paid for nothing #}
        select o.id
        from {{ ref('orders') }} as o
        left join {{- ref("shop", "orders_old") -}} as p on o.id = p.id
        where o.id < 0 and o.id not in (select 1 from {{ source('raw', 'days') }})
    """
    [rule], losses = of_orders(single(query, config={"severity": "warn"}, description="Sane."))
    assert losses == []
    assert (rule.id, str(rule.severity), rule.description) == (
        "sales.orders.is_sane", "warning", "Sane.",
    )  # fmt: skip
    flat = " ".join(rule.argument.lower().split())
    assert "from {table} as o left join {sales.orders_old} as p" in flat
    assert "from {landing.days}" in flat


def test_a_query_with_other_templates_is_read_as_dbt_compiled_it():
    raw = "select * from {{ ref('orders') }} where total > {{ var('most') }}"
    compiled = 'select * from "dev"."sales"."orders" where total > 10'
    [rule], losses = of_orders(single(raw, compiled_code=compiled))
    assert losses == []
    assert " ".join(rule.argument.lower().split()) == "select * from {table} where total > 10"


def test_the_longest_name_of_a_relation_counts():
    nodes = json.loads(json.dumps(NODES))
    for node in nodes.values():
        node["relation_name"] = node["relation_name"].replace('"', "")
    manifest = {
        "nodes": {
            **nodes,
            "test.shop.x": {
                "resource_type": "test",
                "name": "is_sane",
                "compiled_code": "select o.id from dev.sales.orders_old as o",
            },
        }
    }
    conversion = import_dbt({"manifest.json": json.dumps(manifest).encode()})
    old = parse_contract(conversion.text.encode(), "x").table("sales.orders_old")
    assert [rule.argument for rule in old.table_rules if rule.kind == "sql"] == [
        "select o.id from {table} as o"
    ]


def test_accepted_failures_of_a_query_are_counted():
    query = "select id from {{ ref('orders') }} where id < 0"
    rules, losses = of_orders(single(query, config={"error_if": ">10", "warn_if": ">5"}))
    assert losses == []
    assert [(str(rule.severity), "count(*)" in rule.argument) for rule in rules] == [
        ("critical", True), ("warning", True),
    ]  # fmt: skip
    assert ["value <= 10" in rule.argument for rule in rules] == [True, False]


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ({"raw_code": ""}, "a query of its own; write it as a `sql` rule"),
        ({"raw_code": "select {{ x() }} from {{ ref('orders') }}"}, "it contains a template"),
        ({"raw_code": "select * from {{ ref('nowhere') }}"}, "`ref('nowhere')` is not in these"),
        ({"raw_code": "select 1"}, "it reads no table of these files"),
        ({"raw_code": "select (( from {{ ref('orders') }}"}, "cannot be read as postgres"),
        (
            {"raw_code": "select 1 from {{ ref('orders') }}", "config": {"fail_calc": "sum(n)"}},
            "only `count(*)` is supported",
        ),
    ],
)
def test_a_query_without_an_equal_is_named(test, reason):
    found, losses = of_orders({"resource_type": "test", "name": "is_sane", **test})
    assert found == []
    [loss] = losses
    assert loss.startswith("data_tests[0]: `is_sane`: ")
    assert reason in loss


def test_a_query_that_contracts_refuse_is_left_out_and_named():
    tables, losses = imported(single("delete from {{ ref('orders') }}"))
    assert not [rule for rule in tables["sales.orders"].table_rules if rule.kind == "sql"]
    assert any("left out" in loss or "cannot be read" in loss for loss in losses)


CATALOG = {
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"},
    "nodes": {
        "model.shop.orders": {
            "columns": {
                "ID": {"name": "ID", "type": "INTEGER", "index": 1},
                "TOTAL": {"name": "TOTAL", "type": "numeric(12,2)", "index": 2},
                "seen": {"name": "seen", "type": "timestamp with time zone", "comment": "When."},
            }
        },
        "model.other.unknown": {"columns": {}},
    },
    "sources": {"source.shop.raw.days": {"columns": {"n": {"name": "n", "type": "boolean"}}}},
}


def test_a_catalog_has_the_types_and_the_columns_that_a_manifest_lacks():
    tables, losses = imported(catalog=CATALOG)
    orders = {column.name: column.type for column in tables["sales.orders"].columns}
    assert orders == {"id": "long", "total": "decimal(12,2)", "seen": "timestamp"}
    assert tables["sales.orders"].column("seen").description == "When."
    days = {column.name: column.type for column in tables["landing.days"].columns}
    assert days == {"day": "date", "n": "boolean"}
    assert not [loss for loss in losses if "no type is given" in loss]
    assert [loss for loss in imported()[1] if "no type is given for 'total'" in loss]


def test_a_catalog_alone_is_refused():
    with pytest.raises(ContractError) as raised:
        import_dbt({"catalog.json": json.dumps(CATALOG).encode()})
    assert "pass target/manifest.json beside it" in raised.value.problems[0].message
