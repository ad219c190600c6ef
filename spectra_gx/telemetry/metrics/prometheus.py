"""Where metrics go for Prometheus: a file for its textfile collector, and a Pushgateway."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from spectra_gx.errors import ConfigurationError, ExternalServiceError
from spectra_gx.telemetry.sending import NOT_AFFECTED, send

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from spectra_gx.telemetry.metrics.samples import Sample

_LOCK_SECONDS = 2.0


@dataclass(frozen=True)
class MetricsFile:
    """One file of all stages of a project; a run replaces the samples of its own."""

    path: Path
    title: str = "METRICS_FILE"
    extra: str = "prometheus"
    module: str = "metrics.prometheus_text"

    def send(self, samples: Sequence[Sample]) -> None:
        """Replace the file whole, so that no half of it is ever read.

        Raises:
            ConfigurationError: What is there is not a file of metrics.
            ExternalServiceError: It cannot be written.
        """
        try:
            # Not `.prom`, which the collector would read.
            with FileLock(self.path.with_name(f".{self.path.name}.lock"), _LOCK_SECONDS):
                self._replace(samples)
        except Timeout:
            raise self._unwritten("other runs keep writing it") from None
        except OSError as error:
            raise self._unwritten(error.strerror or type(error).__name__) from None

    def _replace(self, samples: Sequence[Sample]) -> None:
        from spectra_gx.telemetry.metrics.prometheus_text import (
            metrics_text,
        )

        try:
            before = self.path.read_text("utf-8") if self.path.exists() else ""
            text = metrics_text(samples, before)
        except ValueError:
            raise ConfigurationError(
                f"the metrics were not written: {self.title} names a file of something else; name "
                f"another; {NOT_AFFECTED}"
            ) from None
        written = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            written.write_bytes(text)
            written.chmod(0o644)  # the collector is another user
            written.replace(self.path)
        finally:
            written.unlink(missing_ok=True)

    def _unwritten(self, reason: str) -> ExternalServiceError:
        return ExternalServiceError(
            f"the metrics were not written to {self.title}: {reason}; {NOT_AFFECTED}"
        )


@dataclass(frozen=True)
class Pushgateway:
    """A Prometheus Pushgateway: a group for each stage, which a run replaces."""

    address: str
    job: str
    title: str = "METRICS_PUSHGATEWAY"
    extra: str = "prometheus"
    module: str = "metrics.prometheus_text"

    def send(self, samples: Sequence[Sample]) -> None:
        """Replace the group of a stage.

        Raises:
            ConfigurationError: The address cannot be used.
            ExternalServiceError: It does not take them.
        """
        from prometheus_client import push_to_gateway

        from spectra_gx.telemetry.metrics.prometheus_text import (
            registry_of,
        )

        labels = samples[0].labels
        group = {name: labels[name] for name in ("stage", "environment") if labels[name]}
        address = self.address.rstrip("/")
        if "://" not in address:
            address = f"http://{address}"  # as its own client takes it
        push_to_gateway(address, self.job, registry_of(samples), group, handler=self._handler)

    def _handler(
        self,
        url: str,
        method: str,
        timeout: float | None,
        headers: list[tuple[str, str]],
        data: bytes,
    ) -> Callable[[], None]:
        """Return what sends a request of the client; its own would follow redirects."""
        del timeout
        return lambda: send("the metrics", self.title, url, data, dict(headers), method=method)
