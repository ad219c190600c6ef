"""Values of sensitive columns never leave the table: they are replaced where results are made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

REDACTED = "‹redacted›"


def redact_row(row: Mapping[str, Any], shown: Collection[str] | None) -> dict[str, Any]:
    """Return a row with every column hidden that is not among those shown; None shows all."""
    return {
        column: plain(value) if shown is None or column in shown else REDACTED
        for column, value in row.items()
    }


def redact_value(value: Any, columns: Sequence[str], sensitive: Collection[str]) -> Any:
    """Return a sampled value, ours or GX's, with the parts of sensitive columns hidden.

    Args:
        value: A cell, or the cells of a row by column.
        columns: The columns that the rule names.
        sensitive: Names of sensitive columns.
    """
    if isinstance(value, Mapping):
        return {
            column: REDACTED if column in sensitive else plain(cell)
            for column, cell in value.items()
        }
    return REDACTED if any(column in sensitive for column in columns) else plain(value)


def plain(value: Any) -> Any:
    """Return a cell as JSON can hold it; what JSON has no form for becomes its text."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if value - value == 0 else str(value)
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _ if type(value).__name__ in ("NAType", "NaTType"):  # pandas' own nulls
            return None
        case _:
            return plain(value.item()) if hasattr(value, "item") else str(value)
