"""DataFusion's SQL written in a database's own SQL, over its tables, with the same results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.schema import MappingSchema

from spectra_gx.engines.databases.raw_sql import filled, raw, written
from spectra_gx.engines.dialect.nested_types import (
    NestedDataFusion,
    delta_type_of,
    nested_sql_type,
)
from spectra_gx.engines.dialect.operand_types import NodeType, node_type
from spectra_gx.engines.session import STORED
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.engines.database_table import DatabaseTable
    from spectra_gx.engines.databases.dialect import Dialect

_ENDLESS = str(2**63 - 1)


@dataclass(frozen=True)
class Translation:
    """A query in a database's SQL, and what becomes of its columns."""

    sql: str
    types: Mapping[str, str | None]
    """Column of the answer → its Delta type, where that is known."""

    structs: Mapping[str, tuple[str, ...]]
    """Column that the caller wants → the fields that were selected for it, as `column.field`."""


def translate(
    query: str,
    tables: Mapping[str, DatabaseTable],
    dialect: Dialect,
    *,
    in_stored_order: bool = False,
) -> Translation:
    """Translate a query over registered names.

    Args:
        query: In DataFusion's SQL.
        tables: Name in queries → the table.
        dialect: What the database writes in another way.
        in_stored_order: Whether `row_number() OVER ()` counts rows as they were written.

    Raises:
        EngineError: Something in it may be computed differently there; names what.
    """
    named = {known: table for name, table in tables.items() for known in (name, f"{name}{STORED}")}
    tree = _typed(query, named, dialect)
    structs = _flatten_structs(tree)
    reads = _Reads(tree, dialect, in_stored_order=in_stored_order)
    for table in list(tree.find_all(exp.Table)):
        if table.name in named:
            table.replace(reads.source(table, named[table.name]))
    if in_stored_order:
        _number_as_stored(tree)
    for select in list(tree.find_all(exp.Select)):
        _join_by_exists(select)
    tree = dialect.prepare(tree)
    for node in reversed(list(tree.bfs())):
        if isinstance(node.parent, exp.RegexpLike) and node.arg_key == "expression":
            continue  # a pattern is read as it was written
        new = _rewritten(node, dialect)
        if new is not node:
            new.type = node.type
            node.replace(new)
    types = {one.alias_or_name: _answer_type(one) for one in tree.selects}
    for one in tree.selects:
        value = one.unalias()
        value.replace(dialect.fetch(value))
    return Translation(written(tree, dialect.sqlglot), types, structs)


def _typed(query: str, named: Mapping[str, DatabaseTable], dialect: Dialect) -> Any:
    """Return the tree of a query, its columns qualified and all types known."""
    schema = MappingSchema(
        {
            name: {column: nested_sql_type(type_) for column, type_ in table.types.items()}
            for name, table in named.items()
        },
        normalize=False,
        dialect=NestedDataFusion,
    )
    try:
        tree = sqlglot.parse_one(query, dialect=NestedDataFusion)
        for node in reversed(list(tree.bfs())):
            new = _plain(node, dialect)
            if new is not node:
                node.replace(new)
        tree = qualify_columns(tree, schema, expand_alias_refs=False)
        for identifier in tree.find_all(exp.Identifier):
            identifier.set("quoted", True)
        return annotate_types(tree, schema=schema, dialect=NestedDataFusion)
    except (SqlglotError, RecursionError, LookupError, AttributeError, TypeError, ValueError):
        raise EngineError(
            f"its SQL cannot be followed on {dialect.target.name}; write it more simply"
        ) from None


def _plain(node: Any, dialect: Dialect) -> Any:
    """Write what DataFusion alone needs as every engine has it."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "arrow_cast":
        value, to = node.expressions
        return exp.cast(value, _arrow_type(to.name, dialect))
    if isinstance(node, exp.Cast) and node.to.this is NodeType.DECIMAL:
        node.set("to", _narrowed(node.to, dialect))
    if isinstance(node, exp.Nanvl):
        return node.this  # it distinguishes NaN from NaN nowhere else
    if isinstance(node, exp.Select):
        limit = node.args.get("limit")
        if limit is not None and limit.expression.name == _ENDLESS:
            node.set("limit", None)
    return node


_ARROW_TYPES = {
    'Timestamp(Microsecond, Some("UTC"))': "TIMESTAMPTZ",
    "Timestamp(Microsecond, None)": "TIMESTAMP",
    "Utf8": "TEXT",
    "Binary": "BYTEA",
    "Int16": "SMALLINT",
    "Int32": "INT",
    "Int64": "BIGINT",
    "Float32": "REAL",
    "Date32": "DATE",
}


def _arrow_type(named: str, dialect: Dialect) -> Any:
    decimal = re.fullmatch(r"Decimal(?:128|256)\((\d+), (\d+)\)", named)
    if decimal is None:
        text = _ARROW_TYPES.get(named)
        if text is None:
            raise EngineError(f"{dialect.target.name} has no type `{named}`")
        return exp.DataType.build(text, dialect="postgres")
    type_ = exp.DataType.build(f"DECIMAL({decimal[1]}, {decimal[2]})", dialect="postgres")
    return _narrowed(type_, dialect)


def _narrowed(decimal: Any, dialect: Dialect) -> Any:
    """Return a decimal type with as many digits as there are; a query fails if more are needed."""
    sizes = [int(size.name) for size in decimal.expressions]
    if not sizes or sizes[0] <= dialect.precision:
        return decimal
    text = f"DECIMAL({dialect.precision}, {sizes[1] if len(sizes) > 1 else 0})"
    return exp.DataType.build(text, dialect="postgres")


def _flatten_structs(tree: Any) -> dict[str, tuple[str, ...]]:
    """Select the fields of structs one by one: not every driver knows rows within rows."""
    structs: dict[str, tuple[str, ...]] = {}
    if not isinstance(tree, exp.Select):
        return structs
    selected = []
    for one in tree.expressions:
        made = one.unalias()
        if not (isinstance(made, exp.Anonymous) and made.name.lower() == "named_struct"):
            selected.append(one)
            continue
        fields = [name.name for name in made.expressions[::2]]
        structs[one.alias] = tuple(fields)
        for field, value in zip(fields, made.expressions[1::2], strict=True):
            alias = exp.alias_(value, f"{one.alias}.{field}", quoted=True)
            alias.type = value.type
            selected.append(alias)
    tree.set("expressions", selected)
    return structs


_PLACE = "#place"
"""A row's place among those of its table, where rows are read in stored order."""

