"""What the routes for people take and answer with: forms, pages, and the way to another page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse

from spectra_gx.report.html_filters import render
from spectra_gx.service.web.page_facts import StageStates

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # without one, browsers send forms with `Origin: null`
}


def page(
    template: str, address: str, status: HTTPStatus = HTTPStatus.OK, **facts: Any
) -> HTMLResponse:
    """Return a page at an address, from which its links are relative."""
    text = render(template, address, docs="docs/", assets="assets/", **facts)
    return HTMLResponse(text.encode("utf-8", "backslashreplace"), status, _HEADERS)


def lead_to(address: str) -> RedirectResponse:
    """Return the way to another page, which a browser then asks for by GET."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


async def _form(request: Request) -> dict[str, str]:
    sent = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[0] for name, values in sent.items()}


def _states(request: Request) -> StageStates:
    found: StageStates = request.app.state.stage_states
    return found


Form = Annotated[dict[str, str], Depends(_form)]
"""Of a route: what a browser sent of a form; fields that are empty are left out."""

States = Annotated[StageStates, Depends(_states)]
"""Of a route: how stages are."""
