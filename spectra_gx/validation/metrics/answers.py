"""Compute answers once; a failing one does not affect the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from spectra_gx.causes import Cause
from spectra_gx.errors import EngineError, OverBudgetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pyarrow as pa

_Request = TypeVar("_Request")


def to_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return rows as Python objects.

    Raises:
        EngineError: Python has no such day or instant.
    """
    try:
        rows: list[dict[str, Any]] = table.to_pylist()
    except (ValueError, OverflowError):
        raise EngineError(
            "a day or an instant lies outside the years 1 to 9999", Cause.VALUE_OUT_OF_RANGE
        ) from None
    return rows


def remembered(
    known: dict[_Request, Any],
    requests: Iterable[_Request],
    run: Callable[[Sequence[_Request]], Mapping[_Request, Any]],
    at_once: int,
) -> Mapping[_Request, Any]:
    """Return answers, computing all that are not known, so many at once; from then on they are."""
    every = tuple(dict.fromkeys(requests))
    missing = [one for one in every if one not in known]
    for first in range(0, len(missing), at_once):
        known.update(each_answered(missing[first : first + at_once], run))
    return {one: known[one] for one in every}


def each_answered(
    requests: Sequence[_Request], run: Callable[[Sequence[_Request]], Mapping[_Request, Any]]
) -> Mapping[_Request, Any]:
    """Return answers, or an EngineError in the place of one that cannot be computed."""
    try:
        return run(requests)
    except OverBudgetError as error:
        return dict.fromkeys(requests, error)
    except EngineError as error:
        if len(requests) == 1:
            return {requests[0]: error}
        # What is bad must not take the others with it: halves narrow down to it.
        middle = len(requests) // 2
        return {**each_answered(requests[:middle], run), **each_answered(requests[middle:], run)}
