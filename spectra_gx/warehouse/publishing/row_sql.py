"""SQL about the rows of a batch: columns, keys, and conditions that are evaluated row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from collections.abc import Sequence


def condition_holds(condition: str) -> str:
    """Return SQL that is true where a condition is, and false where it is unknown."""
    return f"coalesce(({condition}), false)"


def row_by_row(condition: str) -> str:
    """Return a condition that deltalake does not answer by leaving files out.

    It does so for conditions over partition columns alone, and then takes a file that it could not
    decide on for one that meets them: `(day = 'x') IS NULL OR day <> 'x'` gives every row. A
    condition with a volatile function is never left to it.
    """
    return f"(CASE WHEN ({condition}) THEN random() ELSE -1.0 END) >= 0"


def where(condition: str) -> str:
    """Return a WHERE clause that is evaluated row by row."""
    return f"WHERE {row_by_row(condition)}"


def column_list(columns: Sequence[str], table: str = "") -> str:
    """Return quoted columns, of an alias where one is given, with commas."""
    prefix = f"{table}." if table else ""
    return ", ".join(prefix + quote_name(column) for column in columns)


def same_key(key: Sequence[str], left: str, right: str) -> str:
    """Return SQL that is true where two rows have one key."""
    return " AND ".join(
        f"{left}.{quote_name(column)} = {right}.{quote_name(column)}" for column in key
    )
