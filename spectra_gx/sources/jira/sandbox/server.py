"""The sandbox: who is logged in, and which answer each request has."""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

from pydantic import SecretStr

from spectra_gx.sources.faults import Fault, FaultPlan, known_faults
from spectra_gx.sources.jira.catalogue import Deployment
from spectra_gx.sources.jira.faults import FAULTS, IN_ROWS, ON_CLOUD, JiraFault, place_faults
from spectra_gx.sources.jira.sandbox.data import USER, build_dataset
from spectra_gx.sources.jira.sandbox.fault_replies import fault_reply
from spectra_gx.sources.jira.sandbox.replies import (
    ANONYMOUS,
    FAILED_LOGIN,
    empty_list,
    json_reply,
    refusal,
    refuse_login,
    web_page,
    with_headers,
)
from spectra_gx.sources.jira.sandbox.routes import Routes, find_endpoint
from spectra_gx.sources.sandbox_server import Request, Response, SandboxServer, Silence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum

BASE_PATH = "/rest/api/2"
TENANT_INFO = "/_edge/tenant_info"


class _Login(Enum):
    """Whom a request comes from."""

    USER = "user"
    NOBODY = "nobody"
    WRONG_SCHEME = "wrong scheme"


class Sandbox(SandboxServer):
    """A stand-in for Jira, Data Center or Cloud, that runs while it is entered."""

    base_path = BASE_PATH

    def __init__(
        self,
        *,
        port: int = 0,
        faults: Sequence[Fault] = (),
        token: SecretStr | None = None,
    ) -> None:
        """Choose how it will behave; nothing listens yet.

        Args:
            port: 0 for any free one.
            faults: The first that concerns a request decides. One that only Cloud has makes the
                sandbox a site of Cloud.
            token: The one it accepts; a new one is drawn when absent.
        """
        super().__init__(port)
        faults = known_faults(faults, FAULTS)
        kinds = {fault.kind for fault in faults}
        self.deployment = Deployment.CLOUD if kinds & ON_CLOUD else Deployment.DATA_CENTER
        self.token = token or SecretStr(secrets.token_urlsafe(32))
        self._kinds = kinds
        self._plan = FaultPlan(place_faults(faults))
        self._data = build_dataset()
        self._revoked = False

    @property
    def user(self) -> str | None:
        """Whom the token is to be sent with, which two of the faults have the wrong way round."""
        if JiraFault.PAT_AS_BASIC in self._kinds:
            return USER
        cloud = self.deployment is Deployment.CLOUD
        return USER if cloud and JiraFault.BEARER_ON_CLOUD not in self._kinds else None

    def respond(self, request: Request) -> Response | Silence:
        """Return what a request is answered."""
        if self.deployment is Deployment.CLOUD and request.path == TENANT_INFO:
            return json_reply({"cloudId": "00000000-0000-0000-0000-000000000000"})
        path = request.path.removeprefix(BASE_PATH)
        if path == request.path or not path.startswith("/"):
            return self._dress(web_page(404, "Oops, you've found a dead link."))
        fault = self._plan.take(path)
        endpoint = find_endpoint(path, self.deployment)
        open_to_all = endpoint is not None and not endpoint.requires_auth
        if fault is not None and fault not in IN_ROWS:
            self._revoked = self._revoked or fault is JiraFault.HIDDEN_401
            reply = fault_reply(
                fault, self.deployment, path, request.query, open_to_all=open_to_all
            )
            return self._dress(reply) if isinstance(reply, Response) else reply
        return self._dress(self._answer(request, path, fault, open_to_all=open_to_all))

    def _answer(
        self, request: Request, path: str, fault: StrEnum | None, *, open_to_all: bool
    ) -> Response:
        login = self._login(request.headers.get("Authorization", ""))
        if login is _Login.WRONG_SCHEME:
            cloud = self.deployment is Deployment.CLOUD
            refused = JiraFault.BEARER_ON_CLOUD if cloud else JiraFault.PAT_AS_BASIC
            reply = fault_reply(
                refused, self.deployment, path, request.query, open_to_all=open_to_all
            )
            assert isinstance(reply, Response)  # noqa: S101 - narrows the type: both are answered
            return reply
        if request.method != "GET":
            return refusal(405, "The sandbox is read only.")
        routes = Routes(self._data, self.deployment, datetime.now(UTC))
        if login is _Login.USER:
            return routes.respond(path, request.query, fault)
        return self._answer_nobody(routes, request, path, open_to_all=open_to_all)

    def _answer_nobody(
        self, routes: Routes, request: Request, path: str, *, open_to_all: bool
    ) -> Response:
        """Answer as Jira does without a login: whatever is public, which is no project here."""
        if not open_to_all:
            return refuse_login(self.deployment)
        known = path == "/serverInfo"
        reply = routes.respond(path, {}, None) if known else empty_list(path, request.query)
        cloud = self.deployment is Deployment.CLOUD
        return Response(200, reply.body, FAILED_LOGIN if cloud else ANONYMOUS, reply.content_type)

    def _login(self, authorization: str) -> _Login:
        scheme, _, secret = authorization.partition(" ")
        token = self.token.get_secret_value()
        if self.deployment is Deployment.CLOUD:
            expected = ("Basic", b64encode(f"{USER}:{token}".encode()).decode())
        else:
            expected = ("Bearer", token)
        if scheme and scheme != expected[0]:
            return _Login.WRONG_SCHEME
        valid = secrets.compare_digest(secret.encode(), expected[1].encode())
        return _Login.USER if valid and not self._revoked else _Login.NOBODY

    def _dress(self, reply: Response) -> Response:
        return with_headers(reply, self.deployment)
