"""A source that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.calls import Call, CallPurpose
from spectra_gx.sources.source import Source, SourceTraits
from spectra_gx.sources.zephyr.catalogue import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.errors import SpectraError
    from spectra_gx.sources.probing.probe_rules import ProbeRequest
    from spectra_gx.sources.source import Endpoint

LOGIN = "GET /project/details"
LEVELS = ("GET /release/project/1", "GET /cycle/release/11", "GET /execution?cycleid=111")
STARTED = datetime(2026, 11, 21, 4, 51, tzinfo=UTC)
FOUND = {
    "project": {"id": 1},
    "release": {"id": 11},
    "cycle": {"id": 111},
    "execution": {"id": 11101, "tcrTreeTestcase": {"tcrCatalogTreeId": 7}},
}


class FakeSource(Source):
    """Answers as it is told: every call named in `failures` fails with that error."""

    system = "zephyr"
    traits = SourceTraits(auth_method="api_token", supports_incremental=False)

    def __init__(
        self,
        *,
        failures: Mapping[str, SpectraError | Sequence[SpectraError | None]] | None = None,
        endpoints: Sequence[Endpoint] | None = None,
    ) -> None:
        """Take what fails: always with one error, or one time after the other."""
        self._failures = failures or {}
        self._endpoints = load_catalogue().endpoints if endpoints is None else tuple(endpoints)
        self._calls: list[Call] = []
        self._authenticated = False
        self._found: Mapping[str, Any] = {}

    @property
    def calls(self) -> Sequence[Call]:
        return tuple(self._calls)

    @property
    def found(self) -> Mapping[str, Any]:
        return self._found

    def authenticate(self) -> None:
        if error := self._call(LOGIN, CallPurpose.AUTHENTICATION).error:
            raise error
        self._authenticated = True

    def check_access(self) -> bool:
        pending = LEVELS if self._authenticated else (LOGIN, *LEVELS)
        validated = all(self._call(name).error is None for name in pending)
        self._found = FOUND if validated else {}
        return validated

    def endpoints(self) -> Sequence[Endpoint]:
        return self._endpoints

    def probe(self, request: ProbeRequest) -> Call:
        return self._call(f"GET {request.path}", CallPurpose.PROBE)

    def _call(self, name: str, purpose: CallPurpose = CallPurpose.READ) -> Call:
        failure = self._failures.get(name)
        if isinstance(failure, Sequence):
            earlier = sum(call.name == name for call in self._calls)
            failure = failure[earlier] if earlier < len(failure) else None
        call = Call(
            name,
            duration_seconds=0.01,
            attempts=1,
            error=failure,
            purpose=purpose,
            endpoint=name.removeprefix("GET ").partition("?")[0],
            status=200 if failure is None else None,
            started=STARTED,
        )
        self._calls.append(call)
        return call
