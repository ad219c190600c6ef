"""The sandbox's seeded data: the same in every process, and about nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]

_START = datetime(2024, 1, 15, 8, tzinfo=UTC)
_PROJECTS = ("Harbour", "Meadow", "Lantern")
_CYCLES = {"Spring": ("Smoke", "Regression"), "Summer": ("Smoke",), "Autumn": ()}
"""The cycles of each release."""

_UNDATED = "Summer"
_UNUSED = "Summer"
"""The release whose cycles contain no executions."""

_PHASES = ("Morning", "Evening")
_EXECUTIONS = 23


@dataclass(frozen=True)
class Dataset:
    """Everything the sandbox knows, each level by the id of the one above it."""

    projects: list[Row] = field(default_factory=list)
    releases: dict[int, list[Row]] = field(default_factory=dict)
    cycles: dict[int, list[Row]] = field(default_factory=dict)
    executions: dict[int, list[Row]] = field(default_factory=dict)


def build_dataset() -> Dataset:
    """Return three projects whose first path reaches all five levels.

    In each, the second release has no dates and a cycle without executions, the third no cycles.
    """
    data = Dataset()
    for number, name in enumerate(_PROJECTS, start=1):
        project = _project(number, name)
        data.projects.append(project)
        _add_releases(data, project["id"])
    return data


def _add_releases(data: Dataset, project_id: int) -> None:
    data.releases[project_id] = []
    for order, name in enumerate(_CYCLES, start=1):
        release = _release(project_id * 10 + order, name, project_id, order)
        data.releases[project_id].append(release)
        cycles = [
            build_cycle(release["id"] * 10 + position, cycle, release["id"])
            for position, cycle in enumerate(_CYCLES[name], start=1)
        ]
        data.cycles[release["id"]] = cycles
        for cycle in cycles:
            size = 0 if name == _UNUSED else _EXECUTIONS
            data.executions[cycle["id"]] = [
                build_execution(cycle["id"] * 100 + position) for position in range(1, size + 1)
            ]


def _project(number: int, name: str) -> Row:
    start = _START + timedelta(days=7 * number)
    return {
        "id": number,
        "version": 1,
        "name": name,
        "description": f"{name}, a project that exists only in the sandbox",
        "startDate": _day(start),
        "projectStartDate": _day(start),
        "status": "2",
        "active": True,
        "members": [],
        "createdOn": _day(start),
    }


def _release(release_id: int, name: str, project_id: int, order: int) -> Row:
    start = _START + timedelta(days=30 * order)
    dates = {"startDate": in_millis(start), "endDate": in_millis(start + timedelta(days=28))}
    return {
        "id": release_id,
        "name": name,
        **({} if name == _UNDATED else dates),
        "createdDate": in_millis(start - timedelta(days=3)),
        "status": 0,
        "projectId": project_id,
        "orderId": order,
        "globalRelease": False,
        "projectRelease": True,
        "hasChild": False,
        "syncEnabled": False,
    }


def build_cycle(cycle_id: int, name: str, release_id: int) -> Row:
    """Return a cycle of two phases."""
    start = _START + timedelta(days=cycle_id % 50)
    dates = {"startDate": in_millis(start), "endDate": in_millis(start + timedelta(days=5))}
    return {
        "id": cycle_id,
        "environment": "Sandbox",
        "build": f"build-{cycle_id}",
        "name": name,
        **dates,
        "status": 0,
        "revision": 1,
        "releaseId": release_id,
        "createdOn": in_millis(start),
        "hasChild": True,
        "cyclePhases": [
            {
                "id": cycle_id * 10 + position,
                "name": phase,
                "tcrCatalogTreeId": cycle_id * 10 + position + 5,
                "freeForm": False,
                "cycleId": cycle_id,
                **dates,
            }
            for position, phase in enumerate(_PHASES, start=1)
        ],
    }


def build_execution(execution_id: int) -> Row:
    """Return an execution with its test case."""
    created = _START + timedelta(minutes=execution_id * 7919 % 40_000)
    return {
        "id": execution_id,
        "assignmentDate": in_millis(created),
        "status": str(execution_id % 5 + 1),
        "testerId": execution_id % 4 + 1,
        "tcrTreeTestcase": {
            "id": execution_id + 50_000,
            "tcrCatalogTreeId": execution_id % 9 + 1,
            "revision": execution_id % 3 + 1,
            "versionNumber": 1,
            "lastModifiedOn": in_millis(created + timedelta(hours=execution_id % 48 + 1)),
            "createDatetime": in_millis(created),
        },
    }


def in_millis(instant: datetime) -> int:
    """Return an instant as the API has it."""
    return int(instant.timestamp()) * 1000


def _day(instant: datetime) -> str:
    return instant.strftime("%m/%d/%Y")
