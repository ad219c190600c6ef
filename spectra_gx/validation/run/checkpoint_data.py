"""Inputs and outcomes of checkpoints; cheap to import, and picklable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.types.resource_identifiers import (
        ValidationResultIdentifier,
    )

    from spectra_gx.causes import Obstacle
    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.session import Engine
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.results import TableResult
    from spectra_gx.validation.snapshot.clock import RunClock

EarlierRows = Mapping[str, int] | str
"""Table → its rows in the last passed run, or why they are not known."""


@dataclass(frozen=True)
class CheckpointInputs:
    """What the checkpoints of a stage share."""

    contract: StageContract
    snapshot: Snapshot
    types: Mapping[str, Mapping[str, str]]
    """Every table that may be read → column → declared type."""

    clock: RunClock
    earlier_rows: EarlierRows
    engine: Engine
    past: Mapping[str, Any] | str = field(default_factory=dict)
    """Suite parameters about earlier runs of rules, or why these are not known."""


@dataclass(frozen=True)
class CheckpointOutcome:
    """A table's verdict, and GX's own result behind it, redacted."""

    result: TableResult
    gx: ExpectationSuiteValidationResult | None
    """None when GX itself could not finish."""

    identifier: ValidationResultIdentifier | None


@dataclass(frozen=True)
class FailedCheckpoint:
    """A table that could not be validated at all, and why."""

    obstacle: Obstacle
