"""Answers of databases in the types that DataFusion gives them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.engines.sql_text import INTEGERS
from spectra_gx.errors import QueryFailedError
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANY_DECIMAL = pa.decimal128(38, 0)


def with_whole_numbers(answer: pa.Table, types: Mapping[str, str | None]) -> pa.Table:
    """Return an answer whose whole numbers are none of decimals, as some add them up.

    Raises:
        QueryFailedError: One is too large for 64 bits.
    """
    for index, field in enumerate(answer.schema):
        wanted = types.get(field.name)
        if wanted in INTEGERS and pa.types.is_decimal(field.type):
            try:
                column = answer.column(index).cast(arrow_type(wanted))
            except pa.ArrowInvalid:
                raise QueryFailedError("a whole number is too large for 64 bits") from None
            answer = answer.set_column(index, field.name, column)
    return answer


def with_numbers(answer: pa.Table, types: Mapping[str, str | None]) -> pa.Table:
    """Return an answer whose decimals are numbers, where a driver brings them as text.

    Raises:
        QueryFailedError: One is not a number, or has more digits than numbers may.
    """
    for index, field in enumerate(answer.schema):
        if isinstance(field.type, pa.BaseExtensionType):
            column = decimals(answer.column(index).to_pylist(), types.get(field.name))
            answer = answer.set_column(index, field.name, column)
    return with_whole_numbers(answer, types)


def decimals(values: list[str | None], wanted: str | None) -> pa.Array:
    """Return numbers written as text; `wanted` is their Delta type, where it has a precision.

    Raises:
        QueryFailedError: One is not a number, or has more digits than numbers may.
    """
    numbers = [None if value is None else Decimal(value) for value in values]
    if any(number is not None and not number.is_finite() for number in numbers):
        raise QueryFailedError("a decimal is not a number")
    exact = arrow_type(wanted) if wanted is not None and wanted.startswith("decimal(") else None
    try:
        found = pa.array(numbers, exact)
    except (pa.ArrowException, ValueError):
        raise QueryFailedError("a decimal has too many digits") from None
    return found.cast(_ANY_DECIMAL) if pa.types.is_null(found.type) else found
