"""Checks and runs of a project, one short method each.

What a method needs is imported when it is called: GX alone takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.project.contract_operations import ContractOperations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import Path

    from spectra_gx.generate.result import Generation
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.several_runs import RunsResult
    from spectra_gx.runner.stage_run import StageRun
    from spectra_gx.sources.faults import Fault
    from spectra_gx.validation.results import StageResult


@dataclass(frozen=True)
class RunOperations(ContractOperations):
    """What checks and runs the stages of a project."""

    def check(
        self,
        named: str,
        *,
        table: str | None = None,
        version: int | None = None,
        as_of: datetime | None = None,
        record: bool = False,
        engine: str = "datafusion",
        spark: Any = None,
        changed: bool = False,
    ) -> StageResult:
        """Check existing tables; nothing is written unless the result is to be recorded.

        Args:
            named: A stage's name, or a contract file.
            table: The only table to check; all of the contract's without it.
            version: Delta version to check in place of the newest.
            as_of: The clock, UTC; else the version's commit time, else now.
            record: Whether the result goes into the activity log.
            engine: What evaluates the rules: `datafusion`, in this process, or `spark`.
            spark: The session that Spark uses; a local one is started without it.
            changed: Whether rules about single rows are checked only on rows added since a
                recorded check in which they passed.

        Raises:
            ActivityLogError: It could not be recorded.
            ConfigurationError: Spark does not start.
            UsageError: The contract has no such table, or there is no such contract or engine.
        """
        from spectra_gx.project.runs import check_stage
        from spectra_gx.runner.checks.checking import CheckParameters

        parameters = CheckParameters(table, version, as_of, record, changed)
        return check_stage(self, named, parameters, engine, spark)

    def generate(
        self,
        named: str,
        *,
        rows: int = 1000,
        seed: int = 0,
        to: str | None = None,
        as_of: datetime | None = None,
        breaks: Sequence[str] = (),
    ) -> Generation:
        """Generate tables that keep a contract, or break named rules of it, and check them.

        Args:
            named: A stage's name, or a contract file.
            rows: Rows of each table, as far as its rules allow.
            seed: Another one gives other values, the same one the same.
            to: An empty folder, or an address of an object store; `generated` in the project
                without it.
            as_of: The clock of rules about time, UTC; now without it.
            breaks: Rules to break: `RULE=1%`, `RULE=10`, or `RULE` for one about whole tables.

        Raises:
            UsageError: The place is not empty, or is where the project publishes; a rule cannot be
                broken as asked; or no value satisfies all rules of a column.
            WarehouseError: A table could not be written.
        """
        from spectra_gx.project.generation import generate_stage

        return generate_stage(self, named, rows=rows, seed=seed, to=to, as_of=as_of, breaks=breaks)

    def run(
        self,
        named: str,
        parameters: RunParameters | None = None,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        sandbox_day: int | None = None,
        staged: Path | None = None,
        tables: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> RunResult:
        """Run a stage: build its tables where it has a builder, validate, publish, log and notify.

        Args:
            named: The stage.
            parameters: How to behave; as a pipeline without it.
            sandbox: Whether the source is the sandbox, started for this run and stopped after it.
            faults: What the sandbox does wrong.
            sandbox_day: Which day of its data the sandbox has; its first one without it.
            staged: Folder in which a job left tables, as `<schema>/<table>`.
            tables: Table → its rows, as a builder returns them.
            correlation_id: Execution id of the run whose output is consumed.

        Raises:
            UsageError: Something that is requested has no effect on this stage.
        """
        from spectra_gx.project.runs import open_sandboxes, run_stage
        from spectra_gx.runner.building.delivered_tables import DeliveredTables
        from spectra_gx.runner.parameters import RunParameters

        given = parameters or RunParameters()
        delivered = DeliveredTables(staged, tables)
        with open_sandboxes(self, sandbox, faults, sandbox_day) as sandboxes:
            return run_stage(self, named, given, sandboxes, correlation_id, delivered)

    def run_stages(
        self,
        stages: Sequence[str],
        parameters: RunParameters,
        *,
        sandbox: bool = False,
        sandbox_day: int | None = None,
    ) -> RunsResult:
        """Run stages in the order given, up to the first that fails.

        Args:
            stages: Their names.
            parameters: How to behave; a stage on which one has no effect ignores it.
            sandbox: Whether each source is its sandbox, one for all stages that call it.
            sandbox_day: Which day of its data a sandbox has; its first one without it.

        Raises:
            UsageError: There is no such stage, one is named twice, or something that is requested
                has no effect on any of them. Nothing was started.
        """
        from spectra_gx.project.runs import open_sandboxes
        from spectra_gx.project.several_stages import run_stages

        with open_sandboxes(self, sandbox, (), sandbox_day) as sandboxes:
            return run_stages(self, stages, parameters, sandboxes)

    def run_days(
        self,
        named: str,
        first: date,
        last: date,
        parameters: RunParameters | None = None,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        sandbox_day: int | None = None,
        correlation_id: str | None = None,
    ) -> RunsResult:
        """Run a stage once a day, the days in order, up to the first that fails.

        Only its `replace_where` tables are built; the others stay as they are published. Each day
        is a batch `<batch id>/<day>`: with the same batch id, days that are published already are
        passed over. Without one the id is made like an execution id, once for all days.

        Args:
            named: The stage.
            first: The first day.
            last: The last day, which is included.
            parameters: How to behave; as a pipeline without it.
            sandbox: Whether the source is the sandbox, one for all days.
            faults: What the sandbox does wrong.
            sandbox_day: Which day of its data the sandbox has; its first one without it.
            correlation_id: Execution id of the run whose output is consumed.

        Raises:
            UsageError: The last day is before the first, no table of the stage is built by day, or
                something that is requested has no effect on such runs. Nothing was started.
        """
        from spectra_gx.project.runs import open_sandboxes
        from spectra_gx.project.several_days import run_days
        from spectra_gx.runner.parameters import RunParameters

        given = parameters or RunParameters()
        with open_sandboxes(self, sandbox, faults, sandbox_day) as sandboxes:
            return run_days(self, named, first, last, given, sandboxes, correlation_id)

    def stage_run(
        self,
        named: str,
        parameters: RunParameters,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        staged: Path | None = None,
        tables: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> AbstractContextManager[StageRun]:
        """Open a run whose steps the caller takes; a sandbox lives as long as the `with` block.

        Arguments as for `run`.

        Raises:
            UsageError: Something that is requested has no effect on this stage or on such a run.
        """
        from spectra_gx.project.runs import open_run
        from spectra_gx.runner.building.delivered_tables import DeliveredTables

        delivered = DeliveredTables(staged, tables)
        return open_run(self, named, parameters, sandbox, faults, correlation_id, delivered)
