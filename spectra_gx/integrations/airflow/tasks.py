"""What our operators and sensors share: one command about one stage, for as long as a task runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from spectra_gx.integrations.command import Command, CommandNotFoundError, CommandResult
from spectra_gx.integrations.outcome import explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow.sdk import Context


class StageTask(BaseOperator):
    """A task that runs commands about a stage."""

    template_fields: Sequence[str] = ("project", "environment", "arguments", "env")
    ui_color = "#e8f3ee"

    def __init__(
        self,
        *,
        stage: str,
        project: str | None = None,
        environment: str | None = None,
        arguments: Sequence[str] = (),
        command: str | Sequence[str] = "spectra-gx",
        env: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Take what is run, and where.

        Args:
            stage: The stage's name.
            project: Folder that contains `contracts/`; without it, upwards from where tasks run.
            environment: The one of the project whose settings and overrides are used.
            arguments: More options of the command, such as `["--batch-id", "{{ run_id }}"]`.
            command: The `spectra-gx` on the PATH, or the path of that of another environment.
            env: Variables beside those of the worker.
            kwargs: Arguments of every operator.
        """
        super().__init__(**kwargs)
        self.stage = stage
        self.project = project
        self.environment = environment
        self.arguments = arguments
        self.command = command
        self.env = env
        self._running: Command | None = None

    def on_kill(self) -> None:
        """Stop the command; a run then records that it was interrupted."""
        if self._running is not None:
            self._running.stop()

    def run_command(self, subcommand: str, context: Context) -> CommandResult:
        """Run the command to its end; its log becomes the task's.

        Raises:
            AirflowFailException: There is no such command; another try would not find it either.
        """
        where = {"--project": self.project, "--environment": self.environment}
        given = [part for name, value in where.items() if value for part in (name, value)]
        self._running = Command(
            [subcommand, self.stage, "--json", *given, *self.arguments],
            self.command,
            {**_trace(), **self._lineage(context), **(self.env or {})},
        )
        self.log.info("running %s", self._running.line)
        try:
            return self._running.run(lambda line: self.log.info("%s", line))
        except CommandNotFoundError as error:
            raise AirflowFailException(str(error)) from error

    def failure(self, result: CommandResult) -> AirflowException:
        """Return what to raise for a command that did not end well."""
        message = explain(self.stage, result)
        return AirflowException(message) if result.retryable else AirflowFailException(message)

    def _lineage(self, context: Context) -> dict[str, str]:
        """Return the task as the parent of our run, where Airflow's OpenLineage is installed."""
        try:
            from airflow.providers.openlineage.plugins.macros import (  # noqa: PLC0415 - may be missing
                lineage_parent_id,
            )

            return {"OPENLINEAGE_PARENT_ID": lineage_parent_id(context["ti"])}
        except ImportError:
            return {}
        except Exception as error:  # noqa: BLE001 - no task fails for want of lineage
            self.log.warning("lineage will not name this task: %s", error)
            return {}


def _trace() -> dict[str, str]:
    """Return the span of the task, where Airflow traces tasks."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return {name.upper(): value for name, value in carrier.items()}
