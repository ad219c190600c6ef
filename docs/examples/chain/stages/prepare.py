"""Builds the stage `prepare`: where entities are read, what fields they have, what is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from zephyr_answers import LEVELS, Field, find_fields, sample

from spectra_gx import Run, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Row = dict[str, Any]

ENDPOINTS = {
    "project": "/project/details",
    "release": "/release/project/{projectid}",
    "cycle": "/cycle/release/{releaseid}",
    "execution": "/execution",
}
"""Entity → the endpoint that lists it."""

PAGE_SIZES = {"execution": 20}
"""Small, so that the sandbox answers in several pages; 500 is what Zephyr does by itself."""

GROUPS = {"project": "plan", "release": "plan", "cycle": "plan", "execution": "result"}


@dataclass(frozen=True)
class Taken:
    """What Extract takes of a field."""

    column: str
    parts: Mapping[str, str]
    """Field of the record, or of the array's records → the name that it gets."""


TAKEN: Mapping[str, Mapping[str, str | Taken]] = {
    "release": {
        "id": "release_id",
        "projectId": "project_id",
        "name": "name",
        "startDate": "started_at",
        "endDate": "ended_at",
        "createdDate": "created_at",
    },
    "cycle": {
        "id": "cycle_id",
        "releaseId": "release_id",
        "name": "name",
        "environment": "environment",
        "build": "build",
        "createdOn": "created_at",
        "cyclePhases": Taken(
            "phases", {"id": "phase_id", "name": "name", "startDate": "started_at"}
        ),
    },
    "execution": {
        "id": "schedule_id",
        "status": "raw_status",
        "testerId": "tester_id",
        "assignmentDate": "assigned_at",
        "tcrTreeTestcase": Taken(
            "testcase",
            {
                "id": "testcase_id",
                "revision": "revision",
                "versionNumber": "version_number",
                "createDatetime": "created_at",
                "lastModifiedOn": "last_modified_at",
            },
        ),
    },
}
"""Entity → field → its column in Extract, in the order of the columns."""

STATUSES = {"1": "passed", "2": "failed", "3": "in progress", "4": "blocked", "5": "not run"}
"""As this installation has configured them."""

FINAL = ("passed", "failed")

_SHAPE = (
    "structureType",
    "rawField",
    "targetField",
    "dataType",
    "initialDataType",
    "columnOrder",
    "piiLevel",
    "isInFactIssue",
    "keyField",
    "dimensionName",
    "bridgeName",
)
"""What the values of a field show."""

TEXTS = pa.list_(pa.string())
FLAGS = pa.list_(pa.bool_())


@table("prepare._endpoints")
def endpoints(run: Run) -> pa.Table:
    """Every endpoint of the source; those that list an entity are bound to it."""
    catalogue = run.read("source.endpoints").to_arrow()
    entities = {path: entity for entity, path in ENDPOINTS.items()}
    bound = [
        entities.get(row["endpoint_path"]) if row["http_method"] == "GET" else None
        for row in catalogue.to_pylist()
    ]
    parents = dict(zip(LEVELS[1:], LEVELS, strict=False))
    columns = {
        "entity": pa.array(bound, pa.string()),
        "parentEntity": pa.array(map(parents.get, bound), pa.string()),
        "pageSize": pa.array(map(PAGE_SIZES.get, bound), pa.int32()),
        "isEnabled": pa.array([entity is not None for entity in bound], pa.bool_()),
    }
    for name, values in columns.items():
        catalogue = catalogue.append_column(name, values)
    return catalogue


@table("prepare._schema")
def schema(run: Run) -> pa.Table:
    """Every field that a sample of answers shows, and every one that is taken."""
    enabled = run.built("prepare._endpoints").to_arrow().to_pylist()
    listing = {row["entity"]: row for row in enabled if row["isEnabled"]}
    if missing := [path for entity, path in ENDPOINTS.items() if entity not in listing]:
        raise LookupError(f"the source publishes no endpoint {' or '.join(missing)}")
    before = {
        (row["entity"], row["fieldId"]): row
        for row in run.read("prepare._schema").to_arrow().to_pylist()
    }
    rows = [
        row if row["initialDataType"] != "null" else _as_before(row, before)
        for entity, answers in sample(run.http, listing).items()
        for row in _fields_of(entity, len(answers), find_fields(answers))
    ]
    return pa.Table.from_pylist(rows, _SCHEMA)


