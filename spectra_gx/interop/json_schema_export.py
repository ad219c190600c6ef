"""A contract as JSON Schema 2020-12: one definition per table, for a row as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from spectra_gx.contract.clocks import reads_clock
from spectra_gx.contract.model import Column, ExtraColumns, Rule, StageContract, Table
from spectra_gx.interop.foreign_types import BOUNDS
from spectra_gx.interop.losses import Conversion, Loss
from spectra_gx.interop.strict_rules import is_strict, refuses_null
from spectra_gx.interop.type_tree import TypeTree, parse_type

_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "byte": {"type": "integer", "minimum": -(2**7), "maximum": 2**7 - 1},
    "short": {"type": "integer", "minimum": -(2**15), "maximum": 2**15 - 1},
    "integer": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "long": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "timestamp": {"type": "string", "format": "date-time"},
    "timestamp_ntz": {"type": "string"},
    "binary": {"type": "string", "contentEncoding": "base64"},
}
_FORMATS = {"email": "email", "uuid": "uuid", "uri": "uri", "ipv4": "ipv4", "date": "date"}
_ROWS = frozenset({"min", "max", "equals"})
_NOT_JAVASCRIPT = re.compile(r"\(\?(?![:=!])|\\[AZzGQE]|[*+?}]\+|\[\[:")
"""Syntax that Python's patterns have and those of JSON Schema lack."""


def export_json_schema(contract: StageContract) -> Conversion:
    """Return the schema of a JSON object that contains each table as a list of rows.

    A row's own schema is `$defs/<table>`. Rules below critical, about several rows or only about
    some rows are losses.
    """
    losses: list[Loss] = []
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{contract.name} {contract.version}",
        **({"description": contract.purpose} if contract.purpose else {}),
        "type": "object",
        "properties": {table.name: _rows(table, losses) for table in contract.tables},
        "$defs": {table.name: _row(table, losses) for table in contract.tables},
    }
    return Conversion(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", tuple(losses))


def _rows(table: Table, losses: list[Loss]) -> dict[str, Any]:
    reference = table.name.replace("~", "~0").replace("/", "~1")
    schema: dict[str, Any] = {"type": "array", "items": {"$ref": f"#/$defs/{reference}"}}
    for rule in table.table_rules:
        if (
            rule.kind == "rows"
            and is_strict(rule)
            and not {"same_as", "change", "expected"} & rule.argument.keys()
        ):
            least = rule.argument.get("equals", rule.argument.get("min"))
            most = rule.argument.get("equals", rule.argument.get("max"))
            schema |= {"minItems": least} if least is not None else {}
            schema |= {"maxItems": most} if most is not None else {}
        elif rule.kind != "columns":
            losses.append(_loss(rule))
    return schema


def _row(table: Table, losses: list[Loss]) -> dict[str, Any]:
    return {
        "title": table.name,
        **({"description": table.description} if table.description else {}),
        "type": "object",
        "properties": {
            column.name: _value(parse_type(column.type), column, losses) for column in table.columns
        },
        "required": [column.name for column in table.columns],
        "additionalProperties": table.extra_columns is not ExtraColumns.FAIL,
    }


def _value(tree: TypeTree, column: Column | None, losses: list[Loss]) -> dict[str, Any]:
    """Return the schema of one value; without a column, of a value that no rule is about."""
    schema: dict[str, Any] = {}
    if column is not None and column.description:
        schema["description"] = column.description
    schema |= _shape(tree, column, losses)
    nullable = column is None or not refuses_null(column)
    if column is not None:
        for rule in column.rules:
            keywords = _keywords(rule, nullable=nullable)
            if keywords is None:
                losses.append(_loss(rule))
            else:
                schema = _tightened(schema, keywords)
    if nullable:
        schema["type"] = [schema["type"], "null"]
    return schema


def _shape(tree: TypeTree, column: Column | None, losses: list[Loss]) -> dict[str, Any]:
    match tree.word:
        case "array":
            items = column.items if column is not None else None
            return {"type": "array", "items": _value(tree.parts[0], items, losses)}
        case "map":
            return {"type": "object", "additionalProperties": _value(tree.parts[1], None, losses)}
        case "struct":
            return _struct(tree, column, losses)
        case word:
            return dict(_TYPES.get(word, {"type": "number"}))


def _struct(tree: TypeTree, column: Column | None, losses: list[Loss]) -> dict[str, Any]:
    declared = {field.name: field for field in column.fields} if column else {}
    return {
        "type": "object",
        "properties": {
            name: _value(part, declared.get(name), losses)
            for name, part in zip(tree.names, tree.parts, strict=True)
        },
        "required": list(tree.names),
        "additionalProperties": False,
    }


def _keywords(rule: Rule, *, nullable: bool) -> dict[str, Any] | None:
    """Return the keywords for a rule about one value; None if JSON Schema has none."""
    if not is_strict(rule) or reads_clock(rule):
        return None
    argument = rule.argument
    null = [None] if nullable else []
    match rule.kind:
        case "type" | "required":
            return {}
        case "enum" | "const":
            return {"enum": [*(argument if rule.kind == "enum" else [argument]), *null]}
        case "not_in":
            return {"not": {"enum": list(argument)}}
        case "pattern" if not _NOT_JAVASCRIPT.search(argument):
            return {"pattern": argument}
        case "format" if argument in _FORMATS:
            return {"format": _FORMATS[argument]}
        case "length":
            return {"minLength": argument, "maxLength": argument}
        case kind if kind in BOUNDS and not isinstance(argument, str):
            return {BOUNDS[kind]: argument}
    return None


def _tightened(schema: dict[str, Any], keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with more keywords; if it has one of them already, both apply."""
    twins = schema.keys() & keywords.keys() - {"minimum", "maximum"}
    if twins:
        return {**schema, "allOf": [*schema.get("allOf", ()), keywords]}
    return {**schema, **keywords}


def _loss(rule: Rule) -> Loss:
    if is_strict(rule):
        return Loss(rule.id, "not expressible in JSON Schema")
    return Loss(rule.id, "JSON Schema has no severity, share of rows or condition")
