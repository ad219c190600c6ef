"""How the sandbox answers a request, quirks of the vendor's API included."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import TYPE_CHECKING, Any

from spectra_gx.sources.faults import FaultKind
from spectra_gx.sources.probing.probe_rules import matches
from spectra_gx.sources.sandbox_server import Response
from spectra_gx.sources.zephyr.catalogue import load_catalogue
from spectra_gx.sources.zephyr.sandbox.data import Dataset

if TYPE_CHECKING:
    from enum import StrEnum

_DEFAULT_PAGE = 500


def respond(data: Dataset, method: str, path: str, query: Mapping[str, str]) -> Response:
    """Return the API's response to a request for an endpoint path with a good token."""
    if method == "GET":
        for pattern, handler in _ROUTES:
            if found := pattern.fullmatch(path):
                return handler(data, found.groupdict(), query)
        return _catalogued(path)
    return Response(404)


def refuse_token() -> Response:
    """Return the answer to a request without the sandbox's token."""
    return _error(401, "The token is missing or not valid", "401")


def fault_response(kind: StrEnum) -> Response | None:
    """Return the answer that shows a fault; None when the fault is to give none."""
    return _faults()[kind]


@cache
def _faults() -> Mapping[StrEnum, Response | None]:
    return {
        FaultKind.BAD_TOKEN: refuse_token(),
        FaultKind.FORBIDDEN: _error(403, "You do not have permission for this", "403"),
        FaultKind.RATE_LIMIT: Response(429, headers={"Retry-After": "1"}),
        FaultKind.SERVER_ERROR: _error(500, "An unexpected error has occurred", "500"),
        FaultKind.BAD_GATEWAY: _web_page(502, "Bad gateway"),
        FaultKind.HANG: None,
        FaultKind.DISCONNECT: None,
        FaultKind.TRUNCATED: Response(200, b'[{"id": 1, "na', declared_length=4096),
        FaultKind.HTML: _web_page(200, "Sign in"),
        FaultKind.EMPTY: Response(204),
        FaultKind.NO_ROWS: _json([]),
    }


def _projects(data: Dataset, _ids: Mapping[str, str], _query: Mapping[str, str]) -> Response:
    return _json(data.projects)


def _releases(data: Dataset, ids: Mapping[str, str], _query: Mapping[str, str]) -> Response:
    return _rows_below(data.releases, ids["id"])


def _paged_releases(data: Dataset, ids: Mapping[str, str], query: Mapping[str, str]) -> Response:
    """Ignore `offset`, as some of the vendor's endpoints do."""
    rows = _below(data.releases, ids["id"])
    return _bad_id() if rows is None else _page(rows, {**query, "offset": "0"})


def _cycles(data: Dataset, ids: Mapping[str, str], _query: Mapping[str, str]) -> Response:
    return _rows_below(data.cycles, ids["id"])


def _executions(data: Dataset, _ids: Mapping[str, str], query: Mapping[str, str]) -> Response:
    cycle = query.get("cycleid", "")
    if not cycle.isdecimal():
        return _error(400, "The parameter cycleid is missing or not a number", "141z05")
    rows = data.executions.get(int(cycle))
    return _bad_id() if rows is None else _page(rows, query)


def _requirement(_data: Dataset, _ids: Mapping[str, str], _query: Mapping[str, str]) -> Response:
    return _error(410, "This endpoint has been removed", "410")


_Handler = Callable[[Dataset, Mapping[str, str], Mapping[str, str]], Response]
_ROUTES: tuple[tuple[re.Pattern[str], _Handler], ...] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        (r"/project/details", _projects),
        (r"/release/project/(?P<id>[^/]+)", _releases),
        (r"/release/paged/project/(?P<id>[^/]+)", _paged_releases),
        (r"/cycle/release/(?P<id>[^/]+)", _cycles),
        (r"/execution", _executions),
        (r"/testcase/requirement/[0-9]+", _requirement),
    )
)


@cache
def _refusals() -> Mapping[str, int]:
    """Return full path → status of the GETs that the vendor did not answer with 200."""
    text = resources.files(__package__).joinpath("refusals.json").read_text("utf-8")
    stored: Mapping[str, int] = json.loads(text)
    return stored


def _catalogued(path: str) -> Response:
    """Return what the vendor answered at an endpoint of which the sandbox has no data."""
    found = [
        endpoint.full_path
        for endpoint in load_catalogue().endpoints
        if endpoint.http_method == "GET" and matches(endpoint.full_path, path)
    ]
    if not found:
        return Response(404)
    # several templates fit `/project/1`: the one with the most literal parts is meant
    status = _refusals().get(min(found, key=lambda one: one.count("{")), 200)
    if status == HTTPStatus.OK:
        return _json([])
    if status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
        return Response(status)
    return _error(status, "An unexpected error has occurred", str(status))


def _rows_below(level: Mapping[int, list[dict[str, Any]]], parent: str) -> Response:
    rows = _below(level, parent)
    return _bad_id() if rows is None else _json(rows)


def _below(level: Mapping[int, list[dict[str, Any]]], parent: str) -> list[dict[str, Any]] | None:
    return level.get(int(parent)) if parent.isascii() and parent.isdecimal() else None


def _page(rows: list[dict[str, Any]], query: Mapping[str, str]) -> Response:
    offset, size = query.get("offset", "0"), query.get("pagesize", str(_DEFAULT_PAGE))
    if not (offset.isdecimal() and size.isdecimal()):
        return _error(400, "The parameters offset and pagesize must be numbers", "141z05")
    first = int(offset)
    return _json(
        {
            "firstResult": first,
            "resultSize": 0,  # the vendor's says 0 beside data
            "pageNumber": 0,
            "results": rows[first : first + int(size)],
            "type": None,
        }
    )


def _bad_id() -> Response:
    return _error(500, "An unexpected error has occurred", "500")


def _error(status: int, message: str, code: str) -> Response:
    body = json.dumps({"errorMsg": message, "errorCode": code}).encode()
    return Response(status, body)


def _web_page(status: int, title: str) -> Response:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body></body></html>"
    return Response(status, page.encode(), content_type="text/html")


def _json(body: Any) -> Response:
    return Response(200, json.dumps(body).encode())
