"""Probe the endpoints that are due, one after the other."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.errors import AuthenticationError
from spectra_gx.sources.probing.endpoint_checks import (
    UNAUTHORIZED,
    EndpointCheck,
    probed,
    skipped,
    status_of,
)
from spectra_gx.sources.probing.probe_rules import matches
from spectra_gx.sources.probing.selection import choose_endpoints
from spectra_gx.sources.retries import MAX_RETRY_AFTER_SECONDS, NOT_SENT, RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from spectra_gx.runner.calls import Call
    from spectra_gx.sources.source import Endpoint, Source

    Key = tuple[str, str]

MAX_PAUSES = 3
"""Pauses after 429 in one sweep."""

PAUSE_SECONDS = 5.0
"""Where 429 names no time."""

MAX_UNANSWERED = 3
"""Calls in a row without any answer, after which a source is no longer probed."""

MAX_SECONDS = 600.0

_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True)
class SweepPlan:
    """What a run probes."""

    keys: Sequence[tuple[str, str]]
    """full_path and http_method of every row of the catalogue's table."""

    day: date
    limit: int | None
    """How many endpoints at most; 0 switches probing off, None takes all."""

    earlier: Mapping[tuple[str, str], tuple[str, datetime]]
    """Endpoint → outcome and time of the last published run that probed it."""

    stopped: str | None = None
    """Why nothing is probed, although it is due."""


class Sweep:
    """Probes a source's endpoints; 401 or an outage ends it, 429 pauses it, all else goes on."""

    def __init__(
        self,
        source: Source,
        plan: SweepPlan,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the source, which has walked its hierarchy, and what is to be probed."""
        self._source = source
        self._plan = plan
        self._sleep = sleep
        self._clock = clock
        self._pauses = 0
        self._unanswered = 0
        self._stopped = plan.stopped

    def run(self) -> Sequence[EndpointCheck]:
        """Probe what is due; return a row for every endpoint of the catalogue's table.

        Raises:
            AuthenticationError: The walk was refused at an endpoint that the catalogue does not
                have, so that no row can say so.
        """
        catalogue = {endpoint.key: endpoint for endpoint in self._source.endpoints()}
        known = [catalogue[key] for key in self._plan.keys if key in catalogue]
        refusal = self._refusal_of_the_walk(known)
        due = choose_endpoints(known, self._plan.day, self._plan.limit)
        deadline = self._clock() + MAX_SECONDS
        checks: dict[Key, EndpointCheck] = {}
        for endpoint in due:
            if self._clock() > deadline:
                self._stopped = self._stopped or f"after {MAX_SECONDS:g} s"
            checks[endpoint.key] = self._check(endpoint)
        if refusal is not None:
            checks[refusal] = skipped(refusal, "refused with 401 before any probe", UNAUTHORIZED)
        return [
            self._remember(checks.get(key) or _not_due(key, catalogue.get(key), self._plan))
            for key in self._plan.keys
        ]

    def _refusal_of_the_walk(self, known: Sequence[Endpoint]) -> Key | None:
        """Return the endpoint at which the walk was refused, and probe nothing then."""
        refused = [one for one in self._source.calls if isinstance(one.error, AuthenticationError)]
        if not refused:
            return None
        self._stopped = "a call was refused with 401"
        call = refused[0]
        found = [
            endpoint.key
            for endpoint in known
            if endpoint.http_method == "GET" and matches(endpoint.full_path, call.endpoint or "")
        ]
        if not found:
            assert call.error is not None  # noqa: S101 - narrows the type: it was filtered by it
            raise call.error
        return min(found, key=lambda key: key[0].count("{"))

    def _check(self, endpoint: Endpoint) -> EndpointCheck:
        if self._stopped is not None:
            return skipped(endpoint.key, f"probing stopped: {self._stopped}")
        request = endpoint.probe.request(endpoint.full_path, self._source.found)
        if isinstance(request, str):
            return skipped(endpoint.key, f"the walk found no `{request}`")
        call = self._source.probe(request)
        while status_of(call) == _TOO_MANY_REQUESTS and self._pause(call):
            call = self._source.probe(request)
        if call.error is not None and call.error.code == NOT_SENT:
            self._stopped = "the calls before it failed as at a system that is down"
            return skipped(endpoint.key, f"probing stopped: {self._stopped}")
        self._look_at(call)
        return probed(endpoint.key, call)

    def _look_at(self, call: Call) -> None:
        """Stop where going on would be useless or unkind."""
        status = status_of(call)
        silent = call.error is not None and status is None
        self._unanswered = self._unanswered + 1 if silent else 0
        if status == UNAUTHORIZED:
            self._stopped = "an endpoint answered 401"
        elif status == _TOO_MANY_REQUESTS:
            self._stopped = "the source limits the rate of calls"
        elif self._unanswered == MAX_UNANSWERED:
            self._stopped = f"{MAX_UNANSWERED} calls in a row got no answer"

    def _pause(self, call: Call) -> bool:
        """Wait as long as a 429 asks for; return whether the call may be made again."""
        wanted = call.error.context.get(RETRY_AFTER) if call.error else None
        # `Retry-After: 0` beside a 429 is a minimum, and common
        seconds = max(wanted, 1.0) if isinstance(wanted, float) else PAUSE_SECONDS
        if self._pauses == MAX_PAUSES or seconds > MAX_RETRY_AFTER_SECONDS:
            return False
        self._pauses += 1
        self._sleep(seconds)
        return True

    def _remember(self, check: EndpointCheck) -> EndpointCheck:
        outcome, at = self._plan.earlier.get((check.full_path, check.http_method), (None, None))
        return replace(check, last_outcome=outcome, last_probed_at=at)


def _not_due(key: Key, endpoint: Endpoint | None, plan: SweepPlan) -> EndpointCheck:
    if endpoint is None:
        return skipped(key, "not in this version's catalogue")
    if not endpoint.is_probed:
        return skipped(key, endpoint.skip_reason)
    return skipped(key, "probing is off" if plan.limit == 0 else "not due today")
