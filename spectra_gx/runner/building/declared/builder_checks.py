"""Check the builders of a stage against its contract, before anything is run."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.model import Place
from spectra_gx.contract.problems import Report, TooManyProblems
from spectra_gx.errors import ContractError
from spectra_gx.runner.building.build_order import find_circle
from spectra_gx.runner.building.declared.sql_checks import SqlChecks
from spectra_gx.runner.building.declared.stage_builders import find_builders
from spectra_gx.runner.building.declared.stage_settings import read_stage_settings
from spectra_gx.runner.building.declared.table_options import read_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.building.declared.declarations import DeclaredBuilder, Written
    from spectra_gx.runner.building.declared.stage_builders import StageBuilders
    from spectra_gx.runner.building.declared.stage_settings import StageSettings
    from spectra_gx.warehouse.publishing.options import PublishOptions


def check_builders(
    root: Path, contract: StageContract, contracts: Mapping[str, StageContract]
) -> BuilderChecks:
    """Return the builders that a project has for a stage, checked; nothing of them is run."""
    builders = find_builders(root, contract.name)
    settings = read_stage_settings(root, contract.name)
    return BuilderChecks(builders, settings, contract, contracts)


def sound_builders(
    root: Path, contract: StageContract, contracts: Mapping[str, StageContract]
) -> BuilderChecks:
    """Return the builders that a project has for a stage, with which nothing is wrong.

    Raises:
        ContractError: Something is; carries every problem.
    """
    checked = check_builders(root, contract, contracts)
    problems = [problem for report in checked.reports for problem in report.problems]
    if problems:
        raise ContractError(problems)
    return checked


class BuilderChecks:
    """The builders of one stage beside its contract; every problem is in `reports`."""

    def __init__(
        self,
        builders: StageBuilders,
        settings: StageSettings,
        contract: StageContract,
        contracts: Mapping[str, StageContract],
    ) -> None:
        """Check them.

        Args:
            builders: The functions and SQL files of the project.
            settings: What pyproject.toml says about the stage.
            contract: The stage.
            contracts: The project's contracts, for what it consumes.
        """
        self._contract = contract
        self._readable = readable_tables(contract, contracts)
        self._sql = SqlChecks(contract, contracts, self._readable)
        reports = (*builders.reports, settings.report)
        self._files = {report.file: report for report in reports}
        self._settings = self.settings = settings
        self.options: dict[str, PublishOptions] = {}
        """Table → how it is published."""

        self.builders: dict[str, DeclaredBuilder] = {}
        """Table → what builds it; of several builders the first."""

        known = [one for one in builders.declared if self._check_table(one)]
        # What is unreadable, or misnamed, may be meant for tables that seem to have no builder.
        unread = any(report.problems for report in builders.reports)
        for one in known:
            self._check(one)
        delivered = contract.describes_source or settings.command is not None
        self._check_settings(delivered=delivered)
        if builders.declared and not delivered and not unread:
            self._check_missing()
        self._check_circle()

    @property
    def reports(self) -> Sequence[Report]:
        """Return what was found, a report for each file."""
        return tuple(self._files.values())

    def needs_of(self, builder: DeclaredBuilder) -> dict[str, Place]:
        """Return the tables of this stage that a builder reads as they will be."""
        return {
            table: place
            for table, place in {**builder.queried, **builder.needs}.items()
            if self._contract.table(table) is not None
        }

    def _check_table(self, builder: DeclaredBuilder) -> bool:
        """Report a builder of a table that it may not build; return whether it may."""
        name, report = builder.table, self._files[builder.place.file]
        table = self._contract.table(name)
        if table is None:
            known = [one.name for one in self._contract.tables]
            hint = did_you_mean(name, known) or "; declare it there"
            message = f"contract `{self._contract.name}` declares no table {quote(name)}{hint}"
            self._add(report, builder.place, message)
            return False
        first = self.builders.setdefault(name, builder)
        if first is not builder:
            where = f"`{first.place.file}:{first.place.line}`"
            self._add(report, builder.place, f"`{name}` is built in {where} already; remove one")
            return False
        if table.location is not None:
            message = (
                f"`{name}` has a `location`, so something else stores it; leave `location` out of "
                "the contract, or remove this builder"
            )
            self._add(report, builder.place, message)
        return True

    def _check(self, builder: DeclaredBuilder) -> None:
        table = self._contract.table(builder.table)
        report = self._files[builder.place.file]
        if table is None:
            return
        with suppress(TooManyProblems):
            given = self._options(builder)
            options = self.options[table.name] = read_options(table, given, self._files)
            self._check_names(builder, report)
            if ("watermark" in given) == (options.watermark is not None):
                for at, message in self._sql.problems(builder, table, options):
                    report.add(at, message)

    def _options(self, builder: DeclaredBuilder) -> dict[str, Written]:
        """Return the options of a table from both places; what is in two of them is reported."""
        other = self._settings.tables.get(builder.table, {})
        for name in builder.options.keys() & other.keys():
            first = builder.options[name].place
            message = (
                f"`{name}` of `{builder.table}` is given here and in `{first.file}:{first.line}`; "
                "remove one"
            )
            self._add(self._settings.report, other[name].place, message)
        return {**other, **builder.options}

    def _check_settings(self, *, delivered: bool) -> None:
        """Check the options of tables that no function and no SQL file builds."""
        for name, options in self._settings.tables.items():
            table = self._contract.table(name)
            place = next((one.place for one in options.values()), self._settings.place)
            if table is None:
                known = [one.name for one in self._contract.tables]
                hint = did_you_mean(name, known) or "; declare it there"
                message = f"contract `{self._contract.name}` declares no table {quote(name)}{hint}"
                self._add(self._settings.report, place, message)
            elif name not in self.builders:
                if not delivered:
                    message = f"nothing builds `{name}`, so that its options have no effect"
                    self._settings.report.note(place, message)
                with suppress(TooManyProblems):
                    self.options[name] = read_options(table, options, self._files)

    def _check_names(self, builder: DeclaredBuilder, report: Report) -> None:
        reads = [(read.table.value, read.table.place) for read in builder.reads]
        queried = [] if builder.function is None else [*builder.queried.items()]
        for name, place in [*builder.needs.items(), *reads, *queried]:
            if name not in self._readable and name != "table":
                hint = did_you_mean(name, self._readable) or "; name it under `consumes`"
                report.add(place, f"table {quote(name)} is neither declared nor consumed{hint}")
        for name, place in {**builder.queried, **builder.needs}.items():
            if name in (builder.table, "table"):
                report.add(
                    place,
                    f"`{builder.table}` is read as it will be to build it; read what is published "
                    "by a function, with `run.read`",
                )
        for name, place in builder.needs.items():
            if name in self._readable and self._contract.table(name) is None:
                report.add(
                    place, f"`{name}` is of another stage, which is not built here; use `run.read`"
                )

    def _check_missing(self) -> None:
        for table in self._contract.tables:
            if table.name in self.builders or table.location is not None:
                continue
            file = self._contract.file or f"contracts/{self._contract.name}.contract.yaml"
            place = table.place or Place(file, 1, 1)
            report = self._files.setdefault(place.file, Report(place.file))
            self._add(
                report,
                place,
                f"nothing builds `{table.name}`, but other tables of the stage are built; add a "
                f"function or `stages/{self._contract.name}/{table.name}.sql`",
            )

    def _check_circle(self) -> None:
        needs = {
            table: [name for name in self.needs_of(one) if name != table]
            for table, one in self.builders.items()
        }
        circle = find_circle(needs)
        if circle is not None:
            first = self.builders[circle[0]]
            place = self.needs_of(first)[circle[1]]
            shown = " needs ".join(f"`{table}`" for table in circle)
            self._add(self._files[place.file], place, f"{shown}; break the circle with `run.read`")

    @staticmethod
    def _add(report: Report, place: Place, message: str) -> None:
        with suppress(TooManyProblems):
            report.add(place, message, "meaning")
