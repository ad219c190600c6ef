"""The GX datasource `delta`: one asset a declared table, read at the version a snapshot pinned."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.core.batch import BatchMarkers, LegacyBatchDefinition
from great_expectations.core.id_dict import BatchSpec, IDDict
from great_expectations.datasource.fluent.batch_request import BatchRequest
from great_expectations.datasource.fluent.interfaces import Batch, DataAsset, Datasource

from spectra_gx.compiler.artefacts import BATCH_DEFINITION, DATASOURCE
from spectra_gx.compiler.ids import stable_id
from spectra_gx.engines.databases.opening import open_session
from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.errors import EngineError
from spectra_gx.validation.gx.execution_engine import DeltaExecutionEngine, MetricExecutionEngine
from spectra_gx.validation.metrics.metric_batch import MetricBatch

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable

    from spectra_gx.engines.session import Engine, Session
    from spectra_gx.engines.snapshot import Snapshot


logger = logging.getLogger(__name__)


class DeltaBatch(Batch):
    """A table as pinned, whose suites find the parameters that a run would give them."""

    def validate(self, expect: Any, *, expectation_parameters: Any = None, **options: Any) -> Any:
        """Validate an expectation or a suite, as GX does."""
        datasource = self.datasource
        assert isinstance(datasource, DeltaDatasource)  # noqa: S101 - no other makes such a batch
        known = datasource.parameters(self.data_asset.name)
        given = {**known, **(expectation_parameters or {})}
        return super().validate(expect, expectation_parameters=given, **options)


class DeltaTableAsset(DataAsset[Any, Any]):
    """A declared table; its name is the contract's."""

    type: Literal["delta_table"] = "delta_table"
    key_columns: list[str] = pydantic.Field(default_factory=list)

    def test_connection(self) -> None:
        """Do nothing: a table that cannot be read is a finding, not a broken asset."""

    def get_batch_parameters_keys(self, partitioner: Any = None) -> tuple[str, ...]:
        """Return no keys: the snapshot decides which version is read."""
        del partitioner
        return ()

    def get_batch_identifiers_list(self, batch_request: BatchRequest[Any]) -> list[Any]:
        """Return the single batch."""
        return [IDDict(batch_request.options)]

    def build_batch_request(
        self, options: Any = None, batch_slice: Any = None, partitioner: Any = None
    ) -> BatchRequest[Any]:
        """Return the request for the single batch."""
        del batch_slice, partitioner
        return BatchRequest(
            datasource_name=self.datasource.name, data_asset_name=self.name, options=options or {}
        )

    def _validate_batch_request(self, batch_request: BatchRequest[Any]) -> None:
        """Accept every request: there is one batch."""

    def get_batch(self, batch_request: BatchRequest[Any]) -> Batch:
        """Return the table as pinned; one that cannot be read is a batch without columns."""
        datasource = self.datasource
        if not isinstance(datasource, DeltaDatasource):
            raise EngineError(f"asset `{self.name}` needs a datasource of type `delta`")
        engine = datasource.get_execution_engine()
        metrics = MetricBatch(datasource.session.fork(), self.name, self.key_columns)
        version = metrics.table.version
        return DeltaBatch(
            datasource=datasource,
            data_asset=self,
            batch_request=batch_request,
            data=engine.batch_data(engine, metrics),
            metadata={"version": version},
            batch_markers=BatchMarkers(
                {"ge_load_time": datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")}
            ),
            batch_spec=BatchSpec({"table": self.name, "version": version}),
            batch_definition=LegacyBatchDefinition(
                datasource_name=datasource.name,
                data_connector_name="fluent",
                data_asset_name=self.name,
                batch_identifiers=IDDict({"version": version}),
            ),
        )


class DeltaDatasource(Datasource[Any, Any]):
    """Delta tables of one warehouse, as pinned by a snapshot."""

    asset_types: ClassVar[list[type[DataAsset[Any, Any]]]] = [DeltaTableAsset]

    type: Literal["delta"] = "delta"
    assets: list[DeltaTableAsset] = pydantic.Field(default_factory=list)

    _snapshot: Any = pydantic.PrivateAttr(None)
    _engine: Any = pydantic.PrivateAttr(DATAFUSION)
    _session: Any = pydantic.PrivateAttr(None)
    _parameters: Any = pydantic.PrivateAttr(None)

    @property
    def snapshot(self) -> Snapshot:
        """The tables that the assets read."""
        if self._snapshot is None:
            raise EngineError("no tables are pinned; open the project with `spectra_gx.context()`")
        snapshot: Snapshot = self._snapshot
        return snapshot

    @property
    def engine(self) -> Engine:
        """What answers for the assets."""
        engine: Engine = self._engine
        return engine

    @property
    def session(self) -> Session:
        """The session on the snapshot, which all batches fork."""
        if self._session is None:
            self._session = open_session(self.engine, self.snapshot)
            logger.debug("tables are read from snapshot %s", self._session.snapshot_id)
        opened: Session = self._session
        return opened

    def close(self) -> None:
        """Close the session, if one is open; batches cannot be queried after that."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def parameters(self, table: str) -> dict[str, Any]:
        """Return the suite parameters of a table, where nobody gives others."""
        found: dict[str, Any] = self._parameters(table) if self._parameters is not None else {}
        return found

    @property
    def execution_engine_type(self) -> builtins.type[MetricExecutionEngine]:
        """Return the kind of engine that all assets share."""
        return type(self.get_execution_engine())

    def get_execution_engine(self) -> MetricExecutionEngine:
        """Return the engine that all assets share; a fluent datasource knows only its class."""
        if self._execution_engine is None:
            self._execution_engine = _start(self.engine)
        started: MetricExecutionEngine = self._execution_engine
        return started

    def test_connection(self, test_assets: bool = True) -> None:
        """Do nothing: tables were pinned when the snapshot was taken."""
        del test_assets


def _start(engine: Engine) -> MetricExecutionEngine:
    """Return the GX engine whose own providers know the engine's data frames."""
    if engine.dataframes == "pandas":
        return DeltaExecutionEngine()
    from spectra_gx.engines.spark.engine import SparkEngine  # noqa: PLC0415 - few runs need it
    from spectra_gx.validation.gx.spark_engine import SparkExecutionEngine  # noqa: PLC0415

    assert isinstance(engine, SparkEngine)  # noqa: S101 - no other has such frames
    return SparkExecutionEngine(spark=engine.host.session)


def delta_datasource(
    snapshot: Snapshot,
    keys: dict[str, tuple[str, ...]],
    engine: Engine = DATAFUSION,
    parameters: Callable[[str], dict[str, Any]] | None = None,
) -> DeltaDatasource:
    """Return the datasource over a snapshot, its ids those of the compiled artefacts.

    Args:
        snapshot: What is read.
        keys: Declared table → columns that identify a sampled row.
        engine: What computes their metrics.
        parameters: Table → suite parameters, where nobody gives others.
    """
    datasource = DeltaDatasource(
        name=DATASOURCE,
        id=stable_id("datasource", DATASOURCE),
        assets=[
            {
                "name": table,
                "id": stable_id("asset", table),
                "key_columns": list(columns),
                "batch_definitions": [
                    {"name": BATCH_DEFINITION, "id": stable_id("batch_definition", table)}
                ],
            }
            for table, columns in keys.items()
        ],
    )
    datasource._snapshot = snapshot  # noqa: SLF001 - pydantic sets it no other way
    datasource._engine = engine  # noqa: SLF001 - pydantic sets it no other way
    datasource._parameters = parameters  # noqa: SLF001 - pydantic sets it no other way
    return datasource
