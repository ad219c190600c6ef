"""Send the metrics of a run that has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from spectra_gx.runner.events import Event, RunEnded, RunStarted
from spectra_gx.telemetry.current_runs import is_current
from spectra_gx.telemetry.extras import load
from spectra_gx.telemetry.metrics.samples import take_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.telemetry.metrics.samples import Sample


class MetricsSink(Protocol):
    """Somewhere that metrics go."""

    @property
    def title(self) -> str:
        """The setting that says where."""

    @property
    def extra(self) -> str:
        """What has the libraries that it needs."""

    @property
    def module(self) -> str:
        """The module of ours that imports them."""

    def send(self, samples: Sequence[Sample]) -> None:
        """Send them once, bounded in time.

        Raises:
            SpectraError: They did not arrive.
        """


class MetricsListener:
    """Satisfies `Listener`; one for each place that metrics go to."""

    def __init__(self, sink: MetricsSink) -> None:
        """Take where they go."""
        self.title = f"sending metrics to {sink.title}"
        self._sink = sink
        self._loaded = False

    def load(self) -> None:
        """Import what it needs.

        Raises:
            ConfigurationError: That is not installed.
        """
        load(self._sink.module, self._sink.extra, self._sink.title)
        self._loaded = True

    def handle(self, event: Event) -> None:
        """Send the metrics of a run that says how its stage is now.

        Raises:
            SpectraError: They did not arrive.
        """
        if isinstance(event, RunStarted):
            self.load()
        elif isinstance(event, RunEnded) and self._loaded and is_current(event):
            self._sink.send(take_samples(event.run))
