"""The routes for people."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.resources import files
from mimetypes import guess_type
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from spectra_gx.report.addresses import DOCS, ICON, OVERVIEW, STYLESHEET
from spectra_gx.report.docs_server import PAGE_HEADERS, read_page
from spectra_gx.report.html_filters import stylesheet
from spectra_gx.service.http.access import SESSION_SECONDS
from spectra_gx.service.http.guard import COOKIE, LOGIN
from spectra_gx.service.http.problems import Refusal, not_found, refusal_of_job
from spectra_gx.service.jobs.job import Job, JobOperation
from spectra_gx.service.jobs.refusals import NotQueuedError, StageBusyError
from spectra_gx.service.state import CurrentCaller, CurrentService
from spectra_gx.service.web.answers import Form, States, lead_to, page
from spectra_gx.service.web.page_facts import live_facts, run_facts
from spectra_gx.store.credentials.service_tokens import Role

router = APIRouter(include_in_schema=False)

LIVE = "/live"
_SCRIPT = "live.js"
_WAY = b'<nav aria-label="Where this page is"><ol>'
_TO_LIVE = b'\n<li><a href="/live">Live</a></li>'


@router.get("/")
def root() -> Response:
    """Lead to what goes on now."""
    return lead_to(LIVE)


@router.get(LIVE)
def live(caller: CurrentCaller, service: CurrentService, states: States) -> Response:
    """Return the page of all stages."""
    facts = live_facts(service, states)
    signs_out = not service.access.is_open
    may_run = caller.may(Role.RUN)
    return page("live.html", "live", may_run=may_run, signs_out=signs_out, **facts)


@router.get("/live/runs/{run}")
def live_run(run: str, caller: CurrentCaller, service: CurrentService) -> Response:
    """Return the page of one run or check."""
    job = service.queue.find(run)
    if job is None:
        raise not_found("this service was asked for no such run, or it was long ago")
    may_run = caller.may(Role.RUN)
    return page("live_run.html", f"live/runs/{job.id}", may_run=may_run, **run_facts(service, job))


@router.post("/live/stages/{stage}/{operation}")
async def start(
    stage: str, operation: Annotated[str, Path(pattern="^(run|check)$")], service: CurrentService
) -> Response:
    """Start a run or a check, and lead to its page."""
    await service.known(stage)
    return lead_to(f"/live/runs/{_started(service, stage, operation).id}")


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
        return lead_to(LIVE)
    return page("live_login.html", "login", next=next, refused=False)


@router.post(LOGIN)
def login(request: Request, service: CurrentService, form: Form) -> Response:
    """Begin the session of a browser."""
    after = form.get("next", "")
    cookie = service.access.begin_session(form.get("token", "").strip())
    if cookie is None:
        return page("live_login.html", "login", HTTPStatus.UNAUTHORIZED, next=after, refused=True)
    answer = lead_to(after if after.startswith("/") and not after.startswith("//") else LIVE)
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
    answer = lead_to(LOGIN)
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
    answer = page("live_refusal.html", address, refusal.status, title=title, detail=refusal.detail)
    answer.headers.update(refusal.headers)
    return answer
