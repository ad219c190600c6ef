"""The type of a sum, a product, a cast: expressions that calculate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlglot import exp

from spectra_gx.contract.sql.datafusion_dialect import show_node
from spectra_gx.contract.sql.numbers import Numbers
from spectra_gx.contract.sql.times import calculated_time, instant
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.contract.sql.types import (
    ANYTHING,
    NUMBERS,
    TIMES,
    UNTYPED,
    SqlType,
    TypeClass,
)

Tables: TypeAlias = Mapping[str, Mapping[str, SqlType]]
"""Name → column → its type, of what WITH defines."""

Outputs: TypeAlias = list[tuple[str, SqlType]]


@dataclass
class Frame:
    """What names mean in one SELECT."""

    sources: dict[str, dict[str, SqlType]]
    ctes: Tables
    outer: Frame | None = None
    aliases: dict[str, SqlType] = field(default_factory=dict)


class Calculations(ABC):
    """Finds the type of each expression that calculates."""

    def __init__(self) -> None:
        self.divisions: list[str] = []
        """Divisions of one whole number by another, as written."""
        self._numbers = Numbers()

    @property
    def changed(self) -> bool:
        """Whether anything was rewritten."""
        return self._numbers.changed

    @abstractmethod
    def raw(self, node: Any, frame: Frame) -> SqlType:
        """Return the type of an expression; whole numbers in it may be wider than it says."""

    def kind(self, node: Any, frame: Frame) -> SqlType:
        """Return the type of an expression whose whole numbers have 64 bits again."""
        return self._numbers.narrowed(node, self.raw(node, frame))

    def calculate(self, node: Any, frame: Frame) -> SqlType:
        """Return the type of a sum, difference, product or quotient."""
        left, right = self.raw(node.this, frame), self.raw(node.expression, frame)
        classes = {left.type_class, right.type_class}
        if TypeClass.UNTYPED in classes:
            return UNTYPED
        if classes <= NUMBERS | {TypeClass.NULL}:
            return self._calculated(node, left, right)
        left, right = self._narrowed_parts(node, left, right)
        result = calculated_time(node, left.type_class, right.type_class)
        if result is None:
            raise SqlRefused(
                f"{show_node(node)} calculates with {left} and {right}; cast one of them"
            )
        return result

    def _calculated(self, node: Any, left: SqlType, right: SqlType) -> SqlType:
        if isinstance(node, (exp.Div, exp.Mod)):
            if isinstance(node, exp.Div) and {left.type_class, right.type_class} == {
                TypeClass.WHOLE
            }:
                self.divisions.append(show_node(node))
            left, right = self._narrowed_parts(node, left, right)
        return self._numbers.calculated(node, left, right)

    def _narrowed_parts(self, node: Any, left: SqlType, right: SqlType) -> tuple[SqlType, SqlType]:
        return (
            self._numbers.narrowed(node.this, left),
            self._numbers.narrowed(node.expression, right),
        )

    def bitwise(self, node: Any, frame: Frame) -> SqlType:
        """Return the type of a bitwise operation, which only whole numbers have."""
        kinds = [self.kind(part, frame) for part in (node.this, node.expression)]
        if not {kind.type_class for kind in kinds} <= ANYTHING | {TypeClass.WHOLE}:
            raise SqlRefused(f"{show_node(node)} takes bits of something else than whole numbers")
        return SqlType(TypeClass.WHOLE, bits=0)

    def negate(self, node: Any, frame: Frame) -> SqlType:
        """Return the type of a number with its sign turned."""
        literal = node.this
        if isinstance(literal, exp.Literal) and literal.name.isdigit():
            return self._numbers.literal(literal, negative=True)
        kind = self.raw(literal, frame)
        if kind.type_class in (TypeClass.UNTYPED, TypeClass.NULL, TypeClass.SPAN):
            return kind
        if kind.type_class not in NUMBERS:
            raise SqlRefused(f"{show_node(node)} negates {kind}; only numbers have a sign")
        return self._numbers.turned(literal, kind)

    def cast(self, node: Any, frame: Frame) -> SqlType:
        """Return the type that a value is cast to."""
        from_, to = self.kind(node.this, frame), self._numbers.cast_kind(node.to)
        classes = {from_.type_class, to.type_class}
        if classes & TIMES and classes & (NUMBERS | {TypeClass.BOOLEAN}):
            raise SqlRefused(
                f"{show_node(node)} makes {to.type_class} of {from_}, by counting from 1970; "
                "use `extract`, `to_timestamp_seconds` or a date such as '2024-01-05'"
            )
        if to.type_class in (TypeClass.TIMESTAMP, TypeClass.LOCAL_TIMESTAMP) and not isinstance(
            node, exp.TryCast
        ):
            self._numbers.put(node, instant(node.this.copy(), to.type_class))
        return to
