"""The source stage: authenticate, check access, and build its four tables."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING

from spectra_gx.errors import WarehouseError
from spectra_gx.sources import source_tables
from spectra_gx.sources.source_tables import CONFIG, CREDENTIALS, ENDPOINTS, PORTFOLIO, SourceFacts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from pydantic import SecretStr

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.ports import Source
    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)


class SourceStageBuilder:
    """Builds the source stage's tables from a source system, whichever it is."""

    tables = (CONFIG, CREDENTIALS, ENDPOINTS, PORTFOLIO)
    needs: frozenset[str] = frozenset()

    def __init__(
        self,
        source: Source,
        credential: SecretStr,
        contract: StageContract,
        parameters: RunParameters,
        identity: RunIdentity,
        warehouse: Warehouse,
    ) -> None:
        """Take everything the tables are built from.

        Args:
            source: The source system.
            credential: What authenticates; only its mask is written.
            contract: Its version goes into the portfolio.
            parameters: Whether the catalogue is rebuilt.
            identity: The run.
            warehouse: The published tables, for what is kept from run to run.
        """
        self._source = source
        self._credential = credential
        self._contract = contract
        self._parameters = parameters
        self._identity = identity
        self._warehouse = warehouse

    @property
    def calls(self) -> Sequence[Call]:
        """Every call made to the source so far."""
        return self._source.calls

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Build config, credentials, endpoints where they are due, and the portfolio over them.

        Raises:
            SpectraError: The source did not accept the token; nothing was built.
        """
        del run
        self._source.authenticate()
        facts = self._facts(access_validated=self._source.check_access())
        yield CONFIG, source_tables.config_table(facts).to_reader()
        yield CREDENTIALS, source_tables.credentials_table(facts).to_reader()
        if self._endpoints_are_due():
            endpoints = source_tables.endpoints_table(self._source.endpoints())
            yield ENDPOINTS, endpoints.to_reader()
        else:
            endpoints = self._warehouse.read(
                self._warehouse.open(ENDPOINTS), ["category", "hierarchical"]
            )
        # Last, so that a reader of the new portfolio finds the tables it describes.
        yield PORTFOLIO, source_tables.portfolio_table(facts, endpoints).to_reader()

    def _endpoints_are_due(self) -> bool:
        return (
            self._parameters.bootstrap
            or self._parameters.rebuild
            or not self._warehouse.exists(ENDPOINTS)
        )

    def _facts(self, *, access_validated: bool) -> SourceFacts:
        return SourceFacts(
            system=self._identity.system,
            contract_version=self._contract.version,
            notebook_name=self._identity.notebook_name,
            execution_mode=self._identity.execution_mode,
            operation=self._parameters.operation,
            sdk_version=self._identity.sdk_version,
            bootstrap=self._parameters.bootstrap,
            masked_credential=source_tables.mask_credential(self._credential.get_secret_value()),
            discovered=self._discovered(),
            calls=tuple(self._source.calls),
            access_validated=access_validated,
            now=self._identity.started,
        )

    def _discovered(self) -> date:
        """Return the day of the first run ever, which every later run keeps."""
        today = self._identity.started.date()
        if not self._warehouse.exists(PORTFOLIO):
            return today
        try:
            portfolio = self._warehouse.open(PORTFOLIO)
            days = self._warehouse.read(portfolio, ["discovery_date"]).column(0).to_pylist()
        except WarehouseError as error:
            logger.warning("the first run's day is unknown, today is taken: %s", error.message)
            return today
        return min((day for day in days if isinstance(day, date)), default=today)
