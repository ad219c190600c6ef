"""Values of a run in SQL: `{watermark}`, `{now}`, `{today}` and `{batch_day}`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.placeholders import substitute
from spectra_gx.contract.sql.quoting import quote_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VALUES = ("watermark", "now", "today", "batch_day")
"""Placeholders that are values of the run and no tables."""

_SMALLEST: Mapping[str, str] = {
    "string": "''",
    "byte": "cast(-128 as tinyint)",
    "short": "cast(-32768 as smallint)",
    "integer": "cast(-2147483648 as integer)",
    "long": "cast(-9223372036854775808 as bigint)",
    "float": "cast('-inf' as real)",
    "double": "cast('-inf' as double)",
    "date": "date '0001-01-01'",
    "timestamp": "cast('0001-01-01T00:00:00+00:00' as timestamptz)",
}
"""Type → its smallest value that contract SQL can write, for all that can be watermarks."""

_CASTS: Mapping[str, str] = {
    "byte": "tinyint",
    "short": "smallint",
    "integer": "integer",
    "long": "bigint",
    "float": "real",
    "double": "double",
}


def fill_in(sql: str, values: Mapping[str, Callable[[], str]]) -> str:
    """Return SQL with the values of a run as literals; placeholders of tables stay.

    Args:
        sql: Contract SQL.
        values: Name of a placeholder → what returns its literal.
    """
    return substitute(sql, lambda name: values[name]() if name in values else f"{{{name}}}")


def fill_in_samples(sql: str, watermark_type: str | None = None) -> str:
    """Return SQL with some literal in the place of each value, for a check of its form."""
    now = datetime(2000, 1, 1, tzinfo=UTC)
    return fill_in(sql, run_literals(now, now.date(), None, watermark_type))


def run_literals(
    now: datetime, batch_day: date, watermark: Any, watermark_type: str | None
) -> dict[str, Callable[[], str]]:
    """Return name of a placeholder → what returns its literal.

    Args:
        now: The run's instant.
        batch_day: The day that the batch is about.
        watermark: Where the batch begins; None for the smallest value.
        watermark_type: The type of its column; None where the table has none.
    """
    values = {
        "now": lambda: literal(now, "timestamp"),
        "today": lambda: literal(now.date(), "date"),
        "batch_day": lambda: literal(batch_day, "date"),
    }
    if watermark_type is not None:
        kind = watermark_type
        values["watermark"] = lambda: (
            smallest(kind) if watermark is None else literal(watermark, kind)
        )
    return values


def literal(value: Any, type_text: str) -> str:
    """Return a value of a column's type as a literal of contract SQL."""
    if isinstance(value, datetime):
        return f"cast('{value.isoformat()}' as timestamptz)"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return _text_literal(value)
    if isinstance(value, (int, float, Decimal)):
        cast = _CASTS.get(type_text, type_text)
        return f"cast({quote_text(number_text(value))} as {cast})"
    raise ValueError(f"a value of type `{type(value).__name__}` has no literal")


def number_text(value: float | Decimal) -> str:
    """Return a number as text; a decimal without an exponent, which engines do not read."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _text_literal(value: str) -> str:
    """Return a text, its backslashes and invisible letters spelt as contract SQL allows them."""
    if _is_plain(value):
        return quote_text(value)
    parts = (
        quote_text("".join(letters)) if plain else ", ".join(f"chr({ord(one)})" for one in letters)
        for plain, letters in groupby(value, _is_plain)
    )
    return f"concat({', '.join(parts)})"


def _is_plain(text: str) -> bool:
    return text.isprintable() and "\\" not in text


def smallest(type_text: str) -> str:
    """Return the smallest value of a type that can be a watermark, as a literal."""
    if type_text.startswith("decimal("):
        precision, scale = (int(part) for part in type_text[8:-1].split(","))
        digits = "9" * (precision - scale) or "0"
        return f"cast('-{digits}.{'9' * scale}' as {type_text})"
    return _SMALLEST[type_text]
