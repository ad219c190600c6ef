"""Imported JSON Schemas and schemas of Avro fail on the rows that they do not describe.

The package jsonschema validates rows as JSON; what Avro means is written down in Python.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.interop.importers import import_files
from tests.drawing import drawn
from tests.property.interop.imported_verdicts import Verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.property.interop.imported_verdicts import Rows

# -- JSON Schema -----------------------------------------------------------------------------------

NESTED = {
    "id": "long", "n": "long", "x": "double", "s": "string", "f": "boolean",
    "tags": "array<string>", "a": "struct<zip:string,n:long>", "list": "array<struct<k:long>>",
}  # fmt: skip
_ITEM = {"type": "object", "properties": {"k": {"type": "integer"}}, "additionalProperties": False}
_PLAIN: dict[str, dict[str, Any]] = {
    "id": {"type": "integer"},
    "n": {"type": ["integer", "null"]},
    "x": {"type": ["number", "null"]},
    "s": {"type": ["string", "null"]},
    "f": {"type": ["boolean", "null"]},
    "tags": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
    "a": {
        "type": ["object", "null"],
        "properties": {"zip": {"type": ["string", "null"]}, "n": {"type": ["integer", "null"]}},
        "additionalProperties": False,
    },
    "list": {"type": ["array", "null"], "items": _ITEM},
}
_STRUCT = {"type": ["object", "null"], "additionalProperties": False}
SCHEMAS: dict[str, tuple[str, dict[str, Any], bool]] = {
    # name → a property, its schema, and whether it is required
    "required": ("s", {"type": "string"}, True),
    "optional": ("s", {"type": "string"}, False),
    "nullable": ("s", {"type": ["string", "null"]}, True),
    "minimum": ("n", {"type": ["integer", "null"], "minimum": 0, "maximum": 3}, False),
    "exclusive": (
        "x",
        {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 2},
        False,
    ),
    "enum": ("s", {"type": "string", "enum": ["a", "b", ""]}, True),
    "enum-null": ("s", {"type": ["string", "null"], "enum": ["a", None]}, True),
    "enum-without-null": ("s", {"type": ["string", "null"], "enum": ["a"]}, True),
    "const": ("n", {"type": ["integer", "null"], "const": 1}, False),
    "const-required": ("n", {"type": ["integer", "null"], "const": 1}, True),
    "pattern": ("s", {"type": ["string", "null"], "pattern": "^a"}, False),
    "lengths": ("s", {"type": ["string", "null"], "minLength": 1, "maxLength": 2}, False),
    "any-of": ("x", {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]}, True),
    "items": ("tags", {"type": ["array", "null"], "items": {"type": "string"}}, False),
    "items-enum": (
        "tags",
        {"type": ["array", "null"], "items": {"type": ["string", "null"], "enum": ["a", None]}},
        False,
    ),
    "items-length": (
        "tags",
        {"type": "array", "items": {"type": ["string", "null"], "minLength": 1}},
        True,
    ),
    "fields": (
        "a",
        {
            **_STRUCT,
            "required": ["zip"],
            "properties": {"zip": {"type": "string", "minLength": 1}, "n": {"type": "integer"}},
        },
        False,
    ),
    "field-bound": (
        "a",
        {
            **_STRUCT,
            "properties": {
                "zip": {"type": ["string", "null"]},
                "n": {"type": ["integer", "null"], "minimum": 1},
            },
        },
        False,
    ),
    "items-required": (
        "list",
        {"type": ["array", "null"], "items": {**_ITEM, "required": ["k"]}},
        False,
    ),
}
_ODD = st.none() | st.sampled_from(["", "a", "b", "ab", "abc"])
_NUMBER = st.none() | st.integers(-1, 4)


@st.composite
def nested_rows(draw: Any) -> Rows:
    """Draw rows of `NESTED`, nulls at every depth."""
    fields = st.fixed_dictionaries({"zip": _ODD, "n": _NUMBER})
    entry = st.none() | st.fixed_dictionaries({"k": _NUMBER})
    row = st.tuples(
        st.integers(1, 5),
        _NUMBER,
        st.none() | st.sampled_from([-1.5, 0.0, 0.25, 2.0]),
        _ODD,
        st.none() | st.booleans(),
        st.none() | st.lists(_ODD, max_size=3),
        st.none() | fields,
        st.none() | st.lists(entry, max_size=2),
    )
    return draw(st.lists(row, max_size=5))


def _json_schema(name: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    return {
        "title": "m",
        "type": "object",
        "required": [name] if required else [],
        "properties": _PLAIN | {name: schema},
        "additionalProperties": False,
    }


def _may_be_null(schema: dict[str, Any]) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(None)


def _as_json(values: Mapping[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Return a row as JSON: what is null is left out, unless its schema has null."""
    return {
        name: _value_as_json(value, properties[name])
        for name, value in values.items()
        if value is not None or _may_be_null(properties[name])
    }


