"""What the commits of a Delta table say, read from its log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.live_files import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deltalake import DeltaTable

_SAME_ROWS = ("add", "remove", "commitInfo", "txn", "domainMetadata")
"""Actions of a commit that may leave every row as it is."""


def read_commit(table: DeltaTable, version: int) -> list[Mapping[str, Any]] | None:
    """Return the actions of a commit; None where it has expired.

    Raises:
        WarehouseError: It cannot be read.
    """
    path = folder_of(table) / "_delta_log" / f"{version:020}.json"
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise WarehouseError(
            f"the commit of version {version} of the table at `{table.table_uri}` cannot be read; "
            "restore its `_delta_log`"
        ) from None


def commit_infos(table: DeltaTable) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield version and commit info of each commit up to the pinned one, the newest first."""
    for version in range(table.version(), -1, -1):
        actions = read_commit(table, version)
        if actions is None:
            return
        yield version, next((a["commitInfo"] for a in actions if "commitInfo" in a), {})


def same_rows_since(table: DeltaTable, version: int) -> bool:
    """Return whether every commit after `version` up to the pinned one left all rows as they were.

    A compaction does: its files have the rows of those that it removes.
    """
    for later in range(version + 1, table.version() + 1):
        actions = read_commit(table, later)
        if actions is None or not all(map(keeps_rows, actions)):
            return False
    return True


def keeps_rows(action: Mapping[str, Any]) -> bool:
    """Return whether an action leaves all rows of its table as they were."""
    kind, content = next(iter(action.items()))
    if kind in ("add", "remove"):
        # What does not say so may have changed rows.
        return content.get("dataChange", True) is False
    return kind in _SAME_ROWS
