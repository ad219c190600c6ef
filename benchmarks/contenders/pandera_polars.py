"""Pandera on polars: lazily, all that its built-in checks can say."""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl

from benchmarks.rules import CASES, name

TYPES = {
    "long": pl.Int64,
    "integer": pl.Int32,
    "double": pl.Float64,
    "string": pl.String,
    "date": pl.Date,
    "timestamp": pl.Datetime("us", "UTC"),
}
CHECKS = {
    "regex": pa.Check.str_matches,
    "length": lambda length, **known: pa.Check.str_length(length, length, **known),
    "min": pa.Check.ge,
    "max": pa.Check.le,
    "in_set": pa.Check.isin,
}


def check(kind: str, column: str, wanted: Any) -> pa.Check:
    """Return a rule in Pandera's words, named as ours."""
    if column == "ordered_on":
        wanted = date.fromisoformat(wanted)
    return CHECKS[kind](wanted, error=name((kind, column, wanted)))


def not_less(column: str, other: str) -> pa.Check:
    """Return the comparison of two columns, which Pandera leaves to polars."""
    holds = (pl.col(column) >= pl.col(other)).fill_null(True)
    return pa.Check(
        lambda data: data.lazyframe.select(holds), error=name(("not_less", column, other))
    )


case = CASES[sys.argv[2]]
declared = {(kind, column) for kind, column, _ in case.rules}
schema = pa.DataFrameSchema(
    {
        column: pa.Column(
            TYPES[type_],
            [check(*rule) for rule in case.rules if rule[1] == column and rule[0] in CHECKS],
            nullable=("not_null", column) not in declared,
            unique=("unique", column) in declared,
        )
        for column, type_ in case.types.items()
    },
    checks=[not_less(column, other) for kind, column, other in case.rules if kind == "not_less"],
)
frame = pl.read_parquet([str(path) for path in sorted(Path(sys.argv[1]).glob("*.parquet"))])
answers = Counter({name(rule): 0 for rule in case.rules})
try:
    schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors as errors:
    cases = errors.failure_cases.select("column", "check", "failure_case")
    for column, check_, value in cases.iter_rows():
        if check_ == "not_nullable":
            answers[f"{column}.required"] += 1
        elif check_ == "field_uniqueness":
            # Nulls are each other's equals to it, and to no other contender.
            answers[f"{column}.unique"] += value is not None
        else:
            answers[check_] += 1
print(json.dumps(answers))
