"""Rows of Arrow as literals of SQL, to be written into databases by tests."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_text

if TYPE_CHECKING:
    import pyarrow as pa


def literals(rows: pa.Table, *, array: str, binary: str) -> list[list[str]]:
    """Return each row's values as literals.

    Args:
        rows: The rows.
        array: Template of an array, `{0}` its items.
        binary: Template of bytes, `{0}` as hexadecimal digits.
    """

    def literal(value: Any) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, list):
            return array.format(", ".join(map(literal, value)))
        if isinstance(value, bytes):
            return binary.format(value.hex())
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return f"'{value!r}'" if not math.isfinite(value) else repr(value)
        if isinstance(value, datetime | date):
            return quote_text(value.isoformat(*((" ",) if isinstance(value, datetime) else ())))
        return str(value) if isinstance(value, int | Decimal) else quote_text(value)

    return [[literal(value) for value in row.values()] for row in rows.to_pylist()]
