"""Rules about a table as a whole: its key, columns and types, and how it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contract.checking import contract_of, store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.agreement.suites.suite import Suite

_CONTRACT = """
shop.keyed:
  primary_key: [x, y]
  rows: {min: 1, max: 5}
  columns: {x: {type: string, required: true}, y: {type: long, required: true}}
shop.complete:
  columns: {x: string, y: {type: long, required: true, max: 1}}
shop.ordered:
  column_order: exact
  extra_columns: allow
  columns: {x: long, y: long}
shop.divided:
  partitioned_by: [x]
  columns: {x: string, z: long}
shop.stored:
  primary_key: [id]
  columns: {id: {type: long, required: true}, x: long}
  rules:
    - {id: up, sorted: {by: x, order: ascending}}
    - {id: down, sorted: {by: [x, id], order: descending}, mostly: 0.25}
shop.order:
  primary_key: ["Order ID"]
  columns:
    Order ID: {type: long, required: true, max: 2}
    a.b: {type: long, unique: true}
    'sa"id': {type: string, enum: [a], pattern: "^a$"}
    select: {type: long}
    é: {type: long}
  rules:
    - {id: own, sql: 'select * from {table} as t where t."Order ID" = 3'}
    - {id: less, compare: '"a.b" <= "select"'}
    - {id: middle, column: é, median: {max: 1}, where: '"select" > 0'}
    - {id: known, references: {columns: [é], table: shop.order, to: [select]}}
"""
_TYPES = (
    *("string", "boolean", "byte", "short", "integer", "long", "float", "double", "date"),
    *("timestamp", "timestamp_ntz", "binary", "decimal(12,2)", "array<string>"),
    *("map<string,long>", "array<map<string,array<decimal(5,1)>>>"),
)
_ORDER = ("Order ID", "a.b", 'sa"id', "select", "é")
_TABLES: Mapping[str, Mapping[str, tuple[Sequence[str], Sequence[tuple[Any, ...]]]]] = {
    "good": {
        "keyed": (("x", "y"), [("a", 1), ("a", 2), ("b", 1)]),
        "complete": (("x", "y"), [("a", 1)]),
        "ordered": (("x", "more", "y"), [(1, 2, 3)]),
        "stored": (("id", "x"), [(4, 1), (3, 1), (2, None), (1, 2)]),
        "order": (_ORDER, [(1, 1, "a", 1, 1), (2, 2, "a", 2, None)]),
    },
    "bad": {
        "keyed": (
            ("x", "y"),
            [("a", 1), ("a", 1), ("a", 2), (None, 1), (None, 1), ("b", None)],
        ),
        "complete": (("x", "more"), [("a", 1)]),
        "ordered": (("y", "x"), [(1, 2)]),
        "stored": (("id", "x"), [(4, 1), (3, 2), (2, None), (1, 0), (9, 3)]),
        "order": (_ORDER, [(1, 1, "a", 1, 1), (3, 1, "b", 0, 2), (2, 2, "a\n", 2, None)]),
    },
}
_TEXTS = {"keyed": "x", "complete": "x", "order": 'sa"id'}


def layouts(which: str) -> Suite:
    """Keys, columns, names, types and stored order, as declared or not."""

    def put(root: Path) -> None:
        for name, (columns, rows) in _TABLES[which].items():
            types = {one: "string" if one == _TEXTS.get(name) else "long" for one in columns}
            store(root, f"shop.{name}", types, rows)
        partitions = ["x"] if which == "good" else []
        columns_ = {"x": "string", "z": "long"}
        store(root, "shop.divided", columns_, [("a", 1)], partition_by=partitions)
        for index, type_ in enumerate(_TYPES):
            store(root, f"shop.typed{index}", {"x": type_}, [(None,)])

    declared = [
        f'shop.typed{index}:\n  columns: {{x: "{type_ if which == "good" else _TYPES[index - 1]}"}}'
        for index, type_ in enumerate(_TYPES)
    ]
    return contract_of(_CONTRACT + "\n".join(declared)), put
