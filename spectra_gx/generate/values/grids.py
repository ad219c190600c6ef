"""Values in order as whole numbers: numbers, days and instants are steps of one size.

A measure is exact: numbers are themselves, times are microseconds since 1970. A step of a grid is
a whole number of its unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from spectra_gx.contract.column_types import BITS, Family, family
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from spectra_gx.generate.values.streams import Rows

DAY = 86_400_000_000
"""Microseconds."""

_NARROW = 1_000_000_000
"""Microseconds between bounds for which seconds are too few."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FLOAT_STEPS = 2**53
_FLOAT32_STEPS = 2**24
_FINEST = 12
"""Digits after the point of a double."""

_WORD = 2**64
_EXACT_DIGITS = 18


@dataclass(frozen=True)
class Grid:
    """The values of an ordered type that are made."""

    type: str
    unit: Fraction
    """How far two neighbours are apart, as a measure."""

    def floor(self, measure: Fraction) -> int:
        """Return the last step up to a measure."""
        return math.floor(measure / self.unit)

    def ceil(self, measure: Fraction) -> int:
        """Return the first step from a measure on."""
        return math.ceil(measure / self.unit)

    def decode(self, first: int, index: Rows) -> pa.Array:
        """Return the values that are so many steps after the first."""
        kind = family(self.type)
        if kind is Family.WHOLE:
            return pa.array(_steps(first, index)).cast(arrow_type(self.type))
        if kind is Family.DATE:
            days = pa.array(_steps(first, index).astype(np.int32))
            return days.cast(pa.date32())
        if kind in (Family.TIMESTAMP, Family.LOCAL_TIMESTAMP):
            instants = _steps(first, index) * np.int64(self.unit.numerator)
            return pa.array(instants).cast(arrow_type(self.type))
        if self.type in ("double", "float"):
            return pa.array(self._floats(first, index)).cast(arrow_type(self.type))
        return _decimals(self.type, first, index)

    def _floats(self, first: int, index: Rows) -> np.ndarray[Any, np.dtype[np.float64]]:
        steps = _steps(first, index).astype(np.float64)
        # Divided, not multiplied by a hundredth: 7 / 100 is the double nearest to 0.07.
        return steps * float(self.unit.numerator) / float(self.unit.denominator)


def _steps(first: int, index: Rows) -> np.ndarray[Any, np.dtype[np.int64]]:
    return (index + np.uint64(first % _WORD)).view(np.int64)


def _decimals(type_text: str, first: int, index: Rows) -> pa.Array:
    """Return decimals of up to 38 digits from their two words of 64 bits."""
    low = index + np.uint64(first % _WORD)
    carried = (low < index).astype(np.uint64)
    high = carried + np.uint64((first >> 64) % _WORD)
    both = np.empty((len(index), 2), dtype=np.uint64)
    both[:, 0], both[:, 1] = low, high
    return pa.Array.from_buffers(
        arrow_type(type_text), len(index), [None, pa.py_buffer(both.tobytes())]
    )


def grid_of(type_text: str, low: Fraction | None, high: Fraction | None) -> Grid:
    """Return the grid of a type between two measures, fine enough to have values between them."""
    kind = family(type_text)
    if kind is Family.WHOLE:
        return Grid(type_text, Fraction(1))
    if kind is Family.DATE:
        return Grid(type_text, Fraction(DAY))
    if kind in (Family.TIMESTAMP, Family.LOCAL_TIMESTAMP):
        narrow = low is not None and high is not None and high - low < _NARROW
        return Grid(type_text, Fraction(1 if narrow else 1_000_000))
    if type_text.startswith("decimal"):
        scale = int(re.findall(r"\d+", type_text)[1])
        return Grid(type_text, Fraction(1, 10**scale))
    return Grid(type_text, _float_unit(type_text, low, high))


def _float_unit(type_text: str, low: Fraction | None, high: Fraction | None) -> Fraction:
    largest = max((abs(one) for one in (low, high) if one is not None), default=Fraction(0))
    if type_text == "float":
        # Powers of two, so that every value is one of the type.
        unit = Fraction(1, 64)
        while largest / unit >= _FLOAT32_STEPS // 2:
            unit *= 2
        if low is not None and high is not None:
            while high - low < 64 * unit and (largest + 1) / unit < _FLOAT32_STEPS // 4:
                unit /= 2
        return unit
    unit = Fraction(1, 100)
    while largest / unit >= _FLOAT_STEPS // 8:
        unit *= 10
    if low is not None and high is not None:
        finest = Fraction(1, 10**_FINEST)
        while high - low < 1_000 * unit and unit > finest and largest / unit < _FLOAT_STEPS // 80:
            unit /= 10
    return unit


def limits_of(type_text: str) -> tuple[Fraction, Fraction]:
    """Return the least and the greatest measure of a type."""
    kind = family(type_text)
    if type_text in BITS:
        half = 2 ** (BITS[type_text] - 1)
        return Fraction(-half), Fraction(half - 1)
    if kind is Family.DATE:
        return measure_of(date.min, type_text), measure_of(date.max, type_text)
    if kind in (Family.TIMESTAMP, Family.LOCAL_TIMESTAMP):
        return measure_of(datetime.min, type_text), measure_of(datetime.max, type_text)
    if type_text.startswith("decimal"):
        precision, scale = map(int, re.findall(r"\d+", type_text))
        most = Fraction(10**precision - 1, 10**scale)
        return -most, most
    largest = Fraction(10) ** (30 if type_text == "float" else 300)
    return -largest, largest


def measure_of(value: Any, type_text: str) -> Fraction:
    """Return the measure of a value as a contract, or a clock, gives it; that of a measure."""
    if isinstance(value, Fraction):
        return value
    kind = family(type_text)
    if kind not in (Family.DATE, Family.TIMESTAMP, Family.LOCAL_TIMESTAMP):
        if type_text == "float":
            # What the language compares with: the 32-bit number next to what is written.
            return Fraction(float(np.float32(value)))
        return Fraction(Decimal(str(value)))
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return Fraction(since.days * DAY + since.seconds * 1_000_000 + since.microseconds)
