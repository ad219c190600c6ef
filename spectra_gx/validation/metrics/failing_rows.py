"""Which rows of a table break which rules: all of them, each by its place in stored order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from spectra_gx.compiler.expectations import AS_OF, compile_rule
from spectra_gx.engines.budget import TimeAllowance
from spectra_gx.engines.sql_text import conjunction
from spectra_gx.errors import EngineError
from spectra_gx.validation.gx.metric_registry import METRICS, request_of
from spectra_gx.validation.metrics.conditions import CONDITIONS
from spectra_gx.validation.metrics.foreign_keys import REFERENCES, orphans
from spectra_gx.validation.metrics.key_uniqueness import UNIQUENESS, duplicate_row_numbers
from spectra_gx.validation.metrics.outliers import OUTLIERS, outlier_condition
from spectra_gx.validation.metrics.python_conditions import failing_values, python_predicate
from spectra_gx.validation.metrics.row_order import ROW_ORDER, misplaced_row_numbers
from spectra_gx.validation.metrics.value_source import NUMBERED, ROW, ValueSource, value_source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from spectra_gx.contract.model import Rule
    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricRequest
    from spectra_gx.validation.metrics.python_conditions import Predicate

RowMask: TypeAlias = npt.NDArray[np.bool_]
"""One truth value a row of the table, in stored order."""

_NULLS = "column_values.nonnull"


def find_failing_rows(
    rules: Iterable[Rule], batch: MetricBatch, as_of: datetime
) -> dict[str, RowMask]:
    """Return which rows break each rule, by its id; one that judges no single row is left out.

    Rules that one row alone decides share one pass over the columns that they name. Costs a byte a
    row and rule.

    Raises:
        EngineError: The engine refused a question that it answered before.
    """
    alone: dict[str, str] = {}
    read: dict[str, tuple[str, Predicate]] = {}
    broken: dict[str, RowMask] = {}
    for rule in rules:
        question = _question(rule, as_of)
        if question is None:
            continue
        where = batch.condition(question.where)
        holds = python_predicate(question, batch)
        nested = None in question.path
        # The numbers of items' rows count them all, so the condition is held against them after.
        values = value_source_of(question, None if nested else where, batch)
        if nested:
            numbers = _numbers_of_items(question, values, holds, batch)
            broken[rule.id] = _at(numbers, batch) & _where(where, batch)
        elif holds is not None:
            [operand] = values.operands
            read[rule.id] = f"CASE WHEN {values.condition} THEN {operand.sql} END", holds
        elif question.base in CONDITIONS or question.base in OUTLIERS:
            alone[rule.id] = conjunction(values.condition, _condition(question, values, batch))
        else:
            broken[rule.id] = _at(_numbers(question, values, where, batch), batch)
    return broken | _in_one_pass(alone, read, batch)


def _question(rule: Rule, as_of: datetime) -> MetricRequest | None:
    """Return what is asked of rows by the expectation that a rule compiles to."""
    compiled = compile_rule(rule)
    kwargs = {
        name: as_of.isoformat() if value == {"$PARAMETER": AS_OF} else value
        for name, value in compiled["kwargs"].items()
    }
    # Beside its own metric, an expectation asks for the nulls that it passes over.
    nulls: MetricRequest | None = None
    for metric in _metrics(compiled["type"], kwargs):
        if METRICS.get(metric.metric_name, ("", ""))[1] != "unexpected_count":
            continue
        question = request_of(metric, ())
        if question.base != _NULLS or question.path:
            return question
        nulls = question
    return nulls if compiled["type"] == "expect_column_values_to_not_be_null" else None


def _metrics(expectation: str, kwargs: Mapping[str, Any]) -> list[Any]:
    configuration = ExpectationConfiguration(type=expectation, kwargs=dict(kwargs))
    asked = configuration.to_domain_obj().get_validation_dependencies()
    return list(asked.metric_configurations.values())


def _condition(question: MetricRequest, values: ValueSource, batch: MetricBatch) -> str:
    if question.base in OUTLIERS:
        return outlier_condition(question, values, batch)
    return CONDITIONS[question.base](values.operands, question.values)


def _in_one_pass(
    alone: Mapping[str, str], read: Mapping[str, tuple[str, Predicate]], batch: MetricBatch
) -> dict[str, RowMask]:
    """Return which rows break rules that one row alone decides, in SQL or in Python."""
    broken: dict[str, RowMask] = {rule: _none(batch) for rule in (*alone, *read)}
    if not broken:
        return broken
    asked = [f"({condition}) IS TRUE" for condition in alone.values()]
    asked += [value for value, _ in read.values()]
    columns = ", ".join(f"{sql} AS c{index}" for index, sql in enumerate(asked))
    start, allowance = 0, TimeAllowance(batch.budget.seconds)
    for part in batch.stream(f"SELECT {columns} FROM t"):
        end = start + part.num_rows
        for index, rule in enumerate(alone):
            broken[rule][start:end] = part.column(index).to_numpy()
        for index, (rule, (_, holds)) in enumerate(read.items(), start=len(alone)):
            values = part.column(index).to_pylist()
            broken[rule][start:end] = failing_values(values, holds, allowance)
        start = end
    return broken


def _numbers(
    question: MetricRequest, values: ValueSource, where: str | None, batch: MetricBatch
) -> Iterator[Any]:
    """Yield the numbers of the rows that break a rule which looks at others, too."""
    queries: Iterable[str]
    reads: tuple[str, ...] = ()
    if question.base in UNIQUENESS:
        queries = duplicate_row_numbers(question, values, where, batch)
    elif question.base in ROW_ORDER:
        queries = (misplaced_row_numbers(question, values, batch),)
    elif question.base == REFERENCES:
        queries = (f"SELECT t.{ROW} {orphans(question, values, batch, NUMBERED)}",)
        reads = (question.values["to_table"],)
    else:
        raise EngineError(f"the rows that break `{question.base}` cannot be told one by one")
    for query in queries:
        for part in batch.stream(query, reads=reads):
            yield part.column(0).to_numpy()


def _numbers_of_items(
    question: MetricRequest, values: ValueSource, holds: Predicate | None, batch: MetricBatch
) -> Iterator[Any]:
    """Yield the numbers of the rows that hold an item which breaks a rule."""
    [operand] = values.operands
    of_items = f"FROM {values.rows} WHERE {values.condition}"
    if holds is not None:
        allowance = TimeAllowance(batch.budget.seconds)
        for part in batch.stream(f"SELECT {ROW}, {operand.sql} {of_items}"):
            numbers = part.column(0).to_numpy()
            yield numbers[failing_values(part.column(1).to_pylist(), holds, allowance)]
        return
    if question.base in UNIQUENESS:
        query = f"SELECT {ROW} FROM ({values.repeated()}) AS r"
    else:
        query = f"SELECT {ROW} {of_items} AND ({_condition(question, values, batch)})"
    for part in batch.stream(query):
        yield part.column(0).to_numpy()


def _where(where: str | None, batch: MetricBatch) -> RowMask:
    if where is None:
        return ~_none(batch)
    numbers = batch.stream(f"SELECT {ROW} FROM {NUMBERED} AS t WHERE {conjunction(where)}")
    return _at((part.column(0).to_numpy() for part in numbers), batch)


def _at(numbers: Iterable[Any], batch: MetricBatch) -> RowMask:
    """Return the rows of these numbers, which count from 1."""
    rows = _none(batch)
    for some in numbers:
        rows[some - 1] = True
    return rows


def _none(batch: MetricBatch) -> RowMask:
    return np.zeros(batch.row_count, dtype=np.bool_)
