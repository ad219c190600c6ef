"""Metrics by OTLP, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.telemetry.metrics.samples import Sample
    from spectra_gx.telemetry.otlp import OtlpAddress


@dataclass(frozen=True)
class OtlpMetrics:
    """Whatever takes OTLP: a collector, or a vendor."""

    address: OtlpAddress
    extra: str = "otel"
    module: str = "metrics.otlp_message"

    @property
    def title(self) -> str:
        """The setting that says where they go."""
        return self.address.setting

    def send(self, samples: Sequence[Sample]) -> None:
        """Send them once.

        Raises:
            ConfigurationError: The address or its headers cannot be used.
            ExternalServiceError: They did not arrive.
        """
        from spectra_gx.telemetry.metrics.otlp_message import metrics_message

        self.address.send("the metrics", metrics_message(samples, *self.address.origin()))
