"""Metrics as a message of OTLP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.sdk.metrics.export import (
    Gauge,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
)

from spectra_gx.telemetry.metrics.catalogue import LAST_RUN, METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope

    from spectra_gx.telemetry.metrics.samples import Sample


def metrics_message(
    samples: Sequence[Sample], resource: Resource, scope: InstrumentationScope
) -> bytes:
    """Return samples as one message: gauges as of the end of the run."""
    [at] = [round(one.value * 1e9) for one in samples if one.metric is LAST_RUN]
    metrics = []
    for metric in METRICS:
        points = [
            NumberDataPoint(dict(one.labels), at, at, one.value)
            for one in samples
            if one.metric is metric
        ]
        if points:
            metrics.append(Metric(metric.name, metric.meaning, metric.unit, Gauge(points)))
    data = MetricsData([ResourceMetrics(resource, [ScopeMetrics(scope, metrics, "")], "")])
    message: bytes = encode_metrics(data).SerializeToString()
    return message
