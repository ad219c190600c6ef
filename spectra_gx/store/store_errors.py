"""What a message says when an object store refuses."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from obstore.exceptions import (
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)

from spectra_gx.errors import WarehouseError
from spectra_gx.store.answers import (
    EXPIRED,
    MISSING,
    REFUSED,
    SKEWED,
    STATUS,
    UNREACHABLE,
    Answer,
    read_answer,
)
from spectra_gx.store.full_disks import DISK_FULL, is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_OBJECT = replace(
    MISSING,
    words="there is no such object, or no such bucket or container; check the address of the "
    "warehouse",
)
_DISK_FULL = Answer(DISK_FULL, "disk_full")


@contextmanager
def translate_store_errors(address: str, verb: str) -> Iterator[None]:
    """Convert what obstore raises into a WarehouseError that names the address."""
    try:
        yield
    except (BaseError, OSError) as error:  # some are Python's own
        answer = _answer(error)
        raise WarehouseError(
            f"`{address}` cannot be {verb}: {answer.words}",
            code=answer.code,
            context={} if answer.status is None else {STATUS: answer.status},
            retryable=answer.retryable,
        ) from None


def _answer(error: BaseException) -> Answer:
    if is_disk_full(error):  # of what is downloaded
        return _DISK_FULL
    answer = read_answer(str(error)) or UNREACHABLE
    if isinstance(error, UnauthenticatedError | PermissionDeniedError | PermissionError):
        return answer if answer in (EXPIRED, SKEWED) else REFUSED
    if isinstance(error, NotFoundError | FileNotFoundError):
        return answer if answer == MISSING else _NO_OBJECT
    return answer
