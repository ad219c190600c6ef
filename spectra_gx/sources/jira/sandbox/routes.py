"""What the sandbox answers to somebody who is logged in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spectra_gx.sources.jira.catalogue import Deployment, load_catalogue
from spectra_gx.sources.jira.faults import JiraFault
from spectra_gx.sources.jira.sandbox.data import USER, USER_ZONE_NAME, Dataset, write_time
from spectra_gx.sources.jira.sandbox.fault_replies import permissions
from spectra_gx.sources.jira.sandbox.replies import RefusedError, empty_list, json_reply, refusal
from spectra_gx.sources.jira.sandbox.search import cut, search_by_offset, search_by_token
from spectra_gx.sources.probing.probe_rules import matches

if TYPE_CHECKING:
    from datetime import datetime
    from enum import StrEnum

    from spectra_gx.sources.sandbox_server import Response
    from spectra_gx.sources.source import Endpoint

_NAMES = ("ADMINISTER", "BROWSE_PROJECTS")


@dataclass(frozen=True)
class Routes:
    """The endpoints of one deployment."""

    data: Dataset
    deployment: Deployment
    now: datetime

    def respond(self, path: str, query: Mapping[str, str], fault: StrEnum | None) -> Response:
        """Return the answer to a GET.

        Args:
            path: The endpoint's.
            query: The request's.
            fault: What is wrong with an answer that is otherwise the true one.
        """
        endpoint = find_endpoint(path, self.deployment)
        if endpoint is None:
            return refusal(404, f"null for uri: {path}")
        try:
            if answer := _ANSWERS.get(endpoint.full_path):
                return answer(self, path.rpartition("/")[2], query, fault)
            return self._respond_generally(endpoint, path, query)
        except RefusedError as refused:
            return refused.reply

    def project(self, id_or_key: str) -> Mapping[str, Any]:
        """Return a project that the user may see."""
        project = self.data.project(id_or_key)
        if project is None:
            raise RefusedError(404, f"No project could be found with key '{id_or_key}'.")
        return project

    def issue(self, id_or_key: str) -> Mapping[str, Any]:
        """Return an issue that the user may see."""
        issue = self.data.issue(id_or_key)
        if issue is None:
            raise RefusedError(404, "Issue does not exist or you do not have permission to see it.")
        return issue

    def _respond_generally(
        self, endpoint: Endpoint, path: str, query: Mapping[str, str]
    ) -> Response:
        """Answer an endpoint that has no data of its own: whatever it is below has to exist."""
        if found := re.match(r"/(project|issue)/([^/]+)", path):
            if found[1] == "project" and "{" in endpoint.full_path:
                self.project(found[2])
            elif found[1] == "issue" and endpoint.full_path.startswith("/issue/{"):
                self.issue(found[2])
        return empty_list(path, query)


@lru_cache(maxsize=1024)
def find_endpoint(path: str, deployment: Deployment) -> Endpoint | None:
    """Return the endpoint that is read at a path, the most literal one of several."""
    catalogue = load_catalogue()
    found = [
        endpoint
        for endpoint in catalogue.endpoints
        if endpoint.http_method == "GET"
        and deployment in catalogue.deployments[endpoint.key]
        and matches(endpoint.full_path, path)
    ]
    return min(found, key=lambda endpoint: endpoint.full_path.count("{"), default=None)


_Query = Mapping[str, str]


def _myself(routes: Routes, _last: str, _query: _Query, fault: StrEnum | None) -> Response:
    cloud = routes.deployment is Deployment.CLOUD
    own = {"accountId": "sandbox-1", "accountType": "atlassian", "key": "", "name": ""}
    user = own if cloud else {"key": "JIRAUSER10100", "name": "sandbox", "deleted": False}
    return json_reply(
        {
            "self": "https://sandbox.example/rest/api/2/user/sandbox",
            **user,
            "emailAddress": USER,
            "displayName": "Sandbox",
            "active": fault is not JiraFault.INACTIVE_USER,
            "timeZone": USER_ZONE_NAME,
            "locale": "en_US",
        }
    )


def _mypermissions(routes: Routes, _last: str, query: _Query, _fault: StrEnum | None) -> Response:
    named = [name for name in query.get("permissions", "").split(",") if name]
    if routes.deployment is Deployment.CLOUD and not named:
        return refusal(400, "The 'permissions' query parameter is required.")
    if unknown := [name for name in named if name not in _NAMES]:
        return refusal(400, f"Unrecognized permission: {unknown[0]}")
    if key := query.get("projectKey"):
        routes.project(key)
    return permissions(granted=True)


def _server_info(routes: Routes, _last: str, _query: _Query, _fault: StrEnum | None) -> Response:
    cloud = routes.deployment is Deployment.CLOUD
    return json_reply(
        {
            "baseUrl": "https://sandbox.example",
            "version": "1001.0.0-SNAPSHOT" if cloud else "11.3.8",
            "deploymentType": "Cloud" if cloud else "Server",
            "serverTime": write_time(routes.now),
            "serverTitle": "Sandbox",
        }
    )


def _projects(routes: Routes, _last: str, _query: _Query, _fault: StrEnum | None) -> Response:
    return json_reply([_summary(project) for project in routes.data.projects.values()])


def _project_page(routes: Routes, _last: str, query: _Query, fault: StrEnum | None) -> Response:
    start, size = int(query.get("startAt", "0")), int(query.get("maxResults", "50"))
    window = cut([*routes.data.projects.values()], start, size, fault)
    page = {
        "maxResults": window.size,
        "startAt": start,
        "total": window.total,
        "isLast": not window.more,
        "values": [_summary(project) for project in window.rows],
    }
    return json_reply({name: value for name, value in page.items() if value is not None})


def _project(routes: Routes, last: str, _query: _Query, _fault: StrEnum | None) -> Response:
    return json_reply(routes.project(last))


def _issue(routes: Routes, last: str, _query: _Query, _fault: StrEnum | None) -> Response:
    return json_reply(routes.issue(last))


def _search(routes: Routes, _last: str, query: _Query, fault: StrEnum | None) -> Response:
    if routes.deployment is Deployment.DATA_CENTER:
        return search_by_offset(routes.data, query, fault)
    return refusal(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
        "A full migration guideline is available at CHANGE-2046",
    )


def _search_jql(routes: Routes, _last: str, query: _Query, fault: StrEnum | None) -> Response:
    return search_by_token(routes.data, query, fault)


def _worklogs(_routes: Routes, _last: str, query: _Query, _fault: StrEnum | None) -> Response:
    """Answer three changed worklogs, two on the first page."""
    since = int(query.get("since", "0"))
    instants = (1_772_500_000_000, 1_772_500_060_000, 1_772_500_120_000)
    rows = [
        {"worklogId": number, "updatedTime": instant, "properties": []}
        for number, instant in enumerate(instants, start=1)
        if instant >= since
    ]
    page = rows[:2]
    return json_reply(
        {
            "values": page,
            "since": since,
            "until": page[-1]["updatedTime"] if page else since,
            "lastPage": len(rows) <= len(page),
        }
    )


def _summary(project: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: project[name] for name in ("id", "key", "name", "projectTypeKey")}


_ANSWERS: Mapping[str, Callable[[Routes, str, _Query, StrEnum | None], Response]] = {
    "/myself": _myself,
    "/mypermissions": _mypermissions,
    "/serverInfo": _server_info,
    "/project": _projects,
    "/project/search": _project_page,
    "/project/{projectIdOrKey}": _project,
    "/issue/{issueIdOrKey}": _issue,
    "/search": _search,
    "/search/jql": _search_jql,
    "/worklog/updated": _worklogs,
    "/worklog/deleted": _worklogs,
}
"""Endpoint with data of its own → its answer, from the path's last part and the query."""
