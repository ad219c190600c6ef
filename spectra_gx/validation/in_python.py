"""What only Python reads as it is meant: JSON, dates as text, patterns that look around.

Every value is read and held against a predicate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.compiler.regexes import python_regex
from spectra_gx.errors import EngineError
from spectra_gx.validation.batch import DeltaBatchData, rows_of
from spectra_gx.validation.budget import interrupted_after
from spectra_gx.validation.details import FirstRows
from spectra_gx.validation.samples import SAMPLED_ROWS, shape, sortable
from spectra_gx.validation.values import ROW

if TYPE_CHECKING:
    from spectra_gx.validation.questions import Answer, Question
    from spectra_gx.validation.values import ValueSource

Holds = Callable[[str], bool]


def python_predicate(question: Question, batch: DeltaBatchData) -> Holds | None:
    """Return what holds of a value that keeps the rule, or None where the engine can tell.

    Raises:
        EngineError: Its pattern, format or schema cannot be used.
    """
    if question.base in _PREDICATES:
        return _PREDICATES[question.base](question.values)
    if question.base not in _MATCHERS:
        return None
    regexes = question.values.get("regex_list") or [question.values["regex"]]
    if all(map(batch.regex_is_understood, regexes)):
        return None
    return _matcher(question, regexes)


def python_answer(
    question: Question, holds: Holds, values: ValueSource, batch: DeltaBatchData
) -> Answer:
    """Answer by holding every value there is against a predicate."""

    def broken() -> tuple[int, list[dict[str, Any]]]:
        key = repr(("in Python", question.base, question.path, values, question.values))
        found: tuple[int, list[dict[str, Any]]] = batch.once(
            key, lambda: _broken(holds, values, batch)
        )
        return found

    if question.part == "unexpected_count":
        return lambda: broken()[0]
    return lambda: shape(broken()[1], question, values, batch)


def _broken(
    holds: Holds, values: ValueSource, batch: DeltaBatchData
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows break a rule, and the first of them."""
    [label] = values.labels
    first = FirstRows(sortable(values.shown, values, batch), SAMPLED_ROWS)
    count, counted = 0, None
    query = f"SELECT {values.selected} FROM {values.rows} WHERE {values.condition}"
    for part in batch.stream(query):
        with interrupted_after(batch.budget.seconds):
            places = [i for i, value in enumerate(part[label].to_pylist()) if not holds(value)]
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
    return count, [] if found is None else rows_of(found)


def _matcher(question: Question, regexes: list[str]) -> Holds:
    try:
        searches = [re.compile(python_regex(regex)).search for regex in regexes]
    except (re.error, RecursionError, OverflowError) as error:
        raise EngineError(f"the pattern is no regular expression: {error}") from None
    wanted = _MATCHERS[question.base]
    enough = all if question.values.get("match_on") == "all" else any
    return lambda value: enough(search(value) for search in searches) is wanted


def _json(values: Mapping[str, Any]) -> Holds:
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


def _json_schema(values: Mapping[str, Any]) -> Holds:
    from jsonschema import SchemaError, ValidationError  # noqa: PLC0415  # few rules need it
    from jsonschema.validators import validator_for  # noqa: PLC0415

    schema = values["json_schema"]
    kind = validator_for(schema)
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        raise EngineError(f"`json_schema` is no JSON schema: {error.message}") from None
    validator = kind(schema)

    def holds(text: str) -> bool:
        value = _read_json(text)
        if value is _NO_JSON:
            return False
        try:
            validator.validate(value)
        except ValidationError:
            return False
        return True

    return holds


def _strftime(values: Mapping[str, Any]) -> Holds:
    written = values["strftime_format"]

    def holds(text: str) -> bool:
        try:
            datetime.strptime(text, written)
        except (ValueError, OverflowError):
            return False
        return True

    return holds


def _dateutil(values: Mapping[str, Any]) -> Holds:
    from dateutil.parser import parse  # type: ignore[import-untyped]  # noqa: PLC0415

    del values

    def holds(text: str) -> bool:
        try:
            parse(text)
        except (ValueError, OverflowError):
            return False
        return True

    return holds


_MATCHERS = {
    "column_values.match_regex": True,
    "column_values.match_regex_list": True,
    "column_values.not_match_regex": False,
    "column_values.not_match_regex_list": False,
}
"""Metric → whether a value that keeps the rule matches."""

_PREDICATES: Mapping[str, Callable[[Mapping[str, Any]], Holds]] = {
    "column_values.json_parseable": _json,
    "column_values.match_json_schema": _json_schema,
    "column_values.match_strftime_format": _strftime,
    "column_values.dateutil_parseable": _dateutil,
}

READ_IN_PYTHON = frozenset(_PREDICATES)
"""Metrics that Python always answers."""
