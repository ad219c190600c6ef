"""The formats that tables are stored in."""

from __future__ import annotations

from enum import StrEnum


class TableFormat(StrEnum):
    """How a table is stored."""

    DELTA = "delta"
    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    ICEBERG = "iceberg"
    DATABASE = "database"  # as a `location` says; nobody writes it

    @property
    def has_versions(self) -> bool:
        """Whether earlier states can be read: versions of Delta, snapshots of Iceberg."""
        return self in (TableFormat.DELTA, TableFormat.ICEBERG)
