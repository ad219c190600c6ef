"""Errors as RFC 9457 has them, with what `--json` says of an error beside it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from spectra_gx.errors import ContractError, SpectraError, UsageError
from spectra_gx.service.jobs.refusals import NotQueuedError, QueueFullError, StageBusyError

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"

RETRY_SECONDS = 5
"""After which a queue that was full may have a place."""


class Refusal(Exception):  # noqa: N818 - it is an answer, no defect
    """A request that is not answered, and why."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


def problem(refusal: Refusal) -> Response:
    """Return a refusal as an answer."""
    body = {
        "title": refusal.status.phrase,
        "status": refusal.status.value,
        "detail": refusal.detail,
        **refusal.more,
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        refusal.status,
        refusal.headers,
        media_type=MEDIA_TYPE,
    )


def refusal_of(error: SpectraError) -> Refusal:
    """Return what is answered for an error of ours."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    more: dict[str, Any] = {}
    match error:
        case UsageError():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        case ContractError():
            more = {"problems": [one.to_dict() for one in error.problems]}
    more |= {"category": error.category, "code": error.code, "retryable": error.retryable}
    return Refusal(status, error.message, **more)


def refusal_of_job(error: NotQueuedError) -> Refusal:
    """Return what is answered where a job is not queued."""
    retry = {"Retry-After": str(RETRY_SECONDS)}
    match error:
        case StageBusyError():
            job = error.job
            more: dict[str, Any] = {"run": job.id, "execution_id": job.execution_id}
            return Refusal(HTTPStatus.CONFLICT, str(error), code=error.code, **more)
        case QueueFullError():
            return Refusal(HTTPStatus.TOO_MANY_REQUESTS, str(error), retry, code=error.code)
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), retry, code=error.code)


def not_found(detail: str) -> Refusal:
    """Return that there is no such thing."""
    return Refusal(HTTPStatus.NOT_FOUND, detail)


def refusal_of_facts(error: Mapping[str, Any]) -> Refusal:
    """Return what is answered for an error that a worker reported, as `--json` has it."""
    usage = error["category"] == UsageError.category
    return Refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY if usage else HTTPStatus.SERVICE_UNAVAILABLE,
        error["message"],
        **{name: error[name] for name in ("category", "code", "retryable")},
    )
