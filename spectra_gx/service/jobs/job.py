"""A run or a check that was requested, from the queue to its end."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import uuid4

from spectra_gx.service.jobs.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

JobOperation: TypeAlias = Literal["run", "check"]

JOB_OPERATIONS: tuple[JobOperation, ...] = ("run", "check")

_KEPT_EVENTS = 2_000
"""Of one job; followers that are further behind get the number that they have missed."""


_LOOK_AGAIN_SECONDS = 60.0


class JobState(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True)
class JobEvent:
    """Something that happened, numbered from 1 within its job."""

    number: int
    name: str
    data: Mapping[str, Any]


@dataclass
class TableProgress:
    """A table of a job."""

    verdict: str | None = None
    """None while it is being checked."""

    rows: int | None = None
    broken: list[dict[str, Any]] = field(default_factory=list)
    """Rules that do not pass, the first of them."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Job:
    """One job; everything about it is changed by `note` and `end` alone."""

    operation: JobOperation
    stage: str
    parameters: Mapping[str, Any]
    id: str = field(default_factory=lambda: uuid4().hex)
    state: JobState = JobState.QUEUED
    queued_at: datetime = field(default_factory=_now)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    execution_id: str | None = None
    step: str | None = None
    """The last of the seven steps that began."""

    tables: dict[str, TableProgress] = field(default_factory=dict)
    verdict: str | None = None
    exit_code: int | None = None
    """What the command would end with; None until it has ended."""

    error: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    """As `--json` writes it."""

    pulse: Pulse = field(default_factory=Pulse, repr=False)
    _events: deque[JobEvent] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS), repr=False)
    _count: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.state is JobState.ENDED

    def begin(self) -> None:
        """Leave the queue."""
        self.state, self.started_at = JobState.RUNNING, _now()
        self._emit("state", {"state": str(self.state), "at": self.started_at.isoformat()})

    def note(self, name: str, data: Mapping[str, Any]) -> None:
        """Take note of an event of the run or the check."""
        match name:
            case "started":
                self.execution_id = data["execution_id"]
            case "step":
                self.step = data["step"]
            case "table-started":
                self.tables[data["table"]] = TableProgress(rows=data["rows"])
            case "table-checked":
                self.tables[data["table"]] = TableProgress(
                    data["verdict"], data["rows"], list(data["broken"])
                )
            case "verdict":
                self.verdict = data["verdict"]
        self._emit(name, data)

    def end(
        self,
        exit_code: int,
        result: Mapping[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> None:
        """Take note of how it ended."""
        self.state, self.ended_at = JobState.ENDED, _now()
        self.exit_code, self.result, self.error = exit_code, result, error
        if result is not None:
            self.verdict = result["verdict"]
            self.execution_id = result["execution_id"]
            self.error = result.get("error")
        elif self.verdict is None:
            self.verdict = "failed" if exit_code == 1 else "errored"
        self._emit("ended", self.outcome())

    async def ended(self) -> None:
        """Wait for its end."""
        while not self.is_over:
            await self.pulse.wait(_LOOK_AGAIN_SECONDS)

    def outcome(self) -> dict[str, Any]:
        """Return how it ended, in short."""
        return {
            "execution_id": self.execution_id,
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "error": self.error,
            "at": None if self.ended_at is None else self.ended_at.isoformat(),
        }

    def events_after(self, number: int) -> Iterator[JobEvent]:
        """Yield the events after one, those that are still kept."""
        missed = self._count - number
        if missed > 0:
            yield from list(self._events)[-missed:]

    def forget_details(self) -> None:
        """Keep only how it ended; the activity log has what was recorded."""
        self.result = None
        self.tables.clear()
        self._events = deque([*self._events][-1:], maxlen=1)

    def _emit(self, name: str, data: Mapping[str, Any]) -> None:
        self._count += 1
        self._events.append(JobEvent(self._count, name, data))
        self.pulse.beat()
