"""What holds for every contract that goes out in other words and comes back."""

import json
import re
from dataclasses import replace
from functools import partial
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator, Draft202012Validator

from spectra_gx.compiler.artefacts import compile_suite
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.problems import Report
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError
from spectra_gx.interop.exporters import EXPORTS
from spectra_gx.interop.gx.suite_import import import_suites
from spectra_gx.interop.odcs.odcs_export import export_odcs, odcs_document
from spectra_gx.interop.odcs.odcs_import import import_odcs
from tests.drawing import drawn
from tests.property.interop.contracts import contracts
from tests.property.interop.spoilt_documents import places, spoilt

STANDARD = Draft201909Validator(
    json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8"))
)
JUNK = st.sampled_from(
    [
        *(None, True, False, 0, -1, 2.5, "", "x", "a.b", "{table}", "select 1", "string"),
        *([], {}, [None], ["x"], {"x": 1}, [{}], [[]], {"value": None}),
        {"property": "min", "value": "x", "vendor": "spectra-gx"},
    ]
)


def contract_of(document):
    return parse_contract(json.dumps(document, ensure_ascii=False).encode(), "x")


def in_order(contract):
    """Return the contract with the rules of every column sorted: their order means nothing."""

    def column(found):
        return replace(
            found,
            rules=tuple(sorted(found.rules, key=lambda rule: rule.id)),
            fields=tuple(column(field) for field in found.fields),
            items=found.items and column(found.items),
        )

    tables = [
        replace(
            table,
            columns=tuple(column(found) for found in table.columns),
            table_rules=tuple(sorted(table.table_rules, key=lambda rule: rule.kind)),
        )
        for table in contract.tables
    ]
    return replace(contract, tables=tuple(tables))


@drawn(12)
@given(contracts())
def test_odcs_brings_back_the_same_contract_and_loses_nothing(document):
    contract = contract_of(document)
    exported = export_odcs(contract)
    imported = import_odcs(exported.text.encode(), "x.odcs.yaml")
    assert (exported.losses, imported.losses) == ((), ())
    assert in_order(parse_contract(imported.text.encode(), "y")) == in_order(contract)


@drawn(12)
@given(contracts())
def test_what_is_exported_keeps_to_the_standard(document):
    said = plain_value(parse_yaml(export_odcs(contract_of(document)).text.encode(), Report("x")))
    assert [error.message for error in STANDARD.iter_errors(said)] == []


@drawn(12)
@given(contracts())
def test_compiled_suites_bring_back_the_same_expectations(document):
    contract = contract_of(document)
    suites = {table.name: compile_suite(contract, table) for table in contract.tables}
    imported = import_suites(
        {f"{name}.json": json.dumps(suite).encode() for name, suite in suites.items()}
    )
    again = parse_contract(imported.text.encode(), "y")
    losses = [loss.reason for loss in imported.losses]
    assert [reason for reason in losses if not re.search("used '|replace", reason)] == []
    for name, suite in suites.items():
        compiled = compile_suite(again, again.table(name))
        assert by_id(compiled["expectations"]) == by_id(suite["expectations"])


def by_id(expectations):
    return {expectation["id"]: expectation for expectation in expectations}


@drawn(12)
@given(contracts())
def test_the_json_schema_is_one(document):
    schema = json.loads(EXPORTS["jsonschema"](contract_of(document)).text)
    Draft202012Validator.check_schema(schema)


@drawn(12)
@given(contracts())
def test_every_rule_is_in_the_ddl_or_named(document):
    contract = contract_of(document)
    carried = EXPORTS["ddl"](contract)
    held = {"type", "required", "columns", "partitioned_by"}
    named = {loss.path for loss in carried.losses}
    for table in contract.tables:
        for rule in table.rules:
            assert rule.id in named or rule.kind in held


def loads_or_is_refused(carry):
    """A foreign file gives a contract that loads, or a problem with its place."""
    try:
        carried = carry()
    except ContractError as error:
        assert error.problems
        return
    parse_contract(carried.text.encode(), "y")


@drawn(12)
@given(contracts(), st.data())
def test_a_spoilt_odcs_file_gives_a_contract_that_loads(document, data):
    said = spoilt(data, odcs_document(contract_of(document)), JUNK)
    loads_or_is_refused(lambda: import_odcs(json.dumps(said, ensure_ascii=False).encode(), "x"))


@drawn(12)
@given(contracts(), st.data())
def test_a_spoilt_suite_gives_a_contract_that_loads(document, data):
    contract = contract_of(document)
    suite = spoilt(data, compile_suite(contract, contract.tables[0]), JUNK)
    loads_or_is_refused(lambda: import_suites({"x.json": json.dumps(suite).encode()}))


WHOLE = {
    "contract": "shop",
    "version": "1.0.0",
    "owner": "Tests",
    "tables": {
        "shop.orders": {
            "primary_key": ["id"],
            "rows": {"min": 1},
            "columns": {
                "id": {"type": "long", "required": True, "min": 0},
                "note": {"type": "string", "enum": ["x", "y"], "classification": "pii"},
                "to": {"type": "struct", "fields": {"city": {"type": "string", "required": True}}},
                "sizes": {"type": "array", "items": {"type": "long", "min": 0}},
            },
            "rules": [{"id": "r", "column": "id", "quantile": {"q": 0.5, "max": 10}}],
        }
    },
}


@pytest.mark.parametrize("junk", [None, [], {}, "", [[]], -1.5], ids=repr)
def test_junk_in_any_place_of_a_foreign_file_is_no_traceback(junk):
    contract = contract_of(WHOLE)
    for document, carry in (
        (odcs_document(contract), lambda source: import_odcs(source, "x")),
        (
            compile_suite(contract, contract.tables[0]),
            lambda source: import_suites({"x.json": source}),
        ),
    ):
        plain = json.dumps(document)
        for path in places(json.loads(plain)):
            said = inside = json.loads(plain)
            for step in path[:-1]:
                inside = inside[step]
            inside[path[-1]] = junk
            loads_or_is_refused(partial(carry, json.dumps(said).encode()))


@pytest.mark.parametrize("form", sorted(EXPORTS))
@drawn(12)
@given(contracts())
def test_exporting_twice_gives_the_same_text(form, document):
    contract = contract_of(document)
    assert EXPORTS[form](contract) == EXPORTS[form](contract_of(document))
