"""Builds the stage `extract`: releases, cycles and executions, as the stage `prepare` maps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from zephyr_answers import rows_below
from zephyr_fields import TYPES, Fields

from spectra_gx import Run, table

if TYPE_CHECKING:
    from collections.abc import Iterator

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
def executions(run: Run) -> pa.Table:
    """Executions that changed since the last published batch; the API returns all of them."""
    fields = _fields(run, "execution")
    parents = run.staged("extract.cycles").to_arrow()["cycle_id"].to_pylist()
    changed = [
        row
        for row in _executions(run, fields, parents)
        if None in (run.watermark, row["changed_at"]) or row["changed_at"] >= run.watermark
    ]
    return pa.Table.from_pylist(changed, fields.schema(ADDED))


def _executions(run: Run, fields: Fields, cycle_ids: list[int]) -> Iterator[Row]:
    """Yield each execution with its cycle, what its status means, and when it last changed."""
    endpoint, meanings = _listing(run)["execution"], _meanings(run)
    for cycle in cycle_ids:
        for answer in rows_below(run.http, endpoint, cycle):
            row = fields.convert(answer)
            instants = [row["assigned_at"], (row["testcase"] or {}).get("last_modified_at")]
            yield {
                **row,
                "cycle_id": cycle,
                "status": meanings.get(row["raw_status"]),
                "changed_at": max(filter(None, instants), default=None),
            }


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
