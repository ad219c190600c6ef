"""What to ask DataFusion for a GX metric: an aggregate of the shared scan, or a query of its own.

Pure text in, text out; the engine runs it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spectra_gx.compiler.regexes import python_regex
from spectra_gx.errors import EngineError
from spectra_gx.validation.batch import OWN, DeltaBatchData
from spectra_gx.validation.budget import interrupted_after
from spectra_gx.validation.redaction import hide, hide_unless
from spectra_gx.validation.sql import CONDITIONS, all_present, both, name

SAMPLED_ROWS = 20


@dataclass(frozen=True)
class Question:
    """A GX metric in our words."""

    base: str
    """`column_values.in_set`, `compound_columns.unique`, `table.row_count`, …"""

    part: str
    """`unexpected_count`, `filtered_row_count`, one of the details, or empty."""

    columns: tuple[str, ...]
    where: str | None
    values: Mapping[str, Any]
    """The metric's value arguments."""

    keys: tuple[str, ...] = ()
    """Columns that identify a sampled row."""


@dataclass(frozen=True)
class Aggregate:
    """One expression of the scan that all rules share."""

    sql: str


Answer = Aggregate | Callable[[], Any]
"""An aggregate, or what to call for the answer."""

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
    where = batch.condition(question.where)
    if question.base == "table.row_count":
        return Aggregate(_count(where))
    if question.base == "unexpected_rows_query":
        return _query_answer(question, batch)
    if question.base == "rows.references":
        return _reference_answer(question, where, batch)
    if question.part == "filtered_row_count":
        return Aggregate(_count(where, all_present(question.columns)))
    if question.base in _GROUPED:
        return _group_answer(question, where, batch)
    if question.base == JSON:
        return _python_answer(question, _is_json, where, batch)
    if question.base in _MATCHES and not batch.regex_is_understood(question.values["regex"]):
        return _python_answer(question, _matcher(question), where, batch)
    return _condition_answer(question, where, batch)


def _count(*conditions: str | None) -> str:
    condition = both(*conditions)
    return "count(*)" if condition == "true" else f"count(*) FILTER (WHERE {condition})"


def _condition_answer(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    broken = CONDITIONS[question.base](question.columns, batch.table.types, question.values)
    present = None if question.base == "column_values.nonnull" else all_present(question.columns)
    if question.part == "unexpected_count":
        return Aggregate(_count(where, present, broken))
    shown = tuple(dict.fromkeys((*question.keys, *question.columns)))
    query = (
        f"SELECT {_names(shown)} FROM {OWN} WHERE {both(where, present, broken)} "
        f"ORDER BY {_order(shown, batch)} LIMIT {SAMPLED_ROWS}"
    )
    return lambda: _shape(batch.rows(query), question, batch)


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
    question: Question, holds: Callable[[str], bool], where: str | None, batch: DeltaBatchData
) -> Answer:
    """Answer for what only Python reads as it is meant, over every value there is."""
    [column] = question.columns
    shown = tuple(dict.fromkeys((*question.keys, column)))
    query = (
        f"SELECT {_names(shown)} FROM {OWN} WHERE {both(where, all_present([column]))} "
        f"ORDER BY {_order(shown, batch)}"
    )

    def broken() -> list[dict[str, Any]]:
        rows = batch.rows(query)
        with interrupted_after(batch.budget.seconds):
            return [row for row in rows if not holds(row[column])]

    if question.part == "unexpected_count":
        return lambda: len(broken())
    return lambda: _shape(broken()[:SAMPLED_ROWS], question, batch)


def _group_answer(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    """Answer for rules about groups of equal keys: more than one row, or, in a key, a null."""
    key = _names(question.columns)
    if question.base == "rows.primary_key":
        offending = " OR ".join(
            ["count(*) > 1", *(f"{name(column)} IS NULL" for column in question.columns)]
        )
        condition = both(where)
    else:
        offending, condition = "count(*) > 1", both(where, all_present(question.columns))
    groups = f"FROM {OWN} WHERE {condition} GROUP BY {key} HAVING {offending}"
    if question.part == "unexpected_count":
        counted = f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n {groups}) AS g"
        return lambda: batch.count(counted)
    shown = tuple(dict.fromkeys((*question.keys, *question.columns)))
    selected = ", ".join(f"{OWN}.{name(column)}" for column in shown)
    renamed = ", ".join(f"{name(column)} AS k{i}" for i, column in enumerate(question.columns))
    # Parentheses matter: DataFusion reads `a IS NOT DISTINCT FROM b AND c` as `… FROM (b AND c)`.
    same = " AND ".join(
        f"({OWN}.{name(column)} IS NOT DISTINCT FROM g.k{i})"
        for i, column in enumerate(question.columns)
    )
    # The condition stands where no name but the table's own is in sight.
    query = (
        f"SELECT {selected} FROM (SELECT * FROM {OWN} WHERE {both(where)}) AS {OWN} "
        f"JOIN (SELECT {renamed} {groups}) AS g ON {same} "
        f"ORDER BY {_order(shown, batch, OWN)} LIMIT {SAMPLED_ROWS}"
    )
    return lambda: _shape(batch.rows(query), question, batch)


def _reference_answer(question: Question, where: str | None, batch: DeltaBatchData) -> Answer:
    present = all_present(question.columns)
    if question.part == "filtered_row_count":
        return Aggregate(_count(where, present))
    table, to = question.values["to_table"], question.values["to_columns"]
    parent = batch.other(table)
    same = " AND ".join(
        f"{OWN}.{name(column)} = p.{name(parent_column)}"
        for column, parent_column in zip(question.columns, to, strict=True)
    )
    orphans = (
        f"FROM (SELECT * FROM {OWN} WHERE {both(where, present)}) AS {OWN} "
        f"LEFT ANTI JOIN {parent} AS p ON {same}"
    )
    if question.part == "unexpected_count":
        return lambda: batch.count(f"SELECT count(*) {orphans}", reads=(batch.table.name, table))
    shown = tuple(dict.fromkeys((*question.keys, *question.columns)))
    selected = ", ".join(f"{OWN}.{name(column)}" for column in shown)
    query = f"SELECT {selected} {orphans} ORDER BY {_order(shown, batch, OWN)} LIMIT {SAMPLED_ROWS}"
    return lambda: _shape(batch.rows(query, reads=(batch.table.name, table)), question, batch)


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


def _names(columns: Sequence[str]) -> str:
    return ", ".join(map(name, columns))


def _order(columns: Sequence[str], batch: DeltaBatchData, table: str | None = None) -> str:
    """Order by the shown columns, so that the same table always gives the same sample."""
    prefix = f"{table}." if table else ""
    sortable = [
        f"{prefix}{name(column)}"
        for column in columns
        if not batch.table.types[column].startswith(("array", "map", "struct"))
    ]
    return ", ".join(sortable) or "1"


def _shape(found: list[dict[str, Any]], question: Question, batch: DeltaBatchData) -> Any:
    """Return rows in the form GX expects of this part, sensitive values hidden from GX too."""
    rows = [hide(batch.sensitive, row) for row in found]
    if question.part == "unexpected_index_list":
        return [{key: row[key] for key in question.keys} for row in rows] if question.keys else None
    if question.part == "unexpected_rows":
        return rows
    if question.base.startswith("column_values"):
        return [row[question.columns[0]] for row in rows]
    return [{column: row[column] for column in question.columns} for row in rows]
