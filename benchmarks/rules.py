"""What the benchmark's tables promise, in words that every contender can read.

A rule is a kind, a column and what is wanted of it. A contender that cannot express one leaves it
out; it imports nothing but this module of ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Rule = tuple[str, str, Any]

_KEYS = {
    "not_null": "required",
    "unique": "unique",
    "regex": "pattern",
    "length": "length",
    "min": "min",
    "max": "max",
    "in_set": "enum",
}
"""Each kind's key in a contract."""


@dataclass(frozen=True)
class Case:
    """A table and its promises."""

    table: str
    types: dict[str, str]
    """Each column's type in the contract's words, in the order of the table."""

    rules: tuple[Rule, ...]

    def contract(self) -> str:
        """Return the contract, in the part of YAML that is JSON."""
        columns: dict[str, dict[str, Any]] = {
            column: {"type": type_} for column, type_ in self.types.items()
        }
        table: dict[str, Any] = {"columns": columns, "rules": []}
        for kind, column, wanted in self.rules:
            if kind == "rows":
                table["rows"] = {"min": wanted}
            elif kind == "not_less":
                compared = {"id": f"{column}-not-less", "compare": f"{column} >= {wanted}"}
                table["rules"].append(compared)
            else:
                columns[column][_KEYS[kind]] = True if wanted is None else wanted
        head = {"contract": "bench", "version": "1.0.0", "owner": "Benchmarks"}
        return json.dumps({**head, "tables": {self.table: table}}, indent=2)


def name(rule: Rule) -> str:
    """Return a rule's id within its table, as `spectra-gx check` reports it."""
    kind, column, _ = rule
    if kind == "rows":
        return "rows"
    return f"{column}-not-less" if kind == "not_less" else f"{column}.{_KEYS[kind]}"


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


def by_hand(case: Case, table: str, ask: Callable[[str], Sequence[int]]) -> dict[str, int]:
    """Return how many rows break each rule, asked for as a person would: in as few queries as can.

    Args:
        case: What is promised.
        table: What stands behind FROM.
        ask: Returns the only row of a query's answer.
    """
    read = [rule for rule in case.rules if rule[0] not in ("rows", "unique")]
    counted = [f"count(*) FILTER (WHERE {broken(*rule)}) AS r{n}" for n, rule in enumerate(read)]
    rows, *counts = ask(f"SELECT count(*) AS n, {', '.join(counted)} FROM {table}")
    answers = dict(zip(map(name, read), counts, strict=True))
    for kind, column, wanted in case.rules:
        if kind == "unique":
            groups = (
                f"SELECT count(*) AS n FROM {table} WHERE {column} IS NOT NULL "
                f"GROUP BY {column} HAVING count(*) > 1"
            )
            [answers[name((kind, column, wanted))]] = ask(
                f"SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM ({groups}) AS g"
            )
        elif kind == "rows":
            answers["rows"] = int(rows < wanted)
    return answers


NOT_NULL = (
    *("id", "code", "customer", "store", "status", "currency", "price", "quantity"),
    *("ordered_on", "recorded_at", "email"),
)

ORDERS = Case(
    "bench.orders",
    {
        "id": "long",
        "code": "string",
        "customer": "long",
        "store": "integer",
        "status": "string",
        "currency": "string",
        "price": "double",
        "quantity": "integer",
        "discount": "double",
        "ordered_on": "date",
        "recorded_at": "timestamp",
        "email": "string",
    },
    (
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
    ),
)
"""Thirty rules on twelve columns."""

IN_DATABASE = replace(
    ORDERS, types={**ORDERS.types, "price": "decimal(10,2)", "discount": "decimal(4,2)"}
)
"""The same rules on the same rows, with money as databases have it."""

_OF_TYPE: dict[str, tuple[tuple[str, Any], ...]] = {
    "long": (("min", 0), ("max", 999)),
    "double": (("min", 0), ("max", 1)),
    "string": (("in_set", ["open", "paid", "sent", "done"]), ("regex", "^[a-z]+$"), ("length", 4)),
}
_SIXTY = {f"c{number:02}": tuple(_OF_TYPE)[number % 3] for number in range(60)}

SIXTY = Case(
    "bench.sixty",
    _SIXTY,
    (
        *(("not_null", column, None) for column in _SIXTY),
        *(
            (kind, column, wanted)
            for column, type_ in _SIXTY.items()
            for kind, wanted in _OF_TYPE[type_]
        ),
    ),
)
"""Two hundred rules on sixty columns."""

CASES = {"orders": ORDERS, "sixty": SIXTY}
