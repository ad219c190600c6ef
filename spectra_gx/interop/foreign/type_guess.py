"""The type of a column that its file does not give, guessed from the rules about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.contract_document import key_value
from spectra_gx.interop.gx.suite_columns import type_of_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXTS = frozenset({"pattern", "format", "length", "min_length", "max_length"})
_INSTANTS = frozenset({"max_age", "freshness"})
_NUMBERS = frozenset({"mean", "sum", "stdev", "median", "quantile", "finite"})
_VALUES = ("enum", "not_in", "const", "min", "max", "above", "below", "examples")


def guess_type(column: str, table: str, document: Mapping[str, Any]) -> str | None:
    """Return a type that the rules about a column fit; None if none says anything."""
    content = dict(_keys(column, table, document))
    if content.keys() & _TEXTS:
        return "string"
    if content.keys() & _INSTANTS:
        return "timestamp"
    values = [value for key in _VALUES for value in _several(content.get(key))]
    if values:
        return _type_of(values, whole=not content.keys() & _NUMBERS)
    if content.keys() & _NUMBERS:
        return "double"
    if "sequence" in content:
        return "long"
    parent = _type_of_parent(content.get("references"), document)
    return parent or _type_of_child(column, table, document)


def _keys(column: str, table: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield key and value of each rule about a column."""
    content = document["tables"][table]
    for rule in content.get("rules", ()):
        named = [rule.get("column")]
        for key, value in rule.items():
            if isinstance(value, dict) and key in ("freshness", "references"):
                named = [value.get("column"), *value.get("columns", ())]
        if column in named:
            yield from rule.items()
    for key, value in content["columns"][column].items():
        yield key, key_value(value)


def _several(value: Any) -> list[Any]:
    several = value if isinstance(value, list) else [value]
    return [item for item in several if item is not None]


def _type_of(values: list[Any], *, whole: bool) -> str:
    if all(isinstance(value, str) for value in values):
        return type_of_texts(values)
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(type(value) is int for value in values) and whole:
        return "long"
    return "double" if all(type(value) in (int, float) for value in values) else "string"


def _type_of_parent(references: Any, document: Mapping[str, Any]) -> str | None:
    """Return the type of the column that a reference of one column leads to."""
    if not isinstance(references, dict) or len(references.get("to", ())) != 1:
        return None
    parent = document["tables"].get(references.get("table"), {}).get("columns", {})
    found = parent.get(references["to"][0])
    given = key_value(found.get("type")) if isinstance(found, dict) else found
    return given if isinstance(given, str) else None


def _type_of_child(column: str, table: str, document: Mapping[str, Any]) -> str | None:
    """Return the type of a column whose only reference leads to this one."""
    for content in document["tables"].values():
        for rule in content.get("rules", ()):
            found = rule.get("references")
            if isinstance(found, dict) and (found["table"], found["to"]) == (table, [column]):
                child = content["columns"].get(found["columns"][0])
                given = key_value(child.get("type")) if isinstance(child, dict) else None
                if isinstance(given, str):
                    return given
    return None
