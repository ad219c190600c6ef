"""The settings of what is sent about runs; nothing is sent unless one of them says where to.

They have the names that the protocols' own clients read. An address that cannot be used is reported
when it is used: no run fails because of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from spectra_gx.settings.vault_settings import VaultSettings

if TYPE_CHECKING:
    from collections.abc import Mapping


class TelemetrySettings(VaultSettings):
    """Where metrics, traces and lineage go."""

    metrics_file: str | None = None
    """For the textfile collector of Prometheus; relative to the project."""

    metrics_pushgateway: str | None = None

    otel_exporter_otlp_endpoint: str | None = None
    otel_exporter_otlp_traces_endpoint: str | None = None
    otel_exporter_otlp_metrics_endpoint: str | None = None
    otel_exporter_otlp_headers: SecretStr | None = None
    """`name=value,name=value`, values percent-encoded."""

    otel_service_name: str = "spectra-gx"
    otel_resource_attributes: str | None = None
    """In the form of the headers."""

    otel_traces_exporter: str = "otlp"
    otel_metrics_exporter: str = "otlp"
    otel_sdk_disabled: bool = False
    traceparent: str | None = None
    """The trace that the run is a part of, as W3C writes it."""

    openlineage_url: str | None = None
    openlineage_endpoint: str = "api/v1/lineage"
    openlineage_api_key: SecretStr | None = None
    openlineage_file: str | None = None
    """Relative to the project."""

    openlineage_namespace: str = "default"
    openlineage_parent_id: str | None = None
    """`namespace/job/run id`, as orchestrators hand it over."""

    openlineage_disabled: bool = False


TELEMETRY_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "otel_exporter_otlp_headers": (
        "otel_exporter_otlp_endpoint",
        "otel_exporter_otlp_traces_endpoint",
        "otel_exporter_otlp_metrics_endpoint",
    ),
    "openlineage_api_key": ("openlineage_url", "openlineage_endpoint"),
}
"""As `ADDRESSES`, for what is sent about runs."""
