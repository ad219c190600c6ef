"""What to ask DataFusion for a GX metric: an aggregate of the shared scan, or a query of its own.

Pure text in, text out; the engine runs it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from spectra_gx.compiler.regexes import python_regex
from spectra_gx.errors import EngineError
from spectra_gx.validation.batch import OWN, DeltaBatchData
from spectra_gx.validation.budget import interrupted_after
from spectra_gx.validation.measures import MEASURES
from spectra_gx.validation.questions import Aggregate, Answer, Question
from spectra_gx.validation.ranges import ranges
from spectra_gx.validation.redaction import hide, hide_unless
from spectra_gx.validation.sql import CONDITIONS, both, name
from spectra_gx.validation.statistics import decided
from spectra_gx.validation.values import ROW, ValueSource, values_of

SAMPLED_ROWS = 20


_CONTRACT_BRACES = {"{{": "{", "}}": "}", "{batch}": "{table}"}
_GX_BRACES = re.compile("|".join(map(re.escape, _CONTRACT_BRACES)))

ROWS = frozenset({"unexpected_values", "unexpected_index_list", "unexpected_rows"})
"""Parts that fetch offending rows; asked only of rules that have some."""

_MATCHES = {"column_values.match_regex": True, "column_values.not_match_regex": False}
JSON = "column_values.json_parseable"
_GROUPED = frozenset({"column_values.unique", "compound_columns.unique", "rows.primary_key"})


def answer(question: Question, batch: DeltaBatchData) -> Answer:
    """Return how a question is answered.

    Raises:
        EngineError: It names a column that the table does not have, or its SQL is refused.
    """
    known = decided(question, batch)
    if known is not None:
        return lambda: known
    if question.base == "unexpected_rows_query":
        return _query_answer(question, batch)
    where = batch.condition(question.where)
    if question.base == "table.row_count":
        return Aggregate(_count(where))
    return _rows_answer(question, where, batch)


def _rows_answer(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    """Return how a question about rows, or one number about a column, is answered."""
    if question.base in MEASURES:
        return MEASURES[question.base](question, where, batch)
    if question.base == "rows.references":
        return _reference_answer(question, where, batch)
    values = values_of(question, where, batch)
    if question.part == "filtered_row_count":
        return Aggregate(_count(where, values.judged))
    if question.base == "rows.sorted":
        return _sorted_answer(question, values, batch)
    if question.base in _GROUPED:
        return _group_answer(question, values, where, batch)
    if question.base == JSON:
        return _python_answer(question, _is_json, values, batch)
    if question.base in _MATCHES and not batch.regex_is_understood(question.values["regex"]):
        return _python_answer(question, _matcher(question), values, batch)
    return _condition_answer(question, values, where, batch)


def _count(*conditions: str | None) -> str:
    condition = both(*conditions)
    return "count(*)" if condition == "true" else f"count(*) FILTER (WHERE {condition})"


def _condition_answer(
    question: Question, values: ValueSource, where: str | None, batch: DeltaBatchData
) -> Answer:
    broken = CONDITIONS[question.base](values.operands, question.values)
    if question.part == "unexpected_count":
        if values.exploded:
            return lambda: batch.count(values.rows_that(broken))
        return Aggregate(_count(where, values.present, broken))
    query = values.sample(broken, _order(values, batch), SAMPLED_ROWS)
    return lambda: _shape(batch.rows(query), question, values, batch)


def _is_json(value: str) -> bool:
    try:
        json.loads(value, parse_constant=_refuse_constant, parse_int=str)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse_constant(word: str) -> None:
    """Refuse `NaN` and `Infinity`, which Python reads and JSON does not have."""
    raise ValueError(word)


def _matcher(question: Question) -> Callable[[str], bool]:
    try:
        search = re.compile(python_regex(question.values["regex"])).search
    except (re.error, RecursionError, OverflowError) as error:
        raise EngineError(f"the pattern is no regular expression: {error}") from None
    wanted = _MATCHES[question.base]
    return lambda value: bool(search(value)) is wanted


def _python_answer(
    question: Question, holds: Callable[[str], bool], values: ValueSource, batch: DeltaBatchData
) -> Answer:
    """Answer for what only Python reads as it is meant, over every value there is."""
    query = values.sample("true", _order(values, batch), None)
    [label] = values.labels

    def broken() -> list[dict[str, Any]]:
        rows = batch.rows(query)
        with interrupted_after(batch.budget.seconds):
            return [row for row in rows if not holds(row[label])]

    if question.part == "unexpected_count":
        return lambda: values.count_rows(broken())
    return lambda: _shape(broken()[:SAMPLED_ROWS], question, values, batch)


def _group_answer(
    question: Question, values: ValueSource, where: str | None, batch: DeltaBatchData
) -> Answer:
    """Answer for rules about groups of equal keys: more than one row, or, in a key, a null."""
    if values.exploded:
        return _repeated_items(question, values, batch)
    keys = [operand.sql for operand in values.operands]
    offending = "count(*) > 1"
    condition = both(where, values.present)
    if question.base == "rows.primary_key":
        offending = " OR ".join([offending, *(f"{key} IS NULL" for key in keys)])
        condition = both(where)
    if question.part == "unexpected_count":
        return lambda: _count_in_groups(values, condition, offending, batch)
    groups = f"FROM {OWN} WHERE {condition} GROUP BY {', '.join(keys)} HAVING {offending}"
    renamed = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
    # Parentheses matter: DataFusion reads `a IS NOT DISTINCT FROM b AND c` as `… FROM (b AND c)`.
    same = " AND ".join(
        f"({OWN}.{name(label)} IS NOT DISTINCT FROM g.k{i})"
        for i, label in enumerate(values.labels)
    )
    # The condition stands where no name but the table's own is in sight.
    query = (
        f"SELECT {_names(values.shown, OWN)} FROM "
        f"(SELECT {values.selected} FROM {OWN} WHERE {both(where)}) AS {OWN} "
        f"JOIN (SELECT {renamed} {groups}) AS g ON {same} "
        f"ORDER BY {_order(values, batch, OWN)} LIMIT {SAMPLED_ROWS}"
    )
    return lambda: _shape(batch.rows(query), question, values, batch)


def _count_in_groups(
    values: ValueSource, condition: str, offending: str, batch: DeltaBatchData
) -> int:
    """Return how many rows stand in offending groups, grouped range by range."""
    keys = dict(zip(values.labels, values.operands, strict=True))
    grouped = ", ".join(key.sql for key in values.operands)
    return sum(
        batch.count(
            "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n "
            f"FROM {OWN} WHERE {both(condition, within)} GROUP BY {grouped} HAVING {offending})"
        )
        for within in ranges(batch, keys, condition)
    )


def _repeated_items(question: Question, values: ValueSource, batch: DeltaBatchData) -> Answer:
    """Answer for items that must be unique: those of one row, which stands once however many."""
    groups = values.repeated()
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(DISTINCT {ROW}) FROM ({groups}) AS g")
    shown = _names(values.shown)
    query = f"SELECT {shown} FROM ({groups}) AS g ORDER BY {_order(values, batch)}"
    return lambda: _shape(batch.rows(f"{query} LIMIT {SAMPLED_ROWS}"), question, values, batch)


def _sorted_answer(question: Question, values: ValueSource, batch: DeltaBatchData) -> Answer:
    """Answer for rows that must run in an order: those that come after a greater one.

    Where a column follows the order of others, rows that these do not tell apart may stand in any
    order; where rows follow their own, they are taken as they are stored.
    """
    by = tuple(question.values["by"])
    descending = question.values["order"] == "descending"
    direction = "DESC" if descending else "ASC"
    judged = [label for label in values.labels if label not in by] or list(by)
    as_stored = judged == list(by)
    if as_stored:
        rows = f"(SELECT *, row_number() OVER () AS {ROW} FROM {OWN})"
        window = f"ORDER BY {ROW}"
    else:
        rows = OWN
        window = f"ORDER BY {', '.join(f'{name(label)} {direction}' for label in (*by, *judged))}"
    previous = ", ".join(
        f"lag({name(label)}) OVER ({window}) AS p{i}" for i, label in enumerate(judged)
    )
    broken = _comes_before([(f"p{i}", name(label)) for i, label in enumerate(judged)], descending)
    inside = f"SELECT *, {previous} FROM {rows} AS {OWN} WHERE {values.condition}"
    offending = f"FROM ({inside}) AS o WHERE {broken}"
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(*) {offending}", in_stored_order=as_stored)
    query = (
        f"SELECT {_names(values.shown)} {offending} ORDER BY {_order(values, batch)} "
        f"LIMIT {SAMPLED_ROWS}"
    )
    return lambda: _shape(batch.rows(query, in_stored_order=as_stored), question, values, batch)


def _comes_before(pairs: Sequence[tuple[str, str]], descending: bool) -> str:
    """Be true where a row should stand before the one that it follows, column by column."""
    operator = ">" if descending else "<"
    (before, after), *rest = pairs
    broken = f"{after} {operator} {before}"
    return (
        f"{broken} OR ({after} = {before} AND ({_comes_before(rest, descending)}))"
        if rest
        else broken
    )


def _reference_answer(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    values = values_of(question, where, batch)
    if question.part == "filtered_row_count":
        return Aggregate(_count(where, values.present))
    table, to = question.values["to_table"], question.values["to_columns"]
    parent = batch.other(table)
    same = " AND ".join(
        f"{OWN}.{name(column)} = p.{name(parent_column)}"
        for column, parent_column in zip(question.columns, to, strict=True)
    )
    orphans = (
        f"FROM (SELECT * FROM {OWN} WHERE {both(where, values.present)}) AS {OWN} "
        f"LEFT ANTI JOIN {parent} AS p ON {same}"
    )
    reads = (batch.table.name, table)
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(*) {orphans}", reads=reads)
    query = (
        f"SELECT {_names(values.shown, OWN)} {orphans} "
        f"ORDER BY {_order(values, batch, OWN)} LIMIT {SAMPLED_ROWS}"
    )
    return lambda: _shape(batch.rows(query, reads=reads), question, values, batch)


def contract_query_rows(kwargs: Mapping[str, Any], batch: DeltaBatchData) -> list[dict[str, Any]]:
    """Return the sampled rows of an expectation's query; asked before, so remembered."""
    question = Question(
        "unexpected_rows_query", "table", (), where_of(kwargs.get("row_condition")), kwargs
    )
    asked = _query_answer(question, batch)
    rows: list[dict[str, Any]] = asked() if callable(asked) else []
    return rows


