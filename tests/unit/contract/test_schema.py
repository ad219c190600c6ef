"""The JSON Schema says what the loader says of structure."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.problems import Report
from spectra_gx.contract.schema import SCHEMA_FILE, contract_schema, schema_text
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError

ROOT = Path(__file__).parents[3]
VALID = sorted(
    [
        *(ROOT / "contracts").glob("*.contract.yaml"),
        *(ROOT / "tests/golden/lint/valid").glob("*.contract.yaml"),
        *(ROOT / "tests/golden/suites").glob("*.contract.yaml"),
    ]
)
VALIDATOR = Draft202012Validator(contract_schema())
START = "contract: demo\nversion: 1.0.0\nowner: me\n"
TABLES = START + "tables:\n  demo.t:\n    columns: {a: long, b: string}\n"


def explained(schema, path=""):
    """Yield each key of the language in a schema: where, and what editors show of it."""
    if isinstance(schema, list):
        for number, part in enumerate(schema):
            yield from explained(part, f"{path}/{number}")
    if not isinstance(schema, dict):
        return
    keys = schema.get("properties", {})
    for key, said in keys.items():
        yield f"{path}/{key}", said
        yield from explained(said, f"{path}/{key}")
    for name, part in schema.items():
        if name not in ("properties", "examples"):
            yield from explained(part, f"{path}/{name}")


KEYS = dict(explained(contract_schema()))


@pytest.mark.parametrize("path", KEYS)
def test_an_editor_explains_every_key(path):
    said = KEYS[path]
    assert said["description"].endswith(".")
    shows = {"examples", "enum"} & said.keys() or said.get("type") in ("boolean", "object", "array")
    prose = path.endswith("/description")
    assert shows or prose or said.get("$ref") == "#/$defs/tables"
    whole = {**said, "$defs": contract_schema()["$defs"]}
    for example in said.get("examples", ()):
        assert Draft202012Validator(whole).is_valid(example), example


def accepted(text):
    try:
        parse_contract(text.encode(), "demo.contract.yaml")
    except ContractError:
        return False
    return True


def valid(text):
    return VALIDATOR.is_valid(plain_value(parse_yaml(text.encode(), Report("x"))))


def test_the_committed_schema_is_fresh():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), (
        "run `python -m spectra_gx.contract.schema`"
    )


def test_the_schema_is_one():
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_contract_validates(path):
    text = path.read_text(encoding="utf-8")
    assert valid(text)
    assert accepted(text)


@pytest.mark.parametrize(
    "text",
    [
        "contract: demo\n",
        START,
        START + "tables: {}\n",
        START + "tables: {demo.t: {}}\n",
        START + "tables: {t: {columns: {a: long}}}\n",
        START + "tables: {demo.t: {columns: {}}}\n",
        START + "tables: {demo.t: {columns: {a: 1}}}\n",
        START + "tables: {demo.t: {columns: {a: {required: true}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: long, requierd: true}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: long, required: 1}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: long, min: {mostly: 0.5}}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: long, min: {value: 1, mostly: 0}}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: string, enum: []}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: string, enum: [a, a]}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: string, format: phone}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: string, length: -1}}}}\n",
        START + "tables: {demo.t: {columns: {a: {type: string, examples: [~]}}}}\n",
        TABLES + "    rows: {}\n",
        TABLES + "    rows: {min: -1}\n",
        TABLES + "    rows: {value: {min: 1}, mostly: 0.5}\n",
        TABLES + "    primary_key: []\n",
        TABLES + "    extra_columns: maybe\n",
        TABLES + "    colour: red\n",
        TABLES + "    rules: [{column: a, min: 1}]\n",
        TABLES + "    rules: [{id: r, column: a}]\n",
        TABLES + "    rules: [{id: r, column: a, min: 1, max: 2}]\n",
        TABLES + "    rules: [{id: r, unique: [a]}]\n",
        TABLES + "    rules: [{id: r, references: {columns: [a]}}]\n",
        TABLES + "    rules: [{id: r, column: a, min: 1, severity: fatal}]\n",
        TABLES + "colour: red\n",
        TABLES + "status: done\n",
        TABLES + "inputs: {variables: [lower]}\n",
        TABLES + "handoff: {requires: []}\n",
        TABLES + "handoff: {to: next, max_age: 1 day}\n",
        TABLES + "guarantees: [{id: g, says: x}]\n",
        TABLES + "consumes: {other: {}}\n",
        TABLES + "waivers: [{change: x}]\n",
        TABLES + "changelog: [{version: '1', date: 2026-01-01, changes: []}]\n",
        TABLES.replace("1.0.0", "1.0"),
        TABLES.replace("owner: me", "owner: ''"),
    ],
)
def test_what_is_wrong_in_structure_is_refused_by_both(text):
    assert not accepted(text)
    assert not valid(text)
