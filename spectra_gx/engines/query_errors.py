"""Convert an engine's exceptions into EngineError, without quoting sensitive values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
from deltalake.exceptions import DeltaError

from spectra_gx.errors import DiskFullError, EngineError, QueryFailedError
from spectra_gx.store.answers import read_answer
from spectra_gx.store.full_disks import is_disk_full

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from spectra_gx.engines.snapshot import Snapshot


def _no_explanation(error: BaseException) -> EngineError | None:
    del error
    return None


@contextmanager
def translate_errors(
    snapshot: Snapshot,
    tables: Collection[str],
    explain: Callable[[BaseException], EngineError | None] = _no_explanation,
) -> Iterator[None]:
    """Convert what Delta, Arrow and engines raise into EngineError.

    `explain` returns a better error for what an engine alone raises.
    """
    try:
        yield
    except (DeltaError, pa.ArrowException, ValueError, OSError) as error:
        raise explain(error) or _explain(error, snapshot, tables) from None


def _explain(error: BaseException, snapshot: Snapshot, tables: Collection[str]) -> EngineError:
    if "No space left on device" in str(error) or is_disk_full(error):
        return DiskFullError(
            "the disk for what does not fit in memory is full; make room there, or set TMPDIR to a "
            "folder on another disk"
        )
    if (answer := read_answer(str(error))) is not None:
        return QueryFailedError(f"the query failed: {answer.words}")
    if snapshot.may_leak(*tables):
        # The engine quotes the values it could not handle.
        return QueryFailedError("the query failed; details hidden because it reads personal data")
    # The last line is the cause, under the names of the engine's own steps.
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return QueryFailedError(f"the query failed: {lines[-1]}")
