"""What foreign ODCS becomes, and that whatever is not carried is named with its place."""

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.interop.losses import Loss
from spectra_gx.interop.odcs.odcs_import import import_odcs

HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: shop
name: shop
version: 1.0.0
status: active
team: {name: Shop Team}
"""


def imported(text, file="shop.odcs.yaml"):
    """Return the contract and the losses by path."""
    carried = import_odcs((HEAD + text).encode(), file)
    contract = parse_contract(carried.text.encode(), "shop")
    return contract, {loss.path: loss.reason for loss in carried.losses}


def column(text):
    """Return the first column of a table that holds only the property given, and the losses."""
    contract, losses = imported(
        f"schema: [{{name: shop.orders, properties: [{{name: a, {text}}}]}}]"
    )
    return contract.tables[0].columns[0], losses


def said(found):
    return {rule.kind: rule.argument for rule in found.rules}


@pytest.mark.parametrize(
    ("physical", "delta", "more"),
    [
        ("string", "string", {}),
        ("varchar(18)", "string", {"max_length": 18}),
        ("VARCHAR", "string", {}),
        ("int", "integer", {}),
        ("bigint", "long", {}),
        ("'decimal(10, 2)'", "decimal(10,2)", {}),
        ("numeric(5)", "decimal(5,0)", {}),
        ("timestamp without time zone", "timestamp_ntz", {}),
        ("double precision", "double", {}),
        ("ARRAY<STRING>", "array<string>", {}),
        ("'struct<a:string>'", "struct<a:string>", {}),
    ],
)
def test_physical_types_with_the_same_values(physical, delta, more):
    found, losses = column(f"physicalType: {physical}")
    assert said(found) == {"type": delta, **more}
    assert losses == {}


@pytest.mark.parametrize(
    ("said_of_it", "delta"),
    [
        ("physicalType: numeric", "double"),
        ("physicalType: uuid", "string"),
        ("physicalType: Name, logicalType: integer", "integer"),
        ("logicalType: time", "string"),
    ],
)
def test_a_type_that_delta_has_not_is_named(said_of_it, delta):
    found, losses = column(said_of_it)
    assert found.type == delta
    ((path, reason),) = losses.items()
    assert path.startswith("schema[0].properties[0].")
    assert reason.endswith(f"became '{delta}'")


def test_logical_types_are_used_without_a_physical_type():
    assert column("logicalType: integer, logicalTypeOptions: {format: i64}")[0].type == "long"
    assert column("logicalType: number, logicalTypeOptions: {format: f32}")[0].type == "float"
    in_map = "logicalType: map, map: {key: {logicalType: string}, value: {physicalType: bigint}}"
    assert column(in_map)[0].type == "map<string,long>"


def test_options_become_keys():
    found, losses = column(
        "logicalType: integer, required: true, unique: true, description: Age, tags: [x], "
        "logicalTypeOptions: {minimum: 1, exclusiveMaximum: 9}, examples: [3], "
        "enum: [{value: 2}, {value: null}, {value: 3}]"
    )
    assert said(found) == {
        "type": "integer",
        "required": True,
        "unique": True,
        "enum": (2, 3),
        "min": 1,
        "below": 9,
    }
    assert (found.description, found.tags, found.examples) == ("Age", ("x",), (3,))
    assert losses == {}


def test_what_does_not_fit_is_left_out_and_named():
    found, losses = column("logicalType: string, logicalTypeOptions: {pattern: '(', format: ipv6}")
    assert said(found) == {"type": "string"}
    assert (
        "not a regular expression" in losses["schema[0].properties[0].logicalTypeOptions.pattern"]
    )
    assert "must be one of" in losses["schema[0].properties[0].logicalTypeOptions.format"]


def test_an_unknown_classification_is_kept_from_leaving_the_table():
    found, losses = column("logicalType: string, classification: Gold")
    assert found.classification == "confidential"
    assert losses == {"schema[0].properties[0].classification": "'Gold' became 'confidential'"}
    assert column("logicalType: string, classification: PII")[0].classification == "pii"


def test_fields_and_items():
    found, losses = column(
        "logicalType: object, properties: [{name: zip code, logicalType: string, required: true}, "
        "{name: lines, logicalType: array, items: {logicalType: integer, "
        "logicalTypeOptions: {minimum: 1}}}]"
    )
    assert found.type == "struct<`zip code`:string,lines:array<integer>>"
    assert [rule.id for rule in found.every_rule()] == [
        "shop.orders.a.type",
        'shop.orders.a."zip code".type',
        'shop.orders.a."zip code".required',
        "shop.orders.a.lines.type",
        "shop.orders.a.lines.items.type",
        "shop.orders.a.lines.items.min",
    ]
    assert not losses


@pytest.mark.parametrize(
    ("check", "rule"),
    [
        ("{metric: nullValues, mustBe: 0}", {"required": True}),
        ("{rule: nullValues, mustBe: 0}", {"required": True}),
        ("{metric: duplicateValues, mustBe: 0}", {"unique": True}),
        (
            "{metric: invalidValues, mustBe: 0, arguments: {validValues: [a, null]}}",
            {"enum": ("a",)},
        ),
        ("{metric: invalidValues, mustBe: 0, arguments: {pattern: ^a}}", {"pattern": "^a"}),
        (
            """{type: custom, engine: greatExpectations, implementation:
              '{type: expect_column_value_lengths_to_be_between, kwargs: {maxValue: 3}}'}""",
            {"max_length": 3},
        ),
    ],
)
def test_checks_of_a_column_become_keys(check, rule):
    found, losses = column(f"logicalType: string, quality: [{check}]")
    assert said(found) == {"type": "string", **rule}
    assert losses == {}


def test_a_share_and_a_severity_are_kept():
    found, losses = column(
        "logicalType: string, quality: [{metric: nullValues, mustBeLessOrEqualTo: 5, "
        "unit: percent, severity: warning, description: Mostly there}]"
    )
    rule = found.rules[1]
    assert (rule.kind, rule.mostly, rule.severity, rule.description) == (
        "required",
        0.95,
        "warning",
        "Mostly there",
    )
    assert losses == {}


@pytest.mark.parametrize(
    ("check", "sql"),
    [
        (
            "{metric: nullValues, mustBeLessThan: 5}",
            'select count(*) from {table} where "a" is null',
        ),
        (
            "{metric: missingValues, mustBe: 0, arguments: {missingValues: ['', null]}}",
            'select count(*) from {table} where "a" is null or "a" in (\'\')',
        ),
        (
            "{type: sql, query: 'select count({property}) from ${object};', mustBeBetween: [1, 2]}",
            'select count("a") from {table}',
        ),
        ("{query: select 1 from shop.orders, mustBe: 0}", "select 1 from {table}"),
    ],
)
def test_checks_that_compare_a_number_become_queries(check, sql):
    contract, losses = imported(
        "schema: [{name: shop.orders, properties: "
        f"[{{name: a, logicalType: string, quality: [{check}]}}]}}]"
    )
    rule = contract.tables[0].table_rules[-1]
    assert rule.kind == "sql"
    assert rule.argument.startswith(f"select * from (select ({sql}) as value) as answer where (")
    assert rule.argument.endswith(") is not true")
    assert losses == {}


def test_a_weaker_check_does_not_weaken_a_promise():
    contract, losses = imported(
        "schema: [{name: shop.orders, properties: [{name: a, logicalType: string, required: true, "
        "quality: [{metric: nullValues, mustBeLessOrEqualTo: 5, unit: percent}]}, "
        "{name: b, logicalType: string, required: true, "
        "quality: [{metric: nullValues, mustBe: 0, description: Why}]}]}]"
    )
    table = contract.tables[0]
    assert all(found.required for found in table.columns)
    assert (table.table_rules[-1].id, table.table_rules[-1].mostly) == (
        "shop.orders.a-required",
        0.95,
    )
    assert table.columns[1].rules[1].description == "Why"
    assert losses == {}


@pytest.mark.parametrize(
    ("check", "sql"),
    [
        (
            "{metric: nullValues, mustBeLessThan: 5, unit: percent}",
            (
                'select coalesce(100.0 * sum(case when "a" is null then 1 else 0 end) / '
                "nullif(count(*), 0), 0) from {table}"
            ),
        ),
        (
            "{metric: invalidValues, mustBeLessThan: 5, arguments: {validValues: [it's]}}",
            "select count(*) from {table} where \"a\" not in ('it''s')",
        ),
        (
            "{metric: duplicateValues, mustBeLessThan: 5}",
            (
                'select count(*) from {table} where "a" in (select "a" from {table} group by "a" '
                "having count(*) > 1)"
            ),
        ),
        ("{id: n, metric: rowCount, mustNotBe: 0}", "select count(*) from {table}"),
    ],
)
def test_other_thresholds_become_queries(check, sql):
    contract, losses = imported(
        "schema: [{name: shop.orders, properties: "
        f"[{{name: a, logicalType: string, quality: [{check}]}}]}}]"
    )
    assert (
        contract.tables[0]
        .table_rules[-1]
        .argument.startswith(f"select * from (select ({sql}) as value) as answer where (value ")
    )
    assert losses == {}


@pytest.mark.parametrize(
    ("relation", "reason"),
    [
        ("{to: x.y, type: friendship}", "only foreign keys"),
        ("{to: [shop.orders.a, shop.orders.b]}", "must map columns of this table"),
        ("{to: nothing}", "must map columns of this table"),
        ("{to: 'other.yaml#/schema/x/properties/y'}", "must map columns of this table"),
        ("{to: elsewhere.id}", "target table is not in this file"),
    ],
)
def test_a_relationship_that_no_rule_can_express_is_reported(relation, reason):
    found, losses = column(f"logicalType: string, relationships: [{relation}]")
    assert said(found) == {"type": "string"}
    assert reason in losses["schema[0].properties[0].relationships[0]"]


def test_a_key_that_does_not_fit_its_column_is_named():
    _, losses = column("logicalType: string, logicalTypeOptions: {minimum: 1}")
    assert losses == {
        "schema[0].properties[0].logicalTypeOptions.minimum": (
            "`min` does not apply to 'a' of type string"
        )
    }


def test_the_owner_may_be_a_member_of_the_team():
    carried = import_odcs(
        (HEAD.replace("team: {name: Shop Team}", "team: [{username: ann, role: Owner}]")).encode(),
        "x",
    )
    assert parse_contract(carried.text.encode(), "x").owner == "ann"


def test_a_check_with_an_id_becomes_a_rule_of_that_id():
    contract, losses = imported(
        "schema: [{name: shop.orders, properties: [{name: a, logicalType: string, quality: "
        "[{id: no_nulls, metric: nullValues, mustBe: 0}]}]}]"
    )
    assert [rule.id for rule in contract.tables[0].table_rules] == [
        "shop.orders.columns",
        "shop.orders.no_nulls",
    ]
    assert losses == {}


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ("{type: text, description: Be good}", "'Be good' is text only"),
        ("{type: custom, engine: soda, implementation: x}", "the engine 'soda' is not supported"),
        ("{type: custom, engine: greatExpectations, implementation: x}", "has no `type`"),
        (
            "{type: custom, engine: greatExpectations, implementation: {type: expect_luck}}",
            "`expect_luck`: not a core expectation of GX",
        ),
        ("{metric: nullValues}", "exactly one threshold"),
        ("{metric: nullValues, mustBe: 0, mustNotBe: 1}", "exactly one threshold"),
        ("{metric: moonPhase, mustBe: 0}", "the metric 'moonPhase' is not supported"),
        ("{type: sql, query: drop table x, mustBe: 0}", "left out: "),
    ],
)
def test_a_check_that_no_rule_can_express_is_reported(check, reason):
    found, losses = column(f"logicalType: string, quality: [{check}]")
    assert said(found) == {"type": "string"}
    ((path, reported),) = losses.items()
    assert path == "schema[0].properties[0].quality[0]"
    assert reason in reported


def test_row_counts_and_keys_of_several_columns():
    contract, losses = imported("""\
