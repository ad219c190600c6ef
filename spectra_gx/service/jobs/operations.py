"""What a worker does for each sort of request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.errors import SpectraError
from spectra_gx.runner.events import RunEnded
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.service.jobs.event_facts import event_facts
from spectra_gx.service.jobs.warm_up import warm_up
from spectra_gx.telemetry.current_runs import is_current
from spectra_gx.telemetry.metrics.samples import take_samples

if TYPE_CHECKING:
    from spectra_gx.project import Project
    from spectra_gx.runner.events import Event

Send: TypeAlias = Callable[..., None]
Outcome: TypeAlias = tuple[dict[str, Any], int]
"""A result as `--json` has it, and the exit code that the command would end with."""

_EXIT_CODES = {"passed": 0, "failed": 1, "errored": 3}


class Followed:
    """Reports every event to the server; satisfies `Listener`."""

    title = "following the run"

    def __init__(self, send: Send) -> None:
        """Take what sends a message."""
        self._send = send

    def handle(self, event: Event) -> None:
        """Send what followers want to know, and at the end the metrics."""
        facts = event_facts(event)
        if facts is not None:
            name, data = facts
            self._send("event", event=name, data=data)
        if isinstance(event, RunEnded):
            self._send_metrics(event)

    def _send_metrics(self, event: RunEnded) -> None:
        if is_current(event):
            samples = [[one.metric.name, one.labels, one.value] for one in take_samples(event.run)]
            self._send("metrics", samples=samples)


def run(project: Project, request: Mapping[str, Any]) -> Outcome:
    """Run a stage; a run of it that another server has started is waited for."""
    given = dict(request["parameters"])
    correlation_id = given.pop("correlation_id", None)
    parameters, stage = RunParameters(**given), request["stage"]
    # Publishing has a lock of its own; with this one, two servers do not even build at once.
    with project.warehouse.lock(f"serve-{stage}", by="a run of the service", wait=parameters.wait):
        ended = project.run(stage, parameters, correlation_id=correlation_id)
    return ended.to_dict(), ended.exit_code


def check(project: Project, request: Mapping[str, Any]) -> Outcome:
    """Check the tables of a stage."""
    given = dict(request["parameters"])
    if (as_of := given.pop("as_of", None)) is not None:
        given["as_of"] = datetime.fromisoformat(as_of)
    result = project.check(request["stage"], **given)
    return result.to_dict(), _EXIT_CODES[result.verdict]


def warm(project: Project, request: Mapping[str, Any]) -> Outcome:
    """Import and read all that the first check would wait for."""
    del request
    with suppress(SpectraError):  # a check that is requested says what is wrong
        _ = project.contracts, project.settings
    warm_up()
    return {}, 0


_OPERATIONS: Mapping[str, Callable[[Project, Mapping[str, Any]], Outcome]] = {
    "run": run,
    "check": check,
    "warm": warm,
}
"""What a request names → what is done."""


def carry_out(project: Project, request: Mapping[str, Any]) -> Outcome:
    """Do what a request names.

    Raises:
        SpectraError: It was not done.
    """
    return _OPERATIONS[request["operation"]](project, request)
