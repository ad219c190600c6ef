"""CHECK constraints of SQL as rules: keys of a column where one says it, a query otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.gx.mapped_rules import ColumnKey, ListedRule, MappedRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.interop.foreign.draft import ForeignTable

_BOUNDS = {"GTE": "min", "LTE": "max", "GT": "above", "LT": "below"}
_REVERSED = {"min": "max", "max": "min", "above": "below", "below": "above"}
_LENGTHS = {"min": "min_length", "max": "max_length", "const": "length"}


def check_rules(condition: Any, table: ForeignTable, dialect: str | None) -> Iterator[MappedRule]:
    """Yield the rules of a CHECK constraint, which a null never breaks."""
    inner = condition.unnest()
    parts = list(inner.flatten()) if type(inner).__name__ == "And" else [inner]
    found = [_key(part.unnest(), table) for part in parts]
    if all(found):
        for keys in found:
            yield from keys or ()
        return
    text = inner.sql(dialect="postgres") if dialect else inner.sql()
    yield ListedRule({"sql": f"select * from {{table}} where not ({text})"})


def simple_name(part: Any) -> str:
    """Return the name in a list of columns, which may have an order or a length."""
    inner = part
    while type(inner).__name__ in ("Ordered", "Paren", "Column"):
        inner = inner.this
    return str(inner.name)


def _key(part: Any, table: ForeignTable) -> list[MappedRule] | None:
    """Return the keys that say the same as a part of a condition; None if none do."""
    word = type(part).__name__
    if word in (*_BOUNDS, "EQ"):
        return _comparison(part, "const" if word == "EQ" else _BOUNDS[word], table)
    if word == "Between":
        low, high = _value(part.args["low"]), _value(part.args["high"])
        column = _column(part.this, table)
        if column and low is not None and high is not None and _is_plain(part.this):
            return [ColumnKey(column, "min", low), ColumnKey(column, "max", high)]
    if word == "In" and part.expressions and _is_plain(part.this):
        values = [_value(value) for value in part.expressions]
        column = _column(part.this, table)
        if column and None not in values:
            return [ColumnKey(column, "enum", values)]
    return None


def _comparison(part: Any, key: str, table: ForeignTable) -> list[MappedRule] | None:
    left, right = part.this.unnest(), part.expression.unnest()
    value = _value(right)
    if value is None and (value := _value(left)) is not None:
        left, key = right, _REVERSED.get(key, key)
    column = _column(left, table)
    if column is None or value is None:
        return None
    if not _is_plain(left):
        found = _LENGTHS.get(key)
        return [ColumnKey(column, found, value)] if found and type(value) is int else None
    return [ColumnKey(column, key, value)]


def _is_plain(part: Any) -> bool:
    return type(part.unnest()).__name__ in ("Column", "Identifier")


def _column(part: Any, table: ForeignTable) -> str | None:
    """Return the column that an expression is, or whose length it is."""
    inner = part.unnest()
    if type(inner).__name__ == "Length":
        inner = inner.this.unnest()
    if type(inner).__name__ not in ("Column", "Identifier"):
        return None
    return table.find(inner.name)


def _value(part: Any) -> Any:
    inner = part.unnest()
    word = type(inner).__name__
    if word == "Neg" and (value := _value(inner.this)) is not None and not isinstance(value, str):
        return -value
    if word == "Boolean":
        return bool(inner.this)
    if word != "Literal":
        return None
    if inner.is_string:
        return str(inner.this)
    text = str(inner.this)
    return int(text) if text.isdigit() else float(text)
