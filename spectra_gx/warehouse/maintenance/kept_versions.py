"""Which versions of a table may not be vacuumed, and why."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.warehouse.delta.table_place import TablePlace

_COMMIT = re.compile(r"(\d{20})\.json")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\..*parquet|(\d{20})\.checkpoint\..*json")

Reasons = dict[int, list[str]]
"""Version → what names it, in words."""


def kept_versions(
    table: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    since: datetime | None,
    quarantined: Collection[str],
    consumed: Collection[str],
    batches: Sequence[int],
    newest: int,
    replay: int,
) -> Reasons:
    """Return the versions that stay, and why.

    Args:
        table: The table.
        rows: The rows of runs that stay in its stage's log, oldest first.
        since: Versions that only older rows name may go; None where none may.
        quarantined: Execution ids that rows in quarantine carry.
        consumed: Execution ids of the runs that other stages have consumed.
        batches: Versions that batches published, the newest first.
        newest: The table's newest version.
        replay: How many of the newest versions a replay reads.
    """
    found: dict[int, dict[str, None]] = defaultdict(dict)
    found[newest]["current"] = None
    for version in range(max(0, newest - replay + 1), newest + 1):
        found[version]["replay"] = None
    for place, row in enumerate(rows):
        reasons = [
            reason
            for reason, named in (("quarantine", quarantined), ("consumer", consumed))
            if row["execution_id"] in named
        ]
        if since is None or row["end_time"] >= since or place == len(rows) - 1:
            reasons.insert(0, "log")
        published = _versions(row["published_versions"]).get(table)
        for reason in reasons:
            named_version = _versions(row["table_versions"]).get(table)
            if named_version is not None:
                found[named_version][reason] = None
            if published:
                found[published - 1]["rollback"] = None
    if batches and batches[0]:
        found[batches[0] - 1]["rollback"] = None
    return {version: list(found[version]) for version in sorted(found) if version <= newest}


def _versions(text: str | None) -> Mapping[str, int | None]:
    named: Mapping[str, int | None] = json.loads(text or "{}")
    return named


def consumed_runs(rows: Iterable[Mapping[str, Any]], stage: str) -> Iterator[str]:
    """Yield the runs of a stage that another stage's runs have consumed, by that one's log."""
    for row in rows:
        named = json.loads(row["metadata"] or "{}").get("consumed", {}).get(stage)
        if named and named.get("execution_id"):
            yield named["execution_id"]


def readable_versions(place: TablePlace) -> set[int]:
    """Return the versions that a table's log can still open, by the names of its files."""
    names = place.store.files(place.below("_delta_log").path)
    commits = {int(found[1]) for name in names if (found := _COMMIT.fullmatch(name))}
    checkpoints = {
        int(found[1] or found[2]) for name in names if (found := _CHECKPOINT.fullmatch(name))
    }
    readable: set[int] = set()
    for version in sorted(commits | checkpoints):
        follows = version == 0 or version - 1 in readable
        if version in checkpoints or (version in commits and follows):
            readable.add(version)
    return readable
