"""Zephyr Enterprise as a source."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError, ExternalServiceError, SpectraError
from spectra_gx.runner.calls import CallPurpose
from spectra_gx.sources.http import HttpClient, JsonResponse
from spectra_gx.sources.http_source import HttpSource, Row
from spectra_gx.sources.setting_names import BARE, SettingNames
from spectra_gx.sources.source import SourceTraits
from spectra_gx.sources.zephyr.catalogue import load_catalogue
from spectra_gx.sources.zephyr.shapes import find_mismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic import SecretStr

    from spectra_gx.sources.rate_limit import RateLimiter
    from spectra_gx.sources.source import Endpoint

logger = logging.getLogger(__name__)

PAGE_SIZE = 500
MAX_PAGES = 1000
_PROJECTS_NAMED = 10


class ZephyrSource(HttpSource):
    """Reads Zephyr Enterprise."""

    system = "zephyr"
    traits = SourceTraits(auth_method="api_token", supports_incremental=False)

    def __init__(
        self,
        base_url: str,
        base_path: str,
        token: SecretStr,
        *,
        project_id: int | str | None = None,
        timeout_seconds: float = 10.0,
        retry: bool = True,
        settings: SettingNames = BARE,
        page_size: int = PAGE_SIZE,
        max_pages: int = MAX_PAGES,
        limiter: RateLimiter | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare the client; nothing is sent yet.

        Args:
            base_url: Scheme, host and port.
            base_path: `/flex/services/rest/latest` on most installations.
            token: A bearer token.
            project_id: Project whose path is walked; the first one listed when absent or empty.
            timeout_seconds: To connect, and between two pieces of an answer.
            retry: Whether a call that fails is tried again.
            settings: What these are called where they are set.
            page_size: Rows per request.
            max_pages: Pages after which reading stops, whatever the source returns.
            limiter: Of calls; without it, the one that all calls of the process share.
            sleep: Waits between attempts, in seconds.

        Raises:
            ConfigurationError: The address or the token cannot be used.
        """
        http = HttpClient(
            base_url,
            base_path,
            token,
            system=self.system,
            settings=settings,
            timeout_seconds=timeout_seconds,
            limiter=limiter,
            sleep=sleep,
        )
        super().__init__(http, retry=retry)
        self._settings = settings
        self._project_id = str(project_id or "").strip()
        self._page_size = page_size
        self._most_pages = max_pages
        self._projects: list[Row] = []

    @property
    def found(self) -> Mapping[str, Row]:
        """project, release, cycle and execution → the row that the walk found there."""
        return self._found

    def authenticate(self) -> None:
        """Prove that the token is accepted: it lists at least one project.

        Raises:
            SpectraError: It is not, or the source cannot be reached; critical.
        """
        self._projects = self._get(
            "/project/details",
            "projects",
            policy=self._authentication,
            purpose=CallPurpose.AUTHENTICATION,
        )

    def check_access(self) -> bool:
        """Walk one path: project, release, cycle, executions and the test case in each.

        Never raises for what the source answers: failed calls are in `calls`. A level without
        rows ends the walk well.
        """
        try:
            if not self._projects:
                self.authenticate()
            self._walk(self._chosen_project())
        except SpectraError as error:
            logger.warning("%s", error.message)
            return False
        return True

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the shipped catalogue, in its published order."""
        return load_catalogue().endpoints

    def pages(
        self, path: str, params: Mapping[str, object] | None = None, *, shape: str = "page"
    ) -> Iterator[list[Row]]:
        """Yield an endpoint's rows page by page.

        Reading stops at a page shorter than requested, at one that starts as the page before did
        (some endpoints ignore `offset`), and at a stated maximum, which is logged. The vendor's
        `resultSize` is 0 beside data, so it is never used.
        """
        offset, first_before = 0, None
        for _ in range(self._most_pages):
            paging = {**(params or {}), "offset": offset, "pagesize": self._page_size}
            rows: list[Row] = self._get(path, shape, paging)["results"]
            if not rows or rows[0]["id"] == first_before:
                return
            yield rows
            if len(rows) < self._page_size:
                return
            offset, first_before = offset + len(rows), rows[0]["id"]
        logger.warning("stopped reading `%s` after %d pages", path, self._most_pages)

    def _walk(self, project: Row) -> None:
        self._found["project"] = project
        for release in self._get(f"/release/project/{project['id']}", "releases")[:1]:
            self._found["release"] = release
            for cycle in self._get(f"/cycle/release/{release['id']}", "cycles")[:1]:
                self._found["cycle"] = cycle
                # the test case is inside each execution: its shape is checked with the page
                params = {"cycleid": cycle["id"]}
                executions = next(self.pages("/execution", params, shape="execution_page"), [])
                if executions:
                    self._found["execution"] = executions[0]

    def _chosen_project(self) -> Row:
        if not self._project_id:
            return self._projects[0]
        for project in self._projects:
            if str(project["id"]) == self._project_id:
                return project
        known = ", ".join(str(project["id"]) for project in self._projects[:_PROJECTS_NAMED])
        more = ", …" if len(self._projects) > _PROJECTS_NAMED else ""
        error = ConfigurationError(
            f"{self._settings.spell('TEST_PROJECT_ID')} `{self._project_id}` is not a project this "
            f"token may see; set it to one of {known}{more}, or leave it empty to take the first",
            code="test_project_id",
            source_system=self.system,
        )
        raise self._record_failure(f"/release/project/{self._project_id}", error)

    def _validate(self, shape: str, name: str, path: str, reply: JsonResponse) -> None:
        if misfit := find_mismatch(shape, reply.body):
            what = f"answered JSON of an unexpected shape: {misfit}"
            code, advice = "wrong_shape", "check that BASE_PATH leads to the Zephyr API"
        elif shape == "projects" and not reply.body:
            what = "answered an empty list of projects"
            code, advice = "no_projects", "give the token's user a project, then run again"
        else:
            return
        raise ExternalServiceError(
            f"`{name}` {what}; {self._settings.spell(advice)}",
            code=code,
            context={"endpoint": path, "attempts": reply.attempts},
        )
