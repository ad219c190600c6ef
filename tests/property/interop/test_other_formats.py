"""What every contract keeps that goes to dbt, Soda or SQL and comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.problems import Report
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError
from spectra_gx.interop.exporters import EXPORTS
from spectra_gx.interop.importers import import_files
from tests.drawing import drawn
from tests.golden.imports.imported import DIALECTS, FILES
from tests.golden.imports.imported import HERE as GOLDEN
from tests.property.interop.contracts import contracts
from tests.property.interop.spoilt_documents import spoilt

BACK = {"dbt": "x.yml", "soda": "x.yml", "ddl": "x.sql"}
JUNK = st.sampled_from(
    [
        *(None, True, False, 0, -1, 2.5, "", "x", "a.b", "{{ x }}", "select 1", "> 5", "string"),
        *([], {}, [None], ["x"], {"x": 1}, [{}], [[]], {"type": []}),
    ]
)


def contract_of(document):
    return parse_contract(json.dumps(document, ensure_ascii=False).encode(), "x")


def again(form, exported):
    """Return the contract that an exported text comes back as."""
    texts = exported.files.values() if form == "soda" else [exported.text]
    sources = {f"{place}{BACK[form]}": text.encode() for place, text in enumerate(texts)}
    conversion = import_files(form, sources, "spark" if form == "ddl" else None)
    return parse_contract(conversion.text.encode(), "y")


def meanings(rule):
    """Yield what a rule demands, under the kinds that every format has."""
    beside = (str(rule.severity), rule.where, rule.mostly)
    match rule.kind:
        case "primary_key":
            for name in rule.columns:
                yield "required", (name,), "True", *beside
            yield "unique", rule.columns, "", *beside
        case "const":
            yield "enum", rule.columns, str([rule.argument]), *beside
        case "enum" | "not_in":
            yield rule.kind, rule.columns, str(list(rule.argument)), *beside
        case "required_if":
            yield "required", rule.columns, "True", str(rule.severity), rule.argument, rule.mostly
        case "unique":
            yield "unique", rule.columns, "", *beside
        case "freshness":
            yield rule.kind, rule.columns, rule.argument["max_age"], *beside
        case "references":
            yield rule.kind, rule.columns, str(rule.argument["to"]), *beside
        case _:
            yield rule.kind, rule.columns, str(rule.argument), *beside


AS_QUERIES = ("compare",)
"""Kinds that come back as a query."""


@pytest.mark.parametrize("form", sorted(BACK))
@drawn(3, many=100)
@given(contracts())
def test_every_rule_comes_back_or_was_named(form, document):
    contract = contract_of(document)
    exported = EXPORTS[form](contract)
    named = {loss.path for loss in exported.losses}
    back = again(form, exported)
    tables = {table.name.rpartition(".")[2]: table for table in back.tables}
    for table in contract.tables:
        found = tables[table.name.rpartition(".")[2]]
        known = {meaning for rule in found.rules for meaning in meanings(rule)}
        queries = sum(rule.kind == "sql" for rule in found.rules)
        for rule in table.rules:
            if rule.id in named or rule.path or rule.kind == "columns":
                continue
            if rule.kind in AS_QUERIES:
                queries -= 1
                assert queries >= 0, rule
            else:
                assert {*meanings(rule)} <= known, rule


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".sql")])
@drawn(2, many=200)
@given(st.data())
def test_a_spoilt_file_gives_a_contract_that_loads_or_is_refused(name, data):
    source = Path(GOLDEN / name).read_bytes()
    said = plain_value(parse_yaml(source, Report("x")))
    said = spoilt(data, said, JUNK)
    form = name.partition(".")[0]
    file = "x.yaml" if form == "pointblank" else "x.json"
    try:
        conversion = import_files(form, {file: json.dumps(said).encode()}, DIALECTS.get(name))
    except ContractError as error:
        assert error.problems
        return
    parse_contract(conversion.text.encode(), "y")


@drawn(2, many=200)
@given(st.data())
def test_spoilt_sql_gives_a_contract_that_loads_or_is_refused(data):
    words = (GOLDEN / "ddl.shop.sql").read_text("utf-8").split(" ")
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = data.draw(st.sampled_from(["", "(", ")", "'", "null", "bigint", ",", ";", "check"]))
    try:
        conversion = import_files("ddl", {"x.sql": " ".join(words).encode()}, "postgres")
    except ContractError as error:
        assert error.problems
        return
    parse_contract(conversion.text.encode(), "y")
