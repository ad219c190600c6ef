"""What the exports to dbt and Soda share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import reads_clock
from spectra_gx.contract.column_types import NUMBERS, family
from spectra_gx.contract.model import Severity
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop.losses import Loss
from spectra_gx.interop.type_tree import TypeTree, parse_type

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, Rule, Table

_SPARK = {"byte": "tinyint", "short": "smallint", "integer": "int", "long": "bigint"}


class NoEqualError(Exception):
    """A rule has no equal in the other format; the message says why."""


def spark_type(column_type: str) -> str:
    """Return a type under Spark's name, which most warehouses know."""
    return _spelled(parse_type(column_type))


def _spelled(tree: TypeTree) -> str:
    inside = [_spelled(part) for part in tree.parts]
    if tree.names:
        named = zip(tree.names, inside, strict=True)
        inside = [f"{quote_name(name, '`')}: {text}" for name, text in named]
    word = _SPARK.get(tree.word, tree.word)
    return f"{word}<{', '.join(inside)}>" if inside else word


def refuse(rule: Rule) -> None:
    """Refuse what neither format has.

    Raises:
        NoEqualError: The rule has it.
    """
    if rule.path:
        raise NoEqualError("values inside a column cannot be checked there")
    if rule.shares:
        raise NoEqualError("a severity by share has no equal there")
    if rule.severity is Severity.INFO:
        raise NoEqualError("the severity info has no equal there")
    if reads_clock(rule):
        raise NoEqualError("a clock has no equal there")


def refuse_share(rule: Rule) -> None:
    """Refuse a rule that a share of rows may break.

    Raises:
        NoEqualError: It is one.
    """
    if rule.mostly < 1:
        raise NoEqualError("a share of rows that may fail has no equal there")


def numeric_bound(rule: Rule, column: Column) -> int | float:
    """Return the bound of a rule about numbers.

    Raises:
        NoEqualError: It is about other values.
    """
    if family(column.type) not in NUMBERS or type(rule.argument) not in (int, float):
        raise NoEqualError("a bound is exported for numbers only")
    return rule.argument  # type: ignore[no-any-return]  # checked above


def comparison(rule: Rule) -> str:
    """Return the condition of a `compare` rule.

    Raises:
        NoEqualError: It compares with something that has no plain SQL.
    """
    argument: Any = rule.argument
    other = argument.get("column")
    literal = argument.get("literal")
    if other is None and type(literal) not in (int, float):
        raise NoEqualError("a comparison with this literal has no equal there")
    right = quote_name(other) if other is not None else str(literal)
    return f"{quote_name(rule.columns[0])} {argument['operator']} {right}"


def all_required(names: tuple[str, ...], table: Table) -> bool:
    """Return whether none of these columns is ever null in a table that passes."""
    required = {
        column.name
        for column in table.columns
        for rule in column.rules
        if rule.kind == "required" and not rule.is_lenient and rule.where is None
        if rule.severity is Severity.CRITICAL and not rule.path
    }
    return {*names} <= required | {*table.primary_key}


def lose(rule: Rule, reason: str) -> Loss:
    """Return the loss of a rule."""
    return Loss(rule.id, f"not exported: {reason}; `check` validates it")
