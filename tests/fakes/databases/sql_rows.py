"""Values of Arrow as literals of PostgreSQL, to be written into it by tests."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Composites = Mapping[str, Sequence[str]]
    """Composite type → the types of its fields."""


def literal(value: Any, type_: str, composites: Composites) -> str:
    """Return a value as a literal of a type."""
    if isinstance(value, list):
        item = type_.removesuffix("[]")
        return (
            f"CAST(ARRAY[{', '.join(literal(one, item, composites) for one in value)}] AS {type_})"
        )
    if isinstance(value, dict):
        fields = zip(value.values(), composites[type_], strict=True)
        return f"CAST(ROW({', '.join(literal(*one, composites) for one in fields)}) AS {type_})"
    return f"CAST({_scalar(value)} AS {type_})"


def _scalar(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"'{value!r}'" if not math.isfinite(value) else repr(value)
    if isinstance(value, datetime | date):
        return quote_text(value.isoformat(*((" ",) if isinstance(value, datetime) else ())))
    return str(value) if isinstance(value, int | Decimal) else quote_text(value)
