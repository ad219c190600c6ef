"""Write rows as JSON lines, an object on each."""

from __future__ import annotations

import json
import math
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable


class JsonLinesWriter:
    """Writes rows, part by part."""

    def __init__(self, file: IO[bytes], schema: pa.Schema) -> None:
        """Begin a file of these columns."""
        self._file = file
        self._plain = {field.name: _reader(field.type) for field in schema}

    def write_table(self, part: pa.Table) -> None:
        """Write more rows."""
        for row in part.to_pylist():
            plain = {name: self._plain[name](value) for name, value in row.items()}
            self._file.write(json.dumps(plain, ensure_ascii=False).encode() + b"\n")


def _reader(arrow: pa.DataType) -> Callable[[Any], Any]:
    """Return what turns values of a type into what JSON has for them; null stays null."""
    if pa.types.is_struct(arrow):
        fields = {field.name: _reader(field.type) for field in arrow}
        return _unless_null(lambda value: {name: fields[name](value[name]) for name in fields})
    if pa.types.is_map(arrow):
        items = _reader(arrow.item_type)
        return _unless_null(lambda value: {key: items(item) for key, item in value})
    if pa.types.is_list(arrow):
        item = _reader(arrow.value_type)
        return _unless_null(lambda value: [item(one) for one in value])
    return _simple


def _unless_null(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _simple(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"  # as text, which keeps its digits
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
