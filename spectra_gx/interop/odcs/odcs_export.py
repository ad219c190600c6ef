"""A contract as ODCS: in standard properties where they exist, in custom ones otherwise.

Custom properties have our vendor name and repeat the contract word for word; a rule without a
standard property is also a check of Great Expectations, which other tools can run.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import read_clock
from spectra_gx.contract.column_types import TIMES, Family, family
from spectra_gx.contract.rules.catalogue import COLUMN_KINDS
from spectra_gx.interop.contract_document import column_mapping, has_options, key_value, to_document
from spectra_gx.interop.losses import Conversion
from spectra_gx.interop.odcs.quality_export import export_check, without_blanks
from spectra_gx.interop.odcs.vocabulary import (
    API_VERSION,
    KEYS,
    LOGICAL_TYPES,
    OPTIONS,
    RULE,
    VENDOR,
)
from spectra_gx.interop.type_tree import TypeTree, parse_type
from spectra_gx.interop.yaml_output import to_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import Column, StageContract, Table

_REFERENCE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_NATIVE_AT_TOP = frozenset(
    {"contract", "version", "status", "owner", "contact", "purpose", "tables"}
)
_NATIVE_OF_TABLE = frozenset({"description", "tags", "columns", "rules"})
_NO_CHECK = frozenset({"columns", *KEYS})
_PLAIN = ("description", "classification", "tags", "examples")


def export_odcs(contract: StageContract) -> Conversion:
    """Return a contract as an ODCS file, without losses.

    Raises:
        ContractError: It cannot be written.
    """
    return Conversion(to_yaml(odcs_document(contract)), ())


def odcs_document(contract: StageContract) -> dict[str, Any]:
    """Return a contract as an ODCS document."""
    document = to_document(contract)
    return without_blanks(
        {
            "apiVersion": API_VERSION,
            "kind": "DataContract",
            "id": contract.name,
            "name": contract.name,
            "version": contract.version,
            "status": contract.status,
            "description": {"purpose": contract.purpose} if contract.purpose else None,
            "schema": [_table(table, document["tables"][table.name]) for table in contract.tables],
            "slaProperties": list(_service_levels(contract)),
            "team": {"name": contract.owner},
            "support": [{"channel": contract.contact}] if contract.contact else None,
            "customProperties": _own_properties(document, _NATIVE_AT_TOP),
        }
    )


def _own_properties(content: Mapping[str, Any], native: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {"property": key, "value": value, "vendor": VENDOR}
        for key, value in content.items()
        if key not in native
    ]


def _table(table: Table, content: Mapping[str, Any]) -> dict[str, Any]:
    rules = {rule.id: rule for rule in table.table_rules}
    keyed = {key: rules[f"{table.name}.{key}"] for key in content if f"{table.name}.{key}" in rules}
    # A key is the positions of its columns, unless it has options.
    with_options = {key for key in KEYS if has_options(content.get(key))}
    checks = [
        export_check(rule, key, content[key]) for key, rule in keyed.items() if key not in _NO_CHECK
    ]
    listed = content.get("rules", ())
    checks += [export_check(rules[f"{table.name}.{entry['id']}"], RULE, entry) for entry in listed]
    return without_blanks(
        {
            "name": table.name,
            "physicalType": "table",
            "description": table.description,
            "tags": list(table.tags),
            "properties": [
                {
                    **_property(column, content["columns"][column.name]),
                    **_positions(column, content),
                }
                for column in table.columns
            ],
            "relationships": list(_relationships(table)),
            "quality": checks,
            "customProperties": _own_properties(
                content, (_NATIVE_OF_TABLE | keyed.keys()) - with_options
            ),
        }
    )


def _positions(column: Column, content: Mapping[str, Any]) -> dict[str, Any]:
    positions: dict[str, Any] = {}
    for key, (word, position) in KEYS.items():
        names = key_value(content.get(key)) or []
        if column.name in names:
            positions |= {word: True, position: names.index(column.name) + 1}
    return positions


def _relationships(table: Table) -> Iterator[dict[str, Any]]:
    """Yield the references with names that ODCS allows; the rules themselves are checks."""
    for rule in table.table_rules:
        if rule.kind != "references":
            continue
        parent = rule.argument
        names = (*rule.columns, *parent["to"])
        if all(_REFERENCE.fullmatch(name) for name in names):
            yield {
                "type": "foreignKey",
                "from": [f"{table.name}.{name}" for name in rule.columns],
                "to": [f"{parent['table']}.{name}" for name in parent["to"]],
            }


def _service_levels(contract: StageContract) -> Iterator[dict[str, Any]]:
    """Yield the maximum ages of tables; the rules themselves are checks."""
    for table in contract.tables:
        for rule in table.rules:
            age = rule.argument.get("max_age") if rule.kind in ("freshness", "max_age") else None
            if age is not None and not rule.path:
                yield {
                    "property": "latency",
                    "value": int(age[:-1]),
                    "unit": age[-1],
                    "element": f"{table.name}.{rule.columns[0]}",
                    "customProperties": [{"property": RULE, "value": rule.id, "vendor": VENDOR}],
                }


def _property(column: Column, declared: Any) -> dict[str, Any]:
    return {"name": column.name, **_element(column, declared)}


def _element(column: Column, declared: Any) -> dict[str, Any]:
    """Return a column, a field or the items of an array."""
    content = column_mapping(declared)
    kind = family(column.type)
    rules = {rule.kind: rule for rule in column.rules}
    native = {key for key in content if _is_native(key, content, kind)}
    checks = [
        export_check(rules[key], key, content[key])
        for key in content
        if key not in native and key in rules and key != "type"
    ]
    beside = native | (rules.keys() - {"type"}) | {*_PLAIN, "fields", "items"}
    if not has_options(content["type"]):
        beside |= {"type"}
    return without_blanks(
        {
            "logicalType": LOGICAL_TYPES[kind],
            "physicalType": column.type,
            "required": "required" in native or None,
            "unique": "unique" in native or None,
            "description": content.get("description"),
            "classification": content.get("classification"),
            "tags": content.get("tags"),
            "examples": content.get("examples"),
            "logicalTypeOptions": _options(content, native),
            "enum": [{"value": value} for value in content["enum"]] if "enum" in native else None,
            "properties": [
                _property(field, content["fields"][field.name]) for field in column.fields
            ],
            "map": _map(parse_type(column.type)),
            "items": column.items and _element(column.items, content["items"]),
            "quality": checks,
            "customProperties": _own_properties(content, frozenset(beside)),
        }
    )


def _map(tree: TypeTree) -> dict[str, Any] | None:
    """Return the types in a map, which ODCS requires; the physical type is exact."""
    if tree.word != "map":
        return None
    return {key: _part(part) for key, part in zip(("key", "value"), tree.parts, strict=True)}


def _part(tree: TypeTree) -> dict[str, Any]:
    types = {"logicalType": LOGICAL_TYPES[family(tree.text)], "physicalType": tree.text}
    return without_blanks({**types, "map": _map(tree)})


def _is_native(key: str, content: Mapping[str, Any], kind: Family) -> bool:
    """Return whether a standard property expresses a column's rule exactly."""
    if key not in COLUMN_KINDS or has_options(content[key]):
        return False
    if kind in TIMES and isinstance(content[key], str) and read_clock(content[key]) is not None:
        return False
    if key == "enum":
        return len({json.dumps(float(v) if type(v) is int else v) for v in content[key]}) == len(
            content[key]
        )
    if key in ("pattern", "format", "min_length", "max_length"):
        return kind is Family.TEXT
    return key in ("required", "unique") or key in OPTIONS


def _options(content: Mapping[str, Any], native: set[str]) -> dict[str, Any]:
    return {word: content[key] for key, word in OPTIONS.items() if key in native}
