"""Which rows of a table break which rules: all of them, each by its place in stored order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from spectra_gx.compiler.expectations import AS_OF, compile_rule
from spectra_gx.errors import EngineError
from spectra_gx.validation.budget import Allowance
from spectra_gx.validation.conditions import CONDITIONS
from spectra_gx.validation.groups import GROUPED, numbers_in_groups
from spectra_gx.validation.in_python import breaking, python_predicate
from spectra_gx.validation.metrics import METRICS, question_of
from spectra_gx.validation.orders import ORDERED, numbers_out_of_order
from spectra_gx.validation.references import REFERENCES, orphans
from spectra_gx.validation.spreads import SPREADS, beyond_spread
from spectra_gx.validation.sql import both
from spectra_gx.validation.values import NUMBERED, ROW, ValueSource, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from spectra_gx.contract.model import Rule
    from spectra_gx.validation.batch import DeltaBatchData
    from spectra_gx.validation.in_python import Holds
    from spectra_gx.validation.questions import Question

Rows: TypeAlias = npt.NDArray[np.bool_]
"""One truth value a row of the table, in stored order."""

_NULLS = "column_values.nonnull"


def find_offenders(
    rules: Iterable[Rule], batch: DeltaBatchData, as_of: datetime
) -> dict[str, Rows]:
    """Return which rows break each rule, by its id; one that judges no single row is left out.

    Rules that one row alone decides share one pass over the columns that they name. Costs a byte a
    row and rule.

    Raises:
        EngineError: The engine refused a question that it answered before.
    """
    alone: dict[str, str] = {}
    read: dict[str, tuple[str, Holds]] = {}
    broken: dict[str, Rows] = {}
    for rule in rules:
        question = _question(rule, as_of)
        if question is None:
            continue
        where = batch.condition(question.where)
        holds = python_predicate(question, batch)
        nested = None in question.path
        # The numbers of items' rows count them all, so the condition is held against them after.
        values = values_of(question, None if nested else where, batch)
        if nested:
            numbers = _numbers_of_items(question, values, holds, batch)
            broken[rule.id] = _at(numbers, batch) & _where(where, batch)
        elif holds is not None:
            [operand] = values.operands
            read[rule.id] = f"CASE WHEN {values.condition} THEN {operand.sql} END", holds
        elif question.base in CONDITIONS or question.base in SPREADS:
            alone[rule.id] = both(values.condition, _condition(question, values, batch))
        else:
            broken[rule.id] = _at(_numbers(question, values, where, batch), batch)
    return broken | _in_one_pass(alone, read, batch)


def _question(rule: Rule, as_of: datetime) -> Question | None:
    """Return what is asked of rows by the expectation that a rule compiles to."""
    compiled = compile_rule(rule)
    kwargs = {
        name: as_of.isoformat() if value == {"$PARAMETER": AS_OF} else value
        for name, value in compiled["kwargs"].items()
    }
    # Beside its own metric, an expectation asks for the nulls that it passes over.
    nulls: Question | None = None
    for metric in _metrics(compiled["type"], kwargs):
        if METRICS.get(metric.metric_name, ("", ""))[1] != "unexpected_count":
            continue
        question = question_of(metric, ())
        if question.base != _NULLS or question.path:
            return question
        nulls = question
    return nulls if compiled["type"] == "expect_column_values_to_not_be_null" else None


def _metrics(expectation: str, kwargs: Mapping[str, Any]) -> list[Any]:
    configuration = ExpectationConfiguration(type=expectation, kwargs=dict(kwargs))
    asked = configuration.to_domain_obj().get_validation_dependencies()
    return list(asked.metric_configurations.values())


def _condition(question: Question, values: ValueSource, batch: DeltaBatchData) -> str:
    if question.base in SPREADS:
        return beyond_spread(question, values, batch)
    return CONDITIONS[question.base](values.operands, question.values)


def _in_one_pass(
    alone: Mapping[str, str], read: Mapping[str, tuple[str, Holds]], batch: DeltaBatchData
) -> dict[str, Rows]:
    """Return which rows break rules that one row alone decides, in SQL or in Python."""
    broken: dict[str, Rows] = {rule: _none(batch) for rule in (*alone, *read)}
    if not broken:
        return broken
    asked = [f"({condition}) IS TRUE" for condition in alone.values()]
    asked += [value for value, _ in read.values()]
    columns = ", ".join(f"{sql} AS c{index}" for index, sql in enumerate(asked))
    start, allowance = 0, Allowance(batch.budget.seconds)
    for part in batch.stream(f"SELECT {columns} FROM t"):
        end = start + part.num_rows
        for index, rule in enumerate(alone):
            broken[rule][start:end] = part.column(index).to_numpy()
        for index, (rule, (_, holds)) in enumerate(read.items(), start=len(alone)):
            values = part.column(index).to_pylist()
            broken[rule][start:end] = breaking(values, holds, allowance)
        start = end
    return broken


def _numbers(
    question: Question, values: ValueSource, where: str | None, batch: DeltaBatchData
) -> Iterator[Any]:
    """Yield the numbers of the rows that break a rule which looks at others, too."""
    queries: Iterable[str]
    reads: tuple[str, ...] = ()
    if question.base in GROUPED:
        queries = numbers_in_groups(question, values, where, batch)
    elif question.base in ORDERED:
        queries = (numbers_out_of_order(question, values, batch),)
    elif question.base == REFERENCES:
        queries = (f"SELECT t.{ROW} {orphans(question, values, batch, NUMBERED)}",)
        reads = (question.values["to_table"],)
    else:
        raise EngineError(f"the rows that break `{question.base}` cannot be told one by one")
    for query in queries:
        for part in batch.stream(query, reads=reads):
            yield part.column(0).to_numpy()


def _numbers_of_items(
    question: Question, values: ValueSource, holds: Holds | None, batch: DeltaBatchData
) -> Iterator[Any]:
    """Yield the numbers of the rows that hold an item which breaks a rule."""
    [operand] = values.operands
    of_items = f"FROM {values.rows} WHERE {values.condition}"
    if holds is not None:
        allowance = Allowance(batch.budget.seconds)
        for part in batch.stream(f"SELECT {ROW}, {operand.sql} {of_items}"):
            numbers = part.column(0).to_numpy()
            yield numbers[breaking(part.column(1).to_pylist(), holds, allowance)]
        return
    if question.base in GROUPED:
        query = f"SELECT {ROW} FROM ({values.repeated()}) AS r"
    else:
        query = f"SELECT {ROW} {of_items} AND ({_condition(question, values, batch)})"
    for part in batch.stream(query):
        yield part.column(0).to_numpy()


def _where(where: str | None, batch: DeltaBatchData) -> Rows:
    if where is None:
        return ~_none(batch)
    numbers = batch.stream(f"SELECT {ROW} FROM {NUMBERED} AS t WHERE {both(where)}")
    return _at((part.column(0).to_numpy() for part in numbers), batch)


def _at(numbers: Iterable[Any], batch: DeltaBatchData) -> Rows:
    """Return the rows of these numbers, which count from 1."""
    rows = _none(batch)
    for some in numbers:
        rows[some - 1] = True
    return rows


def _none(batch: DeltaBatchData) -> Rows:
    return np.zeros(batch.row_count, dtype=np.bool_)
