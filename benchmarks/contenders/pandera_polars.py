"""Pandera on polars: lazily, all that its built-in checks can say."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl

from benchmarks.rules import NOT_NULL, RULES

WIDTH = 12
TYPES = {
    **dict.fromkeys(("id", "customer"), pl.Int64),
    **dict.fromkeys(("store", "quantity"), pl.Int32),
    **dict.fromkeys(("code", "status", "currency", "email"), pl.String),
    **dict.fromkeys(("price", "discount"), pl.Float64),
    "ordered_on": pl.Date,
    "recorded_at": pl.Datetime("us", "UTC"),
}


def check(kind: str, column: str, wanted: Any) -> pa.Check:
    """Return a rule in Pandera's words."""
    if column == "ordered_on":
        wanted = date.fromisoformat(wanted)
    return {
        "regex": pa.Check.str_matches,
        "length": lambda length: pa.Check.str_length(length, length),
        "min": pa.Check.ge,
        "max": pa.Check.le,
        "in_set": pa.Check.isin,
    }[kind](wanted)


columns = {
    name: pa.Column(
        type_,
        [
            check(*rule)
            for rule in RULES
            if rule[1] == name and rule[0] in ("regex", "length", "min", "max", "in_set")
        ],
        nullable=name not in NOT_NULL,
        unique=name == "id",
    )
    for name, type_ in TYPES.items()
}
covers = pa.Check(
    lambda data: data.lazyframe.select(
        (pl.col("price") >= pl.col("discount")) | pl.col("discount").is_null()
    )
)
schema = pa.DataFrameSchema(columns, checks=[covers])
frame = pl.read_parquet([str(path) for path in sorted(Path(sys.argv[1]).glob("*.parquet"))])
failed = 0
try:
    schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors as errors:
    failed = len(errors.failure_cases)
print(len(RULES), failed)
