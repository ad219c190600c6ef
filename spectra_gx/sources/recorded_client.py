"""A client that keeps a record of every call it makes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from spectra_gx.errors import SpectraError
from spectra_gx.runner.calls import Call, CallPurpose
from spectra_gx.sources.http import HttpClient, JsonResponse, format_request
from spectra_gx.sources.retries import ACCESS, NOT_SENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spectra_gx.sources.probing.probe_rules import ProbeRequest
    from spectra_gx.sources.retries import RetryPolicy


class RecordedClient:
    """Makes a source's calls over HTTP."""

    def __init__(self, http: HttpClient, system: str) -> None:
        """Take the client that sends, and the system that every error names."""
        self._http = http
        self._system = system
        self._calls: list[Call] = []

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Send headers with every call from now on."""
        self._http.headers |= headers

    @property
    def calls(self) -> Sequence[Call]:
        """Every call attempted so far, in order."""
        return tuple(self._calls)

    def get_json(
        self,
        path: str,
        params: Mapping[str, object] | None = None,
        *,
        policy: RetryPolicy = ACCESS,
        purpose: CallPurpose = CallPurpose.READ,
        validate: Callable[[JsonResponse], None] = lambda _: None,
    ) -> Any:
        """Return the JSON of a path under the base path.

        Args:
            path: The path.
            params: Its query.
            policy: When it is tried again.
            purpose: What the call is made for.
            validate: Raises a SpectraError where the answer is not what was expected.

        Raises:
            SpectraError: The call failed.
        """
        started, began = datetime.now(UTC), time.monotonic()
        attempts, failure = 1, None
        try:
            reply = self._http.get_json(path, params, policy=policy)
            attempts = reply.attempts
            validate(reply)
        except SpectraError as error:
            error.source_system = self._system
            attempts = cast("int", error.context.get("attempts", attempts))
            failure = error
            raise
        finally:
            self.add(
                Call(
                    format_request(path, params),
                    time.monotonic() - began,
                    attempts,
                    failure,
                    purpose,
                    endpoint=path,
                    started=started,
                )
            )
        return reply.body

    def probe(self, request: ProbeRequest) -> Call:
        """Send a request once and drop what it answers; never raises for what that is."""
        started, began = datetime.now(UTC), time.monotonic()
        status, failure = None, None
        try:
            status = self._http.probe(request.path, request.params)
        except SpectraError as error:
            failure = error
        call = Call(
            format_request(request.path, request.params),
            time.monotonic() - began,
            attempts=1,
            error=failure,
            purpose=CallPurpose.PROBE,
            endpoint=request.path,
            status=status,
            started=started,
        )
        if failure is None or failure.code != NOT_SENT:  # else there was none
            self.add(call)
        return call

    def add(self, call: Call) -> None:
        """Keep a call that was made, or refused, elsewhere."""
        self._calls.append(call)
