"""Zephyr Enterprise as the registry knows it; client and sandbox are imported when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.sources.source_system import Connection, SourceSystem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.sources.faults import Fault
    from spectra_gx.sources.zephyr.client import ZephyrSource
    from spectra_gx.sources.zephyr.sandbox import Sandbox


def connect(connection: Connection) -> ZephyrSource:
    """Return a client for a connection."""
    from spectra_gx.sources.zephyr.client import ZephyrSource

    return ZephyrSource(
        connection.base_url,
        connection.base_path,
        connection.token,
        project_id=connection.project_id,
        timeout_seconds=connection.timeout_seconds,
        retry=connection.retry,
        settings=connection.settings,
    )


def _sandbox(*, faults: Sequence[Fault] = (), port: int = 0) -> Sandbox:
    from spectra_gx.sources.zephyr.sandbox import Sandbox

    return Sandbox(faults=faults, port=port)


def _sandbox_on_day(day: int, *, faults: Sequence[Fault] = ()) -> Sandbox:
    from spectra_gx.sources.zephyr.sandbox import Sandbox

    return Sandbox(faults=faults, day=day)


ZEPHYR = SourceSystem(
    "zephyr",
    "Zephyr Enterprise",
    connect,
    _sandbox,
    contracts="spectra_gx.sources.zephyr",
    sandbox_on_day=_sandbox_on_day,
)
