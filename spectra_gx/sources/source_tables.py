"""The source stage's four tables, as rows of plain facts; the contract validates them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.warehouse.arrow_types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.ports import Endpoint

PORTFOLIO = "source.portfolio"
CONFIG = "source.config"
CREDENTIALS = "source.credentials"
ENDPOINTS = "source.endpoints"

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
}
"""Table → column → type, as they are built."""

_SHORTEST_SHOWN = 12
_SHOWN = 3

_AUTH_METHOD = "api_token"


@dataclass(frozen=True)
class SourceFacts:
    """What a run of the source stage knows when its tables are built."""

    system: str
    contract_version: str
    notebook_name: str
    execution_mode: str
    operation: str
    sdk_version: str
    bootstrap: bool
    masked_credential: str
    discovered: date
    calls: Sequence[Call]
    access_validated: bool
    now: datetime
    """UTC; the run's clock."""


def mask_credential(secret: str) -> str:
    """Return what may be shown of a credential: its last three characters, if it is long enough."""
    return "***" if len(secret) < _SHORTEST_SHOWN else f"***{secret[-_SHOWN:]}"


def endpoints_table(endpoints: Sequence[Endpoint]) -> pa.Table:
    """Build `source.endpoints` from the catalogue."""
    return _table(ENDPOINTS, [asdict(endpoint) for endpoint in endpoints])


def config_table(facts: SourceFacts) -> pa.Table:
    """Build `source.config`: the settings under which the stage runs."""
    settings = {
        "execution_mode": facts.execution_mode,
        "operation_type": facts.operation,
        "notebook_name": facts.notebook_name,
        "stage": "source",
        "sdk_version": facts.sdk_version,
        "bootstrap_enabled": str(facts.bootstrap).lower(),
    }
    return _table(
        CONFIG,
        [
            {"config_key": key, "config_value": value, "last_updated": facts.now}
            for key, value in settings.items()
        ],
    )


def credentials_table(facts: SourceFacts) -> pa.Table:
    """Build `source.credentials`; it is built only once the source accepted the token."""
    return _table(
        CREDENTIALS,
        [
            {
                "credential_type": _AUTH_METHOD,
                "credential_value": facts.masked_credential,
                "last_validated": facts.now,
                "validation_status": "Success",
            }
        ],
    )


def portfolio_table(facts: SourceFacts, endpoints: pa.Table) -> pa.Table:
    """Build `source.portfolio` over the endpoints that exist, or are about to.

    Args:
        facts: What the run knows.
        endpoints: At least the columns `category` and `hierarchical`.
    """
    categories = Counter(endpoints.column("category").to_pylist())
    succeeded = sum(call.error is None for call in facts.calls)
    return _table(
        PORTFOLIO,
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
                "auth_method": _AUTH_METHOD,
                "auth_status": "Success",
                "last_auth_check": facts.now,
                "hierarchical_access_validated": facts.access_validated,
                "endpoint_success_rate": succeeded / len(facts.calls) if facts.calls else 0.0,
                "supports_incremental": False,
                "status": "active",
                "is_enabled": True,
                "last_updated": facts.now,
            }
        ],
    )


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema(COLUMNS[name]))
