"""A source that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.runner.calls import Call
from spectra_gx.sources.zephyr.catalogue import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.errors import SpectraError
    from spectra_gx.sources.source import Endpoint

LOGIN = "GET /project/details"
LEVELS = ("GET /release/project/1", "GET /cycle/release/11", "GET /execution?cycleid=111")


class FakeSource:
    """Answers as told: every call named in `failures` fails with that error."""

    system = "zephyr"

    def __init__(
        self,
        *,
        failures: Mapping[str, SpectraError] | None = None,
        endpoints: Sequence[Endpoint] | None = None,
    ) -> None:
        self._failures = failures or {}
        self._endpoints = load_catalogue().endpoints if endpoints is None else tuple(endpoints)
        self._calls: list[Call] = []
        self._authenticated = False

    @property
    def calls(self) -> Sequence[Call]:
        return tuple(self._calls)

    def authenticate(self) -> None:
        if error := self._call(LOGIN):
            raise error
        self._authenticated = True

    def check_access(self) -> bool:
        pending = LEVELS if self._authenticated else (LOGIN, *LEVELS)
        return all(self._call(name) is None for name in pending)

    def endpoints(self) -> Sequence[Endpoint]:
        return self._endpoints

    def _call(self, name: str) -> SpectraError | None:
        error = self._failures.get(name)
        self._calls.append(Call(name, duration_seconds=0.01, attempts=1, error=error))
        return error