def _value_as_json(value: Any, schema: dict[str, Any]) -> Any:
    inner = schema.get("items", {}).get("properties")
    if isinstance(value, dict):
        return _as_json(value, schema["properties"])
    if isinstance(value, list) and inner:
        return [one if one is None else _as_json(one, inner) for one in value]
    return value


@cache
def _of_json() -> Verdicts:
    return Verdicts(
        {
            name: import_files(
                "jsonschema",
                {"m.json": json.dumps(_json_schema(of, schema, required=required)).encode()},
            )
            for name, (of, schema, required) in SCHEMAS.items()
        }
    )


@drawn(2, many=20)
@example([(1, None, None, None, None, None, None, None)])
@given(nested_rows())
def test_schemas_fail_where_jsonschema_refuses_a_row(rows) -> None:
    answers = {}
    for name, (of, schema, required) in SCHEMAS.items():
        document = _json_schema(of, schema, required=required)
        validator = jsonschema.Draft202012Validator(document)
        instances = [
            _as_json(dict(zip(NESTED, row, strict=True)), document["properties"]) for row in rows
        ]
        answers[f"m/{name}"] = not all(map(validator.is_valid, instances))
    assert _of_json().left_out == set()
    assert _of_json().differing({"m.m": (NESTED, rows)}, answers) == {}


# -- Avro ------------------------------------------------------------------------------------------

_AVRO: dict[str, Any] = {
    "id": "long",
    "n": ["null", "long"],
    "x": ["null", "double"],
    "s": ["null", "string"],
    "f": ["null", "boolean"],
    "tags": ["null", {"type": "array", "items": ["null", "string"]}],
    "a": [
        "null",
        {
            "type": "record",
            "name": "A",
            "fields": [
                {"name": "zip", "type": ["null", "string"]},
                {"name": "n", "type": ["null", "long"]},
            ],
        },
    ],
    "list": [
        "null",
        {
            "type": "array",
            "items": [
                "null",
                {
                    "type": "record",
                    "name": "E",
                    "fields": [{"name": "k", "type": ["null", "long"]}],
                },
            ],
        },
    ],
}
_RECORD = {"type": "record", "name": "A"}
RECORDS: dict[str, tuple[str, Any]] = {
    "required": ("s", "string"),
    "enum": ("s", ["null", {"type": "enum", "name": "S", "symbols": ["a", "b"]}]),
    "enum-required": ("s", {"type": "enum", "name": "S", "symbols": ["a", "ab"]}),
    "items": ("tags", ["null", {"type": "array", "items": "string"}]),
    "list": ("tags", {"type": "array", "items": ["string", "null"]}),
    "field": (
        "a",
        [
            "null",
            {
                **_RECORD,
                "fields": [
                    {"name": "zip", "type": "string"},
                    {"name": "n", "type": ["null", "long"]},
                ],
            },
        ],
    ),
    "record": (
        "a",
        {
            **_RECORD,
            "fields": [
                {"name": "zip", "type": ["null", {"type": "enum", "name": "Z", "symbols": ["a"]}]},
                {"name": "n", "type": ["null", "long"]},
            ],
        },
    ),
    "in-list": (
        "list",
        [
            "null",
            {
                "type": "array",
                "items": {"type": "record", "name": "E", "fields": [{"name": "k", "type": "long"}]},
            },
        ],
    ),
}


def _avro(name: str, schema: Any) -> dict[str, Any]:
    fields = [{"name": each, "type": kind} for each, kind in (_AVRO | {name: schema}).items()]
    return {"type": "record", "name": "m", "namespace": "m", "fields": fields}


def _fits(value: Any, schema: Any) -> bool:
    """Return whether a value of the right type is one of an Avro schema."""
    if isinstance(schema, list):
        others = [part for part in schema if part != "null"]
        return (value is None and "null" in schema) or (
            value is not None and any(_fits(value, part) for part in others)
        )
    if value is None:
        return False
    kind = schema if isinstance(schema, str) else schema["type"]
    match kind:
        case "record":
            return all(_fits(value[field["name"]], field["type"]) for field in schema["fields"])
        case "array":
            return all(_fits(item, schema["items"]) for item in value)
        case "enum":
            return value in schema["symbols"]
    return True


@cache
def _of_avro() -> Verdicts:
    return Verdicts(
        {
            name: import_files("avro", {"m.avsc": json.dumps(_avro(*said)).encode()})
            for name, said in RECORDS.items()
        }
    )


@drawn(2, many=20)
@example([(1, None, None, None, None, None, None, None)])
@given(nested_rows())
def test_schemas_fail_where_avro_could_not_write_a_row(rows) -> None:
    records = [dict(zip(NESTED, row, strict=True)) for row in rows]
    answers = {
        f"m/{name}": not all(_fits(record, _avro(*said)) for record in records)
        for name, said in RECORDS.items()
    }
    assert _of_avro().left_out == set()
    assert _of_avro().differing({"m.m": (NESTED, rows)}, answers) == {}
