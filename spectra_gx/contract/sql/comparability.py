"""Values that must be comparable: compared, or returned in each other's place."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from spectra_gx.contract.sql.datafusion_dialect import is_text
from spectra_gx.contract.sql.times import is_time, time_literal
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.contract.sql.types import ANYTHING, NUMBERS, TIMES, SqlType, TypeClass, common_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.sql.numbers import Numbers

_LARGEST_FLOAT = Decimal("3.4028234663852886e38")
_EXACT_FLOAT = 2**24
"""Up to here 32-bit floating-point numbers hold every whole number."""


def require_comparable(kinds: Sequence[SqlType], shown: str, doing: str) -> None:
    """Refuse types that the engine would convert into each other in ways of its own.

    Raises:
        SqlRefused: They are not of one type.
    """
    known = [kind for kind in kinds if kind.type_class not in ANYTHING]
    classes = {kind.type_class for kind in known}
    if TypeClass.OPAQUE in classes and len(known) > 1:
        raise SqlRefused(f"{shown} {doing} a value whose type is not known; cast it to its type")
    exact = classes in ({TypeClass.WHOLE, TypeClass.DECIMAL}, {TypeClass.WHOLE, TypeClass.FLOAT})
    nested = {kind.type for kind in known if kind.type_class is TypeClass.NESTED}
    if (len(classes) <= 1 or exact) and len(nested) <= 1:
        return
    one = known[0]
    other = next((kind for kind in known if kind.type_class is not one.type_class), known[-1])
    raise SqlRefused(
        f"{shown} {doing} {one} with {other}; {_next_step({one.type_class, other.type_class})}"
    )


def _next_step(classes: set[TypeClass]) -> str:
    if classes & TIMES and classes & NUMBERS:
        return "write a day as '2024-01-05'"
    if classes == {TypeClass.DECIMAL, TypeClass.FLOAT}:
        return "digits are lost; cast one of them, such as `cast(price as double)`"
    if TypeClass.TEXT in classes and classes & NUMBERS:
        return "write a text in quotes and a number without, or cast one of them"
    if TypeClass.TEXT in classes and classes & TIMES:
        return "write it as '2024-01-05' or '2024-01-05 12:00:00', or cast it"
    return "cast one of them"


class Comparability:
    """Refuse values that are not comparable, and write numbers and days so that they are."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def compared(self, operands: Sequence[Any], kinds: Sequence[SqlType], shown: str) -> None:
        """Make operands fit to be compared.

        Raises:
            SqlRefused: They are not of one type.
        """
        self._together(list(operands), list(kinds), shown, "compares", ordered=True)

    def chosen(
        self, operands: Sequence[Any], kinds: Sequence[SqlType], shown: str, *, ordered: bool
    ) -> SqlType:
        """Return the kind of a value that is one of several.

        `ordered` is whether it is chosen by comparing them, `shown` what chooses, for messages.

        Raises:
            SqlRefused: They are not of one type.
        """
        narrow = [
            self._numbers.narrowed(one, kind) for one, kind in zip(operands, kinds, strict=True)
        ]
        return self._together(
            list(operands), narrow, shown, "mixes", ordered=ordered, as_times=True
        )

    def _together(
        self,
        operands: list[Any],
        kinds: list[SqlType],
        shown: str,
        doing: str,
        *,
        ordered: bool,
        as_times: bool = False,
    ) -> SqlType:
        kinds = self._times_read(operands, kinds, as_times=as_times)
        if any(kind.type_class is TypeClass.FLOAT for kind in kinds):
            kinds = self._as_floats(operands, kinds, ordered=ordered)
        else:
            kinds = [
                self._numbers.narrowed(one, kind) if kind.type_class is TypeClass.DECIMAL else kind
                for one, kind in zip(operands, kinds, strict=True)
            ]
        require_comparable(kinds, shown, doing)
        return common_type(kinds)

    def _times_read(
        self, operands: list[Any], kinds: list[SqlType], *, as_times: bool
    ) -> list[SqlType]:
        """Take texts beside one class of time for that, where they are written as one."""
        times = {kind.type_class for kind in kinds} & TIMES
        if len(times) != 1:
            return kinds
        [time] = times
        read = []
        for index, (operand, kind) in enumerate(zip(operands, kinds, strict=True)):
            if (
                kind.type_class is TypeClass.TEXT
                and is_text(operand)
                and is_time(operand.name, time)
            ):
                read.append(SqlType(time))
                if as_times or time is not TypeClass.DATE:
                    operands[index] = self._numbers.put(operand, time_literal(operand.name, time))
            else:
                read.append(kind)
        return read

    def _as_floats(
        self, operands: list[Any], kinds: list[SqlType], *, ordered: bool
    ) -> list[SqlType]:
        """Write numbers beside floating-point ones as such: the nearest, and one NaN above all."""
        bits = max(kind.bits for kind in kinds if kind.type_class is TypeClass.FLOAT)
        typed = []
        for operand, kind in zip(operands, kinds, strict=True):
            number = _number(operand)
            if kind.type_class is TypeClass.FLOAT and ordered:
                self.with_one_nan(operand, kind)
            elif kind.type_class is TypeClass.DECIMAL and number is not None:
                self._numbers.put(operand, _float(number, bits))
            elif kind.type_class is TypeClass.WHOLE and (kind.wide or not _fits(number, bits)):
                self._numbers.cast(operand, "DOUBLE")
            exact = kind.type_class is TypeClass.DECIMAL and number is None
            typed.append(
                kind
                if exact or kind.type_class not in NUMBERS
                else SqlType(TypeClass.FLOAT, bits=bits)
            )
        return typed

    def with_one_nan(self, operand: Any, kind: SqlType) -> None:
        """Write a floating-point number so that NaN and zero are one value each.

        The engine places NaN by its sign, and looks for a value among others by its bits.
        """
        nan = exp.cast(exp.Literal.string("NaN"), "FLOAT" if kind.bits == _SINGLE else "DOUBLE")
        unsigned = exp.Add(this=exp.paren(operand.copy()), expression=exp.Literal.number(0))
        self._numbers.put(operand, exp.Anonymous(this="nanvl", expressions=[unsigned, nan]))


_SINGLE = 32


def _fits(number: Decimal | None, bits: int) -> bool:
    """Return whether the engine makes the right floating-point number of a whole one by itself."""
    return bits != _SINGLE or (number is not None and abs(number) <= _EXACT_FLOAT)


def _number(node: Any) -> Decimal | None:
    """Return the number that is written down in a node."""
    inner = node.unnest()
    if isinstance(inner, exp.Neg):
        number = _number(inner.this)
        return None if number is None else -number
    if isinstance(inner, exp.Literal) and not inner.is_string:
        return Decimal(inner.name)
    return None


def _float(number: Decimal, bits: int) -> Any:
    type_text = "FLOAT" if bits == _SINGLE and abs(number) <= _LARGEST_FLOAT else "DOUBLE"
    return exp.cast(exp.Literal.string(repr(float(number) + 0.0)), type_text)
