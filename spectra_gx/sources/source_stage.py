"""A stage that a source builds: authenticate, check access, probe, and build its tables."""

from __future__ import annotations

import logging
import time
from datetime import date
from typing import TYPE_CHECKING

from spectra_gx.errors import SpectraError, WarehouseError
from spectra_gx.runner.calls import authentication_status
from spectra_gx.sources import source_tables
from spectra_gx.sources.probing.endpoint_checks import Outcome
from spectra_gx.sources.probing.sweep import Sweep, SweepPlan
from spectra_gx.sources.source_tables import (
    COLUMNS,
    CONFIG,
    CREDENTIALS,
    ENDPOINT_CHECKS,
    ENDPOINTS,
    PORTFOLIO,
    SourceFacts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    import pyarrow as pa
    from pydantic import SecretStr

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.sources.probing.endpoint_checks import EndpointCheck
    from spectra_gx.sources.source import Source
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)


class SourceStageBuilder:
    """Builds a stage's tables from a source system, whichever it is."""

    needs: frozenset[str] = frozenset()

    def __init__(
        self,
        source: Source,
        credential: SecretStr,
        contract: StageContract,
        parameters: RunParameters,
        identity: RunIdentity,
        warehouse: Warehouse,
        probes: int = 0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take everything the tables are built from.

        Args:
            source: The source system.
            credential: What authenticates; only its mask is written.
            contract: The stage's: its tables are built, those that a source builds.
            parameters: Whether the catalogue is rebuilt, and whether all endpoints are probed.
            identity: The run.
            warehouse: The published tables, for what is kept from run to run.
            probes: How many endpoints are probed at most; 0 for none.
            sleep: Waits where the source limits the rate of probes, in seconds.
        """
        self._source = source
        self._credential = credential
        self._contract = contract
        self._parameters = parameters
        self._identity = identity
        self._warehouse = warehouse
        self._probes = probes
        self._sleep = sleep

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it may build."""
        built = (CONFIG, CREDENTIALS, ENDPOINTS, ENDPOINT_CHECKS, PORTFOLIO)
        return tuple(self._name(table) for table in built if self._declares(table))

    @property
    def calls(self) -> Sequence[Call]:
        """Every call made to the source so far."""
        return self._source.calls

    def place_of(self, table: str) -> str:
        """Return the source system."""
        del table
        return f"the source system `{self._source.system}`"

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Build config, credentials, endpoints where they are due, their checks, the portfolio.

        Raises:
            SpectraError: The source did not accept the token; nothing was built or, in a preview,
                tables that say so.
        """
        del run
        for name, table in self._tables():
            yield self._name(name), None if table is None else table.to_reader()

    def _tables(self) -> Iterator[tuple[str, pa.Table | None]]:
        refusal = self._authenticate()
        if refusal is not None and not self._parameters.preview:
            raise refusal
        validated = refusal is None and self._source.check_access()
        endpoints = self._built_endpoints()
        table = endpoints if endpoints is not None else self._published_endpoints()
        checks = self._check_endpoints(table, refused=refusal is not None)
        facts = self._facts(refusal, checks, access_validated=validated)
        yield CONFIG, source_tables.config_table(facts)
        yield CREDENTIALS, source_tables.credentials_table(facts)
        yield ENDPOINTS, endpoints
        if self._declares(ENDPOINT_CHECKS):
            yield ENDPOINT_CHECKS, source_tables.endpoint_checks_table(checks)
        # Last, so that a reader of the new portfolio finds the tables it describes.
        yield PORTFOLIO, source_tables.portfolio_table(facts, table)
        if refusal is not None:
            raise refusal

    def _authenticate(self) -> SpectraError | None:
        try:
            self._source.authenticate()
        except SpectraError as error:
            return error
        return None

    def _built_endpoints(self) -> pa.Table | None:
        """Return the table of endpoints; None where the published one is kept."""
        due = (
            self._parameters.bootstrap
            or self._parameters.rebuild
            or not self._warehouse.exists(self._name(ENDPOINTS))
        )
        return source_tables.endpoints_table(self._source.endpoints()) if due else None

    def _published_endpoints(self) -> pa.Table:
        columns = ["full_path", "http_method", "category", "hierarchical"]
        return self._warehouse.read(self._warehouse.open(self._name(ENDPOINTS)), columns)

    def _check_endpoints(self, endpoints: pa.Table, *, refused: bool) -> Sequence[EndpointCheck]:
        """Probe what is due; nothing where the contract declares no table for the outcomes."""
        if not self._declares(ENDPOINT_CHECKS):
            return ()
        limit = None if self._parameters.all_endpoints else self._probes
        paths, methods = (
            endpoints.column(name).to_pylist() for name in ("full_path", "http_method")
        )
        plan = SweepPlan(
            keys=[*zip(paths, methods, strict=True)],
            day=self._identity.started.date(),
            limit=limit,
            earlier=self._earlier_checks(),
            stopped="authentication failed" if refused else None,
        )
        return Sweep(self._source, plan, self._sleep).run()

    def _earlier_checks(self) -> Mapping[tuple[str, str], tuple[str, datetime]]:
        """Return endpoint → outcome and time of the last published run that probed it."""
        name = self._name(ENDPOINT_CHECKS)
        if self._parameters.rebuild or not self._warehouse.exists(name):
            return {}
        try:
            rows = self._warehouse.read(self._warehouse.open(name), [*COLUMNS[ENDPOINT_CHECKS]])
        except WarehouseError as error:
            logger.warning("earlier outcomes of the endpoints are unknown: %s", error.message)
            return {}
        return dict(source_tables.earlier_checks(rows))

    def _facts(
        self,
        refusal: SpectraError | None,
        checks: Sequence[EndpointCheck],
        *,
        access_validated: bool,
    ) -> SourceFacts:
        details = self._credential_details()
        return SourceFacts(
            stage=self._contract.name,
            system=self._identity.system,
            traits=self._source.traits,
            contract_version=self._contract.version,
            notebook_name=self._identity.notebook_name,
            execution_mode=self._identity.execution_mode,
            operation=self._parameters.operation,
            sdk_version=self._identity.sdk_version,
            bootstrap=self._parameters.bootstrap,
            masked_credential=source_tables.mask_credential(self._credential.get_secret_value()),
            credential_details={name: value for name, (value, _) in details.items()},
            credential_types={name: kind for name, (_, kind) in details.items()},
            auth_status=str(authentication_status(refusal)),
            discovered=self._discovered(),
            access_validated=access_validated,
            endpoint_success_rate=success_rate(checks, self._source.calls),
            now=self._identity.started,
        )

    def _credential_details(self) -> Mapping[str, tuple[object, str]]:
        """Return column → value and type of what the source adds to the credentials' table."""
        table = self._contract.table(self._name(CREDENTIALS))
        declared = {column.name: column.type for column in table.columns} if table else {}
        details = self._source.credential_details().items()
        return {name: (value, declared[name]) for name, value in details if name in declared}

    def _discovered(self) -> date:
        """Return the day of the first run ever, which every later run keeps."""
        today = self._identity.started.date()
        name = self._name(PORTFOLIO)
        if not self._warehouse.exists(name):
            return today
        try:
            portfolio = self._warehouse.open(name)
            days = self._warehouse.read(portfolio, ["discovery_date"]).column(0).to_pylist()
        except WarehouseError as error:
            logger.warning("the first run's day is unknown, today is taken: %s", error.message)
            return today
        return min((day for day in days if isinstance(day, date)), default=today)

    def _name(self, table: str) -> str:
        return f"{self._contract.name}.{table}"

    def _declares(self, table: str) -> bool:
        return self._contract.table(self._name(table)) is not None


def success_rate(checks: Sequence[EndpointCheck], calls: Sequence[Call]) -> float:
    """Return the share of probes that succeeded or, where nothing was probed, of all calls."""
    probes = [check.outcome for check in checks if check.outcome is not Outcome.SKIPPED]
    if probes:
        return probes.count(Outcome.SUCCESS) / len(probes)
    return sum(call.error is None for call in calls) / len(calls) if calls else 0.0
