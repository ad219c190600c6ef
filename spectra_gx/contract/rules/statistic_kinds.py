"""Rule kinds about all values of a column together: how new, how many, how large on average."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import NUMBERS, SIMPLE, TIMES, Family
from spectra_gx.contract.parsers.measures import (
    BOUNDS,
    COUNT_BOUNDS,
    FRESHNESS,
    QUANTILE,
    SHARE_BOUNDS,
)
from spectra_gx.contract.rules.kinds import IN_LIST, RuleKind, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.parsers.parser import Parser


def _statistic(
    key: str,
    purpose: str,
    example: Mapping[str, Any],
    breaking: Sequence[Any],
    noun: str,
    *,
    parser: Parser = BOUNDS,
    families: frozenset[Family] = NUMBERS,
) -> RuleKind:
    return RuleKind(
        key=key,
        purpose=f"{purpose} within these bounds.",
        parser=parser,
        example=example,
        counter_example={"value": breaking},
        positions=IN_LIST,
        scope=Scope.COLUMN,
        wording=f"{noun} of {{columns}}",
        families=families,
        bounded=True,
    )


STATISTIC_KINDS = (
    RuleKind(
        key="freshness",
        purpose="The newest row is at most this old.",
        parser=FRESHNESS,
        example={"column": "last_updated", "max_age": "24h"},
        counter_example={"last_updated": [date(2026, 1, 1), date(2026, 1, 2), None]},
        positions=IN_LIST,
        scope=Scope.COLUMN,
        families=TIMES,
        bounded=True,
        clocked=True,
        split=lambda parsed: ((parsed["column"],), parsed["max_age"]),
        join=lambda columns, argument: {"column": columns[0], "max_age": argument["max_age"]},
    ),
    _statistic("mean", "The mean of the column is", {"min": 0, "max": 1}, [1, 4], "the mean"),
    _statistic("median", "The median of the column is", {"min": 0}, [-1, -1, 9], "the median"),
    _statistic("sum", "The sum of the column is", {"min": 0}, [1, -3], "the sum"),
    _statistic(
        "stdev",
        "The sample standard deviation of the column is",
        {"max": 5},
        [0, 100],
        "the standard deviation",
    ),
    _statistic(
        "distinct",
        "The number of distinct values of the column is",
        {"min": 2, "max": 50},
        ["a", "a", None],
        "the number of distinct values",
        parser=COUNT_BOUNDS,
        families=SIMPLE,
    ),
    _statistic(
        "null_share",
        "The share of rows where the column is null is",
        {"max": 0.05},
        ["a", None],
        "the share of nulls",
        parser=SHARE_BOUNDS,
        families=frozenset(Family),
    ),
    _statistic(
        "quantile",
        "The value below which this share of the column's values lies is",
        {"q": 0.95, "max": 250},
        [1, 300],
        "the {argument[q]} quantile",
        parser=QUANTILE,
    ),
)
