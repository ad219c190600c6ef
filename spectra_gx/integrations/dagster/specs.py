"""What contracts declare, as Dagster's assets and checks."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dagster import (
    AssetCheckKey,
    AssetCheckSpec,
    AssetKey,
    AssetSpec,
    TableColumn,
    TableColumnConstraints,
    TableSchema,
)

from spectra_gx.contract.language.environments import apply_overrides
from spectra_gx.contract.loading import load_project
from spectra_gx.contract.model import Severity, StageContract, Table
from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def asset_key(table: str) -> AssetKey:
    """Return the key of a table: its schema, then its name."""
    return AssetKey(table.split("."))


def identifier(text: str) -> str:
    """Return a text as Dagster takes names: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]", "_", text)


@dataclass(frozen=True)
class StageSpecs:
    """The tables of a stage as assets, and their rules as checks."""

    contract: StageContract
    tables: Sequence[Table]
    key: Callable[[str], AssetKey]
    """Returns the key of a table by its name."""

    def assets(self) -> list[AssetSpec]:
        """Return an asset for each table; each depends on all tables that the stage consumes."""
        consumed = [self.key(name) for need in self.contract.consumes for name in need.tables]
        return [
            AssetSpec(
                self.key(table.name),
                deps=consumed,
                description=table.description,
                group_name=identifier(self.contract.name),
                kinds={str(table.format)},
                skippable=True,  # a run publishes what it built, or nothing
                metadata={
                    "dagster/column_schema": _schema(table),
                    "owner": self.contract.owner,
                    "contract": f"{self.contract.name} {self.contract.version}",
                },
            )
            for table in self.tables
        ]

    def checks(self) -> list[AssetCheckSpec]:
        """Return a check for each rule; critical ones block what depends on the table."""
        return [
            AssetCheckSpec(
                self.check_keys[rule.id].name,
                asset=self.key(table.name),
                description=rule.description or rule.id,
                blocking=rule.severity is Severity.CRITICAL,
                metadata={"rule": rule.id, "severity": str(rule.severity)},
            )
            for table in self.tables
            for rule in table.rules
        ]

    @cached_property
    def check_keys(self) -> dict[str, AssetCheckKey]:
        """Return each rule's id → the key of its check."""
        return {
            rule: AssetCheckKey(self.key(table.name), name)
            for table in self.tables
            for rule, name in check_names(table.name, [one.id for one in table.rules]).items()
        }


def read_specs(
    stage: str,
    project: str | Path,
    environment: str | None,
    tables: Sequence[str] | None,
    key: Callable[[str], AssetKey],
) -> StageSpecs:
    """Read the contract of a stage; arguments as for `build_stage_assets`.

    Raises:
        ContractError: A contract of the project is invalid.
        UsageError: The project has no such stage, or the stage no such table.
    """
    contracts = load_project(Path(project))
    if stage not in contracts:
        raise UsageError(f"`{project}` has no stage `{stage}`; it has {', '.join(contracts)}")
    contract = apply_overrides(contracts[stage], environment)
    chosen = contract.table_names if tables is None else tables
    for name in chosen:
        if contract.table(name) is None:
            known = ", ".join(contract.table_names)
            raise UsageError(f"stage `{stage}` has no table `{name}`; it has {known}")
    return StageSpecs(contract, [one for one in contract.tables if one.name in chosen], key)


def check_names(table: str, rules: Sequence[str]) -> dict[str, str]:
    """Return each rule's id → a name of its check that is unique for the table.

    Ids that differ only in what Dagster does not take get a part of their hash.
    """
    plain = {rule: identifier(rule.removeprefix(f"{table}.")) for rule in rules}
    times = Counter(plain.values())
    return {
        rule: name if times[name] == 1 else f"{name}_{_digest(rule)}"
        for rule, name in plain.items()
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _schema(table: Table) -> TableSchema:
    return TableSchema(
        [
            TableColumn(
                column.name,
                column.type,
                column.description,
                constraints=TableColumnConstraints(nullable=not column.required),
            )
            for column in table.columns
        ]
    )
