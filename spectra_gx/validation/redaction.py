"""Redact values of sensitive columns before they leave the engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

REDACTED = "‹redacted›"


def hide(sensitive: Collection[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the values of its sensitive columns hidden."""
    return {column: REDACTED if column in sensitive else cell for column, cell in row.items()}


def hide_unless(shown: Collection[str] | None, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with every column hidden that is not among those shown; None shows all."""
    if shown is None:
        return dict(row)
    return {column: cell if column in shown else REDACTED for column, cell in row.items()}


def plain(value: Any) -> Any:
    """Return a cell as JSON can contain it; what JSON has no form for becomes its text."""
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
