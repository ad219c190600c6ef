"""Properties of ODCS as columns, fields or items of an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.language.columns import CLASSIFICATIONS, COLUMN_KEYS
from spectra_gx.interop import valid_names
from spectra_gx.interop.foreign_types import parse_foreign_type
from spectra_gx.interop.odcs.custom_properties import put_own_properties
from spectra_gx.interop.odcs.quality_import import read_checks
from spectra_gx.interop.odcs.relationships import read_relationships
from spectra_gx.interop.odcs.vocabulary import OPTIONS

if TYPE_CHECKING:
    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.odcs.name_map import OdcsDraft
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_TYPES = {
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "number": "double",
    "integer": "integer",
    "boolean": "boolean",
    "vector": "array<float>",
}
_EQUIVALENTS = {
    "restricted": "confidential",
    "sensitive": "confidential",
    "private": "confidential",
}
_FORMATS = {
    "i8": "byte",
    "i16": "short",
    "i32": "integer",
    "i64": "long",
    "f32": "float",
    "f64": "double",
}
"""`format` of a logical type → type, if no physical type is more exact."""

_OWN = frozenset({key.name for key in COLUMN_KEYS} | {"type"}) - {"fields", "items", "like"}
_WORDS = {word: key for key, word in OPTIONS.items()}


def read_element(item: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    """Add a property to the draft; its name is already read."""
    options = item.mapping("logicalTypeOptions")
    _read_type(item, options, at, draft)
    for key in ("required", "unique"):
        if item.take(key, bool):
            draft.put((*at, key), True, item.at(key))
    for key in ("description", "tags", "examples"):
        value = item.take(key, str, list)
        if value:
            draft.put((*at, key), value, item.at(key))
    read_classification(item, at, draft)
    _read_enum(item, at, draft)
    _read_options(options, at, draft)
    read_checks(item, at, draft)
    if len(at) == len(("tables", "t", "columns", "c")):
        read_relationships(item, str(at[1]), draft, column=str(at[3]))
    put_own_properties(item, at, _OWN, draft)
    if len(at) > len(("tables", "t", "columns", "c")):
        for key in ("primaryKey", "primaryKeyPosition", "partitioned", "partitionKeyPosition"):
            if item.take(key, bool, int) is True:
                draft.add_loss(item.at(key), "only a top-level column can be part of a key")


def _read_type(item: TrackedMapping, options: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    logical, physical = item.take("logicalType", str), item.take("physicalType", str)
    if "properties" in item:
        draft.put((*at, "type"), "struct", item.at("properties"))
        _read_fields(item, at, draft)
        return
    if "items" in item:
        draft.put((*at, "type"), "array", item.at("items"))
        inner = item.mapping("items")
        for key in ("name", "id", "physicalName"):
            inner.take(key, str)
        read_element(inner, (*at, "items"), draft)
        inner.end()
        return
    known = parse_foreign_type(physical) if physical else None
    inside = item.mapping("map")
    if known is not None:
        inside.discard_rest()
        draft.put((*at, "type"), known.type, item.at("physicalType"))
        if known.max_length and "maxLength" not in options:
            draft.put((*at, "max_length"), known.max_length, item.at("physicalType"))
        if not known.exact:
            draft.add_loss(item.at("physicalType"), f"{quote(str(physical))} became '{known.type}'")
        return
    bits = options.text("format") if logical in ("integer", "number") else None
    if logical == "map":
        chosen = f"map<{_part_type(inside.mapping('key'))},{_part_type(inside.mapping('value'))}>"
        inside.end()
    else:
        chosen = _FORMATS.get(bits or "", _TYPES.get(logical or "", "string"))
    if physical or logical not in (*_TYPES, "map"):
        path = item.at("physicalType" if physical else "logicalType")
        draft.add_loss(path, f"{quote(physical or logical or 'no type')} became '{chosen}'")
    draft.put((*at, "type"), chosen, item.at("logicalType"))


def _part_type(item: TrackedMapping) -> str:
    """Return the type of a map's keys or values; everything else about them is a loss."""
    logical, physical = item.take("logicalType", str), item.take("physicalType", str)
    known = parse_foreign_type(physical) if physical else None
    item.end()
    return known.type if known else _TYPES.get(logical or "", "string")


def _read_fields(item: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    taken: set[str] = set()
    for field in item.mappings("properties"):
        called = field.text("name") or ""
        physical = field.text("physicalName")
        field.take("id", str)
        name = valid_names.unique_name(valid_names.column_name(physical or called), taken)
        taken.add(name.lower())
        if called != name:
            draft.add_loss(field.at("name"), f"{quote(called)} became '{name}'")
        read_element(field, (*at, "fields", name), draft)
        field.end()


def read_classification(item: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    """Set a classification of ours; an unknown one becomes a strict one, and is reported."""
    given = item.text("classification")
    if given is None:
        return
    fit = given if given in CLASSIFICATIONS else given.lower()
    if fit not in CLASSIFICATIONS:
        # An unknown classification is treated as a strict one.
        fit = _EQUIVALENTS.get(fit, "confidential")
    if fit != given:
        draft.add_loss(item.at("classification"), f"{quote(given)} became '{fit}'")
    draft.put((*at, "classification"), fit, item.at("classification"))


def _read_enum(item: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    values: list[Any] = []
    for entry in item.mappings("enum"):
        values.append(entry.take("value", str, int, float, bool))
        entry.take("id", str)
        entry.end()
    known = [value for value in values if value is not None]  # rules ignore nulls
    if known:
        draft.put_column_key(at, "enum", known, item.at("enum"))


def _read_options(options: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    column_type = draft.at((*at, "type"))
    if column_type != "string" and "format" in options:
        options.take("format", object)
        draft.add_loss(options.at("format"), f"a column of type {column_type} cannot have a format")
    for word, key in _WORDS.items():
        value = options.take(word, str, int, float, bool)
        if value is not None:
            draft.put_column_key(at, key, value, options.at(word))
    options.end()
