"""A project folder: its contracts, its settings and its warehouse."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.language.environments import apply_environment, apply_overrides
from spectra_gx.contract.loading import (
    find_project,
    has_contracts,
    load_project,
    only_stage,
    resolve_contract,
)
from spectra_gx.errors import ConfigurationError, SpectraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.events import Listener
    from spectra_gx.settings import Settings
    from spectra_gx.sources.faults import Fault
    from spectra_gx.sources.source_system import SourceSystem
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """A folder with `contracts/`, and the warehouse that contains its tables."""

    root: Path
    warehouse_folder: str | None = None
    """As given by the caller; None leaves it to the project's settings."""

    settings_overrides: Mapping[str, Any] = field(default_factory=dict)
    """Settings by their names in lower case; they win over every other source."""

    environment: str | None = None
    """As given by the caller; None leaves it to SPECTRA_ENVIRONMENT."""

    longest_wait: ClassVar[float] = 5.0
    """Seconds that the end of a run waits for all of its listeners together."""

    progress: Listener | None = field(default=None, compare=False)
    """Hears of the events of runs and checks."""

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        warehouse: str | None = None,
        *,
        environment: str | None = None,
    ) -> Self:
        """Open the project in a folder or, without one, the nearest upwards from here.

        Args:
            folder: The project.
            warehouse: Where its tables are; its settings say so without it.
            environment: Which of its environments; SPECTRA_ENVIRONMENT without it.

        Raises:
            UsageError: There is none; names what makes a folder one.
        """
        if folder is None:
            return cls(find_project(Path.cwd()), warehouse, environment=environment)
        root = Path(folder).resolve()
        if not (root / "contracts").is_dir():
            raise UsageError(
                f"`{folder}` contains no `contracts/` folder; create it, or name another"
            )
        return cls(root, warehouse, environment=environment)

    @classmethod
    def open_for_contract(
        cls,
        named: str,
        folder: str | Path | None = None,
        warehouse: str | None = None,
        *,
        environment: str | None = None,
    ) -> Self:
        """Open the project for a contract; a contract file needs none: this folder serves.

        Arguments but the contract are as for `open`.

        Raises:
            UsageError: There is no project, and no such file either.
        """
        try:
            return cls.open(folder, warehouse, environment=environment)
        except UsageError:
            if folder is None and Path(named).is_file():
                return cls(Path.cwd(), warehouse, environment=environment)
            raise

    open_around = open_for_contract
    """The name in 0.1.0."""

    @cached_property
    def contracts(self) -> Mapping[str, StageContract]:
        """The project's contracts by stage; none for a contract file without a project.

        Raises:
            ContractError: Some are invalid; carries every problem of all of them.
        """
        return load_project(self.root) if (self.root / "contracts").is_dir() else {}

    def contract(self, named: str) -> StageContract:
        """Return a contract by its stage's name or as any contract file.

        Raises:
            UsageError: There is none of that name, or no such environment.
            ContractError: It is invalid.
        """
        contract = self.declared_contract(named)
        if self.environment is not None and self.environment not in self._environments:
            if self._environments:
                self._refuse_unknown_environment(self.environment)
            return apply_environment(contract, self.environment)
        return apply_overrides(contract, self.settings.spectra_environment)

    def declared_contract(self, named: str) -> StageContract:
        """Return a contract as it is written, whatever the environment.

        Raises:
            UsageError: There is none of that name.
            ContractError: It is invalid.
        """
        return resolve_contract(named, self.root)

    def only_stage(self) -> str:
        """Return the name of the project's stage, where it has one alone.

        Raises:
            UsageError: It has none or several; names them.
        """
        return only_stage(self.root)

    @cached_property
    def settings(self) -> Settings:
        """The project's settings, those of its environment among them.

        Raises:
            ConfigurationError: One of them cannot be used.
            UsageError: There is no such environment.
        """
        return self._load_settings()

    @cached_property
    def warehouse(self) -> Warehouse:
        """The tables; in `./warehouse` under the project unless a setting or the caller differs."""
        return _open_warehouse(self, self.settings)

    @cached_property
    def lost_listeners(self) -> set[str]:
        """Listeners that were late at the end of a run, and hear nothing of later ones."""
        return set()

    def foreign_settings(self) -> Settings:
        """Return the settings where the project's files may be somebody else's."""
        return self._load_settings(foreign=True)

    def find_source(self, name: str, place: str) -> SourceSystem:
        """Return a source system by its name.

        Args:
            name: A contract's `system`.
            place: What names it, for an error.

        Raises:
            ConfigurationError: Nothing reads it, or what does cannot be used.
        """
        from spectra_gx.sources.registry import require_system

        return require_system(name, place)

    def parse_fault(self, stage: str, text: str) -> Fault:
        """Read `KIND[+AFTER][:COUNT][@PATH]` as a fault that the sandbox of a stage's system shows.

        Raises:
            UsageError: It cannot be read, or the sandbox does not show it.
        """
        from spectra_gx.sources.faults import parse_fault
        from spectra_gx.sources.registry import select_system

        selected = select_system(self.contract(stage), self.settings.source_system)
        try:
            return parse_fault(text, self.find_source(*selected).faults)
        except ConfigurationError:  # a system that nothing reads ends the run, in its step
            return parse_fault(text)

    def redact_secrets(self, text: str) -> str:
        """Return a text without the value of any secret setting, or what looks like one."""
        from spectra_gx.settings.redaction import redact_secrets

        return redact_secrets(text, self.settings)

    without_secrets = redact_secrets
    """The name in 0.1.0."""

    def _load_settings(self, *, foreign: bool = False) -> Settings:
        from spectra_gx.settings import load_settings

        loaded = load_settings(
            self.root,
            systems=() if foreign else self._systems(),
            owners=() if foreign else self._owners(),
            foreign=foreign,
            environment=self.environment,
            **self.settings_overrides,
        )
        if loaded.spectra_environment is not None:
            self._refuse_unknown_environment(loaded.spectra_environment)
        return loaded

    def _refuse_unknown_environment(self, name: str) -> None:
        """Refuse a name that nothing knows: what it leaves out would be taken from elsewhere."""
        contracts = declared_contracts(self).values()
        known = {
            *self._environments,
            *(one.name for each in contracts for one in each.environments),
        }
        if name not in known and (known or contracts):
            hint = did_you_mean(name, known) or (
                f"; declare it in pyproject.toml under `[tool.spectra-gx.environments.{name}]`"
            )
            raise UsageError(f"there is no environment {quote(name)}{hint}")

    @cached_property
    def _environments(self) -> tuple[str, ...]:
        from spectra_gx.settings import declared_environments

        return declared_environments(self.root)

    def _systems(self) -> set[str]:
        """Return the systems that contracts name or read; none where a contract is invalid."""
        from spectra_gx.sources.registry import DEFAULT_SYSTEM

        try:
            named = {
                one.system or (DEFAULT_SYSTEM if one.describes_source else None)
                for one in self.contracts.values()
            }
            return {system for system in named if system is not None}
        except SpectraError:
            return set()

    def _owners(self) -> set[str]:
        """Return who answers for contracts and tables; nobody where a contract is invalid."""
        from spectra_gx.runner.alerts.routing import owners_of

        try:
            contracts = self.contracts.values()
        except SpectraError:
            return set()
        return {owner for contract in contracts for owner in owners_of(contract)}


