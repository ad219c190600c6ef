"""Rows that a driver gives as Python's values, as Arrow tables in the types that are wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.errors import EngineError, QueryFailedError
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_DIGITS = Context(prec=80, traps=[Inexact])
_WHOLE = ("byte", "short", "integer", "long")


def rows_to_arrow(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], types: Mapping[str, str | None]
) -> pa.Table:
    """Return rows as a table.

    Args:
        columns: Their names.
        rows: Values as the driver has them.
        types: Column → Delta type, where it is known.

    Raises:
        EngineError: A value is not of its type.
    """
    arrays = [
        _array([row[index] for row in rows], types.get(name)) for index, name in enumerate(columns)
    ]
    return pa.table(arrays, names=list(columns))


def _array(values: list[Any], wanted: str | None) -> pa.Array:
    kind = "decimal" if wanted is not None and wanted.startswith("decimal") else wanted
    convert = _CONVERSIONS.get(kind or "", lambda value: value)
    type_ = _arrow_type(wanted)
    try:
        made = [None if value is None else convert(value) for value in values]
        if type_ is not None and pa.types.is_decimal(type_):
            step = Decimal(1).scaleb(-type_.scale)
            made = [None if one is None else _DIGITS.quantize(one, step) for one in made]
        found = pa.array(made, type_)
    except (pa.ArrowException, ValueError, TypeError, OverflowError, ArithmeticError):
        raise QueryFailedError("a value is not of the type that its column has") from None
    return found.cast(pa.int64()) if pa.types.is_null(found.type) else found


def _arrow_type(wanted: str | None) -> pa.DataType | None:
    return None if wanted in (None, "decimal") else arrow_type(str(wanted))


def _whole(value: Any) -> int:
    if value != int(value):
        raise EngineError("a number that is whole elsewhere is not")
    return int(value)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _local(value: Any) -> datetime:
    found: datetime = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_WHOLE, _whole),
    "boolean": bool,
    "double": float,
    "float": float,
    "decimal": lambda value: Decimal(repr(value)) if isinstance(value, float) else Decimal(value),
    "date": _day,
    "timestamp_ntz": _local,
    "timestamp": lambda value: _local(value).replace(tzinfo=UTC),
}
