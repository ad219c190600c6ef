"""Delete the files of a table that no version which is to stay names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from deltalake import CommitProperties

from spectra_gx.warehouse.delta.error_translation import translate_errors

if TYPE_CHECKING:
    from collections.abc import Collection

    from deltalake import DeltaTable

    from spectra_gx.warehouse.delta.table_place import TablePlace


def unneeded_files(
    head: DeltaTable, place: TablePlace, name: str, keep: Collection[int]
) -> dict[str, int]:
    """Return the files that a vacuum would delete → their bytes.

    These are files that neither a version to keep nor the newest one has, and that were removed
    from the table, or written in vain, longer ago than `delta.deletedFileRetentionDuration`: a week
    unless the table says otherwise. Delta goes on naming files that were deleted before; those are
    left out.

    Raises:
        WarehouseError: The table's files cannot be listed.
    """
    with translate_errors(f"the files of table `{name}` cannot be listed"):
        listed = head.vacuum(dry_run=True, full=True, keep_versions=sorted(keep) or None)
    if not listed:
        return {}
    sizes = place.store.sizes(place.path)
    names = {path: path if path in sizes else unquote(path) for path in sorted(listed)}
    return {path: sizes[name] for path, name in names.items() if name in sizes}


def vacuum(head: DeltaTable, name: str, keep: Collection[int], execution_id: str) -> list[str]:
    """Delete those files; return them.

    Call it under the stage's lock, with a handle on the newest version: files of a commit that the
    handle does not know count as written in vain.

    Raises:
        WarehouseError: Not all of them were deleted.
    """
    properties = CommitProperties(custom_metadata={"execution_id": execution_id})
    with translate_errors(f"old files of table `{name}` cannot be deleted"):
        deleted: list[str] = head.vacuum(
            dry_run=False,
            full=True,
            keep_versions=sorted(keep) or None,
            commit_properties=properties,
        )
    return deleted
