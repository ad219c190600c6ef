"""Contract SQL as a tree, and what may be in it.

PostgreSQL's dialect is the nearest to DataFusion's; names are compared exactly, as `deltalake` runs
DataFusion. What the columns' types add to it is in `sql_meaning`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.parsers.postgres import PostgresParser

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.sql import functions
from spectra_gx.contract.sql.tokens import MISPLACED, SqlRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

CONDITION_TABLE = "{table}"

_ALLOWED = (
    *(exp.Select, exp.SetOperation, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join),
    *(exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered, exp.Limit),
    *(exp.Offset, exp.Fetch, exp.LimitOptions, exp.Distinct, exp.Cube, exp.Rollup),
    *(exp.GroupingSets, exp.Window, exp.WindowSpec, exp.Filter, exp.WithinGroup),
    *(exp.Table, exp.TableAlias, exp.Alias, exp.Identifier, exp.Column, exp.Star),
    *(exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple, exp.Case, exp.DataType),
    *(exp.DataTypeParam, exp.Interval, exp.IntervalSpan, exp.Var, exp.Bracket, exp.AtTimeZone),
    *(exp.Func, exp.Binary, exp.Unary, exp.Predicate, exp.Condition, exp.IgnoreNulls),
    exp.RespectNulls,
)
_REFUSED = (
    *(exp.Dot, exp.Parameter, exp.Placeholder, exp.SessionParameter, exp.PropertyEQ, exp.Kwarg),
    *(exp.Values, exp.Lateral, exp.Unnest, exp.TableFromRows, exp.HexString, exp.BitString),
    # DataFusion gives SIMILAR TO another meaning than the standard's.
    *(exp.Pivot, exp.SimilarTo),
)
_TRUE_OR_FALSE = (exp.Predicate, exp.Connector, exp.Not, exp.Paren, exp.Column, exp.Boolean)
_SUBQUERIES = (exp.Query, exp.Exists, exp.AggFunc, exp.Window, exp.Table)
_INSTANTS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ)
_KEPT_DIGITS = frozenset("036")
"""Digits of a second with which every instant of the calendar fits in 64 bits."""

_ENGINE_NAME = re.compile(r"t\d*")
"""Names under which a run registers tables; a CTE of that name would hide one."""


def parse_query(text: str) -> exp.Expr:
    """Return the tree of a query whose placeholders are quoted names.

    Raises:
        SqlRefused: It is not one plain SELECT.
    """
    tree = _parse(text)
    if not isinstance(tree, exp.Query) or isinstance(tree, exp.Values):
        raise SqlRefused("a rule is one SELECT and nothing else")
    for node in tree.walk():
        _check_node(node)
    return tree


def parse_condition(text: str) -> exp.Expr:
    """Return the tree of a SELECT whose WHERE is the condition.

    Raises:
        SqlRefused: It is not one plain condition.
    """
    tree = parse_query(f'select 1 from "{CONDITION_TABLE}" where (\n{text}\n)')
    where = tree.args.get("where")
    condition = where.this if isinstance(where, exp.Where) else None
    if not isinstance(condition, exp.Paren) or not isinstance(condition.this, exp.Condition):
        raise SqlRefused("a condition is one expression, such as `status = 'open'`")
    inner = condition.unnest()
    if any(isinstance(node, _SUBQUERIES) for node in condition.walk()):
        raise SqlRefused("a condition looks at one row; no subquery, aggregate or window in it")
    if isinstance(inner, exp.Func) and not isinstance(inner, exp.Predicate):
        return tree
    if not isinstance(inner, (*_TRUE_OR_FALSE, exp.Case)):
        raise SqlRefused("a condition must be true or false, such as `total > 0`")
    return tree


class _BoundedParser(PostgresParser):  # type: ignore[misc]  # sqlglot's parsers have no types
    """Gives up on a text that is read again and again.

    Where a word can be a type as well as a function, sqlglot reads what is in its brackets once
    as either, and so 2ⁿ times at a depth of n.
    """

    steps_left = 0

    def _advance(self, times: int = 1) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise SqlRefused("this SQL is nested too deeply; split the rule")
        super()._advance(times)


_STEPS_A_TOKEN = 60
"""Fewer than half of it are enough for any SQL that people were seen to write."""


def _parse(text: str) -> exp.Expr:
    dialect = Postgres()
    try:
        tokens = dialect.tokenize(text)
        parser = _BoundedParser(dialect=dialect)
        parser.steps_left = _STEPS_A_TOKEN * len(tokens)
        trees = parser.parse(tokens, text)
    except SqlRefused:
        raise
    except ParseError as error:
        raise SqlRefused(f"this is not SQL: {_reason(error)}") from None
    except (SqlglotError, RecursionError, ValueError, LookupError, AttributeError, TypeError):
        raise SqlRefused("this SQL cannot be read; check the words and brackets") from None
    if len(trees) != 1 or trees[0] is None:
        raise SqlRefused("a rule is exactly one SELECT")
    return trees[0]


def _reason(error: ParseError) -> str:
    if not error.errors:
        return "check the words and brackets"
    first = error.errors[0]
    near = (first.get("highlight") or "").replace('"{', "{").replace('}"', "}")
    return f"{first.get('description', '').rstrip('.')} near {quote(near)}"


def _check_node(node: exp.Expr) -> None:
    if isinstance(node, _REFUSED) or not isinstance(node, _ALLOWED):
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()
        raise SqlRefused(f"{words} is not allowed; a rule is one plain SELECT over declared tables")
    if isinstance(node, exp.Table):
        _check_table(node)
    elif isinstance(node, (exp.NullSafeEQ, exp.NullSafeNEQ)) and not _is_bracketed(node):
        # DataFusion reads `a is distinct from b or c` as `a is distinct from (b or c)`.
        raise SqlRefused("put brackets around `… is distinct from …`: engines disagree without")
    elif (fix := _lost_instants(node)) is not None:
        raise SqlRefused(f"instants before 1677 and after 2262 would become null; {fix}")
    elif isinstance(node, exp.Identifier) and node.name.startswith("{") and not _names_table(node):
        raise SqlRefused(MISPLACED)
    elif isinstance(node, exp.Star) and not _is_whole_item(node):
        raise SqlRefused("`*` is allowed only on its own; select the columns by name instead")
    elif isinstance(node, exp.With) and node.args.get("recursive"):
        raise SqlRefused("WITH RECURSIVE may never end; write the rule without it")
    elif isinstance(node, exp.CTE) and _ENGINE_NAME.fullmatch(node.alias):
        raise SqlRefused(f"`{node.alias}` is a name the engine uses; give the WITH another name")
    elif isinstance(node, exp.Column) and (node.args.get("db") or node.args.get("catalog")):
        raise SqlRefused(f"{quote(node.name)} has too long a path; write `alias.column`")


def _names_table(identifier: exp.Identifier) -> bool:
    return isinstance(identifier.parent, exp.Table) and identifier.arg_key == "this"


def _is_whole_item(star: exp.Star) -> bool:
    """Return whether a star is an item of a SELECT, or the argument of `count`."""
    named = star.parent if isinstance(star.parent, exp.Column) else star
    selected = isinstance(named.parent, exp.Select) and named.arg_key == "expressions"
    counted = isinstance(named.parent, exp.Count) and named is star
    return (selected or counted) and not any(star.args.values())


def check_calls(tree: exp.Expr, called: Mapping[str, str]) -> None:
    """Refuse functions that nobody has looked at; a list of columns may follow an alias.

    `called` is what precedes a bracket: lower case → as written.
    """
    renaming = {
        alias.name.lower() for alias in tree.find_all(exp.TableAlias) if alias.args.get("columns")
    }
    known = functions.CALLABLE | functions.TYPES
    for name, written in called.items():
        if name not in known and name not in renaming:
            hint = did_you_mean(name, sorted(functions.CALLABLE))
            raise SqlRefused(f"`{written}` is not a function that a rule may call{hint}")


def check_rendered(tree: exp.Expr, rendered: str, known_as: Mapping[str, str]) -> None:
    """Refuse SQL that, with its tables filled in, reads or hands out anything else.

    `known_as` is placeholder, braces included → what took its place.
    """
    run = _parse(rendered)
    expected: list[str] = []
    for table in tree.find_all(exp.Table):
        filled_in = known_as.get(table.name)
        expected += _tables(_parse(f"select * from {filled_in}")) if filled_in else [table.name]
    names = [alias.name for alias in run.find_all(exp.CTE)]
    if (
        not isinstance(run, exp.Query)
        or sorted(_tables(run)) != sorted(expected)
        or run.named_selects != tree.named_selects
        or names != [alias.name for alias in tree.find_all(exp.CTE)]
    ):
        raise SqlRefused("it reads otherwise once its tables are filled in; write it more simply")


def _tables(tree: exp.Expr) -> list[str]:
    return [table.name for table in tree.find_all(exp.Table)]


def _is_bracketed(node: exp.Expr) -> bool:
    """Return whether a comparison is alone within its brackets or clause."""
    return isinstance(
        node.parent, (exp.Paren, exp.Where, exp.Having, exp.Filter, exp.If, exp.Alias)
    )


def _lost_instants(node: exp.Expr) -> str | None:
    """Return what to write instead of what has null for an instant that nanoseconds cannot hold."""
    if not isinstance(node, exp.TryCast) or not node.to.is_type(*_INSTANTS):
        return None
    digits = [str(digit.this) for digit in node.to.expressions]
    return None if digits and digits[0] in _KEPT_DIGITS else "write `timestamp(6)`"


def _check_table(node: exp.Table) -> None:
    if not isinstance(node.this, exp.Identifier):
        raise SqlRefused("table functions are not allowed; name tables as `{schema.table}`")
    if node.args.get("db") or node.args.get("catalog"):
        raise SqlRefused(f"table {quote(node.sql())} is not declared; {NAME_TABLES}")
    alias = node.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        raise SqlRefused("a table's alias may not rename its columns")


NAME_TABLES = "name tables as `{table}` or `{schema.table}`"
