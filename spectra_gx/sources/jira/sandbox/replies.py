"""The sandbox's answers, in the forms that Jira has for each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.sources.jira.catalogue import Deployment
from spectra_gx.sources.sandbox_server import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOGIN_REASON = "X-Seraph-LoginReason"
FAILED_LOGIN = {_LOGIN_REASON: "AUTHENTICATED_FAILED"}
DENIED_LOGIN = {_LOGIN_REASON: "AUTHENTICATION_DENIED"}
ANONYMOUS = {"X-AUSERNAME": "anonymous"}

_COMMON: Mapping[Deployment, Mapping[str, str]] = {
    Deployment.DATA_CENTER: {
        "X-AREQUESTID": "600x1x1",
        "X-AUSERNAME": "sandbox",
        _LOGIN_REASON: "OK",
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "49",
        "X-RateLimit-FillRate": "10",
        "X-RateLimit-Interval-Seconds": "60",
        "Retry-After": "0",
    },
    Deployment.CLOUD: {
        "atl-traceid": "00000000000000000000000000000001",
        "X-RateLimit-Limit": "350",
        "X-RateLimit-Remaining": "349",
    },
}
"""What every answer to somebody who is logged in carries; `Retry-After: 0` is no refusal."""


class RefusedError(Exception):
    """Ends a request with a collection of errors."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.reply = refusal(status, *messages)


def with_headers(
    reply: Response, deployment: Deployment, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer with the headers that every one has, but those that it has empty."""
    every = {**_COMMON[deployment], **(headers or {}), **reply.headers}
    merged = {name: value for name, value in every.items() if value}
    return Response(reply.status, reply.body, merged, reply.content_type, reply.declared_length)


def json_reply(body: Any, status: int = 200, **headers: str) -> Response:
    """Return JSON."""
    return Response(status, json.dumps(body).encode(), headers, "application/json;charset=UTF-8")


def refusal(status: int, *messages: str, **errors: str) -> Response:
    """Return the collection of errors that most refusals are."""
    return json_reply({"errorMessages": messages, "errors": errors}, status)


def text_reply(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return plain text, as some refusals are."""
    return Response(status, text.encode(), headers or {}, "text/plain")


def web_page(status: int, title: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a page for people."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return Response(status, page.encode(), headers or {}, "text/html;charset=UTF-8")


def refuse_login(deployment: Deployment) -> Response:
    """Return the 401 to somebody who is not logged in: no JSON on either deployment."""
    if deployment is Deployment.CLOUD:
        text = "Client must be authenticated to access this resource."
        return text_reply(401, text, {**FAILED_LOGIN, "WWW-Authenticate": "OAuth realm=sandbox"})
    return web_page(401, "Unauthorized (401)", {**FAILED_LOGIN, **ANONYMOUS})


def empty_list(path: str, query: Mapping[str, str]) -> Response:
    """Return no rows, in the shape of the endpoint."""
    if path == "/search/jql":
        return json_reply({"issues": [], "isLast": True})
    if path == "/search":
        return json_reply({"startAt": 0, "maxResults": 50, "total": 0, "issues": []})
    if path == "/project/search" or "startAt" in query or "maxResults" in query:
        page = {"startAt": 0, "maxResults": 50, "total": 0, "isLast": True, "values": []}
        return json_reply(page)
    return json_reply([])
