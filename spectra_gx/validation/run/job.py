"""Inputs of one validation of a stage: contract, tables, versions, instant, engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.validation.run.progress import NoProgress, Progress

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.session import Engine
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.snapshot.clock import RunClock
    from spectra_gx.validation.snapshot.pinning import Contracts
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class ValidationJob:
    """Everything that decides how a stage is validated, and what the result is."""

    contract: StageContract
    contracts: Contracts
    """The project's contracts, for the tables that this one consumes."""

    warehouse: Warehouse
    snapshot: Snapshot
    """The versions that are read, and the memory and processors that reading them may take."""

    clock: RunClock
    tables: tuple[Table, ...]
    """Those of the contract that are validated."""

    engine: Engine = DATAFUSION
    progress: Progress = field(default_factory=NoProgress)
