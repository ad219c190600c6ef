"""Every family of metrics about rows, and the request that an expectation makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.validation.metrics.contract_queries import where_of
from spectra_gx.validation.metrics.foreign_keys import FOREIGN_KEYS
from spectra_gx.validation.metrics.key_uniqueness import UNIQUENESS
from spectra_gx.validation.metrics.metric_requests import MetricRequest
from spectra_gx.validation.metrics.outliers import OUTLIERS
from spectra_gx.validation.metrics.python_conditions import PYTHON_CONDITIONS
from spectra_gx.validation.metrics.row_conditions import ROW_CONDITIONS
from spectra_gx.validation.metrics.row_order import ROW_ORDER, SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Mapping

_FAMILIES = (
    ROW_CONDITIONS,
    PYTHON_CONDITIONS,
    OUTLIERS,
    UNIQUENESS,
    ROW_ORDER,
    SEQUENCES,
    FOREIGN_KEYS,
)

METRIC_OF = {name: base for family in _FAMILIES for name, base in family.metrics.items()}
"""Type of an expectation about rows → the base of its metrics."""

FAMILIES = {base: family for family in _FAMILIES for base in family.metrics.values()}
"""Base of a metric about rows → how it is computed."""

OWN_ARGUMENTS = {base: names for family in _FAMILIES for base, names in family.arguments.items()}
"""Base of a metric about rows that GX does not have → its value arguments."""

NESTED = "expect_nested_values_to_satisfy"
"""Expects of values inside a column what another expectation expects of a column."""

_IGNORED_ROWS = {
    "both_values_are_missing": "all",
    "all_values_are_missing": "all",
    "neither": "none",
    "never": "none",
}
"""GX's `ignore_row_if` → which rows a request ignores; any other word means `any`."""

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "expect_column_values_to_not_be_outliers": {"method": "iqr", "multiplier": 1.5},
}
"""What GX takes for arguments that an expectation leaves out."""


def rows_to_ignore(ignore_row_if: object) -> str:
    """Return which rows a request ignores, from GX's word for it."""
    return _IGNORED_ROWS.get(str(ignore_row_if), "any")


def request_for(expectation: str, kwargs: Mapping[str, Any]) -> MetricRequest | None:
    """Return the request for the failing rows of an expectation; None if it is not about rows.

    It is the one that GX makes of the same expectation, and needs no GX to be made.
    """
    path: tuple[str | None, ...] = ()
    named, values = expectation, kwargs
    if expectation == NESTED:
        path = tuple(kwargs["path"])
        inner = kwargs["expectation"]
        named, values = inner["type"], {**inner["kwargs"], "as_of": kwargs.get("as_of")}
    if named not in METRIC_OF:
        return None
    base = METRIC_OF[named]
    # Our own expectations about several columns have no such argument, and ignore any null.
    several = "column" not in kwargs and not base.startswith("rows.")
    otherwise = "all_values_are_missing" if several else None
    return MetricRequest(
        base=base,
        part="unexpected_count",
        columns=columns_of(kwargs),
        where=where_of(kwargs.get("row_condition")),
        values={**_DEFAULTS.get(named, {}), **values},
        ignored_rows=rows_to_ignore(kwargs.get("ignore_row_if", otherwise)),
        path=path,
    )


def columns_of(domain: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that a metric or an expectation is about."""
    if domain.get("column"):
        return (domain["column"],)
    if domain.get("column_A"):
        return (domain["column_A"], domain["column_B"])
    return tuple(domain.get("column_list") or ())
