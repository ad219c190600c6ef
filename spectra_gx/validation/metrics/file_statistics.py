"""Answers that a table's log already contains: row counts, nulls, and ranges no file leaves.

Only where they are exact. Statistics leave NaN out, cut texts short, store decimals as doubles and
times in milliseconds, and deletion vectors take rows away that they still count: all of these are
left to a scan.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricRequest

_ABOUT_NULLS = frozenset({"column_values.nonnull", "column_values.null"})
"""Metrics that are about nulls, too."""

_EXACT = frozenset({"byte", "short", "integer", "long", "date"})


def count_from_statistics(request: MetricRequest, batch: MetricBatch) -> int | None:
    """Return the count that statistics prove, or None where the rows must be read."""
    files = batch.table.exact_files
    if request.where is not None or request.path or not files:
        return None
    if request.base == "table.row_count":
        if "table" in request.values:
            return None  # it is another one's
        return _total(files, "num_records")
    if len(request.columns) != 1 or "." in request.columns[0]:
        return None  # a name with a dot could be that of a struct's field
    [column] = request.columns
    rows, nulls = _total(files, "num_records"), _total(files, f"null_count.{column}")
    if rows is None or nulls is None:
        return None
    if request.part == "filtered_row_count":
        return rows if request.base in _ABOUT_NULLS else rows - nulls
    if request.part != "unexpected_count":
        return None
    if request.base == "column_values.nonnull":
        return nulls
    if request.base == "column_values.between" and _compares(batch.table.types[column], request):
        return 0 if all(_stays_within(file, column, request.values) for file in files) else None
    return None


def _compares(type_text: str, request: MetricRequest) -> bool:
    """Return whether bounds are of a kind that compares exactly with statistics."""
    kinds = (str, date) if type_text == "date" else (int, float)
    bounds = (request.values.get("min_value"), request.values.get("max_value"))
    return type_text in _EXACT and all(
        isinstance(bound, kinds) for bound in bounds if bound is not None
    )


def _total(files: Sequence[Mapping[str, Any]], name: str) -> int | None:
    counts = [file.get(name) for file in files]
    return None if None in counts else sum(counts)  # type: ignore[arg-type]  # no None is left


def _stays_within(file: Mapping[str, Any], column: str, values: Mapping[str, Any]) -> bool:
    """Return whether no value of a file can lie outside bounds."""
    if file[f"null_count.{column}"] == file["num_records"]:
        return True
    least, greatest = file.get(f"min.{column}"), file.get(f"max.{column}")
    if least is None or greatest is None:
        return False
    low, high = _value(values.get("min_value")), _value(values.get("max_value"))
    above = low is None or low < least or (low == least and not values.get("strict_min"))
    below = high is None or greatest < high or (greatest == high and not values.get("strict_max"))
    return bool(above and below)


def _value(bound: Any) -> Any:
    """Return a bound as statistics store it: a day as a date."""
    if isinstance(bound, datetime):
        return bound.date()
    return date.fromisoformat(bound[:10]) if isinstance(bound, str) else bound
