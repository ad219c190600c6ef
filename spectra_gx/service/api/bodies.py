"""Bodies of requests and answers, from which OpenAPI describes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from spectra_gx.service.jobs.job import Job, JobState

Name = Annotated[str, StringConstraints(max_length=200, pattern=r"^[!-~]([ -~]*[!-~])?$")]


def _whole(value: object) -> object:
    """Return what JSON calls an integer as one: `5.0` is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Request(BaseModel):
    """What is requested; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class RunRequest(Request):
    """How a run behaves; without any key as a pipeline's. See the options of `spectra-gx run`."""

    preview: bool = Field(default=False, description="Build and check, publish nothing.")
    full: bool = Field(default=False, description="Build every table from the beginning.")
    rebuild: bool = Field(default=False, description="Replace tables, schemas included.")
    bootstrap: bool = Field(default=False, description="Rebuild the endpoint catalogue.")
    publish_anyway: bool = Field(default=False, description="Publish even if the contract fails.")
    test: bool = Field(default=True, description="Check every declared table.")
    handoff: bool = Field(
        default=True, description="Refuse to begin while a consumed stage is not ready."
    )
    all_endpoints: bool = Field(default=False, description="Probe all endpoints of the source.")
    table: Name | None = Field(default=None, description="Build this table and what needs it.")
    since: Name | None = Field(default=None, description="Where tables with a watermark begin.")
    batch_id: Name | None = Field(default=None, description="What the run adds; published once.")
    correlation_id: Name | None = Field(
        default=None, description="The run whose output is consumed."
    )


class CheckRequest(Request):
    """What is checked; without any key all tables as they are. See `spectra-gx check`."""

    table: Name | None = Field(default=None, description="The only table to check.")
    version: Annotated[int, Field(ge=0, le=2**53), BeforeValidator(_whole)] | None = Field(
        default=None, description="Delta version to check in place of the newest."
    )
    as_of: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        default=None, description="The clock, with its zone; else now."
    )
    record: bool = Field(default=False, description="Write the result to the activity log.")
    changed: bool = Field(
        default=False, description="Check row rules only on rows added since a check."
    )


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class ReadyState(BaseModel):
    """Whether requests should be sent here."""

    ready: bool
    reason: str


class Stage(BaseModel):
    """A stage of the project."""

    stage: str
    version: str = Field(description="Of its contract.")
    owner: str
    tables: list[str]
    run: str | None = Field(description="Id of the run that is queued or going on.")


class Stages(BaseModel):
    """The stages of the project."""

    stages: list[Stage]


class Table(BaseModel):
    """A table of a run or a check."""

    model_config = ConfigDict(from_attributes=True)

    verdict: str | None = Field(description="Null while it is being checked.")
    rows: int | None
    broken: list[dict[str, Any]] = Field(description="The first rules that do not pass.")


class JobSummary(BaseModel):
    """A run or a check that was requested here."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    operation: Literal["run", "check"]
    stage: str
    state: JobState
    execution_id: str | None = Field(description="Null until it has begun.")
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    step: str | None = Field(description="The last step of a run that began.")
    tables: dict[str, Table]
    verdict: str | None
    exit_code: int | None = Field(description="What the command would end with.")
    error: dict[str, Any] | None

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return a job as it is now."""
        return cls.model_validate(job)


class JobDetails(JobSummary):
    """The same with its result."""

    result: dict[str, Any] | None = Field(
        description="As `--json` has it; null until it has ended, and once it is among the older "
        "ones: the activity log has what was recorded."
    )


class Jobs(BaseModel):
    """Runs and checks that were requested here, newest first."""

    runs: list[JobSummary]


class Runs(BaseModel):
    """Runs of a stage in the activity log, newest first."""

    runs: list[dict[str, Any]]
    before: str | None = Field(description="Asks for the next ones; null where there are none.")


class LoggedRun(BaseModel):
    """All rows of a run in the activity log."""

    run: dict[str, Any]
    checkpoints: list[dict[str, Any]]
    activities: list[dict[str, Any]]


class Problem(BaseModel):
    """Why a request was not answered, as RFC 9457 has it."""

    title: str
    status: int
    detail: str
