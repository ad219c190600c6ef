"""Build the listeners that settings ask for; without any of these, nothing is imported or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pydantic import SecretStr

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.events import Event
    from spectra_gx.telemetry.otlp import OtlpAddress


class TelemetrySettings(Protocol):
    """What of the settings says where something goes."""

    metrics_file: str | None
    metrics_pushgateway: str | None
    otel_exporter_otlp_endpoint: str | None
    otel_exporter_otlp_metrics_endpoint: str | None
    otel_exporter_otlp_headers: SecretStr | None
    otel_service_name: str
    otel_resource_attributes: str | None
    otel_exporter_otlp_traces_endpoint: str | None
    otel_metrics_exporter: str
    otel_traces_exporter: str
    otel_sdk_disabled: bool
    traceparent: str | None
    openlineage_url: str | None
    openlineage_endpoint: str
    openlineage_api_key: SecretStr | None
    openlineage_file: str | None
    openlineage_namespace: str
    openlineage_parent_id: str | None
    openlineage_disabled: bool


class TelemetryListener(Protocol):
    """A listener that sends something; satisfies `Listener`."""

    @property
    def title(self) -> str:
        """What it does, for messages."""

    def load(self) -> None:
        """Import what it needs.

        Raises:
            ConfigurationError: That is not installed.
        """

    def handle(self, event: Event) -> None:
        """Take note of an event."""


def build_listeners(
    settings: TelemetrySettings,
    root: Path,
    contracts: Mapping[str, StageContract],
    uri: Callable[[str], str],
) -> Iterator[TelemetryListener]:
    """Yield what sends something about one run of a project.

    Args:
        settings: Where it goes.
        root: The project's folder, to which files are relative.
        contracts: The project's contracts, by stage.
        uri: Returns the address of a path of the warehouse.
    """
    yield from _prometheus(settings, root)
    yield from _otlp_metrics(settings)
    yield from _traces(settings)
    yield from _lineage(settings, root, contracts, uri)


def _prometheus(settings: TelemetrySettings, root: Path) -> Iterator[TelemetryListener]:
    if not (settings.metrics_file or settings.metrics_pushgateway):
        return
    from spectra_gx.telemetry.metrics.listener import MetricsListener
    from spectra_gx.telemetry.metrics.prometheus import MetricsFile, Pushgateway

    if settings.metrics_file:
        yield MetricsListener(MetricsFile(root / settings.metrics_file))
    if settings.metrics_pushgateway:
        gateway = Pushgateway(settings.metrics_pushgateway, settings.otel_service_name)
        yield MetricsListener(gateway)


def _otlp_metrics(settings: TelemetrySettings) -> Iterator[TelemetryListener]:
    own = settings.otel_exporter_otlp_metrics_endpoint
    address = _otlp(settings, "metrics", own, settings.otel_metrics_exporter)
    if address is not None:
        from spectra_gx.telemetry.metrics.listener import MetricsListener
        from spectra_gx.telemetry.metrics.otlp import OtlpMetrics

        yield MetricsListener(OtlpMetrics(address))


def _traces(settings: TelemetrySettings) -> Iterator[TelemetryListener]:
    own = settings.otel_exporter_otlp_traces_endpoint
    address = _otlp(settings, "traces", own, settings.otel_traces_exporter)
    if address is not None:
        from spectra_gx.telemetry.traces.listener import TraceListener

        yield TraceListener(address, settings.traceparent)


def _lineage(
    settings: TelemetrySettings,
    root: Path,
    contracts: Mapping[str, StageContract],
    uri: Callable[[str], str],
) -> Iterator[TelemetryListener]:
    url, file = settings.openlineage_url, settings.openlineage_file
    if settings.openlineage_disabled or not (url or file):
        return
    from spectra_gx.telemetry.lineage.events import LineageProject
    from spectra_gx.telemetry.lineage.listener import (
        LineageAddress,
        LineageFile,
        LineageListener,
    )

    namespace, parent = settings.openlineage_namespace, settings.openlineage_parent_id
    project = LineageProject(contracts, uri, namespace, parent)
    if file:
        yield LineageListener(LineageFile(root / file), project)
    if url:
        key = settings.openlineage_api_key
        yield LineageListener(LineageAddress(url, settings.openlineage_endpoint, key), project)


def _otlp(
    settings: TelemetrySettings, signal: str, own: str | None, exporter: str
) -> OtlpAddress | None:
    """Return where a signal goes by OTLP; None where no setting says so, or one says not."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if settings.otel_sdk_disabled or exporter != "otlp" or not (endpoint or own):
        return None
    from spectra_gx.telemetry.otlp import otlp_address

    return otlp_address(
        signal,
        endpoint,
        own,
        settings.otel_exporter_otlp_headers,
        settings.otel_service_name,
        settings.otel_resource_attributes,
    )