def where_of(condition: Any) -> str | None:
    """Return a contract's `where` from the condition that GX carries it in."""
    if condition is None:
        return None
    if isinstance(condition, Mapping):
        return str(condition["pass_through_filter"])
    return str(condition.pass_through_filter)


def _query_answer(question: Question, batch: DeltaBatchData) -> Answer:
    sql, guarded = batch.query(
        contract_sql(question.values["unexpected_rows_query"]), question.where
    )
    reads = guarded.tables
    if question.part == "row_count":
        return lambda: batch.count(f"SELECT count(*) FROM (\n{sql}\n) AS q", reads=reads)

    def sample() -> list[dict[str, Any]]:
        columns = batch.sortable_columns(f"SELECT * FROM (\n{sql}\n) AS q LIMIT 0", reads=reads)
        order = f"ORDER BY {_names(columns)} " if columns else ""
        query = f"SELECT * FROM (\n{sql}\n) AS q {order}LIMIT {SAMPLED_ROWS}"
        return [hide_unless(guarded.shown, row) for row in batch.rows(query, reads=reads)]

    return sample


def contract_sql(query: str) -> str:
    """Return a query as the contract wrote it: GX doubles literal braces, says `{batch}`."""
    return _GX_BRACES.sub(lambda braces: _CONTRACT_BRACES[braces[0]], query)


def _names(labels: Sequence[str], table: str | None = None) -> str:
    prefix = f"{table}." if table else ""
    return ", ".join(f"{prefix}{name(label)}" for label in labels)


def _order(values: ValueSource, batch: DeltaBatchData, table: str | None = None) -> str:
    """Order by what is shown, so that the same table always gives the same sample."""
    types = {**batch.table.types, **values.types}
    sortable = [
        label for label in values.shown if not types[label].startswith(("array", "map", "struct"))
    ]
    return _names(sortable, table) or "1"


def _shape(
    found: list[dict[str, Any]], question: Question, values: ValueSource, batch: DeltaBatchData
) -> Any:
    """Return rows in the form GX expects of this part, sensitive values hidden from GX too."""
    hidden = batch.sensitive
    if question.columns[0] in hidden:
        hidden |= set(values.labels)
    rows = [hide(hidden, row) for row in found]
    if question.part == "unexpected_index_list":
        return [{key: row[key] for key in question.keys} for row in rows] if question.keys else None
    if question.part == "unexpected_rows":
        return [{label: row[label] for label in values.shown} for row in rows]
    if question.base.startswith("column_values"):
        return [row[values.labels[0]] for row in rows]
    return [{label: row[label] for label in values.labels} for row in rows]
