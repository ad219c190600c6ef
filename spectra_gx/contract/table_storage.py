"""How tables are stored, where not as Delta: by their `format`, or as their `location` says."""

from __future__ import annotations

from spectra_gx.contract.database_addresses import is_database_address
from spectra_gx.contract.model import TableFormat

WRITTEN_FORMATS = tuple(one for one in TableFormat if one is not TableFormat.DATABASE)
"""What `format` may be; of a database the location says it."""


def format_at(location: str | None, declared: TableFormat) -> TableFormat:
    """Return how a table is stored at a location, which may be another than the declared one."""
    if location is not None and is_database_address(location):
        return TableFormat.DATABASE
    return TableFormat.DELTA if declared is TableFormat.DATABASE else declared


def storage_text(format_: str) -> str:
    """Return what a table of another format than Delta is stored as, for messages."""
    return "rows of a database" if format_ == TableFormat.DATABASE else f"{format_} files"
