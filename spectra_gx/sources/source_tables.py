"""The tables of a stage that a source builds, as plain facts; the contract validates them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.warehouse.arrow_types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from spectra_gx.sources.probing.endpoint_checks import EndpointCheck
    from spectra_gx.sources.source import Endpoint, SourceTraits

PORTFOLIO = "portfolio"
CONFIG = "config"
CREDENTIALS = "credentials"
ENDPOINTS = "endpoints"
ENDPOINT_CHECKS = "endpoint_checks"

COLUMNS: Mapping[str, Mapping[str, str]] = {
    PORTFOLIO: {
        "source_system": "string",
        "contract_version": "string",
        "discovery_date": "date",
        "total_endpoints": "integer",
        "endpoint_categories": "string",
        "hierarchical_endpoints": "integer",
        "auth_method": "string",
        "auth_status": "string",
        "last_auth_check": "timestamp",
        "hierarchical_access_validated": "boolean",
        "endpoint_success_rate": "double",
        "supports_incremental": "boolean",
        "status": "string",
        "is_enabled": "boolean",
        "last_updated": "timestamp",
    },
    CONFIG: {"config_key": "string", "config_value": "string", "last_updated": "timestamp"},
    CREDENTIALS: {
        "credential_type": "string",
        "credential_value": "string",
        "last_validated": "timestamp",
        "validation_status": "string",
    },
    ENDPOINTS: {
        "endpoint_path": "string",
        "full_path": "string",
        "http_method": "string",
        "category": "string",
        "description": "string",
        "requires_auth": "boolean",
        "hierarchical": "boolean",
        "query_parameters": "array<string>",
        "path_parameters": "array<string>",
        "resource": "string",
    },
    ENDPOINT_CHECKS: {
        "full_path": "string",
        "http_method": "string",
        "outcome": "string",
        "reason": "string",
        "status_code": "integer",
        "latency_ms": "double",
        "checked_at": "timestamp",
        "last_outcome": "string",
        "last_probed_at": "timestamp",
    },
}
"""Table, by its name within the stage's schema → column → type, as they are built."""

_SHORTEST_SHOWN = 12
_SHOWN = 3

_CREDENTIAL_TYPE = "api_token"


@dataclass(frozen=True)
class SourceFacts:
    """What a run of the source stage knows when its tables are built."""

    stage: str
    system: str
    traits: SourceTraits
    contract_version: str
    notebook_name: str
    execution_mode: str
    operation: str
    sdk_version: str
    bootstrap: bool
    masked_credential: str
    credential_details: Mapping[str, Any]
    """Column → value of what the contract declares beside the common columns."""

    credential_types: Mapping[str, str]
    """Column → type of the same."""

    auth_status: str
    """Success, Failed or, where nobody knows, Unknown."""

    discovered: date
    access_validated: bool
    endpoint_success_rate: float
    now: datetime
    """UTC; the run's clock."""


def mask_credential(secret: str) -> str:
    """Return what may be shown of a credential: its last three characters, if it is long enough."""
    return "***" if len(secret) < _SHORTEST_SHOWN else f"***{secret[-_SHOWN:]}"


def endpoints_table(endpoints: Sequence[Endpoint]) -> pa.Table:
    """Build the table of endpoints from the catalogue."""
    columns = COLUMNS[ENDPOINTS]
    rows = [{name: getattr(endpoint, name) for name in columns} for endpoint in endpoints]
    return _table(columns, rows)


def config_table(facts: SourceFacts) -> pa.Table:
    """Build the table of the configuration: the settings under which the stage runs."""
    settings = {
        "execution_mode": facts.execution_mode,
        "operation_type": facts.operation,
        "notebook_name": facts.notebook_name,
        "stage": facts.stage,
        "sdk_version": facts.sdk_version,
        "bootstrap_enabled": str(facts.bootstrap).lower(),
    }
    return _table(
        COLUMNS[CONFIG],
        [
            {"config_key": key, "config_value": value, "last_updated": facts.now}
            for key, value in settings.items()
        ],
    )


def credentials_table(facts: SourceFacts) -> pa.Table:
    """Build the table of the credential, which is never in it in clear."""
    return _table(
        {**COLUMNS[CREDENTIALS], **facts.credential_types},
        [
            {
                "credential_type": _CREDENTIAL_TYPE,
                "credential_value": facts.masked_credential,
                "last_validated": facts.now,
                "validation_status": "Success" if facts.auth_status == "Success" else "Failed",
                **facts.credential_details,
            }
        ],
    )


def portfolio_table(facts: SourceFacts, endpoints: pa.Table) -> pa.Table:
    """Build the portfolio over the endpoints that exist, or are about to.

    Args:
        facts: What the run knows.
        endpoints: At least the columns `category` and `hierarchical`.
    """
    categories = Counter(endpoints.column("category").to_pylist())
    return _table(
        COLUMNS[PORTFOLIO],
        [
            {
                "source_system": facts.system,
                "contract_version": facts.contract_version,
                "discovery_date": facts.discovered,
                "total_endpoints": endpoints.num_rows,
                "endpoint_categories": json.dumps(
                    categories, sort_keys=True, separators=(",", ":"), ensure_ascii=False
                ),
                "hierarchical_endpoints": sum(
                    value is True for value in endpoints.column("hierarchical").to_pylist()
                ),
                "auth_method": facts.traits.auth_method,
                "auth_status": facts.auth_status,
                "last_auth_check": None if facts.auth_status == "Failed" else facts.now,
                "hierarchical_access_validated": facts.access_validated,
                "endpoint_success_rate": facts.endpoint_success_rate,
                "supports_incremental": facts.traits.supports_incremental,
                "status": "active",
                "is_enabled": True,
                "last_updated": facts.now,
            }
        ],
    )


def endpoint_checks_table(checks: Sequence[EndpointCheck]) -> pa.Table:
    """Build the table of the endpoints' outcomes."""
    return _table(COLUMNS[ENDPOINT_CHECKS], [asdict(check) for check in checks])


def earlier_checks(table: pa.Table) -> Iterator[tuple[tuple[str, str], tuple[str, datetime]]]:
    """Yield endpoint, and outcome and time of its last probe, from a published table."""
    for row in table.to_pylist():
        skipped = row["outcome"] == "Skipped"
        outcome, at = ("last_outcome", "last_probed_at") if skipped else ("outcome", "checked_at")
        if row[outcome] is not None and row[at] is not None:
            yield (row["full_path"], row["http_method"]), (row[outcome], row[at])


def _table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema(columns))
