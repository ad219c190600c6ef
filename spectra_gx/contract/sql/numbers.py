"""Whole numbers that cannot wrap: 64 bits where they suffice, decimals where they might not.

The engine calculates with the bits that its columns have and goes on from the other end where these
are full. What can grow beyond 64 bits is calculated as a decimal, which the engine checks; where it
is needed as a whole number again, the engine checks that, too.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from sqlglot import exp

from spectra_gx.contract.sql.datafusion_dialect import DataFusionDialect
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.contract.sql.types import (
    BOOLEAN,
    DATE,
    FLOAT,
    LOCAL_TIMESTAMP,
    LONG,
    LONGEST_WHOLE,
    MOST_DIGITS,
    NUMBERS,
    OPAQUE,
    TEXT,
    TIMESTAMP,
    SqlType,
    TypeClass,
)

_T = exp.DataType.Type
_TYPES = {
    **dict.fromkeys((_T.TEXT, _T.VARCHAR, _T.CHAR, _T.NCHAR, _T.NVARCHAR), TEXT),
    **dict.fromkeys((_T.TIMESTAMP, _T.TIMESTAMPNTZ, _T.DATETIME), LOCAL_TIMESTAMP),
    _T.TIMESTAMPTZ: TIMESTAMP,
    _T.BOOLEAN: BOOLEAN,
    _T.DATE: DATE,
    _T.FLOAT: SqlType(TypeClass.FLOAT, bits=32),
    _T.DOUBLE: FLOAT,
    _T.TINYINT: SqlType(TypeClass.WHOLE, bits=8, bound=2**7),
    _T.SMALLINT: SqlType(TypeClass.WHOLE, bits=16, bound=2**15),
    _T.INT: SqlType(TypeClass.WHOLE, bits=32, bound=2**31),
    _T.BIGINT: LONG,
    **dict.fromkeys((_T.VARBINARY, _T.BINARY), SqlType(TypeClass.BINARY)),
}
_UNSIGNED = {_T.UTINYINT: 8, _T.USMALLINT: 16, _T.UINT: 32}
_BEYOND = 10**MOST_DIGITS
_SUMMED = 10
"""Digits that a sum has more than its members: there are fewer rows than that."""

_SUMMED_IN_64_BITS = 2**31
"""Numbers of 32 bits: it takes over 4,000,000,000 rows of the greatest to fill 64 with them."""

_DIVIDED = 4
"""Digits after the point that a quotient of decimals has more than what is divided."""

_LONG_DIGITS = 20
"""Digits of the decimal that the engine makes of 64 bits."""


class Numbers:
    """Rewrites numbers so that nothing overflows; knows whether it rewrote any."""

    AGGREGATES: ClassVar[frozenset[str]] = frozenset({"abs", "avg", "sum"})
    """Functions whose numbers can outgrow what they are given."""

    def __init__(self) -> None:
        self.changed = False

    def literal(self, node: Any, *, negative: bool = False) -> SqlType:
        """Return the type of a literal; a number is written in full."""
        if node.is_string:
            return TEXT
        digits = format(Decimal(node.name), "f")
        if node.name.isdigit() and int(digits) < LONGEST_WHOLE + negative:
            return SqlType(TypeClass.WHOLE, bound=int(digits))
        whole, _, fraction = digits.partition(".")
        fraction = fraction or "0"
        held = len(whole.lstrip("0")) + len(fraction)
        if held <= MOST_DIGITS and (node.name.isdigit() or "e" in node.name.lower()):
            node.set("this", f"{whole}.{fraction}")
            self.changed = True
        return SqlType(TypeClass.DECIMAL, digits=held, scale=len(fraction))

    def cast(self, node: Any, type_text: str) -> Any:
        """Put a cast in the place of a node; return it."""
        cast = exp.cast(node.copy(), exp.DataType.build(type_text, dialect=DataFusionDialect))
        return self.put(node, cast)

    def put(self, node: Any, other: Any) -> Any:
        """Put another node in the place of one; return it."""
        node.replace(other)
        self.changed = True
        return other

    def narrowed(self, node: Any, kind: SqlType) -> SqlType:
        """Return the kind of a number in its usual width, written so."""
        if not kind.wide:
            return kind
        if kind.type_class is TypeClass.DECIMAL:
            self.cast(node, f"DECIMAL({MOST_DIGITS}, {kind.scale})")
            return SqlType(TypeClass.DECIMAL, scale=kind.scale)
        self.cast(node, "BIGINT")
        return SqlType(TypeClass.WHOLE, bound=min(kind.bound, LONGEST_WHOLE))

    def calculated(self, node: Any, left: SqlType, right: SqlType) -> SqlType:
        """Return the kind of what numbers are calculated to, their operands written for it."""
        classes = {left.type_class, right.type_class}
        if TypeClass.NULL in classes:
            return left if right.type_class is TypeClass.NULL else right
        if TypeClass.FLOAT in classes:
            bits = [kind.bits for kind in (left, right) if kind.type_class is TypeClass.FLOAT]
            return SqlType(TypeClass.FLOAT, bits=max(bits))
        if TypeClass.DECIMAL in classes:
            kinds = [self.decimal(one, kind) for one, kind in _parts(node, left, right)]
            return _decimal_result(node, *kinds)
        if isinstance(node, (exp.Div, exp.Mod)):
            self._widened(node, left, right, "BIGINT")
            bound = left.bound if isinstance(node, exp.Div) else min(left.bound, right.bound)
            return SqlType(TypeClass.WHOLE, bound=bound)
        grown = left.bound * right.bound if isinstance(node, exp.Mul) else left.bound + right.bound
        wide = left.wide or right.wide or grown >= LONGEST_WHOLE
        self._widened(node, left, right, "DECIMAL(20, 0)" if wide else "BIGINT")
        return SqlType(TypeClass.WHOLE, bound=grown, wide=wide)

    def _widened(self, node: Any, left: SqlType, right: SqlType, type_text: str) -> None:
        parts = _parts(node, left, right)
        narrow = [
            (one, kind)
            for one, kind in parts
            if not kind.wide and not (kind.bits == 64 and type_text == "BIGINT")  # noqa: PLR2004
        ]
        written = [one for one, _ in narrow if _is_written(one)]
        if len(written) == len(narrow) == len(parts):
            written = written[1:]
        for one, _ in narrow:
            if not any(one is other for other in written):
                self.cast(one, type_text)

    def decimal(self, node: Any, kind: SqlType) -> SqlType:
        """Return the type of a number as it is compared with a decimal."""
        if kind.type_class is TypeClass.DECIMAL:
            return self.narrowed(node, kind)
        digits = MOST_DIGITS if kind.wide else _LONG_DIGITS
        return SqlType(TypeClass.DECIMAL, digits=digits)

    def turned(self, node: Any, kind: SqlType) -> SqlType:
        """Return the kind of a number with another sign: the least has no counterpart."""
        if kind.type_class is not TypeClass.WHOLE or kind.wide:
            return kind
        wide = kind.bound >= LONGEST_WHOLE
        if wide or kind.bits != 64:  # noqa: PLR2004 - what the engine counts with
            self.cast(node, "DECIMAL(20, 0)" if wide else "BIGINT")
        return SqlType(TypeClass.WHOLE, bound=kind.bound, wide=wide)

    def aggregated(self, name: str, node: Any, kind: SqlType) -> SqlType:
        """Return the kind of `abs`, `avg` or `sum` of a number, written so that it cannot wrap."""
        if kind.type_class not in NUMBERS:
            return kind
        if name == "abs":
            return self.turned(node, kind)
        if kind.type_class is TypeClass.FLOAT or (
            name == "avg" and kind.type_class is TypeClass.WHOLE
        ):
            self.narrowed(node, kind)
            return FLOAT
        added = _DIVIDED if name == "avg" else 0
        if kind.type_class is TypeClass.DECIMAL:
            kind = self.narrowed(node, kind)
            if kind.digits + _SUMMED <= MOST_DIGITS:
                digits = min(kind.digits + _SUMMED, MOST_DIGITS)
                return SqlType(TypeClass.DECIMAL, digits=digits, scale=kind.scale + added)
            return self._summed_wider(node, kind.scale, added)
        if not kind.wide and kind.bound <= _SUMMED_IN_64_BITS:
            return LONG
        if kind.bound * 10**_SUMMED < _BEYOND:
            if not kind.wide:
                self.cast(node, "DECIMAL(20, 0)")
            return SqlType(TypeClass.WHOLE, bound=kind.bound * 10**_SUMMED, wide=True)
        return self._summed_wider(node, 0, 0)

    def _summed_wider(self, node: Any, scale: int, added: int) -> SqlType:
        type_text = exp.Literal.string(f"Decimal256(76, {scale})")
        cast = exp.Anonymous(this="arrow_cast", expressions=[node.copy(), type_text])
        self.put(node, cast)
        return SqlType(TypeClass.DECIMAL, scale=scale + added, wide=True)

    def cast_kind(self, to: Any) -> SqlType:
        """Return the kind of what is cast to a type.

        Raises:
            SqlRefused: It is a type whose numbers nobody checks.
        """
        if to.this is _T.DECIMAL:
            numbers = [int(one.this.name) for one in to.expressions]
            if len(numbers) == 2:  # noqa: PLR2004 - precision and scale
                return SqlType(TypeClass.DECIMAL, digits=numbers[0], scale=numbers[1])
            return SqlType(TypeClass.DECIMAL, scale=10)
        if to.this in _UNSIGNED:
            return SqlType(TypeClass.WHOLE, bits=0, bound=2 ** _UNSIGNED[to.this])
        if to.this is _T.UBIGINT:
            raise SqlRefused("a cast to unsigned 64 bits cannot be followed; use `decimal(20, 0)`")
        return _TYPES.get(to.this, OPAQUE)


def _parts(node: Any, left: SqlType, right: SqlType) -> list[tuple[Any, SqlType]]:
    return [(node.this, left), (node.expression, right)]


def _is_written(node: Any) -> bool:
    """Return whether a node is a number that is written down."""
    inner = node.unnest()
    return isinstance(inner.this if isinstance(inner, exp.Neg) else inner, exp.Literal)


def _decimal_result(node: Any, left: SqlType, right: SqlType) -> SqlType:
    if isinstance(node, exp.Mul):
        digits, scale = left.digits + right.digits + 1, left.scale + right.scale
    elif isinstance(node, exp.Div):
        scale = min(left.scale + _DIVIDED, MOST_DIGITS)
        digits = left.digits - left.scale + right.scale + scale
    else:
        scale = max(left.scale, right.scale)
        digits = max(left.digits - left.scale, right.digits - right.scale) + scale + 1
    return replace(SqlType(TypeClass.DECIMAL), digits=min(digits, MOST_DIGITS), scale=scale)
