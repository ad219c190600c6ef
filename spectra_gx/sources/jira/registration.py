"""Jira as the registry knows it; client and sandbox are imported when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.sources.jira.faults import FAULTS
from spectra_gx.sources.source_system import Connection, SourceSystem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.sources.faults import Fault
    from spectra_gx.sources.jira.client import JiraSource
    from spectra_gx.sources.jira.sandbox import Sandbox


def connect(connection: Connection) -> JiraSource:
    """Return a client for a connection."""
    from spectra_gx.sources.jira.client import JiraSource

    return JiraSource(
        connection.base_url,
        connection.base_path,
        connection.token,
        user=connection.user,
        project_id=connection.project_id,
        timeout_seconds=connection.timeout_seconds,
        retry=connection.retry,
        settings=connection.settings,
    )


def _sandbox(*, faults: Sequence[Fault] = (), port: int = 0) -> Sandbox:
    from spectra_gx.sources.jira.sandbox import Sandbox

    return Sandbox(faults=faults, port=port)


JIRA = SourceSystem("jira", "Jira", connect, _sandbox, FAULTS, contracts=__package__)
