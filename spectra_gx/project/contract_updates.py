"""Bring the file of a contract up to what is new in its data, and check the data by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.formatting import replace_bytes
from spectra_gx.contract.loading import find_contract
from spectra_gx.project.workspace import declared_contracts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.project.run_operations import RunOperations
    from spectra_gx.validation.results import StageResult


@dataclass(frozen=True)
class ContractUpdate:
    """What an update did."""

    file: str
    added: tuple[str, ...]
    """What was added to the file, a line each; empty where it was not changed."""

    by_hand: tuple[str, ...]
    """What is new and has to be added by hand, since the file is written as it is."""

    left_out: Mapping[str, str]
    """File, folder or table among those that were named → why it was not added."""

    check: StageResult
    """What the data says of the contract as it is now; nothing that it contradicts was changed."""


def update_contract_file(
    project: RunOperations, named: str, tables: Sequence[str], credentials: str | None
) -> ContractUpdate:
    """Add what is new in the data to a contract's file; arguments as for `Project.update`."""
    from spectra_gx.profile.update.updating import update_contract
    from spectra_gx.warehouse.sensitivity import Classifications

    contract = project.contract(named)
    path, file = find_contract(named, project.root)
    others = {**declared_contracts(project), contract.name: contract}
    source = path.read_bytes()
    updated = update_contract(
        source,
        file,
        contract,
        tables,
        project.warehouse,
        Classifications(others.values(), project.warehouse.address),
        credentials,
        [table.name for other in others.values() for table in other.tables],
    )
    if updated.source != source:
        replace_bytes(path.resolve(), updated.source)
    return ContractUpdate(
        file, updated.added, updated.by_hand, updated.left_out, project.check(named)
    )
