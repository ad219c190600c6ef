"""Answers of databases in the types that DataFusion gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.engines.sql_text import INTEGERS
from spectra_gx.errors import QueryFailedError
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Mapping


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
