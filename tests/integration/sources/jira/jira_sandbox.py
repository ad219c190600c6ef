"""Jira's sandbox and a client of it, which never really waits."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.sources.faults import parse_fault
from spectra_gx.sources.jira.client import JiraSource
from spectra_gx.sources.jira.faults import FAULTS
from spectra_gx.sources.jira.sandbox import Sandbox
from spectra_gx.sources.rate_limit import RateLimiter

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Jira:
    """A client, the sandbox that it reads, and how long it would have waited."""

    source: JiraSource
    sandbox: Sandbox
    waits: list[float] = field(default_factory=list)

    def outcomes(self) -> dict[str, str | None]:
        """Return each endpoint called → the code of its last call's error."""
        return {str(call.endpoint): call.error and call.error.code for call in self.source.calls}


@contextmanager
def jira(*faults: str, **options: object) -> Iterator[Jira]:
    """Start the sandbox with these faults, and a client that is set up as it should be."""
    waits: list[float] = []
    with Sandbox(faults=[parse_fault(fault, FAULTS) for fault in faults]) as sandbox:
        given = {"user": sandbox.user, "timeout_seconds": 1.0, **options}
        limiter = RateLimiter(clock=lambda: sum(waits))
        source = JiraSource(
            sandbox.base_url,
            sandbox.base_path,
            sandbox.token,
            limiter=limiter,
            sleep=waits.append,
            **given,
        )
        yield Jira(source, sandbox, waits)
