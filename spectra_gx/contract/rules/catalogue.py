"""The rule catalogue: every kind of rule, what it promises, where it may stand and how it is read.

Whatever needs to know the kinds goes through this table: loading, suggestions, ids, the JSON schema
and the reference. A new kind is one more entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from spectra_gx.contract.column_types import NUMBERS, SIMPLE, TIMES, Family
from spectra_gx.contract.gx_expectations import EXPECTATION
from spectra_gx.contract.parsers.comparisons import COMPARISON
from spectra_gx.contract.parsers.measures import (
    BOUNDS,
    COLUMN_ORDER,
    COUNT_BOUNDS,
    FRESHNESS,
    QUANTILE,
    ROWS,
    SHARE_BOUNDS,
    SORTED,
)
from spectra_gx.contract.parsers.parser import COUNT, DURATION, TEXT, Parser
from spectra_gx.contract.parsers.values import (
    COLUMNS,
    EXTRA_COLUMNS,
    FORMAT,
    PATTERN,
    REFERENCES,
    SEVERAL_COLUMNS,
    SWITCH,
    TYPE,
    VALUE,
    VALUES,
)


class Position(StrEnum):
    """Where a rule kind may be written."""

    COLUMN = "column key"
    TABLE = "table key"
    PREDICATE = "predicate"
    """Under `rules:`; a kind that also is a column key needs `column` beside it."""

    EVERY_TABLE = "every table"
    EVERY_STAGE = "every stage"


Split = Callable[[Any], tuple[tuple[str, ...], Any]]
"""From what was read to the columns and the argument of the rule."""


@dataclass(frozen=True)
class RuleKind:
    """One kind of rule."""

    key: str
    purpose: str
    """One sentence, the same everywhere."""

    parser: Parser
    example: Any
    positions: frozenset[Position]
    families: frozenset[Family] = frozenset(Family)
    """Families of column types that the rule makes sense for."""

    takes_mostly: bool = True
    """Whether `mostly` means anything."""

    takes_where: bool = True
    """Whether `where` means anything."""

    bounded: bool = False
    """Whether its argument is a bound, which an environment may change."""

    split: Split | None = None
    """How a rule names its columns itself; None for a rule of one column."""

    takes_column: bool = False
    """Whether `column` may stand beside it although it names columns itself."""


_ON_COLUMN = frozenset({Position.COLUMN, Position.PREDICATE})
_PREDICATE = frozenset({Position.PREDICATE})
_TABLE = frozenset({Position.TABLE})
_TEXT = frozenset({Family.TEXT})
_VALUES = SIMPLE - {Family.BINARY}
_ORDERED = NUMBERS | TIMES


def _only_columns(names: Any) -> tuple[tuple[str, ...], Any]:
    return names, True


def _no_columns(argument: Any) -> tuple[tuple[str, ...], Any]:
    return (), argument


def _split_references(said: Any) -> tuple[tuple[str, ...], Any]:
    return said["columns"], {"table": said["table"], "to": said["to"]}


def _split_comparison(said: Any) -> tuple[tuple[str, ...], Any]:
    columns = (said["left"],) if said["column"] is None else (said["left"], said["column"])
    return columns, {key: said[key] for key in ("operator", "column", "literal")}


def _split_freshness(said: Any) -> tuple[tuple[str, ...], Any]:
    return (said["column"],), said["max_age"]


def _split_sorted(said: Any) -> tuple[tuple[str, ...], Any]:
    return said["by"], said


def _split_expectation(said: Any) -> tuple[tuple[str, ...], Any]:
    return (), said


def _statistic(
    key: str,
    purpose: str,
    example: Any,
    parser: Parser = BOUNDS,
    families: frozenset[Family] = NUMBERS,
) -> RuleKind:
    return RuleKind(
        key=key,
        purpose=purpose,
        parser=parser,
        example=example,
        positions=_PREDICATE,
        families=families,
        takes_mostly=False,
        bounded=True,
    )


CATALOGUE: tuple[RuleKind, ...] = (
    RuleKind(
        key="undeclared_tables",
        purpose="No table stands in a schema of this contract that no contract names.",
        parser=SWITCH,
        example=True,
        positions=frozenset({Position.EVERY_STAGE}),
        takes_mostly=False,
        takes_where=False,
    ),
    RuleKind(
        key="columns",
        purpose="All declared columns are there and, unless `extra_columns` allows it, no other.",
        parser=EXTRA_COLUMNS,
        example="fail",
        positions=frozenset({Position.EVERY_TABLE}),
        takes_mostly=False,
        takes_where=False,
    ),
    RuleKind(
        key="type",
        purpose="The column is stored with exactly this Delta type.",
        parser=TYPE,
        example="string",
        positions=frozenset({Position.COLUMN}),
        takes_mostly=False,
        takes_where=False,
    ),
    RuleKind(
        key="required",
        purpose="The column is never null.",
        parser=SWITCH,
        example=True,
        positions=_ON_COLUMN,
    ),
    RuleKind(
        key="unique",
        purpose="No two rows have the same value; nulls are passed over.",
        parser=SWITCH,
        example=True,
        positions=_ON_COLUMN,
        families=SIMPLE,
    ),
    RuleKind(
        key="enum",
        purpose="Every value is one of these.",
        parser=VALUES,
        example=["GET", "POST"],
        positions=_ON_COLUMN,
        families=_VALUES,
    ),
    RuleKind(
        key="not_in",
        purpose="No value is one of these.",
        parser=VALUES,
        example=["unknown"],
        positions=_ON_COLUMN,
        families=_VALUES,
    ),
    RuleKind(
        key="const",
        purpose="Every value is this one.",
        parser=VALUE,
        example="active",
        positions=_ON_COLUMN,
        families=_VALUES,
    ),
    RuleKind(
        key="pattern",
        purpose="Every value holds a match of this regular expression; `$` is the end of the text.",
        parser=PATTERN,
        example="^/",
        positions=_ON_COLUMN,
        families=_TEXT,
    ),
    RuleKind(
        key="format",
        purpose="Every value has this format; values of a `masked` column are shown nowhere.",
        parser=FORMAT,
        example="semver",
        positions=_ON_COLUMN,
        families=_TEXT,
    ),
    RuleKind(
        key="min",
        purpose="Every value is at least this.",
        parser=VALUE,
        example=0,
        positions=_ON_COLUMN,
        families=_ORDERED,
        bounded=True,
    ),
    RuleKind(
        key="max",
        purpose="Every value is at most this.",
        parser=VALUE,
        example=1,
        positions=_ON_COLUMN,
        families=_ORDERED,
        bounded=True,
    ),
    RuleKind(
        key="above",
        purpose="Every value is greater than this.",
        parser=VALUE,
        example=0,
        positions=_ON_COLUMN,
        families=_ORDERED,
        bounded=True,
    ),
    RuleKind(
        key="below",
        purpose="Every value is less than this.",
        parser=VALUE,
        example=1,
        positions=_ON_COLUMN,
        families=_ORDERED,
        bounded=True,
    ),
    RuleKind(
        key="min_length",
        purpose="Every text has at least this many characters.",
        parser=COUNT,
        example=1,
        positions=_ON_COLUMN,
        families=_TEXT,
        bounded=True,
    ),
    RuleKind(
        key="max_length",
        purpose="Every text has at most this many characters.",
        parser=COUNT,
        example=255,
        positions=_ON_COLUMN,
        families=_TEXT,
        bounded=True,
    ),
    RuleKind(
        key="length",
        purpose="Every text has exactly this many characters.",
        parser=COUNT,
        example=36,
        positions=_ON_COLUMN,
        families=_TEXT,
        bounded=True,
    ),
    RuleKind(
        key="max_age",
        purpose="Every instant lies at most this long before the run's clock.",
        parser=DURATION,
        example="24h",
        positions=_ON_COLUMN,
        families=TIMES,
        bounded=True,
    ),
    RuleKind(
        key="finite",
        purpose="No value is NaN or infinite.",
        parser=SWITCH,
        example=True,
        positions=_ON_COLUMN,
        families=frozenset({Family.FRACTION}),
    ),
    RuleKind(
        key="primary_key",
        purpose="These columns are never null and together name one row.",
        parser=COLUMNS,
        example=["full_path", "http_method"],
        positions=_TABLE,
        families=SIMPLE,
        takes_mostly=False,
        takes_where=False,
        split=_only_columns,
    ),
    RuleKind(
        key="rows",
        purpose="The table has this many rows.",
        parser=ROWS,
        example={"min": 222},
        positions=_TABLE,
        takes_mostly=False,
        takes_where=False,
        split=_no_columns,
        bounded=True,
    ),
    RuleKind(
        key="column_order",
        purpose="The declared columns stand in the order in which they are declared.",
        parser=COLUMN_ORDER,
        example="exact",
        positions=_TABLE,
        takes_mostly=False,
        takes_where=False,
        split=_no_columns,
    ),
    RuleKind(
        key="partitioned_by",
        purpose="The table is partitioned by exactly these columns, in this order.",
        parser=COLUMNS,
        example=["day"],
        positions=_TABLE,
        families=SIMPLE,
        takes_mostly=False,
        takes_where=False,
        split=_only_columns,
    ),
    RuleKind(
        key="unique",
        purpose="No two rows have the same values in these columns; nulls are passed over.",
        parser=SEVERAL_COLUMNS,
        example=["full_path", "http_method"],
        positions=_PREDICATE,
        families=SIMPLE,
        split=_only_columns,
    ),
    RuleKind(
        key="references",
        purpose="Every row's key stands in another table.",
        parser=REFERENCES,
        example={"columns": ["category"], "table": "source.categories", "to": ["name"]},
        positions=_PREDICATE,
        families=SIMPLE,
        split=_split_references,
    ),
    RuleKind(
        key="compare",
        purpose="Two columns, or a column and a value, compare like this in every row.",
        parser=COMPARISON,
        example="start_date <= end_date",
        positions=_PREDICATE,
        split=_split_comparison,
    ),
    RuleKind(
        key="sql",
        purpose="This SELECT returns no row; it returns the offending ones.",
        parser=TEXT,
        example="select * from {table} where total < 0",
        positions=_PREDICATE,
        split=_no_columns,
    ),
    RuleKind(
        key="freshness",
        purpose="The newest row is at most this old.",
        parser=FRESHNESS,
        example={"column": "last_updated", "max_age": "24h"},
        positions=_PREDICATE,
        families=TIMES,
        takes_mostly=False,
        bounded=True,
        split=_split_freshness,
    ),
    _statistic("mean", "The mean of the column lies within these bounds.", {"min": 0, "max": 1}),
    _statistic("median", "The median of the column lies within these bounds.", {"min": 0}),
    _statistic("sum", "The sum of the column lies within these bounds.", {"min": 0}),
    _statistic(
        "stdev", "The sample standard deviation of the column lies within these bounds.", {"max": 5}
    ),
    _statistic(
        "distinct",
        "The number of distinct values of the column lies within these bounds.",
        {"min": 2, "max": 50},
        parser=COUNT_BOUNDS,
        families=SIMPLE,
    ),
    _statistic(
        "null_share",
        "The share of rows where the column is null lies within these bounds.",
        {"max": 0.05},
        parser=SHARE_BOUNDS,
        families=frozenset(Family),
    ),
    _statistic(
        "quantile",
        "The value below which this share of the column's values lies is within these bounds.",
        {"q": 0.95, "max": 250},
        parser=QUANTILE,
    ),
    RuleKind(
        key="sorted",
        purpose="Rows stand in the order of these columns; or `column` runs in it along them.",
        parser=SORTED,
        example={"by": "recorded_at", "order": "ascending"},
        positions=_PREDICATE,
        families=SIMPLE,
        split=_split_sorted,
        takes_column=True,
    ),
    RuleKind(
        key="expect",
        purpose="This expectation of Great Expectations' own holds, with these arguments.",
        parser=EXPECTATION,
        example="ExpectColumnValuesToBeIncreasing",
        positions=_PREDICATE,
        split=_split_expectation,
        takes_column=True,
    ),
)

COLUMN_KINDS: Mapping[str, RuleKind] = {
    kind.key: kind for kind in CATALOGUE if Position.COLUMN in kind.positions
}
TABLE_KINDS: Mapping[str, RuleKind] = {
    kind.key: kind for kind in CATALOGUE if Position.TABLE in kind.positions
}
ONE_COLUMN_PREDICATES: Mapping[str, RuleKind] = {
    kind.key: kind
    for kind in CATALOGUE
    if Position.PREDICATE in kind.positions and kind.split is None
}
PREDICATES: Mapping[str, RuleKind] = {
    kind.key: kind
    for kind in CATALOGUE
    if Position.PREDICATE in kind.positions and kind.split is not None
}
"""Predicates that name their columns themselves; `unique` is in both tables."""
