"""Converts Zephyr's rows to columns, as `prepare._schema` says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]

TYPES = {
    "text": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", "UTC"),
    "json": pa.string(),
}
"""Data type of `prepare._schema` → type of the column."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Fields:
    """The fields of an entity that are taken."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take the rows of `prepare._schema` that are about the entity."""
        ordered = sorted(rows, key=lambda row: min(row["columnOrder"]))
        self._fields = [_Field.from_row(row) for row in ordered if any(row["isInFactIssue"])]

    def schema(self, more: Mapping[str, pa.DataType]) -> pa.Schema:
        """Return the columns: those of the fields, `misfits`, and more."""
        columns = {field.column: field.type for field in self._fields}
        return pa.schema({**columns, "misfits": pa.string(), **more})

    def convert(self, row: Row) -> Row:
        """Return a row of typed values; `misfits` names the fields whose value has another type."""
        converted, misfits = {}, []
        for field in self._fields:
            try:
                converted[field.column] = field.convert(row.get(field.name))
            except (TypeError, ValueError, OverflowError):
                converted[field.column] = None
                misfits.append(field.name)
        return {**converted, "misfits": ", ".join(misfits) or "none"}

    def table(self, rows: Iterable[Row]) -> pa.Table:
        """Return rows as a table."""
        return pa.Table.from_pylist([self.convert(row) for row in rows], self.schema({}))


@dataclass(frozen=True)
class _Field:
    name: str
    column: str
    structure: str
    of_records: bool
    parts: tuple[tuple[str, str, str], ...]
    """Raw name, name in the column, data type."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> _Field:
        raw, target, kinds = row["rawField"], row["targetField"], row["dataType"]
        taken = zip(raw, target, kinds, row["isInFactIssue"], strict=True)
        parts = tuple((one, name, kind) for one, name, kind, is_taken in taken if is_taken)
        nested = row["dimensionName"] or row["bridgeName"]
        column = nested or parts[0][1]
        return cls(row["fieldId"], column, row["structureType"], nested is not None, parts)

    @property
    def type(self) -> pa.DataType:
        """Return the type of the column."""
        one = TYPES[self.parts[0][2]]
        if self.of_records:
            one = pa.struct([(name, TYPES[kind]) for _, name, kind in self.parts])
        return pa.list_(one) if self.structure == "array" else one

    def convert(self, value: Any) -> Any:
        """Return a value of the column.

        Raises:
            TypeError: The value has another type.
            ValueError: It does not fit the type.
        """
        if self.structure == "array" and value is not None:
            return [self._one(item) for item in _checked(value, list)]
        return self._one(value)

    def _one(self, value: Any) -> Any:
        if value is None or not self.of_records:
            return _cast(value, self.parts[0][2])
        known = _checked(value, dict)
        return {name: _cast(known.get(raw), kind) for raw, name, kind in self.parts}


def _cast(value: Any, kind: str) -> Any:
    if value is None:
        return None
    match kind:
        case "text":
            return _checked(value, str)
        case "bool":
            return _checked(value, bool)
        case "int64":
            return _whole(value)
        case "float64":
            return value if isinstance(value, float) else float(_whole(value, most=2**53))
        case "date":
            return datetime.strptime(value, "%m/%d/%Y").date()
        case "datetime":
            return _EPOCH + timedelta(milliseconds=_whole(value))
        case _:
            return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _whole(value: Any, *, most: int = 2**63 - 1) -> int:
    number: int = _checked(value, int)
    if isinstance(value, bool):
        raise TypeError
    if not -most <= number <= most:
        raise OverflowError
    return number


def _checked(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value
