"""Redshift's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.engines.databases.dialect import Read

_PLAIN = {
    "boolean": "boolean",
    "smallint": "short",
    "integer": "integer",
    "bigint": "long",
    "date": "date",
    "timestamp without time zone": "timestamp_ntz",
    "timestamp with time zone": "timestamp",
}
_FLOATS = {"real": ("float", "REAL"), "double precision": ("double", "DOUBLE PRECISION")}


def read_type(native: str, digits: int | None, scale: int | None) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps Redshift's name.

    Texts end with a letter of ours, since Redshift does not see blanks at an end. A floating-point
    number that is NaN ends the query.
    """
    if native == "character varying":
        return "string", lambda column: f"(COLLATE({column}, 'case_sensitive') || CHR(1))"
    if native == "character":
        return "string", lambda column: f"(RTRIM(COLLATE({column}, 'case_sensitive')) || CHR(1))"
    if native in _FLOATS:
        type_, name = _FLOATS[native]
        return (
            type_,
            lambda column: (
                f"(CASE WHEN {column} = CAST('NaN' AS {name}) "
                f"THEN CAST(CAST({column} AS VARCHAR) || ' is stored' AS {name}) ELSE {column} END)"
            ),
        )
    if native == "numeric" and digits is not None:
        return f"decimal({digits},{scale or 0})", lambda column: column
    return _PLAIN.get(native, native), lambda column: column
