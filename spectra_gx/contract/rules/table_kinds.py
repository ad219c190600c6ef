"""Rule kinds about a table as a whole: its schema and layout, its key, its number of rows."""

from __future__ import annotations

from datetime import date

from spectra_gx.contract.column_types import SIMPLE
from spectra_gx.contract.parsers.measures import COLUMN_ORDER, ROWS
from spectra_gx.contract.parsers.values import COLUMNS, EXTRA_COLUMNS, SWITCH, TYPE
from spectra_gx.contract.rules.kinds import (
    ON_TABLE,
    Position,
    RuleKind,
    Scope,
    list_columns,
    no_columns,
    only_columns,
)

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
        purpose="All declared columns are there and, unless `extra_columns` allows it, no other.",
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
        purpose="These columns are never null and together name one row.",
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
