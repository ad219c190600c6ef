"""Check whether what settings want sent about runs can be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.doctor.findings import Finding, Level
from spectra_gx.errors import ConfigurationError
from spectra_gx.telemetry.building import build_listeners

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.settings import Settings


def check_telemetry(settings: Settings, root: Path) -> Iterator[Finding]:
    """Yield what every run sends, and where what that needs is missing; nothing is sent."""
    for listener in build_listeners(settings, root, {}, str):
        try:
            listener.load()
        except ConfigurationError as error:
            message, fix, *_ = error.message.split("; ")
            yield Finding(Level.WARNING, "telemetry", message, fix)
        else:
            yield Finding(Level.OK, "telemetry", f"{listener.title} after each run")
