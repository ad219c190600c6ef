"""The routes for people."""

from __future__ import annotations

import asyncio
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from mimetypes import guess_type
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from spectra_gx.report.addresses import DOCS, ICON, OVERVIEW, STYLESHEET
from spectra_gx.report.docs_server import PAGE_HEADERS, read_page
from spectra_gx.report.html_filters import render, stylesheet
from spectra_gx.service.http.access import SESSION_SECONDS
from spectra_gx.service.http.guard import COOKIE, LOGIN
from spectra_gx.service.http.problems import Refusal, not_found, refusal_of_job
from spectra_gx.service.jobs.job import Job, JobOperation
from spectra_gx.service.jobs.refusals import NotQueuedError, StageBusyError
from spectra_gx.service.state import CurrentService
from spectra_gx.service.web.page_facts import StageStates, live_facts, run_facts
from spectra_gx.store.credentials.service_tokens import Role

router = APIRouter(include_in_schema=False)

LIVE = "/live"
_SCRIPT = "live.js"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # without one, browsers send forms with `Origin: null`
}
_WAY = b'<nav aria-label="Where this page is"><ol>'
_TO_LIVE = b'\n<li><a href="/live">Live</a></li>'


def _states(request: Request) -> StageStates:
    found: StageStates = request.app.state.stage_states
    return found


States = Annotated[StageStates, Depends(_states)]


@router.get("/")
def root() -> Response:
    """Lead to what goes on now."""
    return _to(LIVE)


@router.get(LIVE)
def live(request: Request, service: CurrentService, states: States) -> Response:
    """Return the page of all stages."""
    facts = live_facts(service, states)
    signs_out = not service.access.is_open
    may_run = request.scope["caller"].may(Role.RUN)
    return _page("live.html", "live", may_run=may_run, signs_out=signs_out, **facts)


@router.get("/live/runs/{run}")
def live_run(run: str, service: CurrentService) -> Response:
    """Return the page of one run or check."""
    job = service.queue.find(run)
    if job is None:
        raise not_found("this service was asked for no such run, or it was long ago")
    return _page("live_run.html", f"live/runs/{job.id}", **run_facts(service, job))


@router.post("/live/stages/{stage}/{operation}")
async def start(
    stage: str, operation: Annotated[str, Path(pattern="^(run|check)$")], service: CurrentService
) -> Response:
    """Start a run or a check, and lead to its page."""
    await service.known(stage)
    return _to(f"/live/runs/{_started(service, stage, operation).id}")


def _started(service: CurrentService, stage: str, operation: str) -> Job:
    wanted: JobOperation = "run" if operation == "run" else "check"
    try:
        return service.queue.submit(wanted, stage, {})
    except StageBusyError as busy:
        return busy.job
    except NotQueuedError as error:
        raise refusal_of_job(error) from None


@router.get(LOGIN)
def login_form(service: CurrentService, next: str = LIVE) -> Response:  # noqa: A002 - as browsers have it
    """Return the form to sign in with."""
    if service.access.is_open:
        return _to(LIVE)
    return _page("live_login.html", "login", next=next, refused=False)


@router.post(LOGIN)
async def login(request: Request, service: CurrentService) -> Response:
    """Begin the session of a browser."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    given, after = (form.get(name, [""])[0] for name in ("token", "next"))
    cookie = await asyncio.to_thread(service.access.begin_session, given.strip())
    if cookie is None:
        refused = _page("live_login.html", "login", next=after, refused=True)
        refused.status_code = HTTPStatus.UNAUTHORIZED
        return refused
    answer = _to(after if after.startswith("/") and not after.startswith("//") else LIVE)
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=SESSION_SECONDS,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/logout")
def logout() -> Response:
    """End the session of a browser."""
    answer = _to(LOGIN)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


@router.get("/assets/{name}")
def asset(name: str) -> Response:
    """Return what pages load."""
    found = _assets().get(name)
    if found is None:
        raise not_found(f"there is no `/assets/{name}`")
    return Response(found, media_type=guess_type(name)[0])


@cache
def _assets() -> dict[str, str]:
    folder = files("spectra_gx.report")
    loaded = {name: folder.joinpath(name).read_text("utf-8") for name in (ICON, _SCRIPT)}
    return {STYLESHEET: stylesheet(STYLESHEET), **loaded}


@router.get("/docs/{name:path}")
def docs(name: str, service: CurrentService) -> Response:
    """Return a page of the data docs as it was written, with the way to what goes on now."""
    found = read_page(service.project.warehouse.store, DOCS, name)
    if found is None:
        raise not_found(
            "there is no such page of the data docs; they are written by runs of stages"
        )
    kind = guess_type(name or OVERVIEW)[0] or "text/html"
    return Response(found.replace(_WAY, _WAY + _TO_LIVE, 1), 200, PAGE_HEADERS, kind)


def refusal_page(path: str, refusal: Refusal) -> Response:
    """Return a refusal as a page at the requested address."""
    address, title = path.removeprefix("/"), refusal.status.phrase
    page = _page("live_refusal.html", address, title=title, detail=refusal.detail)
    page.status_code = refusal.status
    page.headers.update(refusal.headers)
    return page


def _page(template: str, address: str, **facts: Any) -> HTMLResponse:
    text = render(template, address, docs="docs/", assets="assets/", **facts)
    return HTMLResponse(text.encode("utf-8", "backslashreplace"), headers=_HEADERS)


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
