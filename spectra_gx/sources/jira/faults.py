"""What Jira's sandbox does wrong, beside the faults that every sandbox shows."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from spectra_gx.sources.faults import FaultKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.sources.faults import Fault


class JiraFault(StrEnum):
    """What goes wrong with Jira alone."""

    CLOUD = "cloud"
    """No fault: the sandbox is a site of Jira Cloud, not a Data Center."""

    EXPIRED_TOKEN = "expired-token-empty-lists"  # noqa: S105 - the name of a fault
    """Cloud: 200 with empty lists wherever anybody may ask, and 401 elsewhere."""

    ANONYMOUS = "anonymous-200"
    """Data Center: 200 with empty lists, as to nobody who is logged in."""

    EMPTY_200 = "empty-200"
    """200 without a body, and a header that says that the login failed."""

    LOGIN_REDIRECT = "login-redirect"
    CAPTCHA = "captcha-403"
    PAT_AS_BASIC = "pat-as-basic-403"
    """Data Center: the token comes with a user, and is refused."""

    BEARER_ON_CLOUD = "bearer-on-cloud-403"
    """Cloud: the token comes without its user, and is refused."""

    SCOPED_TOKEN = "scoped-token-401"  # noqa: S105 - the name of a fault
    """Cloud: 401, because a token with scopes is only accepted at another address."""

    SEARCH_REMOVED = "search-410"
    TOKEN_REPEATS = "token-repeats"  # noqa: S105 - the name of a fault
    """Cloud: every page of a search is the first one, with the same token."""

    STALE_TOKEN = "stale-token"  # noqa: S105 - the name of a fault
    """Cloud: the last page of a search repeats the token that led to it."""

    LAST_PAGE_NULL = "last-page-null"
    """Cloud: the token of a search's last page is null, not absent."""

    LAST_PAGE_OLD = "last-page-old"
    """Cloud: a search answers in the form of Data Center, as behind a proxy."""

    CAPPED_PAGE = "capped-page"
    """A page has at most 10 rows, whatever was requested."""

    EMPTY_MID_PAGE = "empty-mid-page"
    """The second page of a list is empty, and rows follow."""

    MOVING_TOTAL = "moving-total"
    """`total` is another one on each page, and absent on some."""

    PROJECT_SEARCH = "project-search-404"
    """`/project/search` is read as a project of the key `search`, as on Data Center."""

    HIDDEN_401 = "404-for-401"
    """The project is not found, because the token has just been revoked."""

    NO_PERMISSION = "no-permission"
    """The user may browse nothing."""

    INACTIVE_USER = "inactive-user"
    RETRY_AFTER_0 = "429-retry-after-0"
    RETRY_AFTER_ABSENT = "429-retry-after-absent"
    RETRY_AFTER_5 = "429-retry-after-5"


FAULTS: tuple[StrEnum, ...] = (*FaultKind, *JiraFault)
"""All that the sandbox shows."""

ON_CLOUD = frozenset(
    {
        JiraFault.CLOUD,
        JiraFault.EXPIRED_TOKEN,
        JiraFault.BEARER_ON_CLOUD,
        JiraFault.SCOPED_TOKEN,
        JiraFault.TOKEN_REPEATS,
        JiraFault.STALE_TOKEN,
        JiraFault.LAST_PAGE_NULL,
        JiraFault.LAST_PAGE_OLD,
        JiraFault.PROJECT_SEARCH,
    }
)
"""Faults that only a site of Cloud has: with one of them, the sandbox is one."""

IN_LISTS = frozenset(
    {
        JiraFault.TOKEN_REPEATS,
        JiraFault.STALE_TOKEN,
        JiraFault.LAST_PAGE_NULL,
        JiraFault.LAST_PAGE_OLD,
        JiraFault.CAPPED_PAGE,
        JiraFault.EMPTY_MID_PAGE,
        JiraFault.MOVING_TOTAL,
    }
)
"""Faults in how a list is paged; its rows are true."""

IN_ROWS = IN_LISTS | {JiraFault.INACTIVE_USER}
"""Faults in an answer that is otherwise the true one."""

_PLACES: Mapping[StrEnum, str] = {
    **dict.fromkeys(IN_LISTS, "/search"),
    JiraFault.SEARCH_REMOVED: "/search",
    JiraFault.PROJECT_SEARCH: "/project/search",
    JiraFault.HIDDEN_401: "/project/HAR",
    JiraFault.NO_PERMISSION: "/mypermissions",
    JiraFault.INACTIVE_USER: "/myself",
}
"""Where a fault shows itself if it names no path."""


def place_faults(faults: Sequence[Fault]) -> Sequence[Fault]:
    """Return the faults that requests meet, each at the path where its kind makes sense."""
    placed = (replace(fault, path=fault.path or _PLACES.get(fault.kind)) for fault in faults)
    return [fault for fault in placed if fault.kind is not JiraFault.CLOUD]
