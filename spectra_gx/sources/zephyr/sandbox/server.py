"""The sandbox: which answer each request has."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from pydantic import SecretStr

from spectra_gx.sources.faults import Fault, FaultKind, FaultPlan, known_faults
from spectra_gx.sources.sandbox_server import Request, Response, SandboxServer, Silence
from spectra_gx.sources.zephyr.sandbox.days import dataset_on
from spectra_gx.sources.zephyr.sandbox.routes import fault_response, refuse_token, respond

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE_PATH = "/flex/services/rest/latest"


class Sandbox(SandboxServer):
    """A stand-in for the Zephyr API that runs while it is entered."""

    base_path = BASE_PATH

    def __init__(
        self,
        *,
        port: int = 0,
        faults: Sequence[Fault] = (),
        token: SecretStr | None = None,
        day: int = 0,
    ) -> None:
        """Choose how it will behave; nothing listens yet.

        Args:
            port: 0 for any free one.
            faults: The first that concerns a request decides.
            token: The one it accepts; a new one is drawn when absent.
            day: Which day of its data it has; each later one contains what happened since.
        """
        super().__init__(port)
        self.token = token or SecretStr(secrets.token_urlsafe(32))
        self._data = dataset_on(day)
        self._plan = FaultPlan(known_faults(faults, FaultKind))

    def respond(self, request: Request) -> Response | Silence:
        """Return what a request is answered."""
        path = request.path.removeprefix(BASE_PATH)
        if kind := self._plan.take(path):
            silence = Silence.HANG if kind is FaultKind.HANG else Silence.DISCONNECT
            return fault_response(kind) or silence
        if not request.path.startswith(f"{BASE_PATH}/"):
            return Response(404)
        if not self._admits(request.headers.get("Authorization", "")):
            return refuse_token()
        return respond(self._data, request.method, path, request.query)

    def _admits(self, authorization: str) -> bool:
        expected = f"Bearer {self.token.get_secret_value()}"
        return secrets.compare_digest(authorization.encode(), expected.encode())
