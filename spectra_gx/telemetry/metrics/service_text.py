"""The metrics of the service, and of the runs that it started, as text for Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from spectra_gx.telemetry.metrics.catalogue import COMMON, METRICS
from spectra_gx.telemetry.metrics.prometheus_text import registry_of
from spectra_gx.telemetry.metrics.samples import Sample
from spectra_gx.telemetry.metrics.service_catalogue import (
    REQUEST_SECONDS,
    REQUESTS,
    SERVICE_METRICS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prometheus_client import Metric as Family

    from spectra_gx.telemetry.metrics.service_catalogue import ServiceMetric

    Labels = tuple[str, ...]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_METHODS = ("GET", "HEAD", "POST")


class ServiceMetrics:
    """Counts requests, and keeps the newest metrics of each stage; safe in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[ServiceMetric, Counter[Labels]] = {
            REQUESTS: Counter(),
            REQUEST_SECONDS: Counter(),
        }
        self._samples: dict[Labels, list[Sample]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = method if method in _METHODS else "other"
        with self._lock:
            self._counts[REQUESTS][known, route, str(status)] += 1
            # A counter of the library holds any number.
            self._counts[REQUEST_SECONDS][route,] += seconds  # type: ignore[assignment]

    def keep(self, samples: Sequence[Sequence[Any]]) -> None:
        """Replace the metrics of a stage; each sample is a name, its labels and a value."""
        metrics = {metric.name: metric for metric in METRICS}
        found = [Sample(metrics[name], labels, value) for name, labels, value in samples]
        with self._lock:
            self._samples[tuple(found[0].labels[name] for name in COMMON)] = found

    def text(self, now: Mapping[ServiceMetric, Mapping[Labels, float]], file: str | None) -> bytes:
        """Return all metrics.

        Args:
            now: The gauges.
            file: What METRICS_FILE has of runs, also those of others; without it, the runs of this
                process count.

        Raises:
            ValueError: The file is not one of metrics.
        """
        kept = [] if file is None else [*text_string_to_metric_families(file)]
        with self._lock:
            own = [one for samples in self._samples.values() for one in samples]
            values = {**{metric: dict(found) for metric, found in self._counts.items()}, **now}
        registry = registry_of(own if file is None else (), kept)
        registry.register(_Families(values))
        text: bytes = generate_latest(registry)
        return text


class _Families:
    """What the client collects of the service."""

    def __init__(self, values: Mapping[ServiceMetric, Mapping[Labels, float]]) -> None:
        self._values = values

    def collect(self) -> Iterator[Family]:
        yield from (_family(one, self._values[one].items()) for one in SERVICE_METRICS)


def _family(metric: ServiceMetric, values: Iterable[tuple[Labels, float]]) -> Family:
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = kind(metric.name, metric.meaning, labels=metric.labels)
    for labels, value in values:
        family.add_metric(labels, value)
    return family
