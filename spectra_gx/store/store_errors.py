"""What people are told when an object store refuses, without a word of its answer.

An answer quotes addresses, and these may be signed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from obstore.exceptions import (
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)

from spectra_gx.errors import WarehouseError
from spectra_gx.store.failures import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def translate_store_errors(address: str, verb: str) -> Iterator[None]:
    """Convert what obstore raises into a WarehouseError that names the address."""
    try:
        yield
    except BaseError as error:
        raise _as_warehouse_error(address, verb, error) from None
    except OSError as error:  # obstore raises Python's own errors for some
        raise _as_warehouse_error(address, verb, error) from None


def _as_warehouse_error(address: str, verb: str, error: BaseException) -> WarehouseError:
    if isinstance(error, UnauthenticatedError | PermissionDeniedError | PermissionError):
        return WarehouseError(
            f"`{address}` cannot be {verb}: the store refuses these credentials; check that they "
            "are valid and may read, write, list and delete there",
            code="store_refused",
        )
    if isinstance(error, NotFoundError | FileNotFoundError):
        return WarehouseError(
            f"`{address}` cannot be {verb}: there is no such object, or no such bucket or "
            "container; check the address of the warehouse",
            code="store_missing",
        )
    status = STATUS.search(str(error))
    said = f"the store answers {status[1]}" if status else "the store cannot be reached"
    return WarehouseError(
        f"`{address}` cannot be {verb}: {said}; run again once it is well",
        code="store_failed",
        retryable=True,
    )
