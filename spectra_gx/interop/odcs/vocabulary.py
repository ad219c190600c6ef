"""Terms of ODCS and their counterparts in the contract language."""

from __future__ import annotations

from spectra_gx.contract.column_types import Family
from spectra_gx.interop.foreign_types import BOUNDS

API_VERSION = "v3.2.0"
VENDOR = "spectra-gx"
"""Marks custom properties that contain a key of the contract language, word for word."""

RULE = "rule"
"""The custom property of a check that contains an entry of a table's `rules:`."""

ENGINE = "greatExpectations"

KEYS = {
    "primary_key": ("primaryKey", "primaryKeyPosition"),
    "partitioned_by": ("partitioned", "partitionKeyPosition"),
}
"""Table key of several columns → the two properties of each column: in it, and its position."""

OPTIONS = {"pattern": "pattern", "format": "format", **BOUNDS}
"""Column key → its name in `logicalTypeOptions`."""

LOGICAL_TYPES = {
    Family.TEXT: "string",
    Family.BOOLEAN: "boolean",
    Family.WHOLE: "integer",
    Family.FRACTION: "number",
    Family.DATE: "date",
    Family.TIMESTAMP: "timestamp",
    Family.LOCAL_TIMESTAMP: "timestamp",
    Family.BINARY: "string",
    Family.ARRAY: "array",
    Family.MAP: "map",
    Family.STRUCT: "object",
}

COMPARISONS = {
    "mustBe": "=",
    "mustNotBe": "<>",
    "mustBeGreaterThan": ">",
    "mustBeGreaterOrEqualTo": ">=",
    "mustBeLessThan": "<",
    "mustBeLessOrEqualTo": "<=",
}
"""Operators of a check that compare with one number → SQL."""

RANGES = {"mustBeBetween": "between", "mustNotBeBetween": "not between"}
"""Operators of a check that compare with two numbers → SQL."""
