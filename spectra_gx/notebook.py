"""The seven steps for notebooks: one session, one call a step.

    session = NotebookSession("source", bootstrap=True)   # Parameters, Context
    session.initialise()
    session.execute()
    session.validate()
    session.record()
    session.finalise()

Each step needs those above it; one that is called out of turn raises UsageError, changes nothing
and names the step to call. A session that is finalised without all of them is recorded as `Failed`.

A step that fails records and finalises the run before it raises, so that a notebook which stops at
the failing cell leaves a `Failed` row behind. `with NotebookSession(…) as session:` does the same
for code of the notebook's own between the steps.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from spectra_gx.errors import (
    NotebookError,
    OutOfOrderError,
    RunInterruptedError,
    SpectraError,
    UsageError,
    ValidationError,
    WarehouseError,
)
from spectra_gx.project import Project
from spectra_gx.render.summary_text import portfolio_summary
from spectra_gx.runner.activities import activity_row
from spectra_gx.runner.argument_checks import text
from spectra_gx.runner.handoff.next_stage import initialise_tables
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.validation.results import StageResult, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from great_expectations.data_context.data_context.file_data_context import FileDataContext

    from spectra_gx.runner.run_result import RunResult


class NotebookSession:
    """A run of a stage whose steps are the notebook's cells."""

    def __init__(
        self,
        stage: str = "source",
        *,
        project: Project | str | Path | None = None,
        sandbox: bool = False,
        staged: str | Path | None = None,
        tables: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
        environment: str | None = None,
        **parameters: Any,
    ) -> None:
        """Take the parameters and set up the context.

        Args:
            stage: The stage to run.
            project: The project or its folder; the nearest upwards from here without it.
            sandbox: Whether the source is the sandbox.
            staged: Folder in which a job left tables, as `<schema>/<table>`.
            tables: Table → its rows, as a builder returns them.
            correlation_id: Execution id of the run whose output is consumed.
            environment: Which environment of the project's; SPECTRA_ENVIRONMENT without it.
            parameters: Fields of `RunParameters`.

        Raises:
            UsageError: A parameter is unknown, of another type, or has no effect here.
        """
        unknown = parameters.keys() - RunParameters.__dataclass_fields__.keys()
        if unknown:
            known = ", ".join(f"`{name}`" for name in RunParameters.__dataclass_fields__)
            raise UsageError(f"unknown parameter `{min(unknown)}`; there are {known}")
        self.project = _opened(project, environment)
        self.parameters = RunParameters(**parameters)
        self._open = ExitStack()
        self._run = self._open.enter_context(
            self.project.stage_run(
                stage,
                self.parameters,
                sandbox=sandbox,
                staged=None if staged is None else Path(staged),
                tables=tables,
                correlation_id=correlation_id,
            )
        )
        self._recorded: RunResult | None = None
        self._ended = False

    def initialise(self) -> None:
        """Remove what dead runs left and open staging."""
        self._step(self._run.initialise)

    def execute(self) -> None:
        """Build the stage's tables in staging; for a stage that nothing builds, do nothing.

        Raises:
            UsageError: `initialise()` was not called.
        """
        self._step(self._run.execute)

    def validate(self) -> None:
        """Check every table and publish those that were built, if the contract passes.

        A contract that fails raises nothing here: the verdict is in the result.

        Raises:
            UsageError: `execute()` was not called.
        """
        self._step(self._run.validate)

    def log_activity(
        self,
        entity_name: str,
        *,
        target_table: str | None = None,
        key_column: str | None = None,
        project_key: str | None = None,
        row_count: int | None = None,
        field_count: int | None = None,
        status: str | None = None,
        duration_seconds: float | None = None,
        error_message: str | None = None,
        **metadata: Any,
    ) -> None:
        """Add a row of one's own to the run's log entry.

        Args:
            entity_name: What the activity was about.
            target_table: The table it wrote.
            key_column: That table's key.
            project_key: The project it was for.
            row_count: Rows it wrote.
            field_count: Columns it wrote.
            status: `Success` or `Failed`.
            duration_seconds: How long it took.
            error_message: Why it failed; settings that are secret are hidden in it.
            metadata: Anything else that JSON can store.

        Raises:
            UsageError: A value does not fit, or the run is recorded already.
        """
        self._refuse_if_recorded()
        columns = {
            "target_table": target_table,
            "key_column": key_column,
            "project_key": project_key,
            "row_count": row_count,
            "field_count": field_count,
            "status": status,
            "duration_seconds": duration_seconds,
            "error_message": error_message,
        }
        redact = self.project.redact_secrets
        self._run.activities.append(activity_row(entity_name, columns, metadata, redact))

    def record(self) -> RunResult:
        """Collect how the run went."""
        if self._recorded is None:
            self._recorded = self._run.record()
        return self._recorded

    def finalise(self) -> RunResult:
        """Write the data docs, notify and commit the log; return how the run ended."""
        recorded = self.record()
        if not self._ended:
            self._recorded = recorded = self._run.finalise(recorded)
            self._ended = True
            self._open.close()
        return recorded

    def _step(self, step: Callable[[], None]) -> None:
        from spectra_gx.runner.steps import as_spectra_error

        try:
            step()
        except OutOfOrderError:
            raise
        except BaseException as stopped:
            self._stop(as_spectra_error(stopped))
            raise

    def _refuse_if_recorded(self) -> None:
        if self._recorded is not None:
            raise UsageError("the run is recorded already; begin a new `NotebookSession`")

    def _stop(self, error: SpectraError) -> None:
        self._recorded = self._run.record(error)
        self.finalise()

    def _own_error(self, stopped: BaseException) -> SpectraError | None:
        """Return what the notebook's own code ended with; None where it just leaves early."""
        if isinstance(stopped, SpectraError):
            return stopped
        if isinstance(stopped, KeyboardInterrupt):
            return RunInterruptedError("interrupted; run it again")
        if isinstance(stopped, SystemExit) and not stopped.code:
            return None
        kind = type(stopped).__name__
        detail = text("error", self.project.redact_secrets(_message(stopped)))
        return NotebookError(
            f"the notebook's own code stopped the run with {kind}{f': {detail}' if detail else ''}",
            # Another error is another notification: a repeated one is known by its code.
            code=f"notebook_{kind}",
        )

    def __enter__(self) -> Self:
        """Guard the notebook's own code between the steps."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        stopped: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Record and finalise, whatever happened."""
        error = None if stopped is None else self._own_error(stopped)
        if error is not None and self._recorded is None:
            self._stop(error)
        else:
            self.finalise()


