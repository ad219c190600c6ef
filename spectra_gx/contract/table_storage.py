"""How tables are stored: those that are not Delta, and the rows in quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import is_database_address
from spectra_gx.contract.files.table_format import TableFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITTEN_FORMATS = tuple(one for one in TableFormat if one is not TableFormat.DATABASE)
"""What `format` may be; of a database the location says it."""

QUARANTINE_COLUMNS: Mapping[str, str] = {
    "error_reason": "string",
    "warning_reason": "string",
    "rule_ids": "array<string>",
    "execution_id": "string",
    "quarantined_at": "timestamp",
    "quarantine_batch_id": "string",
}
"""What a quarantine table adds to a row, after the row's own columns → its type."""


def format_at(location: str | None, declared: TableFormat) -> TableFormat:
    """Return how a table is stored at a location, which may be another than the declared one."""
    if location is not None and is_database_address(location):
        return TableFormat.DATABASE
    return TableFormat.DELTA if declared is TableFormat.DATABASE else declared


def storage_text(format_: str) -> str:
    """Return what a table of another format than Delta is stored as, for messages."""
    return "rows of a database" if format_ == TableFormat.DATABASE else f"{format_} files"