def declared_contracts(workspace: Workspace) -> Mapping[str, StageContract]:
    """Return the project's contracts; none where `contracts/` is empty.

    Raises:
        ContractError: Some are invalid; carries every problem of all of them.
    """
    return workspace.contracts if has_contracts(workspace.root) else {}


def classified_contracts(
    workspace: Workspace, contract: StageContract | None = None
) -> Mapping[str, StageContract]:
    """Return the project's contracts, each as sensitive as any of them declares its data.

    `contract` replaces the one of its name, since it may be another file.
    """
    from spectra_gx.warehouse.sensitivity import Classifications

    declared = declared_contracts(workspace)
    own = {} if contract is None else {contract.name: contract}
    # What the replaced contract classifies stays classified.
    known = Classifications([*declared.values(), *own.values()], workspace.warehouse.address)
    environment = workspace.settings.spectra_environment
    others = {name: apply_overrides(one, environment) for name, one in declared.items()}
    return {name: known.applied(one) for name, one in {**others, **own}.items()}


def warehouse_for_review(workspace: Workspace) -> Warehouse:
    """Return the tables, reached at no address that the reviewed branch may have written."""
    return _open_warehouse(workspace, workspace.foreign_settings())


def _open_warehouse(workspace: Workspace, settings: Settings) -> Warehouse:
    from spectra_gx.store.onelake import onelake_risk
    from spectra_gx.warehouse.warehouse import Warehouse

    address = workspace.warehouse_folder or settings.warehouse_of(workspace.root)
    if risk := onelake_risk(address):
        logger.warning("%s; %s", *risk)
    return Warehouse(
        address,
        settings.store_access(),
        settings.engine_memory,
        settings.engine_cpus,
        settings.warehouse_credentials,
    )
