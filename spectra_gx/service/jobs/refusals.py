"""Why a job is not queued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.service.jobs.job import JobState

if TYPE_CHECKING:
    from spectra_gx.service.jobs.job import Job


class NotQueuedError(Exception):
    """A job is not queued; the sentence says why, and what to do."""

    code = "not_queued"


class StageBusyError(NotQueuedError):
    """A run of the stage, `job`, is queued or going on."""

    code = "stage_busy"

    def __init__(self, job: Job) -> None:
        doing = "going on" if job.state is JobState.RUNNING else "queued"
        super().__init__(
            f"a run of stage `{job.stage}` is {doing} already; follow it, or wait for its end"
        )
        self.job = job


class QueueFullError(NotQueuedError):
    """As many jobs wait as may."""

    code = "queue_full"


class StoppingError(NotQueuedError):
    """The service is being stopped and begins nothing."""

    code = "stopping"
