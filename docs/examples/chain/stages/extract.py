"""Builds the stage `extract`: releases, cycles and executions, as the stage `prepare` maps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from zephyr_answers import rows_below
from zephyr_fields import TYPES, Fields

from spectra_gx import Run, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

Row = dict[str, Any]

ADDED = {"cycle_id": TYPES["int64"], "status": TYPES["text"], "changed_at": TYPES["datetime"]}
"""Columns of an execution that its answer does not have."""


@table("extract.releases", publish="merge")
def releases(run: Run) -> pa.Table:
    """All releases of all projects; the API does not tell which of them changed."""
    listing = _listing(run)
    projects = [project["id"] for project in rows_below(run.http, listing["project"], None)]
    rows = [
        row for project in projects for row in rows_below(run.http, listing["release"], project)
    ]
    return _fields(run, "release").table(rows)


@table("extract.cycles", publish="merge")
def cycles(run: Run) -> pa.Table:
    """All cycles of the releases that there are now."""
    listing = _listing(run)
    parents = run.staged("extract.releases").to_arrow()["release_id"].to_pylist()
    rows = [row for release in parents for row in rows_below(run.http, listing["cycle"], release)]
    return _fields(run, "cycle").table(rows)


@table("extract.executions", publish="merge", watermark="changed_at", lateness="1d")
def executions(run: Run) -> Iterator[pa.RecordBatch]:
    """Executions that changed since the last published batch; the API returns all of them."""
    fields, meanings = _fields(run, "execution"), _meanings(run)
    endpoint = _listing(run)["execution"]
    for cycle in run.staged("extract.cycles").to_arrow()["cycle_id"].to_pylist():
        answers = rows_below(run.http, endpoint, cycle)
        rows = (_execution(fields.convert(answer), cycle, meanings) for answer in answers)
        changed = [row for row in rows if _is_due(row["changed_at"], run.watermark)]
        yield pa.RecordBatch.from_pylist(changed, fields.schema(ADDED))


def _execution(row: Row, cycle: int, meanings: dict[str, str]) -> Row:
    """Return an execution with its cycle, what its status means, and when it last changed."""
    instants = [row["assigned_at"], (row["testcase"] or {}).get("last_modified_at")]
    return {
        **row,
        "cycle_id": cycle,
        "status": meanings.get(row["raw_status"]),
        "changed_at": max(filter(None, instants), default=None),
    }


def _is_due(changed_at: datetime | None, watermark: datetime | None) -> bool:
    """Return whether a row belongs to the batch; one without an instant does, to be found."""
    return watermark is None or changed_at is None or changed_at >= watermark


def _listing(run: Run) -> dict[str, Row]:
    """Return entity → the endpoint that lists it."""
    found = run.read("prepare._endpoints", where='"isEnabled"').to_arrow()
    return {row["entity"]: row for row in found.to_pylist()}


def _fields(run: Run, entity: str) -> Fields:
    """Return the fields of an entity that are taken."""
    return Fields(run.read("prepare._schema", where=f"entity = '{entity}'").to_arrow().to_pylist())


def _meanings(run: Run) -> dict[str, str]:
    """Return what each raw status of an execution means."""
    found = run.read("prepare._statusMap", where="entity = 'execution'").to_arrow()
    return {row["rawStatus"]: row["status"] for row in found.to_pylist()}
