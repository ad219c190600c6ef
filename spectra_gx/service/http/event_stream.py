"""Server-sent events: each follower reads on from where it is, so that none holds any memory."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import StreamingResponse

from spectra_gx.service.http.problems import RETRY_SECONDS, Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from spectra_gx.service.jobs.job import Job
    from spectra_gx.service.jobs.job_queue import JobQueue

HEARTBEAT_SECONDS = 15.0
_AGAIN_MILLISECONDS = 2_000
MOST_FOLLOWERS = 100


class EventStream(StreamingResponse):
    """An answer that goes on."""

    media_type = "text/event-stream"


class Followers:
    """Counts who follows, and ends with the service."""

    def __init__(self, queue: JobQueue) -> None:
        """Take what is followed."""
        self._queue = queue
        self.count = 0

    def follow_job(self, job: Job, after: int) -> EventStream:
        """Return the events of a job after a number, up to its end.

        Raises:
            Refusal: As many follow as may.
        """
        return self._stream(_events_of(job, after))

    def follow_all(self) -> EventStream:
        """Return an event for each time that anything changes, with nothing in it.

        Raises:
            Refusal: As many follow as may.
        """
        return self._stream(self._changes())

    def _stream(self, events: AsyncIterator[str]) -> EventStream:
        if self.count >= MOST_FOLLOWERS:
            raise Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"{MOST_FOLLOWERS} clients follow already; try again later",
                {"Retry-After": str(RETRY_SECONDS)},
            )
        headers = {"X-Accel-Buffering": "no"}  # nginx would keep events until there are many
        return EventStream(self._counted(events), headers=headers)

    async def _changes(self) -> AsyncIterator[str]:
        while not self._queue.is_closed:
            changed = await self._queue.pulse.wait(HEARTBEAT_SECONDS)
            yield event_text("changed", {}) if changed else _HEARTBEAT

    async def _counted(self, events: AsyncIterator[str]) -> AsyncIterator[str]:
        self.count += 1
        try:
            yield f"retry: {_AGAIN_MILLISECONDS}\n\n"
            async for text in events:
                yield text
        finally:
            self.count -= 1


_HEARTBEAT = ": still here\n\n"


async def _events_of(job: Job, after: int) -> AsyncIterator[str]:
    while True:
        for event in job.events_after(after):
            if event.number > after + 1:
                yield event_text("missed", {"events": event.number - after - 1})
            after = event.number
            yield event_text(event.name, event.data, after)
        if job.is_over:
            return
        if not await job.pulse.wait(HEARTBEAT_SECONDS):
            yield _HEARTBEAT


def event_text(name: str, data: Mapping[str, Any], number: int | None = None) -> str:
    """Return an event as it travels."""
    line = "" if number is None else f"id: {number}\n"
    return f"{line}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
