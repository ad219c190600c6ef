"""The sandbox's search: a small part of JQL, and both forms of paging."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.sources.jira.faults import JiraFault
from spectra_gx.sources.jira.sandbox.data import USER_ZONE
from spectra_gx.sources.jira.sandbox.replies import RefusedError, json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from enum import StrEnum

    from spectra_gx.sources.jira.sandbox.data import Dataset, Issue
    from spectra_gx.sources.sandbox_server import Response

MAX_PAGE = 100
_SMALL_PAGE = 10
_QUERY = re.compile(
    r'project\s*=\s*"?(?P<project>\w+)"?'
    r'(?:\s+AND\s+updated\s*>=\s*(?:(?P<millis>\d{1,15})|"(?P<date>[^"]*)"))?'
    r"(?:\s+ORDER\s+BY\s+(?P<order>updated|key)(?:\s*,\s*key)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Window:
    """A part of a list, and what its page says about the whole."""

    rows: Sequence[Any]
    start: int
    size: int
    total: int | None
    more: bool


def cut(rows: Sequence[Any], start: int, size: int, fault: StrEnum | None) -> Window:
    """Return the rows of one page; a fault may cap it, leave it empty, or miscount."""
    size = min(size, _SMALL_PAGE if fault is JiraFault.CAPPED_PAGE else MAX_PAGE)
    total: int | None = len(rows)
    if fault is JiraFault.EMPTY_MID_PAGE:  # rows that the user may not see have places, too
        rows = [*rows[:size], *[None] * size, *rows[size:]]
        total = len(rows)
    if fault is JiraFault.MOVING_TOTAL:
        total = {0: len(rows) - 7, 1: None}.get(start // size % 3, len(rows) + 3)
    page = [row for row in rows[start : start + size] if row is not None]
    return Window(page, start, size, total, start + size < len(rows))


def select(data: Dataset, jql: str) -> Sequence[Issue]:
    """Return the issues that a query finds.

    Raises:
        RefusedError: The query is refused.
    """
    found = _QUERY.fullmatch(jql.strip())
    if found is None:
        raise RefusedError(400, "Error in the JQL Query: expecting a project.")
    key = found["project"]
    if data.project(key) is None:
        raise RefusedError(400, f"The value '{key}' does not exist for the field 'project'.")
    try:
        since = _since(found)
    except ValueError:
        text = f"Date value '{found['date']}' for field 'updated' is invalid."
        raise RefusedError(400, text) from None
    issues = [issue for issue in data.issues[key] if since is None or issue.updated >= since]
    if (found["order"] or "").lower() == "updated":
        issues.sort(key=lambda issue: issue.updated)
    return issues


def search_by_offset(
    data: Dataset, query: Mapping[str, str], fault: StrEnum | None = None
) -> Response:
    """Return a page of Data Center's search."""
    issues = select(data, query.get("jql", ""))
    window = cut(issues, _number(query, "startAt", 0), _number(query, "maxResults", 50), fault)
    page = {
        "expand": "schema,names",
        "startAt": window.start,
        "maxResults": window.size,
        "total": window.total,
        "issues": [_show(issue, query.get("fields")) for issue in window.rows],
    }
    return json_reply({name: value for name, value in page.items() if value is not None})


def search_by_token(
    data: Dataset, query: Mapping[str, str], fault: StrEnum | None = None
) -> Response:
    """Return a page of Cloud's search: no offset, no total, only ids unless fields are named."""
    if fault is JiraFault.LAST_PAGE_OLD:
        return search_by_offset(data, query)
    jql = query.get("jql", "")
    if not re.search(r"project|updated", jql, re.IGNORECASE):
        raise RefusedError(
            400,
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your "
            "query.",
        )
    issues = select(data, jql)
    size = _number(query, "maxResults", 50)
    if size == 0:
        raise RefusedError(400, "The value of maxResults must be between 1 and 5000.")
    token = query.get("nextPageToken", "")
    start = int(token.removeprefix("page-")) if re.fullmatch(r"page-\d{1,9}", token) else 0
    if fault is JiraFault.TOKEN_REPEATS:
        start = 0
    window = cut(issues, start, size, fault)
    page: dict[str, Any] = {
        "issues": [_show(issue, query.get("fields", "id")) for issue in window.rows],
        "isLast": not window.more,
    }
    if window.more:
        page["nextPageToken"] = f"page-{start + window.size}"
    elif fault is JiraFault.STALE_TOKEN:
        page["nextPageToken"] = token
    elif fault is JiraFault.LAST_PAGE_NULL:
        page["nextPageToken"] = None
    return json_reply(page)


def _since(found: re.Match[str]) -> datetime | None:
    if found["millis"]:
        return datetime.fromtimestamp(int(found["millis"]) / 1000, UTC)
    if found["date"] is None:
        return None
    return datetime.strptime(found["date"], "%Y-%m-%d %H:%M").replace(tzinfo=USER_ZONE)


def _show(issue: Issue, fields: str | None) -> dict[str, Any]:
    if fields == "id":
        return {"id": issue.row["id"]}
    names = issue.row["fields"] if fields is None else fields.split(",")
    shown = {name: issue.row["fields"][name] for name in names if name in issue.row["fields"]}
    return {**issue.row, "fields": shown}


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default  # noqa: PLR2004 - longer ones are no sizes