schema:
  - name: shop.orders
    quality:
      - {metric: rowCount, mustBeGreaterThan: 9}
      - {metric: rowCount, mustBeLessOrEqualTo: 99}
      - {metric: duplicateValues, mustBe: 0, arguments: {properties: [b c, a]}}
    properties:
      - {name: a, logicalType: string, primaryKey: true, primaryKeyPosition: 2}
      - {name: b c, logicalType: string, primaryKey: true, primaryKeyPosition: 1, partitioned: true}
""")
    table = contract.tables[0]
    assert table.primary_key == ("b c", "a")
    assert all(found.required for found in table.columns)
    rules = {rule.kind: rule for rule in table.table_rules}
    assert rules["rows"].argument == {"min": 10, "max": 99}
    assert rules["unique"].columns == ("b c", "a")
    assert rules["partitioned_by"].columns == ("b c",)
    assert not losses


def test_relationships_and_latency_find_renamed_tables():
    contract, losses = imported("""\
schema:
  - name: orders
    id: orders_obj
    physicalName: raw.t1
    properties:
      - {name: customer, logicalType: string, relationships: [{to: customers.id}]}
      - {name: at, logicalType: timestamp, relationships: [{to: nowhere.id}]}
    relationships:
      - {from: [orders.customer], to: [/schema/customers/properties/id_prop]}
  - name: customers
    properties: [{name: id, id: id_prop, logicalType: string}]
