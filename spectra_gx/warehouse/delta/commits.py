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


def commit_time(
    uri: str, name: str, version: int, filesystem: fs.FileSystem | None = None
) -> datetime:
    """Return when a version was committed, UTC, from a path of this machine or of a filesystem.

    Read from the commit itself: `DeltaTable.history()` numbers commits back from the version the
    handle is pinned at, so on an older version every number it gives is wrong.
    """
    path = f"{uri}/_delta_log/{version:020}.json"
    filesystem = filesystem or fs.LocalFileSystem()
    info: Mapping[str, Any]
    try:
        with filesystem.open_input_stream(path) as stream:
            lines = stream.read().splitlines()
        info = next((a["commitInfo"] for a in map(json.loads, lines) if "commitInfo" in a), {})
        written = filesystem.get_file_info(path).mtime_ns / 1e6
        stamp = info.get("inCommitTimestamp", info.get("timestamp", written))
    except (OSError, ValueError):
        raise WarehouseError(
            f"the commit of version {version} of table `{name}` cannot be read at `{path}`: it was "
            "never written, or has expired; choose a newer version"
        ) from None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=stamp)


def written_by(table: DeltaTable, execution_id: str) -> bool:
    """Return whether one of the table's recent commits is a run's.

    Raises:
        WarehouseError: Its history cannot be read.
    """
    with translate_errors(f"the history of the table at `{table.table_uri}` cannot be read"):
        commits = table.history(_RECENT)
    return any(commit.get("execution_id") == execution_id for commit in commits)
