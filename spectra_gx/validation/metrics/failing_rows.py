"""Which rows of a table fail which rules: all of them, each by its place in stored order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from spectra_gx.compiler.registry import AS_OF
from spectra_gx.compiler.rule_compilation import compile_rule
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.budget import TimeAllowance
from spectra_gx.engines.sql_text import all_true, conjunction
from spectra_gx.validation.metrics.families import FAMILIES, request_for
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.python_conditions import failing_values
from spectra_gx.validation.metrics.row_family import (
    FailingCondition,
    FailingNumbers,
    FailingRows,
    FailingValues,
)
from spectra_gx.validation.metrics.samples import names
from spectra_gx.validation.metrics.value_source import NUMBERED, ROW, ValueSource, value_source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.contract.model import Rule
    from spectra_gx.validation.metrics.metric_requests import MetricRequest

RowMask: TypeAlias = npt.NDArray[np.bool_]
"""One truth value a row of the table, in stored order."""


def find_failing_rows(
    rules: Iterable[Rule], batch: MetricBatch, as_of: datetime
) -> dict[str, RowMask]:
    """Return which rows fail each rule, by its id; one that is about no single row is left out.

    Rules that one row alone decides share one pass over the columns that they name. Costs a byte a
    row and rule.

    Raises:
        EngineError: The engine refused a query that it answered before.
    """
    shared: dict[str, tuple[str, FailingValues | None]] = {}
    failing: dict[str, RowMask] = {}
    for rule in rules:
        request = _request(rule, as_of)
        if request is None:
            continue
        where = batch.condition(request.where)
        nested = None in request.path
        # The numbers of items' rows count them all, so the condition is applied to them after.
        values = value_source_of(request, None if nested else where, batch)
        found = FAMILIES[request.base].failing(request, values, where, batch)
        if nested:
            numbers = _numbers_of_items(found, values, batch)
            failing[rule.id] = _at(numbers, batch) & rows_where(where, batch)
        elif isinstance(found, FailingNumbers):
            failing[rule.id] = _at(_numbers(found, batch), batch)
        elif isinstance(found, FailingCondition):
            condition = conjunction(values.condition, found.sql)
            shared[rule.id] = f"({condition}) IS TRUE", None
        else:
            [operand] = values.operands
            shared[rule.id] = f"CASE WHEN {values.condition} THEN {operand.sql} END", found
    return failing | _in_one_pass(shared, batch)


def rows_with_key_in(
    batch: MetricBatch,
    table: str,
    key: Sequence[str],
    ranges: Iterable[str],
    *,
    older_by: str | None = None,
) -> RowMask:
    """Return which rows have a key that another table of the snapshot has, too.

    Args:
        batch: The rows.
        table: The other table.
        key: The columns of the key.
        ranges: Conditions on these columns, of which each row meets one; one is queried at a time.
        older_by: Column whose value must be smaller than the other row's, if one is given.

    Raises:
        EngineError: A table cannot be read.
    """
    other, keys = batch.other(table), names([*key, *([older_by] if older_by else [])])
    compared = [(column, "=") for column in key] + ([(older_by, "<")] if older_by else [])
    same = all_true(
        [f"{OWN_TABLE}.{quote_name(one)} {sign} p.{quote_name(one)}" for one, sign in compared]
    )
    queries = [
        f"SELECT {OWN_TABLE}.{ROW} FROM (SELECT * FROM {NUMBERED} AS {OWN_TABLE} WHERE {within}) "
        f"AS {OWN_TABLE} LEFT SEMI JOIN (SELECT {keys} FROM {other} WHERE {within}) AS p ON {same}"
        for within in ranges
    ]
    return _at(_numbers(FailingNumbers(queries, (table,)), batch), batch)


def _request(rule: Rule, as_of: datetime) -> MetricRequest | None:
    """Return the request for the rows that fail the expectation that a rule compiles to."""
    compiled = compile_rule(rule)
    kwargs = {
        name: as_of.isoformat() if value == {"$PARAMETER": AS_OF} else value
        for name, value in compiled["kwargs"].items()
    }
    return request_for(compiled["type"], kwargs)


def _in_one_pass(
    shared: Mapping[str, tuple[str, FailingValues | None]], batch: MetricBatch
) -> dict[str, RowMask]:
    """Return which rows fail rules that one row alone decides, in SQL or in Python.

    `shared` is rule → SQL that computes whether a row fails, or gives the value that Python tests.
    """
    failing: dict[str, RowMask] = {rule: _none(batch) for rule in shared}
    if not failing:
        return failing
    columns = ", ".join(f"{sql} AS c{index}" for index, (sql, _) in enumerate(shared.values()))
    start, allowance = 0, TimeAllowance(batch.budget.seconds)
    for part in batch.stream(f"SELECT {columns} FROM t"):
        end = start + part.num_rows
        for index, (rule, (_, tested)) in enumerate(shared.items()):
            found = part.column(index)
            failing[rule][start:end] = (
                found.to_numpy()
                if tested is None
                else failing_values(found.to_pylist(), tested.passes, allowance)
            )
        start = end
    return failing


def _numbers(found: FailingNumbers, batch: MetricBatch) -> Iterator[Any]:
    for query in found.queries:
        for part in batch.stream(query, reads=found.reads):
            yield part.column(0).to_numpy()


def _numbers_of_items(found: FailingRows, values: ValueSource, batch: MetricBatch) -> Iterator[Any]:
    """Yield the numbers of the rows that contain an item which fails a rule."""
    if isinstance(found, FailingNumbers):
        yield from _numbers(found, batch)
        return
    of_items = f"FROM {values.rows} WHERE {values.condition}"
    if isinstance(found, FailingCondition):
        query = f"SELECT {ROW} {of_items} AND ({found.sql})"
        yield from _numbers(FailingNumbers([query]), batch)
        return
    [operand] = values.operands
    allowance = TimeAllowance(batch.budget.seconds)
    for part in batch.stream(f"SELECT {ROW}, {operand.sql} {of_items}"):
        numbers = part.column(0).to_numpy()
        yield numbers[failing_values(part.column(1).to_pylist(), found.passes, allowance)]


def rows_where(where: str | None, batch: MetricBatch) -> RowMask:
    """Return which rows meet a condition; all without one."""
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
