"""Parsers of the names of columns that a table has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.parsers.parser import (
    ParseContext,
    Parser,
    list_of,
    read_text,
)
from spectra_gx.contract.sql.quoting import unquote_name

if TYPE_CHECKING:
    from spectra_gx.contract.yaml.nodes import Node


def _read_column(node: Node, context: ParseContext) -> str | None:
    written = read_text(node, context)
    if written is None:
        return None
    name = written if written in context.columns else unquote_name(written)
    context.knows_column(node, name)
    return name


def _columns_form(least: int) -> Parser:
    several = list_of(COLUMN, "a list of column names", least=least)

    def read(node: Node, context: ParseContext) -> tuple[str, ...] | None:
        names: tuple[str, ...] | None = several.read(node, context)
        if names is not None and len(set(names)) < len(names):
            context.refuse(node, "names a column twice; keep one of them")
        return names

    return Parser(several.words, {**several.schema, "uniqueItems": True}, read)


COLUMN = Parser("a column's name", {"type": "string", "pattern": "\\S"}, _read_column)
COLUMNS = _columns_form(1)
SEVERAL_COLUMNS = _columns_form(2)
