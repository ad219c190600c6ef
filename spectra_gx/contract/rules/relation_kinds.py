"""Rule kinds about several columns or several tables, the order of rows, and whole queries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.column_types import SIMPLE, Family
from spectra_gx.contract.parsers.columns import COLUMN, COLUMNS, SEVERAL_COLUMNS
from spectra_gx.contract.parsers.comparisons import COMPARISON
from spectra_gx.contract.parsers.parser import (
    STEP,
    TEXT,
    Key,
    ParseContext,
    Parser,
    one_of,
)
from spectra_gx.contract.parsers.records import complete, record
from spectra_gx.contract.parsers.values import REFERENCES, TABLE_COLUMN
from spectra_gx.contract.rules.gx_signatures import EXPECTATION
from spectra_gx.contract.rules.kinds import (
    IN_LIST,
    ON_COLUMN,
    RuleKind,
    Scope,
    columns_text,
    list_columns,
    no_columns,
    only_columns,
    value_text,
)
from spectra_gx.contract.sql.quoting import quote_literal, quote_name, spell_name
from spectra_gx.contract.yaml.nodes import ListNode, Node

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule

_EARLY, _LATE = date(2026, 1, 1), date(2026, 1, 2)


ORDERS = {
    "ascending": "ascending",
    "asc": "ascending",
    "descending": "descending",
    "desc": "descending",
}
"""Word → canonical word."""


def _read_by(node: Node, context: ParseContext) -> tuple[str, ...] | None:
    if isinstance(node, ListNode):
        names: tuple[str, ...] | None = COLUMNS.read(node, context)
        return names
    name = COLUMN.read(node, context)
    return None if name is None else (name,)


def _read_order(node: Node, context: ParseContext) -> str | None:
    word = _ORDER_WORD.read(node, context)
    return None if word is None else ORDERS[word]


_BY = Parser(
    "a column's name, or a list of them", {"anyOf": [COLUMN.schema, COLUMNS.schema]}, _read_by
)
_ORDER_WORD = one_of(*ORDERS)
_ORDER = Parser(_ORDER_WORD.words, _ORDER_WORD.schema, _read_order)
SEQUENCE = complete(
    record(
        "a mapping with step",
        (Key("step", "From one value to the next; of dates in days.", STEP, True, example=1),),
    ),
    needed=1,
)
SORTED = complete(
    record(
        "a mapping with by and order",
        (
            Key("by", "The columns that give the order.", _BY, needed=True, example=["day"]),
            Key("order", "Which way it runs.", _ORDER, needed=True, example="ascending"),
        ),
    ),
    needed=2,
)


def _split_references(parsed: Any) -> tuple[tuple[str, ...], Any]:
    return parsed["columns"], {"table": parsed["table"], "to": parsed["to"]}


def _join_references(columns: tuple[str, ...], argument: Any) -> dict[str, Any]:
    return {"columns": list(columns), "table": argument["table"], "to": list(argument["to"])}


def _split_comparison(parsed: Any) -> tuple[tuple[str, ...], Any]:
    columns = (parsed["left"],) if parsed["column"] is None else (parsed["left"], parsed["column"])
    return columns, {key: parsed[key] for key in ("operator", "column", "literal")}


def _join_comparison(columns: tuple[str, ...], argument: Any) -> str:
    names = [quote_name(name) for name in columns]
    if len(names) == 1:
        literal = argument["literal"]
        names.append(
            f"{{{literal}}}" if isinstance(literal, ClockValue) else quote_literal(literal)
        )
    return f"{names[0]} {argument['operator']} {names[1]}"


def _comparison_wording(rule: Rule, columns: str) -> str:
    del columns
    column, literal = rule.argument["column"], rule.argument["literal"]
    other = value_text(literal) if column is None else spell_name(column)
    return f"`{spell_name(rule.columns[0])} {rule.argument['operator']} {other}` is not satisfied"


def _sorted_wording(rule: Rule, columns: str) -> str:
    del columns
    by, order = rule.argument["by"], rule.argument["order"]
    following = [column for column in rule.columns if column not in by]
    along = " along " + columns_text(by) if following else ""
    return f"{columns_text(following or by)} is out of {order} order{along}"


RELATION_KINDS = (
    RuleKind(
        key="unique",
        purpose="No two rows have the same values in these columns; nulls are ignored.",
        parser=SEVERAL_COLUMNS,
        example=["full_path", "http_method"],
        counter_example={"full_path": ["/a", "/a", "/b"], "http_method": ["GET", "GET", "GET"]},
        positions=IN_LIST,
        scope=Scope.GROUP,
        wording="{columns} {be} not unique",
        families=SIMPLE,
        split=only_columns,
        join=list_columns,
    ),
    RuleKind(
        key="references",
        purpose="Every row's key exists in another table.",
        parser=REFERENCES,
        example={"columns": ["category"], "table": "source.categories", "to": ["name"]},
        counter_example={"category": ["known", "lost"]},
        positions=IN_LIST,
        scope=Scope.GROUP,
        wording="{columns} not found in `{argument[table]}`",
        families=SIMPLE,
        split=_split_references,
        join=_join_references,
    ),
    RuleKind(
        key="compare",
        purpose="This comparison of two columns, or of a column and a value, is true in every row.",
        parser=COMPARISON,
        example="start_date <= end_date",
        counter_example={"start_date": [_EARLY, _LATE], "end_date": [_EARLY, _EARLY]},
        positions=IN_LIST,
        scope=Scope.ROW,
        wording=_comparison_wording,
        split=_split_comparison,
        join=_join_comparison,
    ),
    RuleKind(
        key="sql",
        purpose="This SELECT returns no row; whatever it returns is a failing row.",
        parser=TEXT,
        example="select * from {table} where total < 0",
        counter_example={"total": [1, -1]},
        positions=IN_LIST,
        scope=Scope.ROWS,
        split=no_columns,
    ),
)
SEQUENCE_KIND = RuleKind(
    key="sequence",
    purpose="The column's values follow each other in equal steps, without gaps and repeats.",
    parser=SEQUENCE,
    example={"step": 1},
    counter_example={"value": [1, 2, 2, 5]},
    positions=ON_COLUMN,
    scope=Scope.ROWS,
    wording="{columns} repeats or comes after a gap (step {argument[step]})",
    families=frozenset({Family.WHOLE, Family.DATE}),
)
SAME_SET_KIND = RuleKind(
    key="same_set_as",
    purpose="The column has the same set of values as a column of another table; nulls are "
    "ignored.",
    parser=TABLE_COLUMN,
    example="source.categories.name",
    counter_example={"value": ["known", "lost"]},
    positions=ON_COLUMN,
    scope=Scope.COLUMN,
    families=SIMPLE,
    join=lambda _, argument: f"{argument['table']}.{spell_name(argument['column'])}",
)
SORTED_KIND = RuleKind(
    key="sorted",
    purpose="Rows are sorted by these columns; with `column`, its values are sorted along them.",
    parser=SORTED,
    example={"by": "recorded_at", "order": "ascending"},
    counter_example={"recorded_at": [_EARLY, _LATE, _EARLY]},
    positions=IN_LIST,
    scope=Scope.ROWS,
    wording=_sorted_wording,
    families=SIMPLE,
    split=lambda parsed: (parsed["by"], parsed),
    join=lambda _, argument: {"by": list(argument["by"]), "order": argument["order"]},
    takes_column=True,
)
EXPECT_KIND = RuleKind(
    key="expect",
    purpose="This expectation of Great Expectations passes with these arguments.",
    parser=EXPECTATION,
    example="ExpectColumnValuesToBeIncreasing",
    counter_example={"value": [1, 3, 2]},
    positions=IN_LIST,
    scope=Scope.ROWS,
    wording="`{argument[type]}` is not satisfied",
    split=no_columns,
    takes_column=True,
)