slaProperties:
  - {property: latency, value: 4, unit: hours, element: orders.at}
  - {property: retention, value: 3, unit: y, element: orders.at}
""")
    rules = {rule.id: rule for rule in contract.tables[0].table_rules}
    assert list(rules) == ["raw.t1.columns", "raw.t1.customer-in-customers", "raw.t1.at-fresh"]
    assert rules["raw.t1.customer-in-customers"].argument == {
        "table": "shop.customers",
        "to": ("id",),
    }
    assert rules["raw.t1.at-fresh"].argument["max_age"] == "4h"
    assert losses["schema[0].properties[1].relationships[0]"] == (
        "its target table is not in this file"
    )
    assert "slaProperties[1]" in losses
    assert losses["schema[0].name"] == "'orders' became 'raw.t1'"
    assert losses["schema[1].name"] == "'customers' became 'shop.customers'"


def test_what_has_no_word_is_named_key_by_key():
    _, losses = imported("""\
domain: trade
servers: [{server: s, type: local}]
description: {purpose: Sell, usage: Read it}
customProperties: [{property: cost, value: 3}]
schema: [{name: shop.orders, businessName: Orders, tags: [], properties: [
  {name: a, logicalType: string, criticalDataElement: false, encryptedName: b}]}]
""")
    assert losses == {
        "domain": "the contract language has no equivalent",
        "servers": "the contract language has no equivalent",
        "description.usage": "the contract language has no equivalent",
        "customProperties[0]": (
            "the custom property 'cost' has no equivalent in the contract language"
        ),
        "schema[0].businessName": "the contract language has no equivalent",
        "schema[0].properties[0].encryptedName": "the contract language has no equivalent",
    }


def test_a_file_without_tables_owner_or_name_gives_a_contract_to_complete():
    carried = import_odcs(
        b"apiVersion: v3.0.2\nkind: DataContract\nid: x\nversion: v2\nstatus: proposed\n",
        "some/day-book.odcs.yaml",
    )
    contract = parse_contract(carried.text.encode(), "x")
    assert (contract.name, contract.version, contract.status) == ("day-book", "2.0.0", "draft")
    assert contract.owner == "unknown"
    assert [table.name for table in contract.tables] == ["day_book.unnamed"]
    assert [loss.path for loss in carried.losses] == [
        "name",
        "id",
        "version",
        "status",
        "team",
        "schema",
    ]


def test_twins_get_names_of_their_own():
    contract, losses = imported(
        "schema: [{name: orders, properties: [{name: a_b, logicalType: string}, "
        "{name: A_b, logicalType: string}]}, {name: Orders, properties: []}]"
    )
    assert [table.name for table in contract.tables] == ["shop.orders", "shop.Orders_2"]
    assert [found.name for found in contract.tables[0].columns] == ["a_b", "A_b_2"]
    assert "schema[1].properties" in losses


def test_our_words_that_somebody_contradicted_are_named():
    said_twice = """\
