"""What all routes share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.errors import SpectraError
from spectra_gx.service.http.event_stream import Followers
from spectra_gx.service.http.problems import not_found
from spectra_gx.service.jobs.job_queue import JobQueue

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract
    from spectra_gx.project import Project
    from spectra_gx.service.project_files import ServedProject


@dataclass
class Service:
    """The project that is served, and what was asked for."""

    served: ServedProject
    queue: JobQueue
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


CurrentService = Annotated[Service, Depends(_service)]
"""Of a route: what all routes share."""
