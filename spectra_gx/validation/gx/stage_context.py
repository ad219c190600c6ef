"""The tables of a stage in a GX context in memory, and GX running their checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import ProgressBarsConfig

from spectra_gx.compiler.artefacts import (
    BATCH_DEFINITION,
    compile_checkpoint,
    compile_validation_definition,
)
from spectra_gx.compiler.registry import AS_OF
from spectra_gx.validation.gx import expectations as _registered  # noqa: F401 - GX learns them here
from spectra_gx.validation.gx.batch_data import DeltaBatchData
from spectra_gx.validation.gx.datasource import delta_datasource
from spectra_gx.validation.gx.in_memory_checkpoint import (
    in_memory_checkpoint,
    memoized_expectations,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.types.resource_identifiers import (
        ValidationResultIdentifier,
    )

    from spectra_gx.causes import Cause
    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.session import Engine
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.snapshot.clock import RunClock


class StageContext:
    """A GX context over a snapshot; nothing is written to disk."""

    def __init__(self, contract: StageContract, snapshot: Snapshot, engine: Engine) -> None:
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(
            globally=False, metric_calculations=False
        )
        keys = {table.name: table.primary_key for table in contract.tables}
        self._datasource = delta_datasource(snapshot, keys, engine)
        # Public `add` would write a configuration; this is how GX itself attaches one it loaded.
        self._context._add_fluent_datasource(self._datasource, save_changes=False)  # noqa: SLF001

    def close(self) -> None:
        """Close the session that the tables are read in."""
        self._datasource.close()

    def run_checkpoint(
        self, table: Table, suite: Mapping[str, Any], clock: RunClock, past: Mapping[str, Any]
    ) -> tuple[ValidationResultIdentifier, ExpectationSuiteValidationResult]:
        """Run the checkpoint of a table; return GX's own result and its identifier.

        `past` are the suite parameters about earlier runs.
        """
        batch_definition = self._datasource.get_asset(table.name).get_batch_definition(
            BATCH_DEFINITION
        )
        with memoized_expectations():
            checkpoint = in_memory_checkpoint(
                batch_definition,
                suite,
                compile_validation_definition(table),
                compile_checkpoint(table),
            )
            ran = checkpoint.run(
                expectation_parameters={
                    AS_OF: clock.as_of.isoformat(),
                    **past,
                },
                run_id=RunIdentifier(run_name=clock.execution_id, run_time=clock.as_of),
            )
        [(identifier, result)] = ran.run_results.items()
        return identifier, result

    @property
    def batch(self) -> MetricBatch | None:
        """The table that was opened last."""
        data = self._datasource.get_execution_engine().batch_manager.active_batch_data
        return data.metrics if isinstance(data, DeltaBatchData) else None

    @property
    def causes(self) -> Mapping[str, Cause]:
        """Why metrics of that table could not be computed: message → cause."""
        return self._datasource.get_execution_engine().causes
