"""A property of ODCS as a column, a field or the items of an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.columns import CLASSIFICATIONS, COLUMN_KEYS
from spectra_gx.contract.report import quote
from spectra_gx.interop import names
from spectra_gx.interop.foreign_types import read_type
from spectra_gx.interop.odcs.checks import read_checks
from spectra_gx.interop.odcs.custom import say_own_words
from spectra_gx.interop.odcs.references import read_relationships
from spectra_gx.interop.odcs.words import OPTIONS

if TYPE_CHECKING:
    from spectra_gx.interop.draft import Draft, Path
    from spectra_gx.interop.odcs.names import OdcsNames
    from spectra_gx.interop.taking import Taking

_TYPES = {
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "number": "double",
    "integer": "integer",
    "boolean": "boolean",
    "vector": "array<float>",
}
_STRICTER = {"restricted": "confidential", "sensitive": "confidential", "private": "confidential"}
_FORMATS = {
    "i8": "byte",
    "i16": "short",
    "i32": "integer",
    "i64": "long",
    "f32": "float",
    "f64": "double",
}
"""A logical type's `format` → the type, where no physical type says more."""

_OWN = frozenset({key.name for key in COLUMN_KEYS} | {"type"}) - {"fields", "items", "like"}
_WORDS = {word: key for key, word in OPTIONS.items()}


def read_element(item: Taking, at: Path, draft: Draft, found: OdcsNames) -> None:
    """Write a property at a place of the draft; its name is already read."""
    options = item.mapping("logicalTypeOptions")
    _read_type(item, options, at, draft, found)
    for key in ("required", "unique"):
        if item.take(key, bool):
            draft.say((*at, key), True, item.at(key))
    for key in ("description", "tags", "examples"):
        value = item.take(key, str, list)
        if value:
            draft.say((*at, key), value, item.at(key))
    _read_classification(item, at, draft)
    _read_enum(item, at, draft)
    _read_options(options, at, draft)
    read_checks(item, at, draft, found)
    if len(at) == len(("tables", "t", "columns", "c")):
        read_relationships(item, str(at[1]), draft, found, column=str(at[3]))
    say_own_words(item, at, _OWN, draft)
    if len(at) > len(("tables", "t", "columns", "c")):
        for key in ("primaryKey", "primaryKeyPosition", "partitioned", "partitionKeyPosition"):
            if item.take(key, bool, int) is True:
                draft.lose(item.at(key), "only a column of the table can be part of its key")


def _read_type(item: Taking, options: Taking, at: Path, draft: Draft, found: OdcsNames) -> None:
    logical, physical = item.take("logicalType", str), item.take("physicalType", str)
    if "properties" in item:
        draft.say((*at, "type"), "struct", item.at("properties"))
        _read_fields(item, at, draft, found)
        return
    if "items" in item:
        draft.say((*at, "type"), "array", item.at("items"))
        inner = item.mapping("items")
        for key in ("name", "id", "physicalName"):
            inner.take(key, str)
        read_element(inner, (*at, "items"), draft, found)
        inner.end()
        return
    known = read_type(physical) if physical else None
    inside = item.mapping("map")
    if known is not None:
        inside.leave()
        draft.say((*at, "type"), known.type, item.at("physicalType"))
        if known.max_length and "maxLength" not in options:
            draft.say((*at, "max_length"), known.max_length, item.at("physicalType"))
        if not known.exact:
            draft.lose(item.at("physicalType"), f"{quote(str(physical))} became '{known.type}'")
        return
    bits = options.text("format") if logical in ("integer", "number") else None
    if logical == "map":
        chosen = f"map<{_part_type(inside.mapping('key'))},{_part_type(inside.mapping('value'))}>"
        inside.end()
    else:
        chosen = _FORMATS.get(bits or "", _TYPES.get(logical or "", "string"))
    if physical or logical not in (*_TYPES, "map"):
        path = item.at("physicalType" if physical else "logicalType")
        draft.lose(path, f"{quote(physical or logical or 'no type')} became '{chosen}'")
    draft.say((*at, "type"), chosen, item.at("logicalType"))


def _part_type(item: Taking) -> str:
    """Return the type of a map's keys or values; what else is said of them has no word here."""
    logical, physical = item.take("logicalType", str), item.take("physicalType", str)
    known = read_type(physical) if physical else None
    item.end()
    return known.type if known else _TYPES.get(logical or "", "string")


def _read_fields(item: Taking, at: Path, draft: Draft, found: OdcsNames) -> None:
    taken: set[str] = set()
    for field in item.mappings("properties"):
        called = field.text("name") or ""
        physical = field.text("physicalName")
        field.take("id", str)
        name = names.unlike(names.column_name(physical or called), taken)
        taken.add(name.lower())
        if called != name:
            draft.lose(field.at("name"), f"{quote(called)} became '{name}'")
        read_element(field, (*at, "fields", name), draft, found)
        field.end()


def _read_classification(item: Taking, at: Path, draft: Draft) -> None:
    said = item.text("classification")
    if said is None:
        return
    fit = said if said in CLASSIFICATIONS else said.lower()
    if fit not in CLASSIFICATIONS:
        # What is not known to be harmless is kept from leaving the table.
        fit = _STRICTER.get(fit, "confidential")
    if fit != said:
        draft.lose(item.at("classification"), f"{quote(said)} became '{fit}'")
    draft.say((*at, "classification"), fit, item.at("classification"))


def _read_enum(item: Taking, at: Path, draft: Draft) -> None:
    values: list[Any] = []
    for entry in item.mappings("enum"):
        values.append(entry.take("value", str, int, float, bool))
        entry.take("id", str)
        entry.end()
    known = [value for value in values if value is not None]  # nulls are passed over
    if known:
        draft.say_of_column(at, "enum", known, item.at("enum"))


def _read_options(options: Taking, at: Path, draft: Draft) -> None:
    column_type = draft.at((*at, "type"))
    if column_type != "string" and "format" in options:
        options.take("format", object)
        draft.lose(options.at("format"), f"a column of type {column_type} has no format here")
    for word, key in _WORDS.items():
        value = options.take(word, str, int, float, bool)
        if value is not None:
            draft.say_of_column(at, key, value, options.at(word))
    options.end()
