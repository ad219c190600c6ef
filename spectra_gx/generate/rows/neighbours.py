"""Values that compare with those of another column of their row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.generate.values.domains import Accepts, Domain, Steps

if TYPE_CHECKING:
    from spectra_gx.generate.rows.choosers import Places
    from spectra_gx.generate.values.streams import Mask, Rows

Comparison: TypeAlias = Callable[[pa.Array, pa.Array], pa.Array]

_COMPARE: dict[str, Comparison] = {
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
    "=": pc.equal,
    "<>": pc.not_equal,
}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass(frozen=True)
class Neighbour:
    """How a value compares with that of another column of its row."""

    rule: str
    column: str
    operator: str
    """`value operator column`."""

    @property
    def opposite(self) -> Neighbour:
        """What a value that breaks it does."""
        return replace(self, operator=_OPPOSITE[self.operator])


Beside: TypeAlias = Sequence[tuple[Neighbour, pa.Array]]


def accepts_beside(beside: Beside) -> Accepts:
    """Return what finds out whether values compare as they should; with null all do."""

    def accepts(values: pa.Array, places: Rows) -> Mask:
        fits = np.ones(len(values), dtype=np.bool_)
        for neighbour, others in beside:
            other = others.take(pa.array(places))
            if values.type != other.type and (_is_float(values.type) or _is_float(other.type)):
                left, right = values.cast(pa.float64()), other.cast(pa.float64(), safe=False)
            else:
                left, right = values, other
            found = _COMPARE[neighbour.operator](left, right).fill_null(True)
            fits &= np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
        return fits

    return accepts


def _is_float(arrow: pa.DataType) -> bool:
    return bool(pa.types.is_floating(arrow))


def places_beside(domain: Domain, low: Rows, width: Rows, beside: Beside) -> Places:
    """Return the places, of those given, that the values beside leave; exact but for rounding."""
    if not isinstance(domain, Steps):
        return low, width
    first = low.astype(np.float64)
    last = first + width.astype(np.float64) - 1
    for neighbour, others in beside:
        at = _steps_of(domain, others)
        if at is None:
            continue
        if neighbour.operator in (">", ">=", "="):
            edge = np.floor(at) + 1 if neighbour.operator == ">" else np.ceil(at)
            first = np.fmax(first, edge)
        if neighbour.operator in ("<", "<=", "="):
            edge = np.ceil(at) - 1 if neighbour.operator == "<" else np.floor(at)
            last = np.fmin(last, edge)
    last = np.clip(last, 0, domain.size - 1)
    first = np.clip(first, 0, last)
    low = np.minimum(first.astype(np.uint64), np.uint64(domain.size - 1))
    high = np.minimum(last.astype(np.uint64), np.uint64(domain.size - 1))
    return low, np.maximum(high, low) - low + np.uint64(1)


def _steps_of(domain: Steps, others: pa.Array) -> npt.NDArray[np.float64] | None:
    """Return values as steps of a domain's grid, NaN for null; None where they are of no grid."""
    unit = float(domain.grid.unit)
    arrow = others.type
    if pa.types.is_date32(arrow):
        measures = others.cast(pa.int32()).cast(pa.float64())
        unit = 1.0
    elif pa.types.is_timestamp(arrow):
        measures = others.cast(pa.int64()).cast(pa.float64(), safe=False)
    elif pa.types.is_integer(arrow) or pa.types.is_floating(arrow) or pa.types.is_decimal(arrow):
        measures = others.cast(pa.float64(), safe=False)
    else:
        return None
    found: npt.NDArray[np.float64] = measures.fill_null(float("nan")).to_numpy(zero_copy_only=False)
    return np.round(found / unit, 6) - domain.first
