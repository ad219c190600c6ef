"""Jira as a source: Data Center and Cloud."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import SecretStr

from spectra_gx.errors import (
    AuthorizationError,
    ExternalServiceError,
    SpectraError,
)
from spectra_gx.runner.calls import CallPurpose
from spectra_gx.sources.credentials import basic, bearer
from spectra_gx.sources.http import HttpClient, JsonResponse, format_request
from spectra_gx.sources.http_source import HttpSource, Row
from spectra_gx.sources.jira.answers import AnswerReader
from spectra_gx.sources.jira.catalogue import Deployment, load_catalogue
from spectra_gx.sources.jira.jql import select_issues
from spectra_gx.sources.jira.paging import OffsetPages, Pages, TokenPages, WholeList, read_pages
from spectra_gx.sources.jira.shapes import find_mismatch
from spectra_gx.sources.setting_names import SettingNames
from spectra_gx.sources.source import SourceTraits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from spectra_gx.sources.rate_limit import RateLimiter
    from spectra_gx.sources.retries import RetryPolicy
    from spectra_gx.sources.source import Endpoint

logger = logging.getLogger(__name__)

_OWN = SettingNames("JIRA_")
MAX_PAGES = 1000
PERMISSION = "BROWSE_PROJECTS"
FIELDS = "status,created,updated"
"""Always requested: without it, Cloud's search returns ids alone, and Data Center everything."""


