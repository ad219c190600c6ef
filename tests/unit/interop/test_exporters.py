"""A contract as ODCS, JSON Schema, Markdown and DDL."""

import json

import pytest
from jsonschema import Draft202012Validator

from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.problems import Report
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.interop.exporters import EXPORTS

CONTRACT = parse_contract(
    b"""\
contract: shop
version: 1.2.0
owner: Shop <b>Team</b>
contact: "#shop"
purpose: "1. What | was *sold*, [here](x) & `there`."
tables:
  shop.orders:
    description: "It's one order \\\\ a row."
    primary_key: [id]
    partitioned_by: [day]
    rows: {min: 1}
    columns:
      id: {type: long, required: true, min: 1}
      day: date
      state: {type: string, required: true, enum: [open, done], description: "Open | 'done'"}
      code: {type: string, pattern: "^[A-Z]+$", max_length: 3}
      paid: {type: double, min: {value: 0, severity: warning}}
      ship:
        type: struct
        fields:
          zip: {type: string, required: true, length: 5}
          lines: {type: array, items: {type: integer, min: 1}}
      notes: {type: "map<string,array<short>>"}
    rules:
      - {id: parent, references: {columns: [id], table: shop.parents, to: [key]}}
      - {id: seen, sql: "select * from {table} where id > (select count(*) from {shop.parents})"}
  shop.parents:
    primary_key: [key]
    columns: {key: long}
""",
    "shop",
)
GOOD = {
    "id": 1,
    "day": None,
    "state": "open",
    "code": "AB",
    "paid": -1,
    "ship": {"zip": "12345", "lines": [1, None]},
    "notes": {"a": [1, None]},
}


def export(form):
    return EXPORTS[form](CONTRACT)


def odcs():
    return plain_value(parse_yaml(export("odcs").text.encode(), Report("x")))


# -- ODCS ------------------------------------------------------------------------------------------


def test_odcs_uses_standard_properties_where_it_can():
    said = odcs()
    assert (said["apiVersion"], said["kind"], said["id"]) == ("v3.2.0", "DataContract", "shop")
    assert said["team"] == {"name": "Shop <b>Team</b>"}
    assert said["support"] == [{"channel": "#shop"}]
    orders = said["schema"][0]
    columns = {column["name"]: column for column in orders["properties"]}
    assert columns["id"] == {
        "name": "id",
        "logicalType": "integer",
        "physicalType": "long",
        "required": True,
        "logicalTypeOptions": {"minimum": 1},
        "primaryKey": True,
        "primaryKeyPosition": 1,
    }
    assert columns["day"]["partitioned"] is True
    assert columns["state"]["enum"] == [{"value": "open"}, {"value": "done"}]
    assert columns["code"]["logicalTypeOptions"] == {"pattern": "^[A-Z]+$", "maxLength": 3}
    assert columns["ship"]["properties"][1]["items"]["logicalTypeOptions"] == {"minimum": 1}
    assert columns["notes"]["map"]["value"]["physicalType"] == "array<short>"
    assert orders["relationships"] == [
        {"type": "foreignKey", "from": ["shop.orders.id"], "to": ["shop.parents.key"]}
    ]


def test_odcs_contains_everything_else_as_checks_and_custom_properties():
    orders = odcs()["schema"][0]
    checks = {check["name"]: check for check in orders["quality"]}
    assert checks["shop.orders.rows"]["mustBeGreaterOrEqualTo"] == 1
    seen = checks["shop.orders.seen"]
    assert seen["query"] == (
        "select count(*) from (select * from {object} where id > "
        "(select count(*) from shop.parents)) as offending"
    )
    (paid,) = next(c for c in orders["properties"] if c["name"] == "paid")["quality"]
    assert paid["implementation"] == {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "paid", "min_value": 0},
    }
    assert paid["customProperties"] == [
        {"property": "min", "value": {"value": 0, "severity": "warning"}, "vendor": "spectra-gx"}
    ]


# -- JSON Schema -----------------------------------------------------------------------------------


def row_is_valid(**changes):
    schema = json.loads(export("jsonschema").text)
    return Draft202012Validator(schema).is_valid({"shop.orders": [{**GOOD, **changes}]})


def test_a_good_row_keeps_to_the_schema():
    assert row_is_valid()


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": 0},
        {"id": 2**63},
        {"state": "lost"},
        {"code": "abc"},
        {"code": "ABCD"},
        {"ship": {"zip": None, "lines": []}},
        {"ship": {"zip": "1", "lines": []}},
        {"ship": {"zip": "12345", "lines": [0]}},
        {"ship": {"zip": "12345"}},
        {"notes": {"a": [2**15]}},
        {"more": 1},
    ],
)
def test_a_bad_row_breaks_the_schema(changes):
    assert not row_is_valid(**changes)


