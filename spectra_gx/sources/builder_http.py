"""The HTTP client of the sources, for builders that read an API themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.sources.http import HttpClient
from spectra_gx.sources.retries import ACCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr


class BuilderHttp:
    """Reads JSON, with the time limits, retries and care for the token that sources have."""

    def __init__(self, address: Callable[[], tuple[str, str, SecretStr]]) -> None:
        """Take what returns the address of the settings' source; nothing is sent yet."""
        self._address = address
        self._client: HttpClient | None = None

    def get_json(self, path: str, params: Mapping[str, object] | None = None) -> Any:
        """Return what the source of the settings answers to a path under BASE_PATH.

        Raises:
            SpectraError: BASE_URL, BASE_PATH or API_TOKEN is not set, or every attempt failed.
        """
        if self._client is None:
            self._client = HttpClient(*self._address(), system="source")
        return self._client.get_json(path, params, policy=ACCESS).body

    def at(self, base_url: str, base_path: str, token: SecretStr) -> BuilderHttp:
        """Return a client of another API; its token is sent there, and nowhere else."""
        return BuilderHttp(lambda: (base_url, base_path, token))
