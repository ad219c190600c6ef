"""The commits of a Delta table: when and by which run they were made, and what they changed.

Read from the log itself: `DeltaTable.history()` numbers commits back from the version that the
handle is pinned at, so on an older version every number it gives is wrong.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.table_place import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deltalake import DeltaTable

    from spectra_gx.warehouse.delta.table_place import TablePlace

_COMMIT = re.compile(r"\d{20}\.json")

_RECENT = 50
"""Commits in which a dead run is looked for."""

_SAME_ROWS = frozenset({"commitInfo", "txn", "domainMetadata"})
"""Actions of a commit that touch neither rows nor columns."""


def commit_time(place: TablePlace, name: str, version: int) -> datetime:
    """Return when a version was committed, UTC.

    Raises:
        WarehouseError: That commit was never written, or has expired.
    """
    try:
        actions, written = place.commit(version), place.committed(version)
    except ValueError:
        actions = written = None
    if actions is None or written is None:
        path = place.store.uri(place.commit_path(version))
        why = erasure_after(place, version) or "it was never written, or has expired"
        raise WarehouseError(
            f"the commit of version {version} of table `{name}` cannot be read at `{path}`: {why}; "
            "choose a newer version"
        )
    info = _info(actions)
    stamp = info.get("inCommitTimestamp", info.get("timestamp"))
    if stamp is None:
        return written
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=stamp)


def erasure_after(place: TablePlace, version: int) -> str | None:
    """Return that rows were erased from a version, and by which run; None where none were.

    It is looked up in the commits after the version that are still there.
    """
    names = place.store.files(place.below("_delta_log").path)
    for later in sorted(int(name[:20]) for name in names if _COMMIT.fullmatch(name)):
        try:
            about = _info(place.commit(later) or []).get("spectra_gx") if later > version else None
        except ValueError:
            continue
        erased = about.get("erased") if isinstance(about, dict) else None
        if isinstance(about, dict) and erased and erased["before"] > version:
            return (
                f"rows were erased from the table by run `{about.get('execution_id')}`, and the "
                f"versions before {erased['before']} with them"
            )
    return None


def read_commit(table: DeltaTable, version: int) -> list[Mapping[str, Any]] | None:
    """Return the actions of a commit; None where it has expired.

    Raises:
        WarehouseError: It cannot be read.
    """
    try:
        return place_of(table).commit(version)
    except (WarehouseError, ValueError):
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
        yield version, _info(actions)


def keep_rows(place: TablePlace, versions: range) -> bool:
    """Return whether commits left every row of a table as it was, as a compaction does.

    A commit that cannot be read, or that does not say so, may have changed rows.
    """
    try:
        return all(keeps_rows(place.commit(version)) for version in versions)
    except (WarehouseError, ValueError):
        return False


def same_rows_since(table: DeltaTable, version: int) -> bool:
    """Return whether the commits from `version` to the pinned one left all rows as they were."""
    return keep_rows(place_of(table), range(version + 1, table.version() + 1))


def keeps_rows(actions: list[Mapping[str, Any]] | None) -> bool:
    """Return whether the actions of a commit left every row of its table as it was."""
    return actions is not None and all(map(_keeps_rows, actions))


def _keeps_rows(action: Mapping[str, Any]) -> bool:
    return action.keys() <= _SAME_ROWS or any(
        kind in action and action[kind].get("dataChange", True) is False
        for kind in ("add", "remove")
    )


def _info(actions: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((action["commitInfo"] for action in actions if "commitInfo" in action), {})


def written_by(table: DeltaTable, execution_id: str) -> bool:
    """Return whether one of the table's recent commits is a run's.

    Raises:
        WarehouseError: Its history cannot be read.
    """
    commits = islice(commit_infos(table), _RECENT)
    return any(info.get("execution_id") == execution_id for _, info in commits)
