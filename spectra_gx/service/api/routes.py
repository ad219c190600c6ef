"""The routes for programs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from starlette.responses import JSONResponse, PlainTextResponse

from spectra_gx.contract.excerpts import quote
from spectra_gx.render.result_json import log_json
from spectra_gx.service.api.bodies import (
    CheckRequest,
    Health,
    JobDetails,
    Jobs,
    JobSummary,
    LoggedRun,
    Problem,
    ReadyState,
    RunRequest,
    Runs,
    Stage,
    Stages,
)
from spectra_gx.service.http import event_stream, problems
from spectra_gx.service.http.problems import Refusal, refusal_of_facts
from spectra_gx.service.jobs.job import Job
from spectra_gx.service.state import CurrentService
from spectra_gx.telemetry.metrics.service_text import CONTENT_TYPE


def _refuse_idle_parameters(request: Request) -> None:
    """Refuse parameters that a route does not have, or has once: somebody expects an effect."""
    known = {one.alias for one in request.scope["route"].dependant.query_params}
    for name, count in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in known or count > 1:
            wrong = "is given more than once" if name in known else "is no parameter of this route"
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"{quote(name)} {wrong}; leave it out")


public = APIRouter()
"""Needs no token: says nothing of the project's tables."""

router = APIRouter(dependencies=[Depends(_refuse_idle_parameters)])

_StageName = Annotated[str, Path(max_length=200, description="The name of a stage.")]
_RunName = Annotated[str, Path(max_length=200, description="Its id, or its execution id.")]
_Responses = dict[int | str, dict[str, Any]]


OF_BODIES = (400, 408, 413, 422)
"""Statuses for a body: unreadable, too slow, too large, not as described."""


