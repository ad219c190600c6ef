"""Parser of `compare`: two columns, or a column and a value, with an operator between."""

from __future__ import annotations

import re
from typing import Any

from spectra_gx.contract.clocks import WAYS, ClockValue, looks_like_clock, read_clock
from spectra_gx.contract.column_types import NUMBERS, SIMPLE, TIMES, Family, family, misfit
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.parsers.parser import ParseContext, Parser, read_text
from spectra_gx.contract.sql.quoting import unquote_name
from spectra_gx.contract.yaml.nodes import Node, is_exact

_COMPARISON = re.compile(
    r"""\s*(?P<left>"(?:[^"]|"")+"|[A-Za-z_]\w*)"""
    r"""\s*(?P<operator>[<>=!]+)"""
    r"""\s*(?P<right>"(?:[^"]|"")+"|'(?:[^']|'')*'|\{[^{}]*\}|[A-Za-z_]\w*"""
    r"""|[-+]?[0-9][0-9.eE+-]*)\s*""",
    re.ASCII,
)
_OPERATORS = ("<", "<=", ">", ">=", "=", "<>")
_CORRECTED = {"==": "=", "!=": "<>", "=<": "<=", "=>": ">="}


def _read_comparison(node: Node, context: ParseContext) -> dict[str, Any] | None:
    text = read_text(node, context)
    if text is None:
        return None
    match = _COMPARISON.fullmatch(text)
    if match is None:
        context.refuse(
            node,
            f"must be `column <= column` or `column <= value`, found {quote(text)}; "
            + _fix_of(text),
        )
        return None
    operator = match["operator"]
    if operator not in _OPERATORS:
        fix = _CORRECTED.get(operator)
        choice = f"write `{fix}`" if fix else "operators are " + " ".join(_OPERATORS)
        context.refuse(node, f"has `{operator}` as operator; {choice}")
        return None
    left, right = unquote_name(match["left"]), match["right"]
    parsed = {"left": left, "operator": operator, "column": None, "literal": None}
    if _is_name(right):
        other = parsed["column"] = unquote_name(right)
        if other not in context.columns and looks_like_clock(right):
            context.refuse(node, f"names {quote(right)} as a column; {_fix_of(text)}")
            return None
        return parsed if _both_compare(node, context, left, other) else None
    if right[0] == "{":
        clock = read_clock(right[1:-1])
        fits = _clock_fits(node, context, left, right, clock)
        return {**parsed, "literal": clock} if fits else None
    parsed["literal"] = _literal(right)
    return parsed if _literal_fits(node, context, left, parsed["literal"]) else None


_AFTER_OPERATOR = re.compile(r"[<>=!]\s*\{?\s*(\w+[^{}]*)")


def _fix_of(text: str) -> str:
    """Return what to write instead of a text that is no comparison."""
    right = _AFTER_OPERATOR.search(text)
    if right is not None and looks_like_clock(right[1]):
        return "write the run's clock in braces: `{now}`, `{today}`, `{now - 30d}`"
    return "for more, use `sql`"


def _is_name(word: str) -> bool:
    return word[0] == '"' or ((word[0].isalpha() or word[0] == "_") and word not in _TRUTHS)


_TRUTHS = {"true": True, "false": False}


def _literal(word: str) -> Any:
    if word in _TRUTHS:
        return _TRUTHS[word]
    if word[0] == "'":
        return word[1:-1].replace("''", "'")
    try:
        return int(word)
    except ValueError:
        pass
    try:
        number = float(word)
    except ValueError:
        return None
    return number if is_exact(word, number) else None


def _both_compare(node: Node, context: ParseContext, left: str, right: str) -> bool:
    if not all([context.knows_column(node, left), context.knows_column(node, right)]):
        return False
    if left == right:
        context.refuse(node, f"compares {quote(left)} with itself; name another column")
        return False
    types = context.columns[left], context.columns[right]
    if types[0] is None or types[1] is None:
        return True
    one, other = family(types[0]), family(types[1])
    if (one is other and one in SIMPLE) or {one, other} <= NUMBERS:
        return True
    context.refuse(node, f"compares {types[0]} with {types[1]}; compare columns of one kind")
    return False


def _clock_fits(
    node: Node, context: ParseContext, left: str, written: str, value: ClockValue | None
) -> bool:
    if value is None:
        ways = WAYS.replace("`", "")
        context.refuse(node, f"ends in {quote(written)}; braces contain a clock: {ways}")
        return False
    if not context.knows_column(node, left):
        return False
    column_type = context.columns[left]
    if column_type is None or family(column_type) in TIMES:
        return True
    context.refuse(
        node,
        f"compares {quote(left)}, a {column_type}, with a clock; only columns of type date, "
        "timestamp and timestamp_ntz compare with it",
    )
    return False


def _literal_fits(node: Node, context: ParseContext, left: str, literal: Any) -> bool:
    if literal is None:
        context.refuse(
            node, "ends in a number that cannot be read or kept exactly; correct or round it"
        )
        return False
    if not context.knows_column(node, left):
        return False
    column_type = context.columns[left]
    if column_type is None:
        return True
    if family(column_type) not in SIMPLE - {Family.BINARY}:
        context.refuse(node, f"compares a column of type {column_type}; only simple values compare")
        return False
    wanted = misfit(literal, column_type)
    if wanted is not None:
        context.refuse(node, f"must compare {quote(left)}, a {column_type}, with {wanted}")
    return wanted is None


COMPARISON = Parser(
    "two columns, or a column and a value, with an operator between",
    {"type": "string", "pattern": "(?:<=?|>=?|=|<>)"},
    _read_comparison,
)
