"""A project as tools open it: afresh for every call, by names alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.loading import stages_with_contract
from spectra_gx.errors import ContractError, UsageError
from spectra_gx.project import Project
from spectra_gx.project.workspace import classified_contracts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from spectra_gx.contract.model import Rule, StageContract
    from spectra_gx.warehouse.warehouse import Warehouse

_MOST_NAMED = 20
_TABLE = re.compile(r"[A-Za-z0-9_]+\.[A-Za-z0-9_]+")


@dataclass(frozen=True)
class ProjectAccess:
    """Where a project is, and what may leave it."""

    root: Path
    warehouse: str | None = None
    environment: str | None = None
    samples: bool = False
    """Whether values of tables may leave, sensitive ones never."""

    def open(self) -> Project:
        """Return the project as it is now."""
        return Project(self.root, self.warehouse, environment=self.environment)

    @property
    def stages(self) -> list[str]:
        """The stages that have a contract file."""
        return stages_with_contract(self.root)

    def open_stage(self, stage: str) -> tuple[Project, StageContract]:
        """Return the project as it is now, and the contract of a stage.

        Raises:
            ContractError: It is invalid.
            UsageError: There is no such stage; a path is none.
        """
        project = self.open()
        return project, self.contract(stage, project)

    def contract(self, stage: str, project: Project) -> StageContract:
        """Return the contract of a stage.

        Raises:
            ContractError: It is invalid.
            UsageError: There is no such stage; a path is none.
        """
        stages = self.stages
        if stage not in stages:
            listed = ", ".join(stages[:_MOST_NAMED]) or "none yet"
            hint = did_you_mean(stage, stages) or f"; stages are {listed}"
            raise UsageError(f"there is no stage {quote(stage)}{hint}")
        return project.contract(stage)

    def valid_contracts(self, project: Project) -> Iterator[StageContract]:
        """Yield the contracts that can be read."""
        for stage in self.stages:
            try:
                yield self.contract(stage, project)
            except ContractError:
                continue  # `list_stages` and `lint` name it

    def find_rule(self, rule_id: str, project: Project) -> tuple[StageContract, Rule]:
        """Return a rule and the contract that declares it.

        Raises:
            UsageError: No contract that can be read declares it.
        """
        known: list[str] = []
        for contract in self.valid_contracts(project):
            for rule in contract.rules():
                if rule.id == rule_id:
                    return contract, rule
                known.append(rule.id)
        hint = did_you_mean(rule_id, known) or "; `explain_failure` and `read_contract` name rules"
        raise UsageError(f"no contract has a rule {quote(rule_id)}{hint}")

    def contract_lines(self, contract: StageContract) -> list[str]:
        """Return the lines of a contract's file."""
        path = self.root / (contract.file or "")
        return path.read_text("utf-8-sig", errors="replace").splitlines()

    def require_table(self, name: str) -> None:
        """Refuse what no contract declares and the warehouse does not have.

        Raises:
            UsageError: It is no such table; a path is none.
        """
        project = self.open()
        if not any(name in one.table_names for one in self.valid_contracts(project)):
            require_stored_table(project.warehouse, name)

    def redactor(self) -> Callable[[str], str]:
        """Return what takes secrets out of a text: values of settings, and what looks like one.

        Raises:
            ConfigurationError: The settings cannot be read, so that nobody knows what is secret.
        """
        project = self.open()
        _ = project.settings
        return project.redact_secrets


def classified_contract(project: Project, contract: StageContract) -> StageContract | None:
    """Return a contract as sensitive as any contract of its project declares its data.

    None where a contract of the project cannot be read: nobody knows then what it classifies.
    """
    try:
        return classified_contracts(project, contract)[contract.name]
    except ContractError:
        return None


def require_stored_table(warehouse: Warehouse, name: str) -> None:
    """Refuse what is no table of the warehouse: a path, an address, a pattern.

    Raises:
        UsageError: It is not.
    """
    schema = name.partition(".")[0]
    if not _TABLE.fullmatch(name) or name not in warehouse.list_tables([schema]):
        raise UsageError(
            f"the warehouse has no table {quote(name)}; name one as `schema.table`; for files and "
            "databases a person uses `spectra-gx init`"
        )