_SORTING = (exp.Group, exp.Window, exp.Distinct)
"""What compares texts by sorting them; the order of an answer is for people."""


class _Reads:
    """How a query reads its tables."""

    def __init__(self, tree: Any, dialect: Dialect, *, in_stored_order: bool) -> None:
        self._dialect = dialect
        self._in_stored_order = in_stored_order
        self._used = {identifier.name for identifier in tree.find_all(exp.Identifier)}
        self._sorts = tree.find(*_SORTING) is not None

    def source(self, node: Any, table: DatabaseTable) -> Any:
        """Return what is read for a table: itself, or its columns as their types.

        A column that nothing uses is left out: it may be one that cannot be read.
        """
        quote = self._dialect.quote
        reads = {name: self._read(table, name) for name in table.reads if name in self._used}
        if self._in_stored_order:
            reads[_PLACE] = self._order(table)
        if all(read == quote(name) for name, read in reads.items()):
            source = table.relation
        else:
            columns = ", ".join(f"{read} AS {quote(name)}" for name, read in reads.items())
            source = f"(SELECT {columns} FROM {table.relation})"
        alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name, quoted=True))
        return exp.Table(this=raw(source), alias=alias)

    def _order(self, table: DatabaseTable) -> str:
        if table.stored_order is None:
            raise EngineError(f"{self._dialect.target.name} keeps rows in no order of their own")
        return table.stored_order

    def _read(self, table: DatabaseTable, name: str) -> str:
        sorts = self._sorts and table.types[name] == "string"
        return self._dialect.read_sorted(table.reads[name]) if sorts else table.reads[name]


def _number_as_stored(tree: Any) -> None:
    """Number rows along their places."""
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.RowNumber) and not window.args.get("order"):
            window.set("order", exp.Order(expressions=[exp.column(_PLACE, quoted=True)]))


def _join_by_exists(select: Any) -> None:
    """Write an anti join as what every engine has."""
    for join in list(select.args.get("joins") or ()):
        if join.kind == "ANTI":
            parent = exp.select(exp.Literal.number(1)).from_(join.this).where(join.args["on"])
            select.args["joins"].remove(join)
            select.where(exp.Not(this=exp.Exists(this=parent)), copy=False)


def _rewritten(node: Any, dialect: Dialect) -> Any:
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.Paren):
        node.set("this", node.this.this)  # an aggregate that was written by a template
    if isinstance(node, exp.RegexpLike):
        return filled(dialect.match, dialect.sqlglot, node.this, _pattern(node, dialect))
    if isinstance(node, exp.Anonymous):
        template = dialect.functions.get(node.name.lower())
        if template is None:
            raise EngineError(
                f"`{node.name}` is not known on {dialect.target.name}; write the rule without it"
            )
        return filled(template, dialect.sqlglot, *node.expressions)
    for kind in type(node).__mro__:
        if kind in dialect.rewrites:
            return dialect.rewrites[kind](node)
    if dialect.closed:
        raise EngineError(
            f"`{type(node).__name__.upper()}` is not known on {dialect.target.name}; write the "
            "rule without it"
        )
    return node


def _pattern(node: Any, dialect: Dialect) -> Any:
    pattern = node.expression
    is_text = isinstance(pattern, exp.Literal) and pattern.is_string
    regex = dialect.regex(pattern.name) if is_text else None
    if regex is None:
        raise EngineError(f"{dialect.target.name} reads the pattern of a rule in another way")
    return exp.Literal.string(regex)


def _answer_type(selected: Any) -> str | None:
    """Return the type of a column of the answer; of a decimal that was calculated, no digits."""
    value = selected.unalias()
    typed = value if value.type is not None else selected
    if node_type(typed) is not NodeType.DECIMAL:
        return delta_type_of(typed)
    value = value.this if isinstance(value, exp.Min | exp.Max) else value
    return delta_type_of(typed) if isinstance(value, exp.Column) else "decimal"
