"""The answer that shows each fault."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from spectra_gx.sources.faults import FaultKind
from spectra_gx.sources.jira.catalogue import Deployment
from spectra_gx.sources.jira.faults import JiraFault
from spectra_gx.sources.jira.sandbox.replies import (
    ANONYMOUS,
    DENIED_LOGIN,
    FAILED_LOGIN,
    empty_list,
    json_reply,
    refusal,
    refuse_login,
    text_reply,
    web_page,
)
from spectra_gx.sources.sandbox_server import Response, Silence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

_ON_BOTH: Mapping[StrEnum, Response | Silence] = {
    FaultKind.FORBIDDEN: refusal(403, "You do not have the permission to see this resource."),
    FaultKind.SERVER_ERROR: refusal(500, "Internal server error"),
    FaultKind.BAD_GATEWAY: web_page(502, "Bad gateway"),
    FaultKind.HANG: Silence.HANG,
    FaultKind.DISCONNECT: Silence.DISCONNECT,
    FaultKind.TRUNCATED: Response(200, b'{"self": "http', declared_length=4096),
    FaultKind.HTML: web_page(200, "You are already logged in"),
    FaultKind.EMPTY: Response(204),
    JiraFault.EMPTY_200: Response(200, headers=FAILED_LOGIN),
    JiraFault.LOGIN_REDIRECT: Response(302, headers={"Location": "/login.jsp?os_destination=%2F"}),
    JiraFault.CAPTCHA: web_page(
        403,
        "Forbidden (403)",
        {
            **DENIED_LOGIN,
            "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=/login.jsp",
        },
    ),
    JiraFault.PAT_AS_BASIC: web_page(
        403, "Basic Authentication Failure - Reason : AUTHENTICATION_DENIED", DENIED_LOGIN
    ),
    JiraFault.BEARER_ON_CLOUD: json_reply(
        {"error": "Failed to parse Connect Session Auth Token"}, 403
    ),
    JiraFault.SEARCH_REMOVED: refusal(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
        "A full migration guideline is available at CHANGE-2046",
    ),
    JiraFault.PROJECT_SEARCH: refusal(404, "No project could be found with key 'search'."),
}
_WAITS: Mapping[StrEnum, str] = {
    FaultKind.RATE_LIMIT: "1",
    JiraFault.RETRY_AFTER_0: "0",
    JiraFault.RETRY_AFTER_5: "5",
    JiraFault.RETRY_AFTER_ABSENT: "",
}
"""Fault → the `Retry-After` of its 429."""

_OF_NOBODY: Mapping[StrEnum, Mapping[str, str]] = {
    JiraFault.EXPIRED_TOKEN: FAILED_LOGIN,
    JiraFault.ANONYMOUS: ANONYMOUS,
}


def fault_reply(
    kind: StrEnum,
    deployment: Deployment,
    path: str,
    query: Mapping[str, str],
    *,
    open_to_all: bool,
) -> Response | Silence:
    """Return the answer that shows a fault.

    Args:
        kind: The fault; not one in how a list is paged.
        deployment: What the sandbox is.
        path: The endpoint's.
        query: The request's.
        open_to_all: Whether the endpoint is answered without a login.
    """
    if kind in _OF_NOBODY and not open_to_all:
        return refuse_login(deployment)
    if kind in _OF_NOBODY or kind is FaultKind.NO_ROWS:
        reply = empty_list(path, query)
        return Response(200, reply.body, _OF_NOBODY.get(kind, {}), reply.content_type)
    if kind is JiraFault.NO_PERMISSION:
        return permissions(granted=False)
    if kind is JiraFault.HIDDEN_401:
        key = path.rpartition("/")[2]
        return refusal(404, f"No project could be found with key '{key}'.")
    return _fixed_replies(deployment)[kind]


def permissions(*, granted: bool) -> Response:
    """Return what a user may do, the one permission that the client asks about among it."""
    names = {"BROWSE_PROJECTS": ("10", "Browse Projects"), "ADMINISTER": ("0", "Administer Jira")}
    return json_reply(
        {
            "permissions": {
                key: {
                    "id": number,
                    "key": key,
                    "name": name,
                    "type": "PROJECT" if key == "BROWSE_PROJECTS" else "GLOBAL",
                    "description": "",
                    "havePermission": granted and key == "BROWSE_PROJECTS",
                }
                for key, (number, name) in names.items()
            }
        }
    )


@cache
def _fixed_replies(deployment: Deployment) -> Mapping[StrEnum, Response | Silence]:
    cloud = deployment is Deployment.CLOUD
    limit = {
        "X-RateLimit-Remaining": "0",
        **({"RateLimit-Reason": "jira-burst-based"} if cloud else {}),
    }
    plain = text_reply(401, "Basic authentication with passwords is deprecated.")
    return {
        **_ON_BOTH,
        FaultKind.BAD_TOKEN: refuse_login(deployment),
        # the body of a scoped token's refusal is one more shape of its own
        JiraFault.SCOPED_TOKEN: json_reply({"message": "Unauthorized", "status-code": 401}, 401)
        if cloud
        else plain,
        **{
            kind: Response(
                429,
                b'{"message": "Rate limit exceeded."}',
                {**limit, "Retry-After": seconds},
            )
            for kind, seconds in _WAITS.items()
        },
    }
