"""The commits of a Delta table: when they were made, and by which run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pyarrow import fs

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.error_translation import translate_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import DeltaTable


_RECENT = 50
"""Commits in which a dead run is looked for."""

_WITHOUT_ROWS = frozenset({"commitInfo", "txn", "domainMetadata"})
"""Actions of a commit that touch neither rows nor columns."""


def commit_time(
    uri: str, name: str, version: int, filesystem: fs.FileSystem | None = None
) -> datetime:
    """Return when a version was committed, UTC, from a path of this machine or of a filesystem.

    Read from the commit itself: `DeltaTable.history()` numbers commits back from the version the
    handle is pinned at, so on an older version every number it gives is wrong.
    """
    path = _commit_path(uri, version)
    filesystem = filesystem or fs.LocalFileSystem()
    info: Mapping[str, Any]
    try:
        actions = _read_actions(path, filesystem)
        info = next((a["commitInfo"] for a in actions if "commitInfo" in a), {})
        written = filesystem.get_file_info(path).mtime_ns / 1e6
        stamp = info.get("inCommitTimestamp", info.get("timestamp", written))
    except (OSError, ValueError):
        raise WarehouseError(
            f"the commit of version {version} of table `{name}` cannot be read at `{path}`: it was "
            "never written, or has expired; choose a newer version"
        ) from None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=stamp)


def keeps_rows(uri: str, versions: range, filesystem: fs.FileSystem | None = None) -> bool:
    """Return whether commits left every row of a table as it was, as a compaction does.

    A commit that cannot be read, or that does not say so, may have changed rows.
    """
    filesystem = filesystem or fs.LocalFileSystem()
    try:
        return all(
            _keeps_rows(action)
            for version in versions
            for action in _read_actions(_commit_path(uri, version), filesystem)
        )
    except (OSError, ValueError):
        return False


def _keeps_rows(action: Mapping[str, Any]) -> bool:
    return action.keys() <= _WITHOUT_ROWS or any(
        kind in action and action[kind].get("dataChange", True) is False
        for kind in ("add", "remove")
    )


def _commit_path(uri: str, version: int) -> str:
    return f"{uri}/_delta_log/{version:020}.json"


def _read_actions(path: str, filesystem: fs.FileSystem) -> list[Mapping[str, Any]]:
    with filesystem.open_input_stream(path) as stream:
        return [json.loads(line) for line in stream.read().splitlines()]


def written_by(table: DeltaTable, execution_id: str) -> bool:
    """Return whether one of the table's recent commits is a run's.

    Raises:
        WarehouseError: Its history cannot be read.
    """
    with translate_errors(f"the history of the table at `{table.table_uri}` cannot be read"):
        commits = table.history(_RECENT)
    return any(commit.get("execution_id") == execution_id for commit in commits)
