"""How each GX metric is answered: an aggregate of the shared scan, or a query of its own.

Pure text in, text out; the engine runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.validation.batch import OWN
from spectra_gx.validation.conditions import CONDITIONS
from spectra_gx.validation.details import Sample
from spectra_gx.validation.groups import GROUPED, group_answer
from spectra_gx.validation.in_python import python_answer, python_predicate
from spectra_gx.validation.measures import MEASURES
from spectra_gx.validation.orders import ORDERED, order_answer
from spectra_gx.validation.queries import QUERY, query_answer
from spectra_gx.validation.questions import Aggregate, Answer, Question
from spectra_gx.validation.ranges import spans
from spectra_gx.validation.references import REFERENCES, reference_answer
from spectra_gx.validation.samples import SAMPLED_ROWS, order, shape, sortable
from spectra_gx.validation.spreads import SPREADS, beyond_spread
from spectra_gx.validation.sql import both, column, name
from spectra_gx.validation.statistics import decided
from spectra_gx.validation.values import ValueSource, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.validation.batch import DeltaBatchData


def answer(question: Question, batch: DeltaBatchData) -> Answer:
    """Return how a question is answered.

    Raises:
        EngineError: It names a column that the table does not have, or its SQL is refused.
    """
    known = decided(question, batch)
    if known is not None:
        return lambda: known
    where = batch.condition(question.where)
    if question.base == QUERY:
        return query_answer(question, batch)
    if question.base in MEASURES:
        return MEASURES[question.base](question, where, batch)
    values = values_of(question, where, batch)
    if question.part == "filtered_row_count":
        return Aggregate(_count(where, values.judged))
    if question.base == REFERENCES:
        return reference_answer(question, values, batch)
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
    if values.exploded:
        query = values.sample(broken, order(values, batch), SAMPLED_ROWS)
        return lambda: shape(batch.rows(query), question, values, batch)
    ordered = tuple(sortable(values.shown, values, batch))
    return Sample(
        broken=both(values.condition, broken),
        selected=values.columns,
        order=ordered,
        limit=SAMPLED_ROWS,
        rows=_in_order_of_key(ordered, values, batch),
        read=lambda rows: shape(rows, question, values, batch),
    )


def _in_order_of_key(
    ordered: Sequence[str], values: ValueSource, batch: DeltaBatchData
) -> tuple[str, ...]:
    """Return what to select from for rows, in parts that follow each other in the order shown.

    Only the key of the table cuts it: it is what all rules order by.
    """
    key = next(iter(ordered), "")
    if key not in values.keys or dict(values.columns)[key] != name(key):
        return (OWN,)
    operand = column(key, batch.table.types[key])
    parts: tuple[str, ...] = batch.once(
        f"parts in the order of {key}", lambda: tuple(spans(batch, {key: operand}))
    )
    return parts
