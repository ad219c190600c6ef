"""How each GX metric is answered: an aggregate of the shared scan, or a query of its own.

Pure text in, text out; the engine runs it.
"""

from __future__ import annotations

from spectra_gx.validation.batch import OWN, DeltaBatchData
from spectra_gx.validation.conditions import CONDITIONS
from spectra_gx.validation.groups import GROUPED, group_answer
from spectra_gx.validation.in_python import python_answer, python_predicate
from spectra_gx.validation.measures import MEASURES
from spectra_gx.validation.orders import ORDERED, order_answer
from spectra_gx.validation.queries import QUERY, query_answer
from spectra_gx.validation.questions import Aggregate, Answer, Question
from spectra_gx.validation.samples import SAMPLED_ROWS, names, order, shape
from spectra_gx.validation.spreads import SPREADS, beyond_spread
from spectra_gx.validation.sql import both, name
from spectra_gx.validation.values import ValueSource, values_of

REFERENCES = "rows.references"


def answer(question: Question, batch: DeltaBatchData) -> Answer:
    """Return how a question is answered.

    Raises:
        EngineError: It names a column that the table does not have, or its SQL is refused.
    """
    where = batch.condition(question.where)
    if question.base == QUERY:
        return query_answer(question, batch)
    if question.base in MEASURES:
        return MEASURES[question.base](question, where, batch)
    values = values_of(question, where, batch)
    if question.part == "filtered_row_count":
        return Aggregate(_count(where, values.judged))
    if question.base == REFERENCES:
        return _reference_answer(question, values, batch)
    if question.base in ORDERED:
        return order_answer(question, values, batch)
    if question.base in GROUPED:
        return group_answer(question, values, where, batch)
    holds = python_predicate(question, batch)
    if holds is not None:
        return python_answer(question, holds, values, batch)
    return _condition_answer(question, values, where, batch)


def _count(*conditions: str | None) -> str:
    condition = both(*conditions)
    return "count(*)" if condition == "true" else f"count(*) FILTER (WHERE {condition})"


def _condition_answer(
    question: Question, values: ValueSource, where: str | None, batch: DeltaBatchData
) -> Answer:
    if question.base in SPREADS:
        broken = beyond_spread(question, values, batch)
    else:
        broken = CONDITIONS[question.base](values.operands, question.values)
    if question.part == "unexpected_count":
        if values.exploded:
            return lambda: batch.count(values.rows_that(broken))
        return Aggregate(_count(where, values.present, broken))
    query = values.sample(broken, order(values, batch), SAMPLED_ROWS)
    return lambda: shape(batch.rows(query), question, values, batch)


def _reference_answer(question: Question, values: ValueSource, batch: DeltaBatchData) -> Answer:
    found = orphans(question, values, batch, OWN)
    reads = (batch.table.name, question.values["to_table"])
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(*) {found}", reads=reads)
    query = (
        f"SELECT {names(values.shown, OWN)} {found} "
        f"ORDER BY {order(values, batch, OWN)} LIMIT {SAMPLED_ROWS}"
    )
    return lambda: shape(batch.rows(query, reads=reads), question, values, batch)


def orphans(question: Question, values: ValueSource, batch: DeltaBatchData, rows: str) -> str:
    """Return what to select from for rows, under the table's own name, without a parent."""
    table, to = question.values["to_table"], question.values["to_columns"]
    parent = batch.other(table)
    same = " AND ".join(
        f"{OWN}.{name(column)} = p.{name(parent_column)}"
        for column, parent_column in zip(question.columns, to, strict=True)
    )
    return (
        f"FROM (SELECT * FROM {rows} AS {OWN} WHERE {values.condition}) AS {OWN} "
        f"LEFT ANTI JOIN {parent} AS p ON {same}"
    )