class SourceStageValidation:
    """The source stage's whole validation suite, over the published tables."""

    def __init__(self, project: Project | str | Path | None = None) -> None:
        """Take the project or its folder; the nearest upwards from here without it."""
        self._project = _opened(project)

    def validate_all_source_tables(self) -> StageResult:
        """Check schema, data quality, row counts and relationships of every source table.

        Raises:
            ValidationError: The stage did not pass; names the rules.
        """
        result = self._project.check("source")
        if result.verdict is not Status.PASSED:
            broken = [rule.id for rule in result.all_rules() if rule.status is not Status.PASSED]
            raise ValidationError(
                f"the source stage is {result.verdict}: {', '.join(broken)}",
                context={"rules": broken},
                stage="source",
            )
        return result


class PrepareStageHelpers:
    """What the prepare stage needs before it begins."""

    def __init__(self, project: Project | str | Path | None = None) -> None:
        """Take the project or its folder; the nearest upwards from here without it."""
        self._project = _opened(project)

    def initialize_prepare_stage(self) -> tuple[str, ...]:
        """Create the prepare stage's tables empty, schema only; return their names.

        Raises:
            SchemaMismatchError: One exists with another schema.
        """
        return initialise_tables(self._project.warehouse, self._project.contract("prepare"))


def display_portfolio_summary(
    project: Project | str | Path | None = None, stage: str = "source"
) -> Mapping[str, Any]:
    """Print the published portfolio of a source system; return its row.

    Args:
        project: The project or its folder; the nearest upwards from here without it.
        stage: The stage that reads the system.

    Raises:
        TableNotFoundError: No run has published one.
        WarehouseError: It is not a portfolio of one row.
    """
    warehouse, table = _opened(project).warehouse, f"{stage}.portfolio"
    rows: list[dict[str, Any]] = warehouse.read(warehouse.open(table)).to_pylist()
    try:
        [row] = rows
        summary = portfolio_summary(row)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WarehouseError(
            f"table `{table}` cannot be summed up, it contains {len(rows):,} rows; "
            f"run `spectra-gx check {stage}` to see what is wrong with it"
        ) from None
    sys.stdout.write(summary + "\n")
    return row


def context(project: Project | str | Path | None = None) -> FileDataContext:
    """Open a project in GX, its tables attached; every committed checkpoint in it can be run."""
    return _opened(project).context()


def _message(stopped: BaseException) -> str:
    """Return an exception's message; empty where its own code fails to give one."""
    try:
        return str(stopped)
    except Exception:  # noqa: BLE001 - it is somebody else's class
        return ""


def _opened(project: Project | str | Path | None, environment: str | None = None) -> Project:
    if not isinstance(project, Project):
        return Project.open(project, environment=environment)
    if environment is not None:
        raise UsageError(
            "this project is open already; name its environment where it is opened: "
            f"`Project.open(…, environment={environment!r})`"
        )
    return project
