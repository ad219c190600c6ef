"""The shop in Prefect: its stage, then the reports; only what could not be done is tried again."""

from __future__ import annotations

import os
from subprocess import CalledProcessError, run
from typing import TYPE_CHECKING

from prefect import flow, task

if TYPE_CHECKING:
    from prefect import State, Task
    from prefect.client.schemas import TaskRun

SPECTRA_GX = os.environ.get("SPECTRA_GX", "/opt/spectra-gx/bin/spectra-gx")
PROJECT = os.environ.get("SHOP", "/srv/shop")
DELAY = float(os.environ.get("RETRY_DELAY", "300"))


def could_not_be_done(_task: Task, _run: TaskRun, state: State) -> bool:
    """Return whether another try may end otherwise: exit code 3, or ended by a signal."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, CalledProcessError) and error.returncode not in {1, 2}


@task(
    task_run_name="run-{stage}",
    retries=2,
    retry_delay_seconds=DELAY,
    retry_condition_fn=could_not_be_done,
)
def run_stage(stage: str) -> None:
    """Build, check and publish the tables of a stage."""
    run([SPECTRA_GX, "run", stage, "--project", PROJECT], check=True)


@flow
def shop() -> None:
    """Run both stages, the reports only if the shop passed."""
    run_stage("shop")
    run_stage("sales")


if __name__ == "__main__":
    shop()
