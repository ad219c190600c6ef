"""Functions that a connection to SQLite adds: exact numbers, and what else it lacks.

SQLite calculates with whole numbers of 64 bits and with doubles. A decimal of few digits is a
double of its own; so Python's decimals calculate, and a result that is no such number ends the
query.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

STOP, DEVIATION = "spectra_stop", "spectra_stddev_samp"
CALCULATE, FIT, TOTAL, TOTAL_DIGITS = (
    *("spectra_calculate", "spectra_fit"),
    *("spectra_total", "spectra_total_digits"),
)
_EXACT = Context(prec=80, traps=[Inexact])
_OPERATORS = {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply}
_LONGS = range(-(2**63), 2**63)


def add_functions(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection; one that raises ends its query."""
    connection.create_function(STOP, 0, _stop)
    connection.create_function(CALCULATE, 3, _calculate, deterministic=True)
    connection.create_function(FIT, 3, _fit, deterministic=True)
    aggregates: dict[str, tuple[int, Any]] = {
        DEVIATION: (1, _Deviation),
        TOTAL: (2, _Total),
        TOTAL_DIGITS: (3, _TotalDigits),
    }
    for name, (arguments, aggregate) in aggregates.items():
        connection.create_aggregate(name, arguments, aggregate)


def stored_number(value: Decimal) -> int | float | None:
    """Return an exact number as SQLite stores it; None where no double is read as it alone."""
    if value == value.to_integral_value() and int(value) in _LONGS:
        return int(value)
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else None


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(value))


def _stop() -> None:
    raise ArithmeticError


def _stored(value: Decimal) -> int | float:
    found = stored_number(value)
    if found is None:
        raise ArithmeticError
    return found


def _calculate(left: Any, operator: str, right: Any) -> int | float | None:
    """Return a sum, a difference or a product."""
    if left is None or right is None:
        return None
    return _stored(_OPERATORS[operator](_decimal(left), _decimal(right)))


def _fit(value: Any, precision: int, scale: int) -> Any:
    """Return a number that a type has room for; one that it would round has none."""
    if value is not None and (
        round(value, scale) != value or abs(value) >= 10 ** (precision - scale)
    ):
        raise ArithmeticError
    return value


class _Total:
    """The sum of products."""

    def __init__(self) -> None:
        self._is_empty = True
        self._whole, self._rest = 0, Decimal(0)

    def step(self, value: Any, factor: Any) -> None:
        """Take a product; null is none."""
        if value is None or factor is None:
            return
        self._is_empty = False
        if isinstance(value, int) and isinstance(factor, int):  # several times as fast
            self._whole += value * factor
        else:
            self._rest = _EXACT.fma(_decimal(value), _decimal(factor), self._rest)

    def total(self) -> Decimal | None:
        """Return the sum; of nothing there is none."""
        return None if self._is_empty else _EXACT.add(Decimal(self._whole), self._rest)

    def finalize(self) -> int | float | None:
        """Return the sum as SQLite stores it."""
        found = self.total()
        return None if found is None else _stored(found)


class _TotalDigits:
    """The same as text, which has room for all of its digits."""

    def __init__(self) -> None:
        self._sum = _Total()
        self._scale = 0

    def step(self, value: Any, factor: Any, scale: int) -> None:
        """Take a product, and how many decimal places the sum has at least."""
        self._sum.step(value, factor)
        self._scale = scale

    def finalize(self) -> str | None:
        """Return the sum's digits."""
        found = self._sum.total()
        if found is None:
            return None
        places = -int(found.as_tuple().exponent)
        return f"{found:.{max(places, self._scale)}f}"


class _Deviation:
    """Deviation of a sample, value by value."""

    def __init__(self) -> None:
        self._count, self._mean, self._squares = 0, 0.0, 0.0

    def step(self, value: Any) -> None:
        """Take a value; null is none."""
        if value is None:
            return
        self._count += 1
        distance = value - self._mean
        self._mean += distance / self._count
        self._squares += distance * (value - self._mean)

    def finalize(self) -> float | None:
        """Return the deviation; of fewer than two values there is none."""
        if self._count <= 1:
            return None
        return math.sqrt(self._squares / (self._count - 1))
