"""Column types as a dialect of SQL means them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import canonical_type, struct_type
from spectra_gx.interop.foreign_types import ForeignType, parse_foreign_type

if TYPE_CHECKING:
    from sqlglot import exp

_WORDS = {
    "string": "CHAR VARCHAR NCHAR NVARCHAR TEXT TINYTEXT MEDIUMTEXT LONGTEXT BPCHAR NAME",
    "boolean": "BOOLEAN BIT",
    "byte": "TINYINT",
    "short": "SMALLINT UTINYINT SMALLSERIAL YEAR",
    "integer": "INT MEDIUMINT USMALLINT SERIAL",
    "long": "BIGINT UINT UMEDIUMINT BIGSERIAL",
    "float": "FLOAT",
    "double": "DOUBLE UDOUBLE",
    "date": "DATE DATE32",
    "timestamp": "TIMESTAMPTZ TIMESTAMPLTZ",
    "timestamp_ntz": "DATETIME DATETIME2 DATETIME64 TIMESTAMPNTZ SMALLDATETIME",
    "binary": "BINARY VARBINARY BLOB TINYBLOB MEDIUMBLOB LONGBLOB ROWVERSION",
    "decimal(20,0)": "UBIGINT",
    "decimal(38,0)": "INT128",
}
_EXACT = {word: name for name, words in _WORDS.items() for word in words.split()}
_DEFAULT_DECIMAL = {
    "bigquery": (38, 9),
    "databricks": (10, 0),
    "duckdb": (18, 3),
    "hive": (10, 0),
    "mysql": (10, 0),
    "redshift": (18, 0),
    "snowflake": (38, 0),
    "spark": (10, 0),
    "trino": (38, 0),
    "tsql": (18, 0),
}
_LONG_FLOAT = ("snowflake", "tsql", "fabric", "oracle", "bigquery", "sqlite")
"""Dialects whose FLOAT has 64 bits."""

_NESTED = ("ARRAY", "LIST", "MAP", "STRUCT", "NESTED", "OBJECT")
_DEEPEST = 8


def read_sql_type(text: str, dialect: str | None) -> ForeignType:
    """Return a type named in a dialect of SQL; without one, in any of them.

    A type that Delta does not have becomes the nearest, and is not exact.
    """
    if dialect is None and "<" in text:
        dialect = "spark"
    if dialect is None:
        return parse_foreign_type(text) or ForeignType("string", exact=False)
    import sqlglot  # noqa: PLC0415  # sqlglot is slow to import
    from sqlglot import exp  # noqa: PLC0415  # as above
    from sqlglot.errors import SqlglotError  # noqa: PLC0415  # as above

    try:
        parsed = sqlglot.parse_one(text, into=exp.DataType, dialect=dialect)
    except (SqlglotError, ValueError):
        return parse_foreign_type(text) or ForeignType("string", exact=False)
    return convert_type(parsed, dialect)


def convert_type(parsed: exp.DataType, dialect: str | None, depth: int = _DEEPEST) -> ForeignType:
    """Return a type that sqlglot parsed in a dialect."""
    word = parsed.this.name if hasattr(parsed.this, "name") else str(parsed.this)
    if depth and word in _NESTED and parsed.expressions:
        return _nested(word, parsed, dialect, depth - 1)
    sizes = [int(size.name) for size in parsed.expressions if size.name.isdigit()]
    if word in ("DECIMAL", "DECIMAL32", "DECIMAL64", "DECIMAL128", "BIGDECIMAL", "MONEY"):
        return _decimal(word, sizes, dialect)
    if word == "FLOAT" and (dialect in _LONG_FLOAT or (sizes and sizes[0] > 24)):  # noqa: PLR2004  # SQL's own limit
        return ForeignType("double")
    if word == "TIMESTAMP":
        # Without a dialect nobody knows whether it has a zone.
        known = dialect is not None
        return ForeignType("timestamp_ntz" if known else "timestamp", exact=known)
    if word in _EXACT:
        named = _EXACT[word]
        return ForeignType(named, sizes[0] if sizes and named == "string" else None)
    return parse_foreign_type(word.lower()) or ForeignType("string", exact=False)


def _decimal(word: str, sizes: list[int], dialect: str | None) -> ForeignType:
    if not sizes and word == "DECIMAL" and dialect in _DEFAULT_DECIMAL:
        sizes = [*_DEFAULT_DECIMAL[dialect]]
    if not sizes:
        return ForeignType("double", exact=False)
    try:
        return ForeignType(canonical_type(f"decimal({sizes[0]},{(*sizes, 0)[1]})"))
    except ValueError:
        return ForeignType("double", exact=False)


def _nested(word: str, parsed: exp.DataType, dialect: str | None, depth: int) -> ForeignType:
    parts = [
        (_name(part), convert_type(_type(part), dialect, depth)) for part in parsed.expressions
    ]
    exact = all(part.exact and not part.max_length for _, part in parts)
    texts = [part.type for _, part in parts]
    if word in ("STRUCT", "NESTED", "OBJECT"):
        named = [(name, part.type) for name, part in parts if name]
        return ForeignType(struct_type(named) if named else "string", exact=exact and bool(named))
    if word == "MAP":
        known = len(texts) == len(("key", "value"))
        return ForeignType(f"map<{','.join(texts)}>" if known else "string", exact=exact and known)
    return ForeignType(f"array<{texts[0]}>", exact=exact)


def _name(part: Any) -> str:
    return "" if type(part).__name__ == "DataType" else str(part.name)


def _type(part: Any) -> exp.DataType:
    kind = part if type(part).__name__ == "DataType" else part.args.get("kind")
    if kind is None or type(kind).__name__ != "DataType":
        from sqlglot import exp  # noqa: PLC0415  # sqlglot is slow to import

        return exp.DataType.build("unknown", dialect=None)
    return kind
