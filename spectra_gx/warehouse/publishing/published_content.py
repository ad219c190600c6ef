"""Say beforehand which files a published version will consist of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.warehouse.added_rows import files_hash
from spectra_gx.warehouse.delta.live_files import path_within
from spectra_gx.warehouse.publishing.placed_files import placed_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.warehouse.publishing.batches import Batch
    from spectra_gx.warehouse.publishing.candidate import Candidate


def published_content(candidate: Candidate, batch: Batch, table_id: str) -> str | None:
    """Return the `content_hash` of the version that publishing a candidate makes.

    A version that is made in another way, for example beside a compaction, has another one: who
    compares the two never takes a version for the one that was checked.

    Args:
        candidate: What is published.
        batch: As which batch.
        table_id: Delta's id of the published table.

    Returns:
        The hash; None where a file that stays lies elsewhere.
    """
    try:
        return files_hash(table_id, _files(candidate, batch))
    except ValueError:
        return None


def _files(candidate: Candidate, batch: Batch) -> Iterator[tuple[str, int, int]]:
    """Yield decoded path, size and time of modification of each file, as the log will have them."""
    again = candidate.kept if candidate.new_schema else ()
    paths = placed_paths(candidate, batch)
    for file, path in zip((*candidate.added, *again), paths, strict=True):
        yield path, file.size, file.modified
    if candidate.before is None or candidate.new_schema:
        return
    for file in candidate.kept:
        yield path_within(candidate.before, file), file.size, file.modified
