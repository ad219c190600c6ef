"""A project folder and everything that can be done with it.

GX takes seconds to import, so it is imported where tables are judged, and nowhere before.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.language.environments import apply_environment
from spectra_gx.contract.linting import Lint, lint_named, lint_project
from spectra_gx.contract.loading import (
    find_project,
    has_contracts,
    load_project,
    resolve_contract,
)
from spectra_gx.errors import SpectraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from great_expectations.data_context.data_context.file_data_context import FileDataContext

    from spectra_gx.contract.model import StageContract
    from spectra_gx.doctor.findings import Finding
    from spectra_gx.notify.digest_message import SentDigest
    from spectra_gx.notify.webhook_test import WebhookResult
    from spectra_gx.review.git.github_event import Event
    from spectra_gx.review.project_review import ProjectReview
    from spectra_gx.review.review_result import Review
    from spectra_gx.runner.events import Listener
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.quarantine.release import Release
    from spectra_gx.runner.readiness import Readiness
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.stage_run import BackfillVersions, StageRun
    from spectra_gx.settings import Settings
    from spectra_gx.sources.zephyr.sandbox import Fault
    from spectra_gx.validation.results import StageResult
    from spectra_gx.warehouse.quarantine_tables import QuarantineEntry
    from spectra_gx.warehouse.warehouse import Warehouse
    from spectra_gx.wiring import Connect


@dataclass(frozen=True)
class Project:
    """A folder that holds `contracts/`, and the warehouse its tables stand in."""

    root: Path
    warehouse_folder: str | None = None
    """As given by the caller; None leaves it to the project's settings."""

    settings_overrides: Mapping[str, Any] = field(default_factory=dict)
    environment: str | None = None
    """Which of a contract's `environments` it is held in; None for none of them."""

    progress: Listener | None = field(default=None, compare=False)
    """Hears of the events of its runs and checks."""

    @classmethod
    def open(cls, folder: str | Path | None = None, warehouse: str | None = None) -> Project:
        """Open the project in a folder or, without one, the nearest upwards from here.

        Raises:
            UsageError: There is none; says what makes a folder one.
        """
        if folder is None:
            return cls(find_project(Path.cwd()), warehouse)
        root = Path(folder).resolve()
        if not (root / "contracts").is_dir():
            raise UsageError(f"`{folder}` holds no `contracts/` folder; create it, or name another")
        return cls(root, warehouse)

    @classmethod
    def open_for_contract(
        cls, named: str, folder: str | Path | None = None, warehouse: str | None = None
    ) -> Project:
        """Open the project for a contract; a contract file needs none, and then this folder serves.

        Raises:
            UsageError: There is no project, and no such file either.
        """
        try:
            return cls.open(folder, warehouse)
        except UsageError:
            if folder is None and Path(named).is_file():
                return cls(Path.cwd(), warehouse)
            raise

    # -- contracts: no GX, no tables ---------------------------------------------------------------

    @cached_property
    def contracts(self) -> Mapping[str, StageContract]:
        """The project's contracts by stage; none where a contract file stands alone.

        Raises:
            ContractError: Some are invalid; carries every problem of all of them.
        """
        return load_project(self.root) if (self.root / "contracts").is_dir() else {}

    @property
    def _stored(self) -> Mapping[str, StageContract]:
        """The project's contracts; none where `contracts/` is empty, beside a file named by path.

        Raises:
            ContractError: Some are invalid; carries every problem of all of them.
        """
        return self.contracts if has_contracts(self.root) else {}

    def lint(self, named: Sequence[str] = ()) -> Lint:
        """Return every problem of these contracts, or of all, and what is worth knowing.

        Raises:
            UsageError: There is none of that name.
        """
        return lint_named(named, self.root) if named else lint_project(self.root)

    def init(self, tables: Sequence[str], *, stage: str | None = None) -> str:
        """Return the text of a contract that these tables pass; nothing is written.

        Args:
            tables: Each `schema.table` of the warehouse, a Delta folder, or Parquet or CSV files.
            stage: The contract's stage; without it the schema of the first table that has one.

        Raises:
            ContractError: A contract cannot say something about them, such as a column's name.
            UsageError: One is named twice, or holds a type that a contract cannot name.
            WarehouseError: One does not exist, or cannot be read.
        """
        from spectra_gx.profile.profiler import profile
        from spectra_gx.warehouse.sensitivity import Classifications

        known = Classifications(self._stored.values(), self.warehouse.root)
        return profile(tables, self.warehouse, stage, known)

    def fmt(self, named: Sequence[str] = (), *, write: bool = True) -> Sequence[str]:
        """Bring these contract files, or all, into canonical form; return those that were not.

        Raises:
            ContractError: Some cannot be parsed; none was changed.
            UsageError: There is none of that name.
        """
        from spectra_gx.contract.formatting import format_files

        return format_files(named, self.root, write=write)

    def compile(self) -> Sequence[str]:
        """Bring the GX artefacts up to date; return the paths that changed."""
        from spectra_gx.compiler.artefacts import compile_project, write_artefacts

        return write_artefacts(compile_project(self.contracts.values()), self.root)

    def stale(self) -> Sequence[str]:
        """Return the paths of GX artefacts that `compile` would change."""
        from spectra_gx.compiler.artefacts import compile_project, stale_artefacts

        return stale_artefacts(compile_project(self.contracts.values()), self.root)

    def diff(
        self,
        paths: Sequence[str] = (),
        *,
        against: str | None = None,
        fix: bool = False,
        replay: int = 0,
    ) -> Review:
        """Return what changed in contracts, whom it hurts, and the version it needs.

        Args:
            paths: Files, folders or stages to look at, all without any; two YAML files, when
                `against` is not given, are compared with each other.
            against: The commit to compare the work tree with; the merge base with the default
                branch without it.
            fix: Whether to write the versions that are needed, with changelog entries.
            replay: On how many stored versions of each table the changed rules are judged.

        Raises:
            ContractError: A contract that is compared is invalid.
            UsageError: There is no such commit or path, no repository, or the policy is wrong.
            WarehouseError: An activity log cannot be read.
        """
        from spectra_gx.review.contract_review import review_contracts
        from spectra_gx.review.project_review import with_replay

        found = review_contracts(self.root, paths, against, datetime.now(UTC).date(), fix=fix)
        if not replay:
            return found
        return with_replay(found, self.event(), self.root, replay, lambda: self.warehouse)

    def event(self, file: str | Path | None = None) -> Event | None:
        """Return what a job runs for, as GitHub or GitLab say; None outside of a job.

        Args:
            file: GitHub's file about its event; that of the job without it.

        Raises:
            UsageError: It cannot be read, or is no such file.
        """
        from spectra_gx.review.git.github_event import Event, read_event
        from spectra_gx.settings import GitHubSettings, GitLabSettings

        path = GitHubSettings().event_path if file is None else Path(file)
        if path is not None:
            return read_event(path)
        gitlab = GitLabSettings()
        if gitlab.source_project_path is None:
            return None
        return Event(None, foreign=gitlab.source_project_path != gitlab.project_path)

    def review(
        self, event: Event | None = None, *, against: str | None = None, replay: int = 0
    ) -> ProjectReview:
        """Return what lint, `compile --check` and `diff` say of a pull request, in one.

        Args:
            event: What it is done for.
            against: The commit to compare with; without it that of the pull request, or else the
                merge base with the default branch.
            replay: On how many stored versions of each table the changed rules are judged; never
                where the event is of a fork.

        Raises:
            UsageError: There is no contract, no repository or no such commit.
            WarehouseError: An activity log cannot be read.
        """
        from spectra_gx.review.project_review import review_project

        today = datetime.now(UTC).date()
        return review_project(self.root, event, against, today, replay, self._warehouse_for_review)

    def contract(self, named: str) -> StageContract:
        """Return a contract by its stage's name or as any contract file.

        Raises:
            UsageError: There is none of that name, or it has no such environment.
            ContractError: It is invalid.
        """
        contract = resolve_contract(named, self.root)
        return apply_environment(contract, self.environment) if self.environment else contract

    # -- settings and warehouse --------------------------------------------------------------------

    @cached_property
    def settings(self) -> Settings:
        """The project's settings.

        Raises:
            ConfigurationError: One of them cannot be used.
        """
        from spectra_gx.settings import load_settings

        return load_settings(self.root, systems=self._systems(), **self.settings_overrides)

    def _systems(self) -> set[str]:
        """Return the systems that contracts name; none where a contract is invalid."""
        try:
            return {one.system for one in self.contracts.values() if one.system is not None}
        except SpectraError:
            return set()

    def redact_secrets(self, text: str) -> str:
        """Return a text in which no value of a secret setting stands, nor what looks like one."""
        from spectra_gx.wiring import redact_secrets

        return redact_secrets(text, self.settings)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The Delta tables; `./warehouse` under the project unless told otherwise."""
        return self._warehouse_of(self.settings)

    def _warehouse_for_review(self) -> Warehouse:
        """Return the tables, reached at no address that the reviewed branch may have written."""
        from spectra_gx.settings import load_settings

        return self._warehouse_of(load_settings(self.root, foreign=True, **self.settings_overrides))

    def _warehouse_of(self, settings: Settings) -> Warehouse:
        from spectra_gx.warehouse.warehouse import Warehouse

        folder = self.warehouse_folder or self.root / settings.warehouse
        return Warehouse(
            folder, settings.object_store(), settings.engine_memory, settings.engine_cpus
        )

    # -- judging -----------------------------------------------------------------------------------

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
        """Judge tables where they stand; nothing is written unless it is to be recorded.

        Args:
            named: A stage's name, or a contract file.
            table: The only table to judge; all of the contract's without it.
            version: Delta version to judge in place of the newest.
            as_of: The clock, UTC; else the version's commit time, else now.
            record: Whether the result goes into the activity log.
            engine: What answers: `datafusion`, in this process, or `spark`.
            spark: The session that Spark answers in; a local one is started without it.
            changed: Whether rules that look at one row at a time are judged only on rows added
                since a recorded check in which they passed.

        Raises:
            ActivityLogError: It could not be recorded.
            ConfigurationError: Spark does not start.
            UsageError: The contract has no such table, or there is no such contract or engine.
        """
        from spectra_gx.engines.registry import engine_named
        from spectra_gx.runner.checking import CheckParameters, check
        from spectra_gx.runner.events import Events
        from spectra_gx.wiring import build_identity

        contracts = self._contracts_around(contract := self.contract(named))
        contract = contracts[contract.name]
        return check(
            contract,
            contracts,
            self.warehouse,
            build_identity(contract, self.settings),
            CheckParameters(table, version, as_of, record, changed),
            engine_named(engine, spark),
            Events(self._listeners),
        )

    def _contracts_around(
        self, contract: StageContract | None = None
    ) -> Mapping[str, StageContract]:
        """Return the project's contracts, each as sensitive as any of them says of its data.

        Args:
            contract: Takes its place among them, where it may be another file.
        """
        from spectra_gx.warehouse.sensitivity import Classifications

        own = {} if contract is None else {contract.name: contract}
        known = Classifications([*self._stored.values(), *own.values()], self.warehouse.root)
        return {name: known.applied(one) for name, one in {**self._stored, **own}.items()}

    @property
    def _listeners(self) -> Sequence[Listener]:
        return () if self.progress is None else (self.progress,)

    # -- running -----------------------------------------------------------------------------------

    def run(
        self,
        named: str,
        parameters: RunParameters,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        correlation_id: str | None = None,
    ) -> RunResult:
        """Run a stage: build it where it has a builder, judge, publish, log, show and tell.

        Args:
            named: The stage.
            parameters: How to behave.
            sandbox: Whether the source is the sandbox, started for this run and stopped after it.
            faults: What the sandbox does wrong.
            correlation_id: Execution id of the run whose output is consumed.

        Raises:
            UsageError: Something that is asked for has no effect on this stage.
        """
        if parameters.backfill:
            asked = {"sandbox": sandbox, "fault": faults, "correlation-id": correlation_id}
            parameters.refuse_idle(named, built=True, asked=[one for one in asked if asked[one]])
            return self._backfill(named, parameters)
        with self.stage_run(
            named, parameters, sandbox=sandbox, faults=faults, correlation_id=correlation_id
        ) as run:
            return run.run()

    @contextmanager
    def stage_run(
        self,
        named: str,
        parameters: RunParameters,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        correlation_id: str | None = None,
        backfill: BackfillVersions | None = None,
    ) -> Iterator[StageRun]:
        """Open a run whose steps the caller takes; a sandbox lives as long as the `with` block.

        Raises:
            UsageError: Something that is asked for has no effect on this stage or on such a run.
        """
        from spectra_gx.runner.stage_run import StageRun
        from spectra_gx.wiring import build_identity, build_services, source_builder

        contracts = self._contracts_around(contract := self.contract(named))
        contract = contracts[contract.name]
        if backfill is None:
            _refuse_other_operations(parameters)
            asked = [name for name, given in (("sandbox", sandbox), ("fault", faults)) if given]
            built = contract.built_by_source
            parameters.refuse_idle(contract.name, built=built, asked=asked)
        identity = build_identity(
            contract, self.settings, correlation_id=correlation_id, sandbox=sandbox
        )
        with (
            nullcontext()
            if backfill
            else source_builder(
                contract,
                parameters,
                identity,
                self.warehouse,
                self._connected(contract, parameters, sandbox=sandbox, faults=faults),
            )
        ) as builder:
            yield StageRun(
                contract,
                contracts,
                parameters,
                identity,
                build_services(contract, self.warehouse, self.settings, self.root),
                builder,
                backfill,
                self._listeners,
            )

    def _connected(
        self,
        contract: StageContract,
        parameters: RunParameters,
        *,
        sandbox: bool,
        faults: Sequence[Fault],
    ) -> AbstractContextManager[Connect]:
        """Return what connects to the source once it is entered."""
        from spectra_gx.wiring import connected

        return connected(contract, parameters, self.settings, sandbox=sandbox, faults=faults)

    def _backfill(self, named: str, parameters: RunParameters) -> RunResult:
        """Judge again every set of versions that the log says stood published, oldest first.

        Returns the worst of the runs, and the newest of several as bad; the log has them all.
        """
        from spectra_gx.runner.stage_run import BackfillVersions
        from spectra_gx.validation.snapshot.pinning import commit_clock, refuse_versions
        from spectra_gx.warehouse.log.run_history import published_versions

        contract = self.contract(named)
        refuse_versions(contract.tables)
        worst: RunResult | None = None
        for versions in published_versions(self.log(named)):
            as_of = commit_clock(self.warehouse, contract, versions) or datetime.now(UTC)
            with self.stage_run(
                named, parameters, backfill=BackfillVersions(versions, as_of)
            ) as run:
                result = run.run()
            if worst is None or result.exit_code >= worst.exit_code:
                worst = result
        if worst is None:
            raise UsageError(f"stage `{named}` has published nothing yet; run it first")
        return worst

    # -- looking back ------------------------------------------------------------------------------

    def log(self, stage: str, *, limit: int | None = None) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a stage's activity log, oldest first.

        Args:
            stage: The stage.
            limit: Only the newest runs, this many, with their checkpoints and activities.

        Raises:
            UsageError: Neither a contract nor a log is for such a stage.
            WarehouseError: The log cannot be read.
        """
        from spectra_gx.warehouse.log.activity_log import DeltaActivityLog

        log = DeltaActivityLog(self.warehouse, self._logged_stage(stage))
        if limit is None:
            return log.runs()
        newest = {row["execution_id"] for row in log.runs("run", limit)}
        return [row for row in log.runs() if row["execution_id"] in newest]

    def _logged_stage(self, named: str) -> str:
        """Return the stage that is named; its contract may be gone while its log is there."""
        logs = self.warehouse.list_tables(["log"])
        logged = [name.removeprefix("log.").removesuffix("log") for name in logs]
        if named in logged:
            return named
        try:
            return self.contract(named).name
        except UsageError as error:
            beside = f"; logs are of {', '.join(logged)}" if logged else ""
            raise UsageError(f"{error.message}{beside}") from None

    def quarantined(self, stage: str | None = None) -> Sequence[QuarantineEntry]:
        """Return what runs set aside and is still in quarantine, of one stage or of all."""
        from spectra_gx.runner.quarantine.quarantined_rows import quarantine_entries

        chosen = self.contracts.values() if stage is None else [self.contract(stage)]
        return quarantine_entries(self.warehouse, chosen)

    def quarantined_rows(
        self, table: str, *, run: str | None = None, rule: str | None = None, last: int = 20
    ) -> Sequence[Mapping[str, Any]]:
        """Return the newest rows in quarantine of a table, sensitive values hidden.

        Args:
            table: The table that they were set aside from.
            run: Only rows that this run set aside.
            rule: Only rows that break this rule.
            last: How many at most.

        Raises:
            UsageError: There is no such table, or it has no such rule.
        """
        from spectra_gx.runner.quarantine.quarantined_rows import declared_table, visible_rows

        contract, declared = declared_table(self._contracts_around(), table)
        return visible_rows(self.warehouse, contract, declared, run=run, rule=rule, last=last)

    def release(self, table: str, run: str) -> Release:
        """Publish the rows that a run set aside and that pass now; the others stay in quarantine.

        Raises:
            UsageError: There is no such table, or none of its rows is held of that run.
            WarehouseError: Nothing was released, or another run kept publishing.
        """
        from spectra_gx.runner.quarantine.quarantined_rows import declared_table
        from spectra_gx.runner.quarantine.release import release
        from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
        from spectra_gx.wiring import build_identity

        contracts = self._contracts_around()
        contract, declared = declared_table(contracts, table)
        identity = build_identity(contract, self.settings)
        log = DeltaActivityLog(self.warehouse, contract.name)
        return release(contract, contracts, declared, run, self.warehouse, log, identity)

    def handoff(self, named: str) -> Readiness:
        """Apply the readiness checks to a stage's latest run."""
        from spectra_gx.runner.readiness import readiness
        from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
        from spectra_gx.warehouse.log.run_history import published_runs
        from spectra_gx.wiring import resolve_system

        contract = self.contract(named)
        consumer = self._stored.get(contract.handoff.to) if contract.handoff else None
        rows = DeltaActivityLog(self.warehouse, contract.name).runs("run")
        runs = published_runs(rows, resolve_system(contract, self.settings))
        return readiness(contract, consumer, runs, self.warehouse, datetime.now(UTC))

    # -- telling -----------------------------------------------------------------------------------

    def tell_digest(self, stages: Sequence[str] = (), *, since: timedelta) -> SentDigest:
        """Tell people in one message what became of stages.

        Args:
            stages: All that have run without any.
            since: How far to look back.

        Raises:
            UsageError: There is no such stage, or none has run yet.
            WarehouseError: A log cannot be read.
        """
        from spectra_gx.notify.digest_message import tell_digest
        from spectra_gx.runner.stage_digest import read_digest
        from spectra_gx.wiring import build_notification_policy, build_notifier, resolve_system

        chosen = [self.contract(named) for named in stages] or self.contracts.values()
        systems = {one.name: resolve_system(one, self.settings) for one in chosen}
        digest = read_digest(self.warehouse, systems, datetime.now(UTC) - since, named=bool(stages))
        one = next(iter(systems.values())) if len({*systems.values()}) == 1 else None
        notifier = build_notifier(self.settings, one)
        return tell_digest(digest, notifier, build_notification_policy(self.settings))

    def try_webhooks(self) -> Sequence[WebhookResult]:
        """Send a test message to every webhook that is set; return how each took it.

        Raises:
            ConfigurationError: None is set.
        """
        from spectra_gx.notify.webhook_test import try_webhooks

        return try_webhooks(self.settings.named_webhooks())

    def docs(self) -> Path:
        """Return the first page of the data docs.

        Raises:
            UsageError: No run has written them yet.
        """
        page = self.warehouse.docs_index
        if not page.is_file():
            raise UsageError(
                f"no data docs stand at `{page}` yet; run a stage first: `spectra-gx run <stage>`"
            )
        return page

    def build_docs(self) -> int:
        """Write the data docs anew from the logs and what is kept of runs.

        Pages of Great Expectations stay as they are.

        Returns:
            How many runs have a page.

        Raises:
            ContractError: A contract is invalid.
            WarehouseError: A log cannot be read, or a run kept writing.
        """
        from spectra_gx.report.data_docs import build_docs
        from spectra_gx.wiring import find_contract_file, runbook_file

        contracts = [
            (one, find_contract_file(one, self.root)) for one in self._contracts_around().values()
        ]
        return build_docs(self.warehouse, contracts, runbook_file(self.settings, self.root))

    def doctor(self, *, sandbox: bool = False) -> Sequence[Finding]:
        """Return what keeps this project from working here, and how to mend it.

        Nothing is changed and nobody is told; the source, if one is configured, gets one call.

        Args:
            sandbox: Whether to ask a sandbox in place of the source.
        """
        from spectra_gx.doctor.diagnosis import diagnose

        found = diagnose(self.root, lambda: self.settings, lambda: self.warehouse, sandbox=sandbox)
        return [*found]

    def context(self) -> FileDataContext:
        """Open the project's compiled artefacts in GX, over the tables as they stand now."""
        from spectra_gx.validation.gx.project_context import open_context

        return open_context(self.root, self._contracts_around(), self.warehouse)


def _refuse_other_operations(parameters: RunParameters) -> None:
    """Refuse what is no run in seven steps: taken as one, it would build and publish."""
    if parameters.backfill:
        raise UsageError("a backfill has no steps of its own; call `Project.run` with it")
    if parameters.release is not None:
        raise UsageError("`release` is set by `Project.release` alone; call that")
