"""Parts of a tree that are SQL of a database already, and templates that make them."""

from __future__ import annotations

from typing import Any

from sqlglot import exp


def raw(sql: str) -> Any:
    """Return a node that is written as it is."""
    return exp.Var(this=sql)


def written(node: Any, dialect: str) -> str:
    """Return a tree as SQL of a database."""
    return str(node.sql(dialect=dialect, comments=False))


def filled(template: str, dialect: str, *arguments: Any) -> Any:
    """Return a template with its arguments, each in parentheses, as a node."""
    texts = [f"({written(argument, dialect)})" for argument in arguments]
    return exp.Paren(this=raw(template.format(*texts)))
