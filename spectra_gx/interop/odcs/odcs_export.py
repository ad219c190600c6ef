"""A contract as ODCS: its own words wherever it has them, and beside them whatever it has not.

What ODCS cannot say stands in custom properties marked with our vendor name, word for word; a rule
it cannot say stands as a check of Great Expectations as well, so that other tools can run it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import Family, family
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
    """Return a contract as an ODCS file; nothing of it is lost.

    Raises:
        ContractError: It cannot be written.
    """
    return Conversion(to_yaml(odcs_document(contract)), ())


def odcs_document(contract: StageContract) -> dict[str, Any]:
    """Return a contract as an ODCS document."""
    said = to_document(contract)
    return without_blanks(
        {
            "apiVersion": API_VERSION,
            "kind": "DataContract",
            "id": contract.name,
            "name": contract.name,
            "version": contract.version,
            "status": contract.status,
            "description": {"purpose": contract.purpose} if contract.purpose else None,
            "schema": [_table(table, said["tables"][table.name]) for table in contract.tables],
            "slaProperties": list(_service_levels(contract)),
            "team": {"name": contract.owner},
            "support": [{"channel": contract.contact}] if contract.contact else None,
            "customProperties": _own_words(said, _NATIVE_AT_TOP),
        }
    )


def _own_words(said: Mapping[str, Any], native: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {"property": key, "value": value, "vendor": VENDOR}
        for key, value in said.items()
        if key not in native
    ]


# -- tables ----------------------------------------------------------------------------------------


def _table(table: Table, said: Mapping[str, Any]) -> dict[str, Any]:
    rules = {rule.id: rule for rule in table.table_rules}
    keyed = {key: rules[f"{table.name}.{key}"] for key in said if f"{table.name}.{key}" in rules}
    # A key of several columns is positions of theirs, unless it is written with options.
    own = {key for key in KEYS if has_options(said.get(key))}
    checks = [
        export_check(rule, key, said[key]) for key, rule in keyed.items() if key not in _NO_CHECK
    ]
    listed = said.get("rules", ())
    checks += [export_check(rules[f"{table.name}.{entry['id']}"], RULE, entry) for entry in listed]
    return without_blanks(
        {
            "name": table.name,
            "physicalType": "table",
            "description": table.description,
            "tags": list(table.tags),
            "properties": [
                {**_property(column, said["columns"][column.name]), **_positions(column, said)}
                for column in table.columns
            ],
            "relationships": list(_relationships(table)),
            "quality": checks,
            "customProperties": _own_words(said, (_NATIVE_OF_TABLE | keyed.keys()) - own),
        }
    )


def _positions(column: Column, said: Mapping[str, Any]) -> dict[str, Any]:
    positions: dict[str, Any] = {}
    for key, (word, position) in KEYS.items():
        names = key_value(said.get(key)) or []
        if column.name in names:
            positions |= {word: True, position: names.index(column.name) + 1}
    return positions


def _relationships(table: Table) -> Iterator[dict[str, Any]]:
    """Yield the references whose names ODCS can write; the rules themselves are checks."""
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
    """Yield how old tables may be; the rules themselves are checks."""
    for table in contract.tables:
        for rule in table.rules:
            if rule.kind in ("freshness", "max_age") and not rule.path:
                age = rule.argument["max_age"]
                yield {
                    "property": "latency",
                    "value": int(age[:-1]),
                    "unit": age[-1],
                    "element": f"{table.name}.{rule.columns[0]}",
                    "customProperties": [{"property": RULE, "value": rule.id, "vendor": VENDOR}],
                }


# -- columns ---------------------------------------------------------------------------------------


def _property(column: Column, written: Any) -> dict[str, Any]:
    return {"name": column.name, **_element(column, written)}


def _element(column: Column, written: Any) -> dict[str, Any]:
    """Return a column, a field or the items of an array."""
    said = column_mapping(written)
    kind = family(column.type)
    rules = {rule.kind: rule for rule in column.rules}
    native = {key for key in said if _is_native(key, said, kind)}
    checks = [
        export_check(rules[key], key, said[key])
        for key in said
        if key not in native and key in rules and key != "type"
    ]
    beside = native | (rules.keys() - {"type"}) | {*_PLAIN, "fields", "items"}
    if not has_options(said["type"]):
        beside |= {"type"}
    return without_blanks(
        {
            "logicalType": LOGICAL_TYPES[kind],
            "physicalType": column.type,
            "required": "required" in native or None,
            "unique": "unique" in native or None,
            "description": said.get("description"),
            "classification": said.get("classification"),
            "tags": said.get("tags"),
            "examples": said.get("examples"),
            "logicalTypeOptions": _options(said, native),
            "enum": [{"value": value} for value in said["enum"]] if "enum" in native else None,
            "properties": [_property(field, said["fields"][field.name]) for field in column.fields],
            "map": _map(parse_type(column.type)),
            "items": column.items and _element(column.items, said["items"]),
            "quality": checks,
            "customProperties": _own_words(said, frozenset(beside)),
        }
    )


def _map(tree: TypeTree) -> dict[str, Any] | None:
    """Return what a map holds, which ODCS asks for; the physical type says all of it."""
    if tree.word != "map":
        return None
    return {key: _part(part) for key, part in zip(("key", "value"), tree.parts, strict=True)}


def _part(tree: TypeTree) -> dict[str, Any]:
    said = {"logicalType": LOGICAL_TYPES[family(tree.text)], "physicalType": tree.text}
    return without_blanks({**said, "map": _map(tree)})


def _is_native(key: str, said: Mapping[str, Any], kind: Family) -> bool:
    """Return whether ODCS can say a rule of a column by itself, exactly."""
    if key not in COLUMN_KINDS or has_options(said[key]):
        return False
    if key == "enum":
        return len({json.dumps(float(v) if type(v) is int else v) for v in said[key]}) == len(
            said[key]
        )
    if key in ("pattern", "format", "min_length", "max_length"):
        return kind is Family.TEXT
    return key in ("required", "unique") or key in OPTIONS


def _options(said: Mapping[str, Any], native: set[str]) -> dict[str, Any]:
    return {word: said[key] for key, word in OPTIONS.items() if key in native}
