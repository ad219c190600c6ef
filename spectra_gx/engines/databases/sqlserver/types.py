"""SQL Server's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.engines.databases.sqlserver.dialect import sealed

if TYPE_CHECKING:
    from spectra_gx.engines.databases.dialect import Read

_PLAIN = {
    "bit": "boolean",
    "tinyint": "short",
    "smallint": "short",
    "int": "integer",
    "bigint": "long",
    "real": "float",
    "float": "double",
    "date": "date",
    "binary": "binary",
    "varbinary": "binary",
}
_TEXTS = ("varchar", "nvarchar", "text", "ntext", "uniqueidentifier", "xml")
_PADDED = ("char", "nchar")
_DECIMALS = ("decimal", "numeric")
_LOCAL_TIMES = ("datetime2", "datetime", "smalldatetime")


def read_type(native: str, digits: int | None, scale: int | None) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps SQL Server's name.

    Texts end with a letter of ours, since SQL Server does not see blanks at an end. Times are read
    to the microsecond.
    """
    if native in _TEXTS:
        return "string", lambda column: sealed(f"CAST({column} AS NVARCHAR(MAX))")
    if native in _PADDED:
        return "string", lambda column: sealed(f"RTRIM(CAST({column} AS NVARCHAR(MAX)))")
    if native in _DECIMALS and digits is not None:
        return f"decimal({digits},{scale or 0})", lambda column: column
    if native in _LOCAL_TIMES:
        return "timestamp_ntz", lambda column: f"CAST({column} AS DATETIME2(6))"
    if native == "datetimeoffset":
        return (
            "timestamp",
            lambda column: f"CAST(SWITCHOFFSET({column}, '+00:00') AS DATETIMEOFFSET(6))",
        )
    return _PLAIN.get(native, native), lambda column: column
