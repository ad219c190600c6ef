"""The language as JSON Schema, made from the catalogue, so that editors complete and explain.

`python -m spectra_gx.contract.schema` writes `schema.json` beside this file; `--print` shows it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.language.columns import COLUMN_KEYS, LIKE
from spectra_gx.contract.language.documents import TOP_KEYS
from spectra_gx.contract.language.rule_list import RULE_KEYS
from spectra_gx.contract.language.rule_options import OPTIONS
from spectra_gx.contract.language.tables import TABLE_KEYS
from spectra_gx.contract.parsers.parser import TABLE_NAME
from spectra_gx.contract.parsers.records import key_schema, record_schema
from spectra_gx.contract.rules.catalogue import (
    COLUMN_KINDS,
    ONE_COLUMN_PREDICATES,
    PREDICATES,
    TABLE_KINDS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.rules.kinds import RuleKind

SCHEMA_FILE = Path(__file__).with_name("schema.json")


def contract_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a contract file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stage contract",
        **record_schema(TOP_KEYS),
        "$defs": {
            "tables": {
                "description": "The tables the stage promises.",
                "type": "object",
                "minProperties": 1,
                "propertyNames": TABLE_NAME.schema,
                "additionalProperties": _table(),
            },
            "columns": _columns(),
            "column": _column(),
            "rule": _rule(),
        },
    }


def _table() -> dict[str, Any]:
    plain = record_schema(TABLE_KEYS)
    return {
        **plain,
        "properties": {
            **plain["properties"],
            **{kind.key: _with_options(kind) for kind in TABLE_KINDS.values()},
            LIKE: {
                "description": "The table whose columns come first, before those added here.",
                **TABLE_NAME.schema,
                "examples": ["source.endpoints"],
            },
            "columns": {
                "description": "Every column of the table: its type alone, or with its rules.",
                "$ref": "#/$defs/columns",
                "examples": [{"full_path": {"type": "string", "required": True}}],
            },
            "rules": {
                "description": "Rules that a column key cannot express.",
                "type": "array",
                "examples": [[{"id": "auth-ok", "column": "auth_status", "const": "Success"}]],
                "items": {"$ref": "#/$defs/rule"},
            },
        },
        "anyOf": [{"required": ["columns"]}, {"required": [LIKE]}],
    }


def _columns() -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": _column_or_type(),
    }


def _column_or_type() -> dict[str, Any]:
    return {"anyOf": [COLUMN_KINDS["type"].parser.schema, {"$ref": "#/$defs/column"}]}


def _column() -> dict[str, Any]:
    plain = record_schema(COLUMN_KEYS)
    rules = {kind.key: _with_options(kind) for kind in COLUMN_KINDS.values()}
    nesting = {
        "fields": {
            "description": "The fields of a `struct`, each as a column.",
            "$ref": "#/$defs/columns",
            "examples": [{"id": {"type": "long", "required": True}}],
        },
        "items": {
            "description": "The items of an `array`, as a column.",
            **_column_or_type(),
            "examples": [{"type": "string", "required": True}],
        },
        LIKE: {
            "description": "The definition whose keys this column takes over.",
            "type": "string",
            "examples": ["instant"],
        },
    }
    return {
        **plain,
        "properties": {**rules, **nesting, **plain["properties"]},
        "anyOf": [{"required": ["type"]}, {"required": [LIKE]}],
    }


def _rule() -> dict[str, Any]:
    plain = record_schema(RULE_KEYS)
    alone = {key: _described(kind) for key, kind in PREDICATES.items()}
    of_column = {key: _described(kind) for key, kind in ONE_COLUMN_PREDICATES.items()}
    both = {
        key: {
            "description": kind.purpose,
            "anyOf": [kind.parser.schema, PREDICATES[key].parser.schema],
            "examples": [kind.example, PREDICATES[key].example],
        }
        for key, kind in ONE_COLUMN_PREDICATES.items()
        if key in PREDICATES
    }
    return {
        **plain,
        "properties": {**plain["properties"], **of_column, **alone, **both},
        "oneOf": [
            {"required": [key]} for key in dict.fromkeys((*ONE_COLUMN_PREDICATES, *PREDICATES))
        ],
    }


def _described(kind: RuleKind) -> dict[str, Any]:
    return {"description": kind.purpose, **kind.parser.schema, "examples": [kind.example]}


def _with_options(kind: RuleKind) -> dict[str, Any]:
    """Return the schema of a rule's key: its value, or its value with options."""
    idle = {"mostly": not kind.takes_mostly, "where": not kind.takes_where}
    options = [key for key in OPTIONS if not idle.get(key.name)]
    return {
        "description": kind.purpose,
        "examples": [kind.example],
        "anyOf": [
            kind.parser.schema,
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "value": _described(kind),
                    **{key.name: key_schema(key) for key in options},
                },
                "required": ["value"],
            },
        ],
    }


def schema_text() -> str:
    """Return the text of `schema.json`."""
    return json.dumps(contract_schema(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write `schema.json`; `--check` reports whether it is stale, `--print` shows it."""
    if "--print" in arguments:
        sys.stdout.write(schema_text())
        return 0
    fresh = SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()
    if "--check" not in arguments:
        SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    elif not fresh:
        sys.stderr.write("schema.json is stale; run `python -m spectra_gx.contract.schema`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