class JiraSource(HttpSource):
    """Reads Jira."""

    system = "jira"
    traits = SourceTraits(auth_method="api_token", supports_incremental=True)

    def __init__(
        self,
        base_url: str,
        base_path: str,
        token: SecretStr,
        *,
        user: str | None = None,
        project_id: int | str | None = None,
        timeout_seconds: float = 10.0,
        retry: bool = True,
        settings: SettingNames = _OWN,
        page_size: int = 50,
        max_pages: int = MAX_PAGES,
        limiter: RateLimiter | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare the client; nothing is sent yet.

        Args:
            base_url: Scheme, host, port and, where there is one, the context path.
            base_path: `/rest/api/2`.
            token: A personal access token of Data Center or, with a user, a token of Cloud.
            user: The e-mail that a Cloud token belongs to.
            project_id: Key or id of the project whose path is walked; the first one without it.
            timeout_seconds: To connect, and between two pieces of an answer.
            retry: Whether a call that fails is tried again.
            settings: What these are called where they are set.
            page_size: Rows to ask for at once; a server may return fewer.
            max_pages: Pages after which reading gives up.
            limiter: Of calls; without it, the one that all calls of the process share.
            sleep: Waits between attempts, in seconds.

        Raises:
            ConfigurationError: The address or the token cannot be used.
        """

        def pause(seconds: float) -> None:
            http.limiter.pause(seconds)

        http = HttpClient(
            base_url,
            base_path,
            basic(SecretStr(user), token, settings) if user else bearer(token, settings),
            system=self.system,
            settings=settings,
            parse=AnswerReader(pause, with_user=bool(user)),
            timeout_seconds=timeout_seconds,
            limiter=limiter,
            sleep=sleep,
        )
        super().__init__(http, retry=retry)
        self._settings = settings
        self._chosen = str(project_id or "").strip()
        self._page_size = page_size
        self._most_pages = max_pages
        self._user: Row | None = None
        self._server: Row | None = None

    @property
    def found(self) -> Mapping[str, Row]:
        """Project and issue → what the walk found; yesterday → its instant."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        return {**self._found, "yesterday": {"epoch_ms": int(yesterday.timestamp() * 1000)}}

    @property
    def deployment(self) -> Deployment | None:
        """What the server says it is; None before the first call to it."""
        if self._server is None:
            return None
        cloud = self._server["deploymentType"] == "Cloud"
        return Deployment.CLOUD if cloud else Deployment.DATA_CENTER

    def authenticate(self) -> None:
        """Prove that the token is accepted, and that its user may see a project at all.

        `/myself` alone proves the token: most other calls are answered to anybody.

        Raises:
            SpectraError: It is not, or Jira cannot be reached; critical.
        """
        policy, purpose = self._authentication, CallPurpose.AUTHENTICATION
        self._user = self._get("/myself", "user", policy=policy, purpose=purpose)
        self._require_permission({}, policy=policy, purpose=purpose)

    def check_access(self) -> bool:
        """Walk one path: server, project, its permission, and an issue of it.

        Never raises for what Jira answers: failed calls are in `calls`. A project without issues
        ends the walk well.
        """
        try:
            if self._user is None:
                self.authenticate()
            self._walk()
        except SpectraError as error:
            logger.warning("%s", error.message)
            return False
        return True

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the shipped catalogue, of which this deployment's endpoints may be probed."""
        return load_catalogue().probed_by(self.deployment)

    def credential_details(self) -> Mapping[str, Any]:
        """Return the site that the credential opens, and whether its user is active.

        No endpoint of the API says when a token expires.
        """
        return {
            "workspace_name": self._server and self._server.get("serverTitle"),
            "is_enabled": self._user and self._user["active"],
            "expires_at": None,
        }

    def pages(
        self, path: str, pages: Pages, params: Mapping[str, object] | None = None, *, shape: str
    ) -> Iterator[list[Row]]:
        """Yield the rows of a list page by page.

        Raises:
            SpectraError: A call failed, or the pages reach no end.
        """

        def fetch(paging: Mapping[str, object]) -> Any:
            return self._get(path, shape, {**(params or {}), **paging})

        return read_pages(pages, fetch, self._most_pages)

    def issues(
        self,
        project_key: str,
        *,
        fields: str = FIELDS,
        updated_since: datetime | None = None,
        lateness: timedelta = timedelta(),
        page_size: int | None = None,
    ) -> Iterator[list[Row]]:
        """Yield a project's issues page by page, all or those updated since an instant.

        What Cloud's search finds late needs `lateness`, and a merge by id: issues come twice.
        """
        jql = select_issues(project_key, updated_since=updated_since, lateness=lateness)
        size = page_size or self._page_size
        params = {"jql": jql, "fields": fields}
        if self._identify() is Deployment.CLOUD:
            return self.pages("/search/jql", TokenPages("issues", size), params, shape="issue_page")
        return self.pages("/search", OffsetPages("issues", size), params, shape="issue_page")

    def _walk(self) -> None:
        self._identify()
        project = self._confirm_login(self._read_project)
        self._found["project"] = project
        self._require_permission({"projectKey": project["key"]})
        first_page = self.issues(project["key"], page_size=1)
        for issue in self._confirm_login(lambda: next(first_page, []))[:1]:
            path = f"/issue/{quote(issue['key'], safe='')}"
            self._found["issue"] = self._get(path, "issue", {"fields": FIELDS})

    def _identify(self) -> Deployment | None:
        """Ask once what the server is; what it offers is never found out by trying."""
        if self._server is None:
            self._server = self._get("/serverInfo", "server_info")
        return self.deployment

    def _read_project(self) -> Row:
        """Read the chosen project, which need not be one that is listed, or the first listed."""
        id_or_key = self._chosen or self._first_project()
        project: Row = self._get(f"/project/{quote(id_or_key, safe='')}", "project")
        return project

    def _first_project(self) -> str:
        on_cloud = self.deployment is Deployment.CLOUD
        path = "/project/search" if on_cloud else "/project"
        pages = OffsetPages("values", 1) if on_cloud else WholeList()
        shape = "project_page" if on_cloud else "projects"
        for projects in self.pages(path, pages, shape=shape):
            return str(projects[0]["key"])
        error = ExternalServiceError(
            f"`{format_request(path)}` answered an empty list of projects; let the token's user "
            f"browse one, or set {self._settings.spell('TEST_PROJECT_ID')} to one that is not "
            "listed",
            code="no_projects",
            context={"endpoint": path, "attempts": 1},
            source_system=self.system,
        )
        raise self._record_failure(path, error)

    def _require_permission(
        self,
        params: Mapping[str, object],
        *,
        policy: RetryPolicy | None = None,
        purpose: CallPurpose = CallPurpose.READ,
    ) -> None:
        """Require that the token's user may browse: any project at all, or the one in `params`."""
        query = {"permissions": PERMISSION, **params}
        self._get("/mypermissions", "permissions", query, policy=policy, purpose=purpose)

    def _confirm_login(self, read: Callable[[], Any]) -> Any:
        """Return what a call reads; where that is reported absent, confirm the login first.

        To a request that is not logged in, Jira says that a project does not exist.
        """
        try:
            return read()
        except SpectraError as error:
            if error.context.get("status") in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
                self._get("/myself", "user")
            raise

    def _validate(self, shape: str, name: str, path: str, reply: JsonResponse) -> None:
        context = {"endpoint": path, "attempts": reply.attempts}
        if mismatch := find_mismatch(shape, reply.body):
            raise ExternalServiceError(
                f"`{name}` answered JSON of an unexpected shape: {mismatch}; check that "
                f"{self._settings.spell('BASE_PATH')} leads to Jira's API, `/rest/api/2`",
                code="wrong_shape",
                context=context,
            )
        if shape == "permissions" and not reply.body["permissions"][PERMISSION]["havePermission"]:
            raise AuthorizationError(
                f"`{name}` says that the token's user lacks the permission `Browse Projects`; "
                "have it granted, then run again",
                code="no_browse_permission",
                context=context,
            )
