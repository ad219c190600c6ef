"""What sources over HTTP have in common: one recorded client, its retries, and checked answers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.calls import Call, CallPurpose
from spectra_gx.sources.http import HttpClient, JsonResponse, format_request
from spectra_gx.sources.recorded_client import RecordedClient
from spectra_gx.sources.retries import ACCESS, AUTHENTICATION, ONCE, RetryPolicy
from spectra_gx.sources.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.errors import SpectraError
    from spectra_gx.sources.probing.probe_rules import ProbeRequest

Row = Mapping[str, Any]


class HttpSource(Source):
    """A source that is read through one client, which keeps a record of every call."""

    def __init__(self, http: HttpClient, *, retry: bool) -> None:
        """Take the client that sends, and whether a call that fails is tried again."""
        self._client = RecordedClient(http, self.system)
        self._authentication = AUTHENTICATION if retry else ONCE
        self._access = ACCESS if retry else ONCE
        self._found: dict[str, Row] = {}

    @property
    def client(self) -> RecordedClient:
        """What makes its calls; also for builders of a project."""
        return self._client

    @property
    def calls(self) -> Sequence[Call]:
        """Every call attempted so far, in order."""
        return self._client.calls

    def probe(self, request: ProbeRequest) -> Call:
        """Send a request once and drop what it answers; never raises for what that is."""
        return self._client.probe(request)

    def _get(
        self,
        path: str,
        shape: str,
        params: Mapping[str, object] | None = None,
        *,
        policy: RetryPolicy | None = None,
        purpose: CallPurpose = CallPurpose.READ,
    ) -> Any:
        """Return the JSON of a path, which has the shape of this name."""
        name = format_request(path, params)
        return self._client.get_json(
            path,
            params,
            policy=policy or self._access,
            purpose=purpose,
            validate=lambda reply: self._validate(shape, name, path, reply),
        )

    def _record_failure(self, path: str, error: SpectraError) -> SpectraError:
        """Record an error that no call had, and return it: the record shows why nothing was read.

        No attempt is counted, and none as made well.
        """
        self._client.add(Call(format_request(path), 0.0, attempts=0, error=error))
        return error

    @abstractmethod
    def _validate(self, shape: str, name: str, path: str, reply: JsonResponse) -> None:
        """Refuse an answer that is not of a shape.

        Args:
            shape: What the shape is called.
            name: The request, for people.
            path: The endpoint.
            reply: The answer.

        Raises:
            SpectraError: It is not.
        """
