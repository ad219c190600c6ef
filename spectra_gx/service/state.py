"""What all routes share."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.errors import SpectraError
from spectra_gx.service.http.event_stream import Followers
from spectra_gx.service.http.problems import not_found
from spectra_gx.service.jobs.job import JOB_OPERATIONS
from spectra_gx.service.jobs.job_queue import JobQueue
from spectra_gx.store.credentials.service_tokens import Caller
from spectra_gx.telemetry.metrics.service_catalogue import FOLLOWERS, JOBS, WARM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import StageContract
    from spectra_gx.project import Project
    from spectra_gx.service.http.access import Access
    from spectra_gx.service.project_files import ServedProject
    from spectra_gx.telemetry.metrics.service_catalogue import ServiceMetric
    from spectra_gx.telemetry.metrics.service_text import ServiceMetrics


logger = logging.getLogger(__name__)


@dataclass
class Service:
    """The project that is served, and what was requested."""

    served: ServedProject
    queue: JobQueue
    access: Access
    metrics: ServiceMetrics
    followers: Followers = field(init=False)

    def __post_init__(self) -> None:
        """Make what follows jobs."""
        self.followers = Followers(self.queue)

    @property
    def project(self) -> Project:
        """The project as its files are now."""
        return self.served.current()

    def contract(self, stage: str) -> StageContract:
        """Return the contract of a stage; what else a command takes, such as a path, is unknown.

        Raises:
            ContractError: Contracts of the project are invalid.
            Refusal: There is none.
        """
        known = self.project.contracts
        if stage not in known:
            raise not_found(f"the project has no stage {quote(stage)}{did_you_mean(stage, known)}")
        return known[stage]

    async def known(self, stage: str) -> None:
        """Refuse a stage that does not exist; `contract` in a thread, since it may read files."""
        await asyncio.to_thread(self.contract, stage)

    def metrics_text(self) -> bytes:
        """Return the metrics of the service and of runs, for Prometheus."""
        queue = self.queue
        jobs: dict[tuple[str, ...], float] = {}
        for operation in JOB_OPERATIONS:
            jobs[operation, "queued"] = queue.waiting(operation)
            jobs[operation, "running"] = queue.running(operation)
        now: dict[ServiceMetric, Mapping[tuple[str, ...], float]] = {
            JOBS: jobs,
            FOLLOWERS: {(): self.followers.count},
            WARM: {(): queue.is_warm},
        }
        file = self.project.settings.metrics_file
        written = None if file is None else self.project.root / file
        if written is None or not written.is_file():
            return self.metrics.text(now, None)
        try:
            return self.metrics.text(now, written.read_text("utf-8"))
        except (OSError, ValueError):
            logger.warning("METRICS_FILE cannot be read, and is left out of `/metrics`")
            return self.metrics.text(now, None)

    def reason_not_ready(self) -> str | None:
        """Return why requests should not be sent here; None where they should."""
        if self.queue.is_stopping:
            return "the service is being stopped"
        try:
            _ = self.project.contracts, self.project.warehouse
        except SpectraError as error:
            return error.message
        return None if self.queue.is_warm else "the first process for checks is being started"


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def _caller(request: Request) -> Caller:
    found: Caller = request.scope["caller"]
    return found


CurrentService = Annotated[Service, Depends(_service)]
"""Of a route: what all routes share."""

CurrentCaller = Annotated[Caller, Depends(_caller)]
"""Of a route that is not public: who asks."""