def test_the_schema_counts_rows_and_reports_what_it_cannot_express():
    schema = json.loads(export("jsonschema").text)
    assert not Draft202012Validator(schema).is_valid({"shop.orders": []})
    assert {loss.path for loss in export("jsonschema").losses} == {
        "shop.orders.primary_key",
        "shop.orders.partitioned_by",
        "shop.orders.parent",
        "shop.orders.seen",
        "shop.orders.paid.min",
        "shop.parents.primary_key",
    }


# -- DDL -------------------------------------------------------------------------------------------


def test_ddl_creates_the_tables():
    assert (
        export("ddl").text
        == """\
-- shop 1.2.0, Spark SQL for Delta Lake

CREATE TABLE `shop`.`orders` (
  `id` BIGINT NOT NULL,
  `day` DATE,
  `state` STRING NOT NULL COMMENT 'Open | \\'done\\'',
  `code` STRING,
  `paid` DOUBLE,
  `ship` STRUCT<`zip`: STRING NOT NULL, `lines`: ARRAY<INT>>,
  `notes` MAP<STRING, ARRAY<SMALLINT>>
)
USING DELTA
PARTITIONED BY (`day`)
COMMENT 'It\\'s one order \\\\ a row.';

CREATE TABLE `shop`.`parents` (
  `key` BIGINT NOT NULL
)
USING DELTA;
"""
    )


@pytest.mark.parametrize("form", ["ddl", "jsonschema"])
def test_a_null_that_is_a_warning_is_no_error_elsewhere_and_is_reported(form):
    text = """
        {contract: shop, version: 1.0.0, owner: o, tables: {shop.t: {columns: {
          x: {type: long, required: {value: true, severity: warning}}}}}}
    """
    found = EXPORTS[form](parse_contract(text.encode(), "x"))
    assert [loss.path for loss in found.losses] == ["shop.t.x.required"]
    assert "NOT NULL" not in found.text
    if form == "jsonschema":
        assert Draft202012Validator(json.loads(found.text)).is_valid({"shop.t": [{"x": None}]})


def test_ddl_reports_each_rule_that_it_cannot_express():
    named = [loss.path for loss in export("ddl").losses]
    assert named == [
        "shop.orders.primary_key",
        "shop.orders.rows",
        "shop.orders.parent",
        "shop.orders.seen",
        "shop.orders.id.min",
        "shop.orders.state.enum",
        "shop.orders.code.pattern",
        "shop.orders.code.max_length",
        "shop.orders.paid.min",
        "shop.orders.ship.zip.length",
        "shop.orders.ship.lines.items.min",
        "shop.parents.primary_key",
    ]


def test_ddl_reads_json_lines_and_reports_how_csv_is_written():
    declared = parse_contract(
        b"""\
contract: erp
version: 1.0.0
owner: Shop
tables:
  erp.sales: {location: sales.csv, format: csv, csv: {delimiter: ;}, columns: {id: long}}
  erp.events: {location: events.jsonl, format: jsonl, columns: {id: long}}
""",
        "erp.contract.yaml",
    )
    statements = EXPORTS["ddl"](declared)

    assert "USING CSV\nLOCATION 'sales.csv'" in statements.text
    assert "USING JSON\nLOCATION 'events.jsonl'" in statements.text
    assert [loss.path for loss in statements.losses] == ["erp.sales.csv"]


# -- Markdown --------------------------------------------------------------------------------------


def test_markdown_shows_text_as_text():
    page = export("markdown").text
    assert "1\\. What \\| was \\*sold\\*, \\[here\\](x) &amp; \\`there\\`." in page
    assert "| Owner | Shop &lt;b&gt;Team&lt;/b&gt; |" in page
    assert "<b>" not in page
    assert '| `state` | `string` | no | Open \\| \'done\' | `enum: ["open", "done"]` |' in page


def test_markdown_names_every_rule():
    page = export("markdown").text
    assert "| `ship.zip` | `string` | no |  | `length: 5` |" in page
    assert "| `ship.lines[]` | `integer` | yes |  | `min: 1` |" in page
    assert '| `paid` | `double` | yes |  | `min: {"value": 0, "severity": "warning"}` |' in page
    assert all(f"`{name}`" in page for name in ("parent", "seen", "primary_key", "rows"))
    assert export("markdown").losses == ()
