"""The routes that mute and acknowledge messages; who does is the name of the credential."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from starlette.requests import Request

from spectra_gx.errors import UsageError
from spectra_gx.service.api.bodies import Name
from spectra_gx.service.api.bodies import Request as Body
from spectra_gx.service.api.routes import problems_of
from spectra_gx.service.http.problems import Refusal
from spectra_gx.service.state import CurrentService
from spectra_gx.store.credentials.service_tokens import ANYONE

router = APIRouter(tags=["messages"])

_StageName = Annotated[str, Path(max_length=200, description="The name of a stage.")]
_Names = Annotated[
    list[Name],
    Field(max_length=100, description="Tables and rules; the whole stage without any."),
]
_CHANGING = problems_of(403, 404, 409, 413, 422, 503)


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError("write a day as 2026-01-31")
    return date.fromisoformat(value)


class MuteRequest(Body):
    """What is muted, until when and why."""

    names: _Names = Field(default_factory=list)
    until: Annotated[date, BeforeValidator(_day)] = Field(description="The last day, UTC.")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AcknowledgeRequest(Body):
    """What is acknowledged."""

    names: _Names = Field(default_factory=list)


class Mutes(BaseModel):
    """Mutes, as `spectra-gx notify mute --json` has them."""

    muted: list[dict[str, Any]]


class SilencesNow(Mutes):
    """What counts now, as `spectra-gx notify muted --json` has it."""

    acknowledged: list[dict[str, Any]]


@router.get("/stages/{stage}/silences", responses=problems_of(404, 422, 503))
def silences(stage: _StageName, service: CurrentService) -> SilencesNow:
    """Return what is muted and acknowledged of a stage."""
    project, name = service.project, service.contract(stage).name
    return SilencesNow(
        muted=[one.to_dict() for one in project.muted(name)],
        acknowledged=[one.to_dict() for one in project.acknowledged(name)],
    )


@router.post("/stages/{stage}/mutes", status_code=201, responses=_CHANGING)
def mute(stage: _StageName, body: MuteRequest, service: CurrentService, request: Request) -> Mutes:
    """Send no messages about a stage, tables or rules until a day is over."""
    name = service.contract(stage).name
    with _conflicts():
        found = service.project.mute(
            name, body.names, until=body.until, reason=body.reason, by=_caller(request)
        )
    return Mutes(muted=[one.to_dict() for one in found])


@router.delete("/stages/{stage}/mutes", responses=_CHANGING)
def unmute(
    stage: _StageName,
    service: CurrentService,
    request: Request,
    name: Annotated[
        list[Name], Query(max_length=100, description="All mutes of the stage without any.")
    ] = [],  # noqa: B006 - FastAPI copies it
) -> Mutes:
    """End mutes before their day; return them."""
    known = service.contract(stage).name
    with _conflicts():
        ended = service.project.unmute(known, name, by=_caller(request))
    return Mutes(muted=[one.to_dict() for one in ended])


@router.post("/stages/{stage}/acknowledgements", status_code=201, responses=_CHANGING)
def acknowledge(
    stage: _StageName,
    service: CurrentService,
    request: Request,
    body: AcknowledgeRequest | None = None,
) -> dict[str, Any]:
    """Acknowledge what failed in the newest run: no further message until it gets worse."""
    name = service.contract(stage).name
    with _conflicts():
        found = service.project.acknowledge(name, body.names if body else [], by=_caller(request))
    return found.to_dict()


@contextmanager
def _conflicts() -> Iterator[None]:
    """Answer 409 where a request is well formed, and does not fit the project as it is."""
    try:
        yield
    except UsageError as error:
        raise Refusal(HTTPStatus.CONFLICT, error.message, code=error.code) from None


def _caller(request: Request) -> str | None:
    caller = request.scope["caller"]
    return None if caller is ANYONE else str(caller.name)
