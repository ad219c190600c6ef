"""Convert exceptions of deltalake, DataFusion and Arrow into WarehouseError."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deltalake.exceptions import CommitFailedError

from spectra_gx.errors import FileError, SpectraError, WarehouseError
from spectra_gx.store.answers import MISSING, STATUS, read_answer
from spectra_gx.store.full_disks import DISK_FULL, is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator


UNSUPPORTED_FEATURE = (
    "it needs the Delta feature `{}`, which is not supported; take it off the table, or write the "
    "rows into a table without it"
)
_REASONS = (
    (re.compile(r"Feature '([^']+)' is not supported"), UNSUPPORTED_FEATURE),
    (re.compile("Max catalog version"), UNSUPPORTED_FEATURE.format("catalogManaged")),
    (
        re.compile("Unsupported Delta table type: '([^']+)'"),
        "it has a column of type `{}`, which is not supported; leave it out of the table",
    ),
    (re.compile("No files in log segment"), "its log has no commit; restore its `_delta_log`"),
    (
        re.compile("No protocol found|No table metadata found|unmasked nulls"),
        "its log does not describe the table; restore its `_delta_log`",
    ),
    (
        re.compile(r"Object at location .* not found", re.DOTALL),
        "one of its files is missing, perhaps because a vacuum removed it",
    ),
    (
        re.compile(
            r"found gap:.*?version: (\d+), file_type.*?version: (\d+), file_type", re.DOTALL
        ),
        "its log lacks the commits between version {} and version {}; restore its `_delta_log`",
    ),
)
"""What deltalake raises → a sentence for people."""

_NOT_CREATED = "Invalid table version: 0"
"""What deltalake says where a store refuses the first commit of a table, and there is none then."""

_LAYERS = re.compile(r"^(?:[A-Z][A-Za-z]*(?: [a-z]+){0,2} error: )+")


@contextmanager
def translate_errors(what: str) -> Iterator[None]:
    """Convert Delta and Arrow errors into a WarehouseError whose message begins with `what`.

    Known causes become a FileError with a sentence of its own. A lost race for a commit is
    `retryable`. What an object store says is never quoted.
    """
    try:
        yield
    except SpectraError:
        raise
    except Exception as error:  # noqa: BLE001 - a vacuumed file, for one, is a bare Exception
        raise _translated(what, error) from None


def _translated(what: str, error: Exception) -> WarehouseError:
    if is_disk_full(error):
        return WarehouseError(f"{what}: {DISK_FULL}")
    answer = read_answer(str(error))
    reason = _known_reason(error)
    if reason is not None and answer != MISSING:
        return FileError(f"{what}: {reason}")
    if answer is not None:
        message = f"{what}: {answer.words}"
        context = {} if answer.status is None else {STATUS: answer.status}
        return WarehouseError(
            message, code=answer.code, context=context, retryable=answer.retryable
        )
    if str(error).endswith(_NOT_CREATED):
        return WarehouseError(
            f"{what}: the store refused its first commit, perhaps because something else wrote "
            "one at the same moment; run again",
            retryable=True,
        )
    if isinstance(error, CommitFailedError):
        return WarehouseError(
            f"{what}: something else wrote to it at the same moment ({_first_line(error)}); "
            "let it end, then run again",
            retryable=True,
        )
    return WarehouseError(f"{what}: {_first_line(error)}")


def _known_reason(error: Exception) -> str | None:
    """Return a sentence for a known cause, which quotes nothing that is stored."""
    for known, words in _REASONS:
        if found := known.search(str(error)):
            return words.format(*found.groups())
    return None


def _first_line(error: Exception) -> str:
    """Return deltalake's message, without its layers' names and the backtrace it may append."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return _LAYERS.sub("", line).rstrip(". ")
