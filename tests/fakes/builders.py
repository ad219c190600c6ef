"""A stage that builds whatever tables it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from spectra_gx.runner.building.stage_plan import StagePlan
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.services import RunServices
from spectra_gx.runner.stage_run import StageRun
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.notifier import FakeNotifier
from tests.fakes.reporter import FakeReporter
from tests.fakes.runs import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.events import Listener
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.warehouse.publishing.options import PublishOptions

Rows: TypeAlias = "Sequence[Mapping[str, Any]]"


class FakeBuilder:
    """Hands out tables made by hand, of the types that a contract declares."""

    calls = ()
    needs: frozenset[str] = frozenset()

    def __init__(
        self, contract: StageContract, tables: Mapping[str, Rows], seen: list[Any]
    ) -> None:
        self._contract = contract
        self._seen = seen
        self._tables = tables

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self._tables)

    def place_of(self, table: str) -> str:
        return f"the fake builder of `{table}`"

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader]]:
        self._seen.append(run.watermark)
        for name, rows in self._tables.items():
            declared = self._contract.table(name)
            assert declared is not None
            schema = arrow_schema({column.name: column.type for column in declared.columns})
            yield name, pa.Table.from_pylist([dict(row) for row in rows], schema=schema).to_reader()


class Shop:
    """A stage over a warehouse, run with other tables each time."""

    def __init__(self, root: Path, contract: StageContract, runs: int = 0) -> None:
        self.warehouse = Warehouse(root)
        self.contract = contract
        self.notifier = FakeNotifier()
        self.log = DeltaActivityLog(self.warehouse, contract.name)
        self.listeners: Sequence[Listener] = ()
        self.options: Mapping[str, PublishOptions] = {}
        self.needs: Mapping[str, frozenset[str]] = {}
        self.seen: list[Any] = []
        """The watermarks that builders saw."""

        self._runs = runs

    def begin(self, tables: Mapping[str, Rows], **parameters: Any) -> StageRun:
        self._runs += 1
        run = f"run_{self._runs}"
        batch_id = parameters.get("batch_id", run)
        now = datetime.now(UTC)
        identity = replace(IDENTITY, execution_id=run, batch_id=batch_id, started=now)
        builders = [
            FakeBuilder(self.contract, {name: rows}, self.seen) for name, rows in tables.items()
        ]
        services = RunServices(
            self.warehouse, self.log, self.notifier, FakeReporter(), self.log.uri
        )
        return StageRun(
            self.contract,
            {self.contract.name: self.contract},
            RunParameters(**parameters),
            identity,
            services,
            lambda: StagePlan(tuple(builders), self.options, self.needs),
            listeners=self.listeners,
        )

    def run(self, tables: Mapping[str, Rows], **parameters: Any) -> RunResult:
        return self.begin(tables, **parameters).run()

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return what stands published, or nothing."""
        if not self.warehouse.exists(name):
            return []
        rows: list[dict[str, Any]] = self.warehouse.read(self.warehouse.open(name)).to_pylist()
        return rows
