"""Rule kinds about a table as a whole: its schema and layout, its key, its number of rows."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import SIMPLE
from spectra_gx.contract.earlier_runs import written_bounds
from spectra_gx.contract.parsers.columns import COLUMNS
from spectra_gx.contract.parsers.earlier_runs import CHANGE, EXPECTED
from spectra_gx.contract.parsers.parser import (
    COUNT,
    TABLE_NAME,
    Key,
    ParseContext,
    Parser,
    one_of,
)
from spectra_gx.contract.parsers.records import record
from spectra_gx.contract.parsers.values import EXTRA_COLUMNS, SWITCH, TYPE
from spectra_gx.contract.rules.kinds import (
    ON_TABLE,
    Position,
    RuleKind,
    Scope,
    list_columns,
    no_columns,
    only_columns,
)

if TYPE_CHECKING:
    from spectra_gx.contract.yaml.nodes import Node


def _read_rows(node: Node, context: ParseContext) -> dict[str, Any] | None:
    parsed = _ROWS.read(node, context)
    if parsed is None or None in parsed.values():
        return None
    if not parsed:
        context.refuse(node, "is empty; give `min`, `max`, `equals`, `same_as` or `change`")
    elif "equals" in parsed and parsed.keys() & {"min", "max"}:
        context.refuse(node, "has `equals` beside a bound; `equals` is enough")
    elif parsed.get("min", 0) > parsed.get("max", math.inf):
        context.refuse(
            node, f"has min {parsed['min']} above max {parsed['max']}; swap or change them"
        )
    return dict(parsed)


COLUMN_ORDER = one_of("any", "exact")
_ROWS = record(
    "a mapping with min, max, equals, same_as, change or expected",
    (
        Key("min", "The fewest rows the table may have.", COUNT, example=1),
        Key("max", "The most rows the table may have.", COUNT, example=1000),
        Key("equals", "The rows the table has, exactly.", COUNT, example=6),
        Key("same_as", "The table that has as many rows.", TABLE_NAME, example="source.endpoints"),
        Key(
            "change",
            "How far the row count may move from the last passed run's.",
            CHANGE,
            example={"max": "20%"},
        ),
        EXPECTED,
    ),
)
ROWS = Parser(_ROWS.words, {**_ROWS.schema, "minProperties": 1}, _read_rows)


SCHEMA_KINDS = (
    RuleKind(
        key="undeclared_tables",
        purpose="No table exists in a schema of this contract that no contract declares.",
        parser=SWITCH,
        example=True,
        counter_example={},
        positions=frozenset({Position.EVERY_STAGE}),
        scope=Scope.SCHEMA,
    ),
    RuleKind(
        key="columns",
        purpose="All declared columns exist, and no others unless `extra_columns` allows them.",
        parser=EXTRA_COLUMNS,
        example="fail",
        counter_example={"kept": ["a"], "extra": ["b"]},
        positions=frozenset({Position.EVERY_TABLE}),
        scope=Scope.SCHEMA,
    ),
    RuleKind(
        key="type",
        purpose="The column is stored with exactly this Delta type.",
        parser=TYPE,
        example="string",
        counter_example={"value": [12]},
        positions=frozenset({Position.COLUMN}),
        scope=Scope.SCHEMA,
    ),
)
LAYOUT_KINDS = (
    RuleKind(
        key="primary_key",
        purpose="These columns are never null and together identify one row.",
        parser=COLUMNS,
        example=["full_path", "http_method"],
        counter_example={
            "full_path": ["/a", "/a", None],
            "http_method": ["GET", "GET", "GET"],
        },
        positions=ON_TABLE,
        scope=Scope.TABLE,
        wording="{columns} {be} null or not unique",
        families=SIMPLE,
        split=only_columns,
        join=list_columns,
    ),
    RuleKind(
        key="rows",
        purpose="The table has this many rows.",
        parser=ROWS,
        example={"min": 222},
        counter_example={"value": ["a"]},
        positions=ON_TABLE,
        scope=Scope.TABLE,
        bounded=True,
        split=no_columns,
        join=written_bounds,
    ),
    RuleKind(
        key="column_order",
        purpose="The declared columns are stored in the order in which they are declared.",
        parser=COLUMN_ORDER,
        example="exact",
        counter_example={"second": ["a"], "first": ["a"]},
        positions=ON_TABLE,
        scope=Scope.SCHEMA,
        split=no_columns,
    ),
    RuleKind(
        key="partitioned_by",
        purpose="The table is partitioned by exactly these columns, in this order.",
        parser=COLUMNS,
        example=["day"],
        counter_example={"day": [date(2026, 1, 1)]},
        positions=ON_TABLE,
        scope=Scope.SCHEMA,
        families=SIMPLE,
        split=only_columns,
        join=list_columns,
    ),
)
