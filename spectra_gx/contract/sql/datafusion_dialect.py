"""Contract SQL as DataFusion reads it, with every function under the name that was written.

PostgreSQL's dialect is the nearest to DataFusion's. A tree is written back only where a rule needs
other words than its author's, and only if nothing of it is lost on the way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.sql.tokens import SqlRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_QUOTED = re.compile(r"""('(?:[^']|'')*')|"(\{[\w.]+\})"|("(?:[^"]|"")*")""")
_SPELLED = frozenset({"CAST", "EXTRACT", "OVERLAY", "POSITION", "STRING_AGG", "SUBSTRING"}) | {
    "TRIM",
    "TRY_CAST",
}
"""Functions with words between what they are given."""

CANNOT_BE_FOLLOWED = "this SQL cannot be followed; write it more simply"


class DataFusionDialect(Postgres):  # type: ignore[misc]  # sqlglot ships no types
    """DataFusion's SQL: FLOAT has 32 bits, functions and types keep their names."""

    class Tokenizer(Postgres.Tokenizer):  # type: ignore[misc]  # sqlglot ships no types
        """Reads FLOAT as what REAL is."""

        KEYWORDS: Mapping[str, TokenType] = {
            **Postgres.Tokenizer.KEYWORDS,
            "FLOAT": TokenType.FLOAT,
        }

    class Parser(Postgres.Parser):  # type: ignore[misc]  # sqlglot ships no types
        """Knows no function, so that none is renamed."""

        FUNCTIONS: ClassVar[Mapping[str, Callable[..., Any]]] = {}
        FUNCTION_PARSERS: ClassVar[Mapping[str, Callable[..., Any]]] = {
            name: parse
            for name, parse in Postgres.Parser.FUNCTION_PARSERS.items()
            if name in _SPELLED
        }

    class Generator(Postgres.Generator):  # type: ignore[misc]  # sqlglot ships no types
        """Writes what PostgreSQL lacks as it was read."""

        TYPE_MAPPING: ClassVar[Mapping[Any, str]] = {}
        TRANSFORMS: Mapping[Any, Callable[..., str]] = {
            **{
                node: write
                for node, write in Postgres.Generator.TRANSFORMS.items()
                if node not in (exp.Select, exp.DataType)
            },
            exp.TryCast: lambda self, node: (
                f"TRY_CAST({self.sql(node, 'this')} AS {self.sql(node, 'to')})"
            ),
            exp.IgnoreNulls: lambda self, node: f"{self.sql(node, 'this')} IGNORE NULLS",
        }


def parse_sql(sql: str) -> Any:
    """Return the tree of a text that the guard has let through.

    Raises:
        SqlRefused: It cannot be read in this way.
    """
    try:
        return sqlglot.parse_one(sql, dialect=DataFusionDialect)
    except (SqlglotError, RecursionError, ValueError, LookupError, AttributeError, TypeError):
        raise SqlRefused(CANNOT_BE_FOLLOWED) from None


def render_sql(tree: Any) -> str:
    """Return a tree as text, placeholders as they were.

    Raises:
        SqlRefused: Something of it would be lost.
    """
    if parse_sql(str(tree.sql(dialect=DataFusionDialect))) != tree:
        raise SqlRefused(CANNOT_BE_FOLLOWED)
    return render_node(tree)


def render_node(node: Any) -> str:
    """Return a tree or a part of one as text, placeholders as they were."""
    text = str(node.sql(dialect=DataFusionDialect, normalize_functions=False))
    return _QUOTED.sub(lambda found: found[2] or found[0], text)


def show_node(node: Any) -> str:
    """Return a part of a tree as messages show it."""
    return f"`{quote(render_node(node))[1:-1]}`"


def bare_argument(node: Any) -> Any:
    """Return what a function is given, without DISTINCT and ORDER BY around it."""
    if isinstance(node, exp.Distinct) and node.expressions:
        return node.expressions[0]
    return node.this if isinstance(node, exp.Order) and node.this is not None else node


def is_text(node: Any) -> bool:
    """Return whether a node is a text literal."""
    return isinstance(node, exp.Literal) and bool(node.is_string)
