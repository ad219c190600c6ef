"""Contract SQL that another engine computes as DataFusion does, or why it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.schema import MappingSchema

from spectra_gx.contract.sql.exact import exact_condition, exact_query
from spectra_gx.contract.sql.placeholders import quote_placeholders
from spectra_gx.engines.dialect.dialect_parity import Target, rewrite
from spectra_gx.engines.dialect.markers import TypedDataFusion
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from spectra_gx.contract.sql.guard import GuardedQuery

Types: TypeAlias = Mapping[str, Mapping[str, str]]
"""Table → column → type text."""

_SQL_TYPES: Mapping[str, str] = {
    "string": "TEXT",
    "boolean": "BOOLEAN",
    "byte": "TINYINT",
    "short": "SMALLINT",
    "integer": "INT",
    "long": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "timestamp_ntz": "TIMESTAMP",
}


def render_query(
    query: GuardedQuery, types: Types, names: Mapping[str, str], target: Target
) -> str:
    """Return a query of a contract, rewritten so that DataFusion and the target compute the same.

    Args:
        query: What the guard has let through.
        types: Table → column → Delta type.
        names: Table → the table or subquery to read in its place.
        target: The engine that runs it.

    Raises:
        SqlRefused: DataFusion would refuse it.
        EngineError: The target may compute something in it differently; names it.
    """
    exact_query(query, types)
    spelled = {f"{{{table}}}": table for table in query.tables}
    if query.table in query.tables:
        spelled["{table}"] = query.table
    quoted = quote_placeholders(query.text)
    return neutral_query(
        quoted,
        {placeholder: types[table] for placeholder, table in spelled.items()},
        {placeholder: names[table] for placeholder, table in spelled.items()},
        target,
    )


def render_condition(where: str, types: Mapping[str, str], target: Target) -> str:
    """Return a condition of a contract, as for queries.

    Raises:
        SqlRefused: DataFusion would refuse it.
        EngineError: The target may compute something in it differently; names it.
    """
    exact_condition(where, types)
    return neutral_condition(where, types, target)


def neutral_query(text: str, types: Types, names: Mapping[str, str], target: Target) -> str:
    """Return a guarded query, its tables named, that both engines compute alike.

    Each table is in the text as `"{name}"`; `types` and `names` have such names, braces included.

    Raises:
        EngineError: The target may compute something in it differently; names it.
    """
    tree = _rewritten(text, types, target)
    for table in list(tree.find_all(exp.Table)):
        if table.name in names:
            read = sqlglot.parse_one(f"SELECT 1 FROM {names[table.name]}", dialect=TypedDataFusion)
            source = read.find(exp.From).this
            alias = exp.to_identifier(table.alias_or_name, quoted=True)
            source.set("alias", exp.TableAlias(this=alias))
            table.replace(source)
    return str(tree.sql(dialect=TypedDataFusion))


def neutral_condition(text: str, types: Mapping[str, str], target: Target) -> str:
    """Return a guarded condition that both engines compute alike.

    Raises:
        EngineError: The target may compute something in it differently; names it.
    """
    query = f'SELECT 1 FROM "{{table}}" AS t WHERE (\n{text}\n)'
    tree = _rewritten(query, {"{table}": types}, target)
    for column in tree.find_all(exp.Column):
        column.set("table", None)
    return str(tree.args["where"].this.sql(dialect=TypedDataFusion))


def _rewritten(text: str, types: Types, target: Target) -> Any:
    """Return the tree of a query, all its types known, once nothing in it is read in two ways."""
    schema = MappingSchema(
        {
            table: {column: sql_type(type_) for column, type_ in columns.items()}
            for table, columns in types.items()
        },
        normalize=False,
        dialect=TypedDataFusion,
    )
    try:
        tree = sqlglot.parse_one(text, dialect=TypedDataFusion)
        for literal in list(tree.find_all(exp.Literal)):
            _write_exactly(literal)
        for column in [
            c for having in tree.find_all(exp.Having) for c in having.find_all(exp.Column)
        ]:
            _qualify(column, types)
        tree = qualify_columns(tree, schema, expand_alias_refs=False)
        for identifier in tree.find_all(exp.Identifier):
            identifier.set("quoted", True)
        tree = annotate_types(tree, schema=schema, dialect=TypedDataFusion)
    except (SqlglotError, RecursionError, LookupError, AttributeError, TypeError, ValueError):
        raise EngineError(
            f"its SQL cannot be followed on {target.name}; write it more simply"
        ) from None
    # Operands first: what is rewritten around them contains them as they are then.
    for node in reversed(list(tree.bfs())):
        rewrite(node, target)
    return tree


def sql_type(type_text: str) -> str:
    """Return a Delta type as it is written for sqlglot."""
    return _SQL_TYPES.get(type_text) or (
        type_text.upper() if type_text.startswith("decimal") else "UNKNOWN"
    )


def _write_exactly(literal: Any) -> None:
    """Write a number with a point or an exponent as the decimal that DataFusion takes it for."""
    if literal.is_string or literal.name.isdigit():
        return
    digits = format(Decimal(literal.name), "f")
    whole, _, fraction = digits.partition(".")
    precision = max(len(whole.lstrip("0")) + len(fraction), 1)
    literal.replace(exp.cast(exp.Literal.string(digits), f"DECIMAL({precision}, {len(fraction)})"))


def _qualify(column: Any, types: Types) -> None:
    """Name the table of a column in HAVING, which sqlglot leaves as it is."""
    select = column.find_ancestor(exp.Select)
    if column.table or select is None or column.name in select.named_selects:
        return
    read = [
        table for table in select.find_all(exp.Table) if table.find_ancestor(exp.Select) is select
    ]
    owners = [table for table in read if column.name in types.get(table.name, {})]
    if len(owners) == 1:
        column.set("table", exp.to_identifier(owners[0].alias_or_name, quoted=True))
