"""Write Jira's query language."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def select_issues(
    project_key: str,
    *,
    updated_since: datetime | None = None,
    lateness: timedelta = timedelta(),
) -> str:
    """Return the query for a project's issues, in an order that paging can rely on.

    A date in words has no time zone and is read in that of the token's user, so the instant is
    given in epoch milliseconds. There is no upper bound: it would be the clock of another machine.

    Args:
        project_key: The project.
        updated_since: Only issues that were updated at this instant or later.
        lateness: How much later than an update Cloud's search may find it.
    """
    quoted = project_key.replace("\\", "\\\\").replace('"', '\\"')
    condition = f'project = "{quoted}"'
    if updated_since is None:
        return f"{condition} ORDER BY key"
    since = int((updated_since - lateness).timestamp() * 1000)
    return f"{condition} AND updated >= {since} ORDER BY updated, key"
