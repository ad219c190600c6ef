"""Metrics in the text format of Prometheus, written and read by its own client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from spectra_gx.telemetry.metrics.catalogue import COMMON, METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prometheus_client import Metric as Family

    from spectra_gx.telemetry.metrics.samples import Sample

_NAMES = frozenset(metric.name for metric in METRICS)


def registry_of(samples: Sequence[Sample], kept: Sequence[Family] = ()) -> CollectorRegistry:
    """Return what the client writes and pushes: samples, and families that a file has already."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Samples(samples, kept))
    return registry


def metrics_text(samples: Sequence[Sample], before: str = "") -> bytes:
    """Return samples as text, with what a file has that is not of the same stage and environment.

    Raises:
        ValueError: The text before is not that of metrics.
    """
    own = {name: samples[0].labels[name] for name in COMMON}
    kept = [*_without(text_string_to_metric_families(before), own)]
    text: bytes = generate_latest(registry_of(samples, kept))
    return text


def _without(families: Iterable[Family], own: Mapping[str, str]) -> Iterator[Family]:
    """Yield families, those of ours without the samples that have these labels."""
    for family in families:
        family.samples = [
            sample
            for sample in family.samples
            if family.name not in _NAMES
            or any(sample.labels.get(name, "") != value for name, value in own.items())
        ]
        if family.samples:
            yield family


class _Samples:
    """What the client collects, each metric as one family."""

    def __init__(self, samples: Sequence[Sample], kept: Sequence[Family]) -> None:
        self._samples = samples
        self._kept = {family.name: family for family in kept}

    def collect(self) -> Iterator[Family]:
        for metric in METRICS:
            family = GaugeMetricFamily(metric.name, metric.meaning, labels=metric.labels)
            if metric.name in self._kept:
                family.samples += self._kept[metric.name].samples
            for sample in self._samples:
                if sample.metric is metric:
                    family.add_metric([sample.labels[name] for name in metric.labels], sample.value)
            if family.samples:
                yield family
        yield from (family for name, family in self._kept.items() if name not in _NAMES)
