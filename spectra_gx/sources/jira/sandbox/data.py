"""The sandbox's seeded data: the same in every process, and about nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Row = dict[str, Any]

USER = "ada@sandbox.example"
"""Whom a token of Cloud belongs to."""

USER_ZONE_NAME = "Asia/Kathmandu"
USER_ZONE = timezone(timedelta(hours=5, minutes=45))
"""The token's user's time zone, in which a JQL date without one is read."""

_START = datetime(2026, 3, 2, 8, tzinfo=UTC)
_PROJECTS = {"HAR": ("Harbour", 120), "MEA": ("Meadow", 23), "LAN": ("Lantern", 0)}
"""Key → name and number of issues."""

_STATUSES = ("To Do", "In Progress", "In Review", "Done")
_ZONES = (UTC, timezone(timedelta(hours=10)), timezone(timedelta(hours=-5)))


@dataclass(frozen=True)
class Issue:
    """An issue, and the instant by which a search finds it."""

    row: Row
    updated: datetime


@dataclass(frozen=True)
class Dataset:
    """Everything the sandbox knows."""

    projects: dict[str, Row]
    """By key."""

    issues: dict[str, list[Issue]]
    """By the project's key, in the order of their numbers."""

    def project(self, id_or_key: str) -> Row | None:
        """Return a project by its key or id."""
        found = (p for p in self.projects.values() if id_or_key in (p["id"], p["key"]))
        return next(found, None)

    def issue(self, id_or_key: str) -> Row | None:
        """Return an issue by its key or id."""
        every = (issue.row for issues in self.issues.values() for issue in issues)
        return next((row for row in every if id_or_key in (row["id"], row["key"])), None)


def build_dataset() -> Dataset:
    """Return three projects; the last has no issues."""
    projects, issues = {}, {}
    for number, (key, (name, count)) in enumerate(_PROJECTS.items(), start=1):
        projects[key] = _project(10000 + number, key, name)
        issues[key] = [_issue(number, key, position) for position in range(1, count + 1)]
    return Dataset(projects, issues)


def write_time(instant: datetime, *, milliseconds: bool = True) -> str:
    """Return a time as Jira writes it: its offset has no colon, and not every one has ms."""
    text = instant.isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return "".join(text.rsplit(":", 1))


def _project(number: int, key: str, name: str) -> Row:
    return {
        "id": str(number),
        "key": key,
        "name": name,
        "description": f"{name}, a project that exists only in the sandbox",
        "projectTypeKey": "software",
        "archived": False,
        "components": [{"id": str(number * 10 + 1), "name": "Quay"}],
        "issueTypes": [
            {"id": "10100", "name": "Task", "subtask": False},
            {"id": "10101", "name": "Bug", "subtask": False},
        ],
        "versions": [
            {"id": str(number * 10 + 5), "name": "1.0", "released": True, "archived": False},
            {"id": str(number * 10 + 6), "name": "2.0", "released": False, "archived": False},
        ],
        "roles": {},
        "avatarUrls": {},
    }


def _issue(project: int, key: str, position: int) -> Issue:
    number = project * 10_000 + position
    created = _START + timedelta(minutes=number * 7919 % 200_000)
    updated = created + timedelta(hours=number % 48 + 1)
    zone = _ZONES[position % len(_ZONES)]
    status = position % len(_STATUSES)
    fields = {
        "summary": f"Issue {position} of the sandbox",
        "status": {"id": str(status + 1), "name": _STATUSES[status]},
        "issuetype": {"id": "10100", "name": "Task"},
        "created": write_time(created.astimezone(zone)),
        "updated": write_time(updated.astimezone(zone), milliseconds=position % 5 != 0),
    }
    return Issue({"id": str(number), "key": f"{key}-{position}", "fields": fields}, updated)
