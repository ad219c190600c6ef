"""The thirty promises of the benchmark's table, in words that every contender can read.

The same as `wide.contract.yaml` says; a contender that cannot express one says so.
"""

from __future__ import annotations

from typing import Any

NOT_NULL = (
    *("id", "code", "customer", "store", "status", "currency", "price", "quantity"),
    *("ordered_on", "recorded_at", "email"),
)

RULES: tuple[tuple[str, str, Any], ...] = (
    ("rows", "", 1),
    *(("not_null", column, None) for column in NOT_NULL),
    ("unique", "id", None),
    ("regex", "code", "^O-[0-9]{10}$"),
    ("length", "code", 12),
    ("min", "customer", 0),
    ("min", "store", 0),
    ("max", "store", 49),
    ("in_set", "status", ["new", "paid", "sent", "done"]),
    ("in_set", "currency", ["EUR", "USD", "GBP"]),
    ("min", "price", 0),
    ("max", "price", 1001),
    ("min", "quantity", 1),
    ("max", "quantity", 20),
    ("min", "discount", 0),
    ("max", "discount", 1),
    ("min", "ordered_on", "2026-01-01"),
    ("max", "ordered_on", "2026-12-31"),
    ("regex", "email", "^[^@]+@example[.]com$"),
    ("not_less", "price", "discount"),
)


def broken(kind: str, column: str, wanted: Any) -> str:
    """Return the SQL condition of an offending row, as a person would write it."""
    literal = f"DATE '{wanted}'" if column == "ordered_on" else wanted
    return {
        "not_null": f"{column} IS NULL",
        "regex": f"NOT regexp_like({column}, '{wanted}')",
        "length": f"length({column}) <> {wanted}",
        "min": f"{column} < {literal}",
        "max": f"{column} > {literal}",
        "in_set": f"{column} NOT IN ({', '.join(map(repr, wanted or []))})"
        if isinstance(wanted, list)
        else "",
        "not_less": f"{column} < {wanted}",
    }[kind]