schema:
  - name: shop.orders
    properties:
      - name: a
        physicalType: string
        quality:
          - name: shop.orders.a.const
            type: library
            metric: invalidValues
            mustBe: 5
            arguments: {validValues: [x]}
            severity: critical
            customProperties: [{property: const, value: x, vendor: spectra-gx}]
"""
    contract, losses = imported(said_twice)
    assert said(contract.tables[0].columns[0])["const"] == "x"
    assert "which was imported" in losses["schema[0].properties[0].quality[0]"]
    assert imported(said_twice.replace("mustBe: 5", "mustBe: 0"))[1] == {}
    for name in ("[]", "{}", "5"):
        nameless = said_twice.replace("shop.orders.a.const", name)
        assert said(imported(nameless)[0].tables[0].columns[0])["const"] == "x"


def test_a_secret_is_neither_kept_nor_shown():
    secret = "ghp_" + "fake" * 6
    _, losses = imported(
        f"schema: [{{name: shop.orders, description: {secret}, tags: [{secret}], properties: "
        f"[{{name: a, physicalType: {secret}}}]}}]"
    )
    assert losses["schema[0].description"].startswith("left out: this looks like a secret")
    assert secret not in str(losses)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: [", (1, 5), "this is not YAML"),
        ("- a", (1, 1), "not an ODCS file; one has `apiVersion` and `kind: DataContract`"),
        ("kind: DataContract", (1, 1), "not an ODCS file"),
        ("apiVersion: v3.0.0\nkind: Deployment", (1, 1), "not an ODCS file"),
        ("kind: DataContract\napiVersion: v2.2.2", (2, 13), "is not version 3 of ODCS"),
        ("a: 1\na: 2", (2, 1), "is written twice"),
        ("", (1, 1), "is empty"),
    ],
)
def test_what_is_no_odcs_is_refused_with_its_place(text, place, message):
    with pytest.raises(ContractError) as refused:
        import_odcs(text.encode(), "x.yaml")
    problem = refused.value.problems[0]
    assert (problem.line, problem.column)[: len(place)] == place or "YAML" in message
    assert message in problem.message


def test_a_loss_is_a_plain_fact():
    carried = import_odcs((HEAD + "domain: x\nschema: []\n").encode(), "x")
    assert Loss("domain", "the contract language has no equivalent") in carried.losses