def problems_of(*statuses: int) -> _Responses:
    """Return what OpenAPI says of answers with these statuses."""
    schema = {problems.MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {
        one: {"content": schema, "description": HTTPStatus(one).phrase} for one in sorted(statuses)
    }


@public.get("/healthz", tags=["state"])
def health() -> Health:
    """Return whether the process answers; nothing is read for it."""
    return Health()


@public.get("/readyz", tags=["state"], responses={503: {"model": ReadyState}})
def ready(service: CurrentService, response: Response) -> ReadyState:
    """Return whether requests should be sent here: it is warm, and the project is sound."""
    reason = service.reason_not_ready()
    if reason is not None:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return ReadyState(ready=reason is None, reason=reason or "ready")


@router.get(
    "/metrics",
    tags=["state"],
    response_class=PlainTextResponse,
    responses={200: {"description": "Text for Prometheus."}, **problems_of(422, 503)},
)
def metrics(service: CurrentService) -> Response:
    """Return the metrics of the service, and of the newest run of each stage."""
    return Response(service.metrics_text(), headers={"Content-Type": CONTENT_TYPE})


@router.get("/stages", tags=["stages"], responses=problems_of(422, 503))
def stages(service: CurrentService) -> Stages:
    """Return the stages of the project."""
    runs = {name: service.queue.current_run(name) for name in service.project.contracts}
    return Stages(
        stages=[
            Stage(
                stage=name,
                version=contract.version,
                owner=contract.owner,
                tables=[table.name for table in contract.tables],
                run=None if (run := runs[name]) is None else run.id,
            )
            for name, contract in service.project.contracts.items()
        ]
    )


@router.get("/stages/{stage}/handoff", tags=["stages"], responses=problems_of(404, 422, 503))
def handoff(stage: _StageName, service: CurrentService) -> dict[str, Any]:
    """Return whether the next stage may start, as `spectra-gx handoff --json` does."""
    return service.project.handoff(service.contract(stage).name).to_dict()


@router.get("/stages/{stage}/runs", tags=["stages"], responses=problems_of(404, 422, 503))
def logged_runs(
    stage: _StageName,
    service: CurrentService,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Annotated[
        str, Query(max_length=1000, description="An execution id; the runs before that one.")
    ] = "",
) -> Runs:
    """Return runs in the activity log, newest first, as `spectra-gx log --json` does."""
    rows = service.project.log(service.contract(stage).name)
    runs = [row for row in rows if row["record_type"] == "run"][::-1]
    if before:
        ids = [row["execution_id"] for row in runs]
        if before not in ids:
            raise problems.not_found(f"no run of `{stage}` in the log is `{before}`")
        runs = runs[ids.index(before) + 1 :]
    last = runs[limit - 1]["execution_id"] if len(runs) > limit else None
    return Runs(runs=log_json(runs[:limit]), before=last)


@router.get(
    "/stages/{stage}/runs/{execution_id}", tags=["stages"], responses=problems_of(404, 422, 503)
)
def logged_run(
    stage: _StageName,
    execution_id: Annotated[str, Path(max_length=1000)],
    service: CurrentService,
) -> LoggedRun:
    """Return what the activity log has of a run."""
    rows = service.project.log(service.contract(stage).name)
    own = log_json([row for row in rows if row["execution_id"] == execution_id])
    kinds = {
        kind: [row for row in own if row["record_type"] == kind]
        for kind in ("run", "checkpoint", "activity")
    }
    if not kinds["run"]:
        raise problems.not_found(f"no run of `{stage}` in the log is `{execution_id}`")
    return LoggedRun(
        run=kinds["run"][0], checkpoints=kinds["checkpoint"], activities=kinds["activity"]
    )


@router.post(
    "/stages/{stage}/runs",
    tags=["runs"],
    status_code=202,
    responses=problems_of(*OF_BODIES, 403, 404, 409, 429, 503),
)
async def start_run(
    stage: _StageName, service: CurrentService, response: Response, body: RunRequest | None = None
) -> JobSummary:
    """Queue a run of a stage; `Location` is where to follow it.

    A stage has one run at a time: while one is queued or going on, the answer is 409 and names it.
    """
    await service.known(stage)
    parameters = (body or RunRequest()).model_dump(exclude_unset=True, exclude_none=True)
    job = service.queue.submit("run", stage, parameters)
    response.headers["Location"] = f"/runs/{job.id}"
    return JobSummary.of(job)


@router.post(
    "/stages/{stage}/checks",
    tags=["runs"],
    response_model=None,
    responses={
        200: {"description": "The result, as `spectra-gx check --json` writes it."},
        202: {"model": JobSummary, "description": "It is queued."},
        **problems_of(*OF_BODIES, 403, 404, 429, 503),
    },
)
async def check(
    stage: _StageName,
    service: CurrentService,
    body: CheckRequest | None = None,
    prefer: Annotated[
        str, Header(max_length=200, description="`respond-async`: queue it, and answer at once.")
    ] = "",
) -> Response:
    """Check the tables of a stage, in a process that is warm; wait for the result, or follow it."""
    await service.known(stage)
    parameters = (body or CheckRequest()).model_dump(exclude_unset=True, exclude_none=True)
    if "as_of" in parameters:
        parameters["as_of"] = parameters["as_of"].astimezone(UTC).isoformat()
    job = service.queue.submit("check", stage, parameters)
    if "respond-async" in prefer:
        summary = JobSummary.of(job).model_dump(mode="json")
        return JSONResponse(summary, 202, {"Location": f"/runs/{job.id}"})
    await job.ended()
    if job.result is None:
        raise refusal_of_facts(job.error or {})
    return JSONResponse(job.result)


@router.get("/runs", tags=["runs"], responses=problems_of(422))
async def jobs(service: CurrentService) -> Jobs:
    """Return runs and checks that were requested here, newest first, the older left out."""
    return Jobs(runs=[JobSummary.of(job) for job in service.queue.jobs()])


@router.get("/runs/{run}", tags=["runs"], responses=problems_of(404, 422))
async def job_details(run: _RunName, service: CurrentService) -> JobDetails:
    """Return a run or a check, with its result once it has ended."""
    return JobDetails.of(_find(service, run))


@router.get(
    "/runs/{run}/events",
    tags=["runs"],
    response_class=event_stream.EventStream,
    responses=problems_of(404, 422, 429),
)
async def job_events(
    run: _RunName,
    service: CurrentService,
    last_event_id: Annotated[
        str, Header(max_length=20, pattern=r"^[0-9]*$", description="The last that was received.")
    ] = "",
) -> Response:
    """Follow a run or a check by server-sent events, from its beginning up to its end."""
    return service.followers.follow_job(_find(service, run), int(last_event_id or 0))


@router.get(
    "/events",
    tags=["runs"],
    response_class=event_stream.EventStream,
    responses=problems_of(422, 429),
)
async def events(service: CurrentService) -> Response:
    """Follow everything: an event without content whenever a run or a check has changed."""
    return service.followers.follow_all()


def _find(service: CurrentService, name: str) -> Job:
    job = service.queue.find(name)
    if job is None:
        raise problems.not_found(
            f"this service was asked for no run `{name}`, or it was long ago; runs of all "
            "processes are in the log of their stage"
        )
    return job
