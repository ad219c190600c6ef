"""Test in Python what engines cannot: JSON, dates as text, patterns that look around.

Every value is read and tested by a predicate.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.compiler.regexes import python_regex
from spectra_gx.contract.rules.json_schemas import json_schema_error
from spectra_gx.engines.budget import TimeAllowance
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.answers import to_rows
from spectra_gx.validation.metrics.row_conditions import condition_query, find_condition
from spectra_gx.validation.metrics.row_family import (
    FailingCondition,
    FailingRows,
    FailingValues,
    Predicate,
    RowFamily,
)
from spectra_gx.validation.metrics.sample_scan import FirstRows
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS, shape, sortable
from spectra_gx.validation.metrics.value_source import ROW, ValueSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest


def _predicate(request: MetricRequest, batch: MetricBatch) -> Predicate | None:
    """Return what a passing value satisfies, or None where the engine can test it.

    Raises:
        EngineError: Its pattern, format or schema cannot be used.
    """
    if request.base in _PREDICATES:
        return _PREDICATES[request.base](request.values)
    if request.base not in _MATCHERS:
        return None
    regexes = request.values.get("regex_list") or [request.values["regex"]]
    if all(map(batch.supports_regex, regexes)):
        return None
    return _matcher(request, regexes)


def _query(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> MetricQuery:
    """Test every value in Python, where the engine cannot."""
    passes = _predicate(request, batch)
    if passes is None:
        condition = find_condition(request, values, batch)
        return condition_query(condition, request, values, where, batch)

    def failing() -> tuple[int, list[dict[str, Any]]]:
        key = repr(("in Python", request.base, request.path, values, request.values))
        found: tuple[int, list[dict[str, Any]]] = batch.once(
            key, lambda: _find_failing(passes, values, batch)
        )
        return found

    if request.part == "unexpected_count":
        return lambda: failing()[0]
    return lambda: shape(failing()[1], request, values, batch)


def _failing(
    request: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> FailingRows:
    del where
    passes = _predicate(request, batch)
    if passes is None:
        return FailingCondition(find_condition(request, values, batch))
    return FailingValues(passes)


def _find_failing(
    passes: Predicate, values: ValueSource, batch: MetricBatch
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows break a rule, and the first of them."""
    [label] = values.labels
    first = FirstRows(sortable(values.shown, values, batch), SAMPLED_ROWS)
    count, counted = 0, None
    query = f"SELECT {values.selected} FROM {values.rows} WHERE {values.condition}"
    allowance = TimeAllowance(batch.budget.seconds)
    for part in batch.stream(query):
        failing = failing_values(part[label].to_pylist(), passes, allowance)
        places = [index for index, fails in enumerate(failing) if fails]
        rows = part.take(pa.array(places, pa.int64()))
        first.add(rows)
        if not values.exploded:
            count += len(places)
            continue
        for number in rows[ROW.strip('"')].to_pylist():
            # The items of a row follow one another, and a row counts once.
            count += number != counted
            counted = number
    found = first.rows()
    return count, [] if found is None else to_rows(found)


def failing_values(
    values: Sequence[Any], passes: Predicate, allowance: TimeAllowance
) -> list[bool]:
    """Return of each value whether it fails a rule; null fails none.

    Raises:
        EngineError: The time is over, or a value cannot be tested.
    """
    with allowance.spent():
        try:
            return [value is not None and not passes(value) for value in values]
        except EngineError:
            raise
        except Exception as error:  # noqa: BLE001 - libraries raise what they like; it costs one rule
            raise EngineError(f"a value cannot be checked ({type(error).__name__})") from None


def _matcher(request: MetricRequest, regexes: list[str]) -> Predicate:
    try:
        searches = [re.compile(python_regex(regex)).search for regex in regexes]
    except (re.error, RecursionError, OverflowError) as error:
        raise EngineError(f"the pattern is no regular expression: {error}") from None
    wanted = _MATCHERS[request.base]
    enough = all if request.values.get("match_on") == "all" else any
    return lambda value: enough(search(value) for search in searches) is wanted


def _json(values: Mapping[str, Any]) -> Predicate:
    del values
    return lambda text: _read_json(text) is not _NO_JSON


_NO_JSON = object()


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_whole)
    except (ValueError, RecursionError):
        return _NO_JSON


def _whole(digits: str) -> int | float:
    """Read a whole number; Python refuses to make one of thousands of digits."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def _refuse_constant(word: str) -> None:
    """Refuse `NaN` and `Infinity`, which Python reads and JSON does not have."""
    raise ValueError(word)


def _json_schema(values: Mapping[str, Any]) -> Predicate:
    from jsonschema import SchemaError  # noqa: PLC0415  # few rules need it
    from jsonschema.validators import validator_for  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    schema = values["json_schema"]
    fault = json_schema_error(schema)
    if fault is not None:
        raise EngineError(f"`json_schema` {fault}")
    kind = validator_for(schema)
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        raise EngineError(f"`json_schema` is no JSON schema: {error.message}") from None
    # A registry of its own: without one, what is not known is fetched.
    validator = kind(schema, registry=Registry())

    def passes(text: str) -> bool:
        value = _read_json(text)
        return value is not _NO_JSON and bool(validator.is_valid(value))

    return passes


def _strftime(values: Mapping[str, Any]) -> Predicate:
    written = values["strftime_format"]

    def passes(text: str) -> bool:
        try:
            datetime.strptime(text, written)
        except (ValueError, OverflowError):
            return False
        return True

    return passes


def _dateutil(values: Mapping[str, Any]) -> Predicate:
    from dateutil.parser import parse  # type: ignore[import-untyped]  # noqa: PLC0415

    del values

    def passes(text: str) -> bool:
        try:
            parse(text)
        except (ValueError, OverflowError):
            return False
        return True

    return passes


_MATCHERS = {
    "column_values.match_regex": True,
    "column_values.match_regex_list": True,
    "column_values.not_match_regex": False,
    "column_values.not_match_regex_list": False,
}
"""Metric → whether a value that keeps the rule matches."""

_PREDICATES: Mapping[str, Callable[[Mapping[str, Any]], Predicate]] = {
    "column_values.json_parseable": _json,
    "column_values.match_json_schema": _json_schema,
    "column_values.match_strftime_format": _strftime,
    "column_values.dateutil_parseable": _dateutil,
}

PYTHON_CONDITIONS = RowFamily(
    {
        "expect_column_values_to_match_regex": "column_values.match_regex",
        "expect_column_values_to_not_match_regex": "column_values.not_match_regex",
        "expect_column_values_to_match_regex_list": "column_values.match_regex_list",
        "expect_column_values_to_not_match_regex_list": "column_values.not_match_regex_list",
        "expect_column_values_to_be_json_parseable": "column_values.json_parseable",
        "expect_column_values_to_match_json_schema": "column_values.match_json_schema",
        "expect_column_values_to_match_strftime_format": "column_values.match_strftime_format",
        "expect_column_values_to_be_dateutil_parseable": "column_values.dateutil_parseable",
    },
    _query,
    _failing,
)
