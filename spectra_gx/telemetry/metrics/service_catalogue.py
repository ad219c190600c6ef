"""Every metric of the service: its name, its labels, and what it means.

Unlike those of runs these are of a process that goes on, so some are counters. Labels have few
values: routes as the reference has them, never a requested address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ServiceMetric:
    """One metric of the service."""

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    labels: tuple[str, ...] = ()


REQUESTS = ServiceMetric(
    "spectra_gx_service_requests_total",
    "counter",
    "Requests that were answered",
    ("method", "route", "status"),
)
REQUEST_SECONDS = ServiceMetric(
    "spectra_gx_service_request_seconds_total",
    "counter",
    "How long answers took, together; of a stream, until it ended",
    ("route",),
)
JOBS = ServiceMetric(
    "spectra_gx_service_jobs",
    "gauge",
    "Runs and checks that are `queued` or `running` now",
    ("operation", "state"),
)
FOLLOWERS = ServiceMetric("spectra_gx_service_followers", "gauge", "Clients that follow events now")
WARM = ServiceMetric("spectra_gx_service_warm", "gauge", "1 if a check waits for no import, else 0")

SERVICE_METRICS = (REQUESTS, REQUEST_SECONDS, JOBS, FOLLOWERS, WARM)
"""In the order of the reference."""
