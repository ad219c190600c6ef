"""The application: routes behind a guard."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.responses import Response

from spectra_gx.errors import SpectraError
from spectra_gx.service.api import routes, silences
from spectra_gx.service.http.problems import Refusal, problem, refusal_of, refusal_of_job
from spectra_gx.service.jobs.refusals import NotQueuedError
from spectra_gx.service.web import routes as pages
from spectra_gx.service.web import silence_routes
from spectra_gx.service.web.page_facts import StageStates
from spectra_gx.version import __version__

if TYPE_CHECKING:
    from spectra_gx.service.state import Service


_BEARER = "A credential of the project with `service_token`; not asked for where there is none."


def build_app(service: Service) -> FastAPI:
    """Return the routes over what they share, with nothing before them that guards them."""
    app = _routed()
    app.state.service = service
    app.state.stage_states = StageStates()
    app.include_router(pages.router)
    app.include_router(silence_routes.router)
    app.add_exception_handler(SpectraError, _on_error)
    app.add_exception_handler(Refusal, _on_error)
    app.add_exception_handler(NotQueuedError, _on_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    return app


def describe() -> dict[str, Any]:
    """Return all routes for programs as OpenAPI."""
    return _routed().openapi()


def _routed() -> FastAPI:
    app = FastAPI(
        title="spectra-gx",
        version=__version__,
        description="Runs, checks and their results, as the commands with `--json` have them.",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
    )
    app.include_router(routes.public)
    for router in (routes.router, silences.router):
        app.include_router(
            router,
            responses=routes.problems_of(401, 403),
            # The guard has looked at it; this describes it.
            dependencies=[Security(HTTPBearer(auto_error=False, description=_BEARER))],
        )
    return app


async def _on_error(request: Request, error: Exception) -> Response:
    if isinstance(error, NotQueuedError):
        error = refusal_of_job(error)
    elif isinstance(error, SpectraError):
        error = refusal_of(error)
    assert isinstance(error, Refusal)  # noqa: S101 - the third that this is registered for
    return _answer(request, error)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    status = HTTPStatus(error.status_code)
    detail = f"there is no `{request.url.path}`"
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"`{request.url.path}` does not take {request.method}"
    elif status is not HTTPStatus.NOT_FOUND:
        detail = error.detail
    return _answer(request, Refusal(status, detail, error.headers))


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    problems: list[dict[str, Any]] = [
        {"place": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()
    ]
    first = problems[0]
    detail = f"`{first['place']}`: {first['message']}"
    return _answer(request, Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail, problems=problems))


def _answer(request: Request, refusal: Refusal) -> Response:
    """Return a refusal as a page for people, and as JSON for programs."""
    page = "text/html" in request.headers.get("accept", "")
    return pages.refusal_page(request.url.path, refusal) if page else problem(refusal)
