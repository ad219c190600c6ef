"""Which jobs wait, which run, and which have ended."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import SpectraError
from spectra_gx.service.jobs.job import Job, JobState
from spectra_gx.service.jobs.pulse import Pulse
from spectra_gx.service.jobs.refusals import QueueFullError, StageBusyError, StoppingError
from spectra_gx.service.jobs.warm_workers import WarmWorkers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from spectra_gx.service.jobs.job import JobOperation
    from spectra_gx.service.jobs.worker_process import WorkerProcess

logger = logging.getLogger(__name__)

RUNS_AT_ONCE = 2
"""Each may take ENGINE_MEMORY."""

LONGEST_QUEUE: Mapping[JobOperation, int] = {"run": 16, "check": 32}
"""Jobs that wait; beyond that nobody would get an answer in time."""

_KEPT_JOBS = 200
_KEPT_RESULTS = 20
"""Jobs that have ended, of which the newest have their results and events still."""

_CHECK_SECONDS = 3600.0
"""After which the process of a check is ended; a run has limits of its own."""


class JobQueue:
    """Starts jobs in the order they came in, as far as places are free."""

    def __init__(
        self,
        start_worker: Callable[[], Awaitable[WorkerProcess]],
        on_metrics: Callable[[Sequence[Any]], None],
    ) -> None:
        """Take what starts a process for a job, and who gets the metrics of jobs."""
        self._start_worker = start_worker
        self._on_metrics = on_metrics
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, WorkerProcess] = {}
        self._run_places = asyncio.Semaphore(RUNS_AT_ONCE)
        self._warm = WarmWorkers(self._start_worker)
        self.is_stopping = False
        self.is_closed = False
        self.pulse = Pulse()
        """Beats whenever anything about any job changes."""

    @property
    def is_warm(self) -> bool:
        """Whether a check waits for no import."""
        return self._warm.is_warm

    def open(self) -> None:
        """Begin to warm up."""
        self._warm.open()

    def submit(self, operation: JobOperation, stage: str, parameters: Mapping[str, Any]) -> Job:
        """Queue a job.

        Raises:
            QueueFullError: As many wait as may.
            StageBusyError: A run of the stage is queued or going on; checks may be any number.
            StoppingError: The service is being stopped.
        """
        if self.is_stopping:
            raise StoppingError("the service is being stopped; ask again when it is back")
        if operation == "run" and (other := self.current_run(stage)) is not None:
            raise StageBusyError(other)
        if self.waiting(operation) >= LONGEST_QUEUE[operation]:
            raise QueueFullError(
                f"{LONGEST_QUEUE[operation]} {operation}s are waiting already; try again later"
            )
        job = Job(operation, stage, parameters)
        self._jobs[job.id] = job
        task = asyncio.create_task(self._carry_out(job))
        self._tasks[job.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(job.id, None))
        self.pulse.beat()
        return job

    def find(self, name: str) -> Job | None:
        """Return a job by its id or by the execution id of its run."""
        found = self._jobs.get(name)
        return found or next((job for job in self.jobs() if job.execution_id == name), None)

    def jobs(self) -> list[Job]:
        """Return all jobs that are known, newest first."""
        return [*self._jobs.values()][::-1]

    def current_run(self, stage: str) -> Job | None:
        """Return the run of a stage that is queued or going on."""
        return next(
            (
                job
                for job in self._jobs.values()
                if job.operation == "run" and job.stage == stage and not job.is_over
            ),
            None,
        )

    def waiting(self, operation: JobOperation) -> int:
        """Return how many jobs wait for a place."""
        return self._count(operation, JobState.QUEUED)

    def running(self, operation: JobOperation) -> int:
        """Return how many jobs are carried out now."""
        return self._count(operation, JobState.RUNNING)

    async def stop(self, seconds: float) -> None:
        """Begin nothing more; end runs as SIGTERM ends a command, and wait for their end.

        Args:
            seconds: After which processes are killed; what they leave is found by the next run.
        """
        self.is_stopping = True
        for job in self._jobs.values():
            if job.state is JobState.QUEUED:
                self._tasks[job.id].cancel()
        for worker in self._running.values():
            worker.interrupt()
        self.pulse.beat()
        if self._tasks:
            await asyncio.wait([*self._tasks.values()], timeout=seconds)
        self.kill()
        await self._warm.close()
        self.is_closed = True
        self.pulse.beat()

    def kill(self) -> None:
        """End all processes at once."""
        for worker in self._running.values():
            worker.kill()

    async def _carry_out(self, job: Job) -> None:
        try:
            if job.operation == "run":
                async with self._run_places:
                    worker = await self._start_worker()
                    try:
                        await self._follow(job, worker)
                    finally:
                        await worker.close()
            else:
                async with self._warm.take() as worker, asyncio.timeout(_CHECK_SECONDS):
                    await self._follow(job, worker)
        except asyncio.CancelledError:
            message = "the service was stopped before its turn came"
            self._fail(job, SpectraError(message, code=StoppingError.code))
        except TimeoutError:
            self._fail(job, SpectraError("it did not end within an hour and was given up"))
        except SpectraError as error:
            self._fail(job, error)
        except OSError as error:
            self._fail(job, SpectraError(f"its process could not be started: {error.strerror}"))
        finally:
            self._forget_old_jobs()
            self.pulse.beat()

    async def _follow(self, job: Job, worker: WorkerProcess) -> None:
        job.begin()
        self.pulse.beat()
        request = {
            "operation": job.operation,
            "stage": job.stage,
            "parameters": job.parameters,
        }
        self._running[job.id] = worker
        try:
            async for message in worker.carry_out(request):
                self._take(job, message)
                self.pulse.beat()
        finally:
            del self._running[job.id]

    def _take(self, job: Job, message: Mapping[str, Any]) -> None:
        match message["kind"]:
            case "event":
                job.note(message["event"], message["data"])
            case "metrics":
                self._on_metrics(message["samples"])
            case "result":
                job.end(message["exit_code"], result=message["result"])
            case "error":
                job.end(message["exit_code"], error=message["error"])

    def _fail(self, job: Job, error: SpectraError) -> None:
        if not job.is_over:
            logger.warning("%s of `%s`: %s", job.operation, job.stage, error.message)
            job.end(error.exit_code, error=error.to_dict())

    def _forget_old_jobs(self) -> None:
        over = [job for job in self._jobs.values() if job.is_over]
        for job in over[:-_KEPT_RESULTS]:
            job.forget_details()
        for job in over[:-_KEPT_JOBS]:
            del self._jobs[job.id]

    def _count(self, operation: JobOperation, state: JobState) -> int:
        return sum(job.operation == operation and job.state is state for job in self._jobs.values())