def _as_before(row: Row, before: Mapping[tuple[str, str], Row]) -> Row:
    """Return a field without any value as an earlier sample had it, which saw one."""
    known = before.get((row["entity"], row["fieldId"]), row)
    return {**row, **{name: known[name] for name in _SHAPE}}


def _fields_of(entity: str, rows: int, found: list[Field]) -> Iterator[Row]:
    """Yield a row for each field of an entity, those that are taken first.

    One that is taken, but not found, has no types.
    """
    taken = TAKEN.get(entity, {})
    known = {field.name: field for field in found}
    names = [*taken, *(name for name in known if name not in taken)]
    for order, name in enumerate(names, start=1):
        field = known.get(name) or Field(name, "scalar", (name,), (), True, "null", 0)
        column = taken.get(name)
        targets = column.parts if isinstance(column, Taken) else {name: column} if column else {}
        nested = column.column if isinstance(column, Taken) else None
        types = dict(zip(field.parts, field.types, strict=False))
        parts = [*targets, *(part for part in field.parts if part not in targets)]
        yield {
            "group": GROUPS[entity],
            "groupSortOrder": [*dict.fromkeys(GROUPS.values())].index(GROUPS[entity]) + 1,
            "entity": entity,
            "entitySortOrder": LEVELS.index(entity) + 1,
            "fieldId": name,
            "structureType": field.structure,
            "rawField": parts,
            "targetField": [targets.get(part, part) for part in parts],
            "dataType": [types.get(part, "json") for part in parts],
            "isInApiIssue": name in known and {*targets} <= {*field.parts},
            "isInChangelog": False,
            "isNullable": field.nullable,
            "notes": f"a value in {field.seen} of {rows} rows",
            "initialDataType": field.json_type,
            "columnOrder": [order] * len(parts),
            "piiLevel": ["indirect" if part == "testerId" else "none" for part in parts],
            "isInFactIssue": [part in targets for part in parts],
            "keyField": [name == "id"] * len(parts),
            "dimensionName": nested if field.structure == "record" else None,
            "bridgeName": nested if field.structure == "array" else None,
        }


@table("prepare._statusMap")
def status_map(run: Run) -> pa.Table:
    """What the statuses of executions mean."""
    del run
    rows = [
        {
            "sourceSystem": "zephyr",
            "entity": "execution",
            "rawStatus": raw,
            "status": status,
            "sortOrder": order,
            "isTerminal": status in FINAL,
        }
        for order, (raw, status) in enumerate(STATUSES.items(), start=1)
    ]
    columns = {
        "sourceSystem": pa.string(),
        "entity": pa.string(),
        "rawStatus": pa.string(),
        "status": pa.string(),
        "sortOrder": pa.int32(),
        "isTerminal": pa.bool_(),
    }
    return pa.Table.from_pylist(rows, pa.schema(columns))


_SCHEMA = pa.schema(
    {
        "group": pa.string(),
        "groupSortOrder": pa.int32(),
        "entity": pa.string(),
        "entitySortOrder": pa.int32(),
        "fieldId": pa.string(),
        "structureType": pa.string(),
        "rawField": TEXTS,
        "targetField": TEXTS,
        "dataType": TEXTS,
        "isInApiIssue": pa.bool_(),
        "isInChangelog": pa.bool_(),
        "isNullable": pa.bool_(),
        "defaultValue": pa.string(),
        "description": pa.string(),
        "notes": pa.string(),
        "initialDataType": pa.string(),
        "type": pa.string(),
        "columnOrder": pa.list_(pa.int32()),
        "piiLevel": TEXTS,
        "isInFactIssue": FLAGS,
        "keyField": FLAGS,
        "dimensionName": pa.string(),
        "bridgeName": pa.string(),
    }
)
