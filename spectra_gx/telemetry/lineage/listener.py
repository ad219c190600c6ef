"""Send the events of OpenLineage of a run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from spectra_gx.errors import ExternalServiceError
from spectra_gx.runner.events import Event, RunEnded, RunStarted
from spectra_gx.telemetry.current_runs import is_current
from spectra_gx.telemetry.lineage.events import LineageProject, ended_event, started_event
from spectra_gx.telemetry.sending import NOT_AFFECTED, send

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr


class LineageSink(Protocol):
    """Somewhere that events go."""

    @property
    def title(self) -> str:
        """The setting that says where."""

    def send(self, event: dict[str, Any]) -> None:
        """Send one once, bounded in time.

        Raises:
            SpectraError: It did not arrive.
        """


@dataclass(frozen=True)
class LineageFile:
    """A file with one event a line, to which runs append."""

    path: Path
    title: str = "OPENLINEAGE_FILE"

    def send(self, event: dict[str, Any]) -> None:
        """Append an event in one write, so that those of other processes stay whole.

        Raises:
            ExternalServiceError: It cannot be written.
        """
        line = json.dumps(event, ensure_ascii=False) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab", buffering=0) as file:
                file.write(line.encode())
        except OSError as error:
            raise ExternalServiceError(
                f"the lineage was not written to {self.title}: "
                f"{error.strerror or type(error).__name__}; {NOT_AFFECTED}"
            ) from None


@dataclass(frozen=True)
class LineageAddress:
    """Whatever takes events over HTTP: Marquez, DataHub, OpenMetadata and others."""

    url: str
    endpoint: str
    key: SecretStr | None = field(default=None, repr=False)
    title: str = "OPENLINEAGE_URL"

    def send(self, event: dict[str, Any]) -> None:
        """Post an event.

        Raises:
            ConfigurationError: The address cannot be used.
            ExternalServiceError: It did not arrive.
        """
        key = None if self.key is None else self.key.get_secret_value()
        secrets = {"Authorization": f"Bearer {key}"} if key else {}
        url = f"{self.url.rstrip('/')}/{self.endpoint.lstrip('/')}"
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        send("the lineage events", self.title, url, body, headers, secrets)


class LineageListener:
    """Satisfies `Listener`; for one run or check, and one place that events go to."""

    def __init__(self, sink: LineageSink, project: LineageProject) -> None:
        """Take where they go, and what they are made from."""
        self.title = f"sending lineage to {sink.title}"
        self._sink = sink
        self._project = project
        self._started: RunStarted | None = None
        self._announced = False

    def load(self) -> None:
        """Do nothing: lineage needs no extra."""

    def handle(self, event: Event) -> None:
        """Send that a run has started, and how it ended.

        Of a check only its end says whether anybody is to know of it; then both are sent.

        Raises:
            SpectraError: An event did not arrive.
        """
        match event:
            case RunStarted():
                self._started = event
                if event.parameters is not None and event.parameters.is_current:
                    self._announce(event)
            case RunEnded() if self._started is not None:
                if self._announced or is_current(event):
                    self._announce(self._started)
                    self._sink.send(ended_event(self._project, self._started, event))
            case _:
                pass

    def _announce(self, started: RunStarted) -> None:
        if not self._announced:
            self._announced = True
            self._sink.send(started_event(self._project, started))
