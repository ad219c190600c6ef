"""Variables of the live pages."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import SpectraError
from spectra_gx.report.addresses import contract_page, run_page, runs_page, segment
from spectra_gx.report.html_filters import MARKS
from spectra_gx.report.result_store import ResultStore
from spectra_gx.service.jobs.job import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import StageContract
    from spectra_gx.project import Project
    from spectra_gx.service.state import Service
    from spectra_gx.warehouse.warehouse import Warehouse

_STEPS = ("Initialise", "Execute", "Validate", "Record", "Finalise")
_LISTED = 20
_KEPT_SECONDS = 10.0
"""Of what is read from the warehouse: many may look at the pages, and again every few seconds."""


class StageStates:
    """Reads how stages are, once for all who look within some seconds."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def read(self, project: Project, contract: StageContract, ended: datetime | None) -> Any:
        """Return the newest run and the handoff of a stage; never from before `ended`."""
        name = contract.name
        with self._lock:  # one reads, the others wait for it
            at, state = self._kept.get(name, (0.0, {}))
            fresh = time.time() - at < _KEPT_SECONDS
            if fresh and (ended is None or at > ended.timestamp()):
                return state
            began = time.time()
            state = _read(project, contract)
            self._kept[name] = (began, state)
            return state

    def forget(self, stage: str) -> None:
        """Read a stage again when the next one looks: something of it was changed here."""
        with self._lock:
            self._kept.pop(stage, None)


def live_facts(service: Service, states: StageStates) -> dict[str, Any]:
    """Return the variables of the page of all stages."""
    project, jobs = service.project, service.queue.jobs()
    return {
        "going": sum(job.state is JobState.RUNNING for job in jobs),
        "waiting": sum(job.state is JobState.QUEUED for job in jobs),
        "jobs": [job_facts(job) for job in jobs[:_LISTED]],
        "stages": [
            _stage(project, contract, [job for job in jobs if job.stage == name], states)
            for name, contract in project.contracts.items()
        ],
    }


def job_facts(job: Job) -> dict[str, Any]:
    """Return what templates show of a job."""
    end = job.ended_at or datetime.now(UTC)
    return {
        "page": f"live/runs/{job.id}",
        "operation": job.operation,
        "stage": job.stage,
        "state": str(job.state),
        "is_over": job.is_over,
        "verdict": job.verdict or "unknown",
        "step": job.step,
        "tables": list(job.tables),
        "done": sum(table.verdict is not None for table in job.tables.values()),
        "execution_id": job.execution_id,
        "queued_at": job.queued_at.isoformat(),
        "seconds": None if job.started_at is None else (end - job.started_at).total_seconds(),
        "error": job.error,
    }


def run_facts(service: Service, job: Job) -> dict[str, Any]:
    """Return the variables of the page of one job."""
    page = run_page(job.stage, job.execution_id) if job.is_over and job.execution_id else None
    warehouse = service.project.warehouse
    return {
        "job": job_facts(job),
        "run_page": page if page and warehouse.store.exists(f"Files/docs/{page}") else None,
        "steps": [*_steps(job)] if job.operation == "run" else [],
        "tables": [
            {"name": name, "verdict": table.verdict, "rows": table.rows}
            for name, table in job.tables.items()
        ],
        "broken": [
            {**rule, "tone": rule["status"] if rule["severity"] == "critical" else "warning"}
            for table in job.tables.values()
            for rule in table.broken
        ],
        "silent": _silences(warehouse, job.stage) if job.is_over else [],
    }


def _steps(job: Job) -> Iterator[dict[str, Any]]:
    reached = _STEPS.index(job.step) if job.step in _STEPS else -1
    for number, name in enumerate(_STEPS):
        now = number == reached and not job.is_over
        done = number < reached or (number == reached and job.is_over)
        mark = MARKS["passed"] if done else "…" if now else MARKS["unknown"]
        yield {"name": name, "now": now, "mark": mark, "tone": "passed" if done else "unknown"}


def _stage(
    project: Project, contract: StageContract, jobs: list[Job], states: StageStates
) -> dict[str, Any]:
    name = contract.name
    ended = max((job.ended_at for job in jobs if job.ended_at is not None), default=None)
    current = next((job for job in jobs if not job.is_over), None)
    return {
        "name": name,
        "anchor": f"stage-{segment(name)}",
        "version": contract.version,
        "contract": contract_page(name),
        "runs_page": runs_page(name),
        "job": None if current is None else job_facts(current),
        **states.read(project, contract, ended),
    }


def _read(project: Project, contract: StageContract) -> dict[str, Any]:
    history = ResultStore(project.warehouse).history(contract.name)
    now = None if history is None else history["now"]
    return {
        "verdict": None if now is None else now["verdict"],
        "at": None if now is None else now["at"],
        "run_page": None if now is None else run_page(contract.name, now["id"]),
        "handoff": _handoff(project, contract.name),
        "silences": _silences(project.warehouse, contract.name),
    }


def _silences(warehouse: Warehouse, stage: str) -> list[str]:
    return ResultStore(warehouse).silences(stage, datetime.now(UTC))


def _handoff(project: Project, stage: str) -> dict[str, Any]:
    try:
        found = project.handoff(stage)
    except SpectraError as error:
        return {"ready": False, "reason": error.message}
    reasons = [check.reason for check in found.checks if not check.passed]
    return {"ready": found.ready, "reason": "; ".join(reasons)}
