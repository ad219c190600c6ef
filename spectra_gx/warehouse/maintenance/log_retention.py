"""Which runs the activity log may forget."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

NEWEST = 50
"""Runs of a stage that stay however old they are: those that the data docs show."""


def expired_runs(
    rows: Sequence[Mapping[str, Any]], before: datetime | None, quarantined: Collection[str]
) -> list[str]:
    """Return the execution ids of runs whose rows may go, oldest first.

    A run stays that is among the newest, has rows in quarantine, was the last to succeed, has the
    newest watermark of a table, or left a batch incomplete.

    Args:
        rows: The rows of runs in a stage's log, oldest first.
        before: Runs that ended earlier may go; None where none may.
        quarantined: Execution ids that rows in quarantine carry.
    """
    if before is None:
        return []
    needed = {*quarantined, *(row["execution_id"] for row in rows[-NEWEST:]), *_needed(rows)}
    return [
        row["execution_id"]
        for row in rows
        if row["end_time"] < before and row["execution_id"] not in needed
    ]


def _needed(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    succeeded: set[str] = set()
    marked: set[str] = set()
    for row in reversed(rows):
        if row["status"] == "Success" and row["source_system"] not in succeeded:
            succeeded.add(row["source_system"])
            yield row["execution_id"]
        tables = json.loads(row["watermarks"] or "{}").keys() - marked
        if tables:
            marked |= tables
            yield row["execution_id"]
        if json.loads(row["metadata"] or "{}").get("not_completed"):
            yield row["execution_id"]
