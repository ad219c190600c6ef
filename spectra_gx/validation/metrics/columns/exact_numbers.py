"""Compare numbers with bounds exactly, as both are written."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

EXACT = Context(prec=150)
"""Enough digits to distinguish any quotient or root of stored numbers from any other bound."""

_MOST_SHOWN = 38
"""Digits that a stored number has at most; of a longer one the nearest double is shown."""


class _Compared:
    """Compares as the number that it represents: beside it, 0.1 is 0.1 and no double."""

    def exactly(self) -> Decimal:
        """Return that number."""
        raise NotImplementedError

    def __lt__(self, other: Any) -> bool:
        return bool(self.exactly() < _as_written(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.exactly() <= _as_written(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.exactly() > _as_written(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.exactly() >= _as_written(other))


class _Stored(_Compared, Decimal):
    """A number with the digits that it has."""

    def exactly(self) -> Decimal:
        return Decimal(self)


class _Whole(_Compared, int):
    """A whole number."""

    def exactly(self) -> Decimal:
        return Decimal(int(self))


class _Nearest(_Compared, float):
    """A number of more digits than are shown."""

    digits: Decimal

    def exactly(self) -> Decimal:
        return self.digits


def _as_written(number: Any) -> Any:
    return Decimal(str(number)) if isinstance(number, float) else number


def exact(value: Any) -> Any:
    """Return a value so that GX compares it exactly with a bound."""
    if isinstance(value, Decimal):
        return _Stored(value)
    return _Whole(value) if isinstance(value, int) else value


def number(value: Decimal) -> Any:
    """Return a number that was worked out, so that GX compares it exactly with a bound."""
    nearest = _Nearest(value)
    nearest.digits = value
    if nearest != value and len(value.as_tuple().digits) <= _MOST_SHOWN:
        # One more digit than a double has, and it shows: 9007199254740993 is not its double.
        return nearest if Decimal(repr(float(nearest))) == value else _Stored(value)
    return nearest


def quotient(total: Decimal, count: int) -> Any:
    """Return a sum's share, so that GX compares it exactly with a bound."""
    return number(EXACT.divide(total, Decimal(count)))
